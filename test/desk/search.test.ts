import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hit } from "../../src/desk/search.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";
import { asAdmin, expectRefusal, MESSAGE } from "../http/ask.ts";

let shop: Shop;
let customer: Customer;
let user: { id: string };
let order_id: string;
let payment_id: string;
let request_id: string;
let customer_id: string;
beforeAll(async () => {
  shop = await openShop();
  customer = await shop.customer({ tenant: { external_id: "acme corp/7" } });
  await customer.api("PUT", "billing/profile", {
    ...{ name: "Acme", email: "Pay@Acme.example", contact: "9800000000", state_code: "29" },
    address: { line1: "1 MG Road", city: "Bengaluru", postal_code: "560001" },
  });
  user = await shop.admin("POST", `tenants/${customer.id}/users`, { external_id: "ann-of-acme" });
  ({ order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", { credit_micros: 100_000_000 }));
  ({ razorpay_payment_id: payment_id } = await shop.account.person.pay(order_id, { method: "upi" }));
  await shop.pass(0);
  const answer = await shop.messages(customer.key, MESSAGE);
  await answer.text();
  request_id = answer.headers.get("request-id")!;
  ({ customer_id } = await customer.api<{ customer_id: string }>("GET", "billing"));
});
afterAll(() => shop.close());

interface Answer {
  readonly data: readonly Hit[];
  readonly complete: boolean;
}
const find = (q: string) => shop.admin<Answer>("GET", `search?q=${encodeURIComponent(q)}`);
const kinds = async (q: string) => (await find(q)).data.map(({ type }) => type).sort();

describe("a search", () => {
  test("finds a tenant by its id, its external id, and the beginning of either", async () => {
    for (const q of [customer.id, customer.id.slice(0, 16), "acme corp/7", "acme co"]) {
      const { data } = await find(q);
      expect(data).toContainEqual({
        ...{ type: "tenant", id: customer.id, tenant_id: customer.id, customer_id },
        match: expect.objectContaining({ field: q.startsWith("ten_") ? "id" : "external_id" }),
        links: { self: `/api/admin/tenants/${customer.id}`, story: `/api/admin/customers/${customer_id}/story` },
      });
    }
  });

  test("finds a user by the name that its tenant has for it", async () => {
    expect((await find("ann-of")).data).toMatchObject([
      { type: "user", id: user.id, links: { self: `/api/admin/users/${user.id}` } },
    ]);
  });

  test("finds a customer by its e-mail, however it is written", async () => {
    expect((await find("pay@acme.EXAMPLE")).data).toMatchObject([
      { type: "customer", id: customer_id, match: { field: "email", value: "pay@acme.example" } },
    ]);
  });

  test("finds a key by its prefix, and takes no more of a whole secret than that", async () => {
    for (const q of [customer.key.slice(0, 10), customer.key.slice(0, 12), customer.key]) {
      const { data } = await find(q);
      expect(data).toContainEqual(
        expect.objectContaining({ type: "key", match: { field: "prefix", value: customer.key.slice(0, 12) } }),
      );
    }
  });

  test("never repeats a secret that it was given", async () => {
    const { text } = await asAdmin(shop, "GET", `search?q=${customer.key}`);
    expect(text).not.toContain(customer.key);
  });

  test("finds what an order was for and what paid it", async () => {
    expect(await kinds(order_id)).toEqual(["payment", "topup"]);
    expect((await find(payment_id)).data).toMatchObject([{ type: "payment", id: payment_id, customer_id }]);
  });

  test("finds an invoice by its number", async () => {
    const { data } = await shop.admin<{ data: { id: string; number: string }[] }>("GET", "invoices");
    const [invoice] = data;
    expect((await find(invoice!.number)).data).toMatchObject([{ type: "invoice", id: invoice!.id, customer_id }]);
  });

  test("finds a request", async () => {
    expect((await find(request_id)).data).toContainEqual(
      expect.objectContaining({
        type: "request",
        links: expect.objectContaining({ self: `/api/admin/events/${request_id}` }),
      }),
    );
  });

  test("every link of a hit leads somewhere", async () => {
    for (const q of [customer.id, user.id, order_id, payment_id, request_id, "pay@acme.example", customer.key]) {
      for (const { links } of (await find(q)).data) {
        for (const link of [links.self, links.story].filter((link) => link !== null)) {
          expect((await asAdmin(shop, "GET", link.replace("/api/admin/", ""))).status, link).toBe(200);
        }
      }
    }
  });

  test("that fits more than it may show says so", async () => {
    for (let i = 0; i < 11; i++) await shop.admin("POST", `tenants/${customer.id}/users`, { external_id: `many-${i}` });
    const { data, complete } = await find("many-");
    expect([data.length, complete]).toEqual([10, false]);
  });

  test("for something that is not there finds nothing; a wildcard is a letter like any other", async () => {
    for (const q of ["nobody@example.com", "pay_%", "%%%", "ten_", "___"]) {
      const { data } = await find(q);
      expect(data.filter(({ type }) => type !== "tenant")).toEqual([]);
    }
    expect((await find("%%%")).data).toEqual([]);
  });

  test.each([
    ["", /^q: /],
    ["?q=ab", /^q: /],
    [`?q=${"x".repeat(321)}`, /^q: /],
    ["?q=acme&type=user", /type/],
  ])("is refused as %s", async (query, says) => {
    expectRefusal(await asAdmin(shop, "GET", `search${query}`), { status: 400, code: "invalid_request", says });
  });
});
