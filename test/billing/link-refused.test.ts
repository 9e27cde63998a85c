import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, HOUR } from "../../src/kernel/clock.ts";
import { openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

interface Alert {
  readonly tenant_id: string;
  readonly data: Readonly<Record<string, unknown>>;
}
interface Billing {
  readonly open: readonly { pay_url: string | null }[];
}

test("a payment link that Razorpay refuses is told to the operator once, and sent as soon as it is taken", async () => {
  const plan_id = await shop.plan({ price_paise: 50_000, overage: { enabled: true, cap_micros: 9_000_000_000 } });
  const customer = await shop.customer();
  const made = await customer.api<{ razorpay_subscription_id: string }>("POST", "billing/subscription", { plan_id });
  await shop.account.person.authenticate(made.razorpay_subscription_id, { method: "card_domestic" });
  await shop.pass(0);
  await customer.spend(200_000_000);
  const description = "Recipient's contact number is invalid";
  const body = { error: { code: "BAD_REQUEST_ERROR", description } };
  const mended = shop.account.faults.impose({ method: "POST", path: /payment_links$/, fault: { status: 400, body } });
  await shop.pass(33 * DAY);

  const { data } = await shop.admin<{ data: Alert[] }>("GET", "alerts?type=reconciliation.finding");
  expect(data).toMatchObject([
    { tenant_id: customer.id, data: { kind: "collection_refused", channel: "link", reason: description } },
  ]);
  const openOf = async () => (await customer.api<Billing>("GET", "billing")).open;
  expect(await openOf()).toMatchObject([{ pay_url: null }]);
  mended();
  await shop.pass(2 * HOUR);
  expect(await openOf()).toMatchObject([{ pay_url: expect.stringContaining("http") }]);
  await shop.balanced();
});
