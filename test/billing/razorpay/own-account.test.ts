import { afterAll, beforeAll, expect, test } from "vitest";
import { openShop, SELLER, type Shop } from "../shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const RAZORPAY = {
  key_id: "rzp_test_tenant",
  key_secret: "tenant's own secret",
  webhook_secret: "tenant's own webhook",
};

test("a tenant with an account of its own is paid there, invoices in its own name, and its webhooks have a path and secret of their own", async () => {
  const own = shop.razorpay.account(RAZORPAY);
  const customer = await shop.customer({ tenant: { razorpay: RAZORPAY } });
  own.webhook({ url: `${shop.url}/webhooks/razorpay/${customer.id}`, secret: RAZORPAY.webhook_secret });
  await shop.admin("PUT", `sellers/${customer.id}`, { ...SELLER, legal_name: "Their Company", invoice_series: "THC" });
  const before = shop.account.books.orders().length;
  const { order_id, ...topup } = await customer.api<{ order_id: string; key_id: string }>("POST", "billing/topups", {
    credit_micros: 10_000_000,
  });
  expect(topup.key_id).toBe(RAZORPAY.key_id);
  expect(shop.account.books.orders()).toHaveLength(before);
  await own.person.pay(order_id, { method: "upi" });
  await shop.pass(0);
  const { data } = await customer.api<{ data: unknown[] }>("GET", "billing/invoices");
  expect(data).toMatchObject([
    {
      status: "paid",
      seller_id: customer.id,
      number: expect.stringMatching(/^THC\//),
      seller: { legal_name: "Their Company" },
    },
  ]);
  const events = own.books.events().flatMap(({ deliveries }) => deliveries.map(({ status }) => status));
  expect(events.length).toBeGreaterThan(0);
  expect(events.every((status) => status === 200)).toBe(true);
  const inbox = await shop.admin<{ data: { tenant_id: string }[] }>("GET", `webhooks?account_id=${customer.id}`);
  expect(new Set(inbox.data.map(({ tenant_id }) => tenant_id))).toEqual(new Set([customer.id]));
});

test("the secret of a tenant's account is never shown, and its webhooks are not the operator's", async () => {
  const customer = await shop.customer({ tenant: { razorpay: { ...RAZORPAY, key_id: "rzp_test_secret" } } });
  const shown = JSON.stringify(await shop.admin("GET", `tenants/${customer.id}`));
  expect(shown).not.toMatch(/tenant's own/);
  const body = '{"event":"payment.captured"}';
  const post = (path: string) =>
    fetch(`${shop.url}${path}`, { method: "POST", body, headers: { "x-razorpay-signature": "0".repeat(64) } });
  expect((await post(`/webhooks/razorpay/${customer.id}`)).status).toBe(400);
  expect((await post("/webhooks/razorpay/ten_unknown")).status).toBe(404);
  await shop.admin("PATCH", `tenants/${customer.id}`, { razorpay: null });
  await expect
    .poll(async () => (await post(`/webhooks/razorpay/${customer.id}`)).status, { timeout: 10_000 })
    .toBe(404);
});
