import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, MINUTE } from "../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";

/** Webhooks as they really come: late, again, in another order, forged, or not at all. */

let shop: Shop;
let plan_id: string;
beforeAll(async () => {
  shop = await openShop();
  plan_id = await shop.plan({
    ...{ price_paise: 50_000, overage: { enabled: true, cap_micros: 90_000_000_000 } },
    pricing: { type: "markup", multiplier_ppm: 20_000_000 },
  });
});
afterAll(() => shop.close());

const made = <T extends { notes: Record<string, string> }>(entities: readonly T[], customer: Customer): T[] =>
  entities.filter(({ notes }) => notes.tenant_id === customer.id);

async function subscribed(): Promise<Customer> {
  const customer = await shop.customer();
  const { razorpay_subscription_id } = await customer.api<{ razorpay_subscription_id: string }>(
    "POST",
    "billing/subscription",
    { plan_id },
  );
  await shop.account.person.authenticate(razorpay_subscription_id, { method: "card_domestic" });
  await shop.pass(0);
  return customer;
}

test("5 % forged, tripled, shuffled and dropped webhooks: the state comes to be what Razorpay's is", async () => {
  const { webhookFaults } = shop.account;
  let turn = 0;
  webhookFaults.copies = () => 3;
  webhookFaults.drop = () => ++turn % 10 === 0;
  webhookFaults.delayMs = () => (turn % 7) * MINUTE;
  webhookFaults.secret = () => (turn % 20 === 3 ? "nobody's secret" : undefined);
  const customers: Customer[] = [];
  for (let i = 0; i < 10; i++) customers.push(await subscribed());
  await shop.pass(65 * DAY);
  for (const name of ["copies", "drop", "delayMs", "secret"] as const) delete webhookFaults[name];
  await shop.pass(DAY);

  for (const customer of customers) {
    const [theirs] = made(shop.account.books.subscriptions(), customer) as unknown as {
      status: string;
      paid_count: number;
    }[];
    const ours = await customer.api<{ status: string; paid_count: number }>("GET", "billing/subscription");
    expect(ours).toMatchObject({ status: theirs!.status, paid_count: theirs!.paid_count });
    const { data } = await customer.api<{ data: { kind: string }[] }>("GET", "billing/invoices");
    expect(data.filter(({ kind }) => kind === "base")).toHaveLength(theirs!.paid_count);
  }
  const { captured_paise, refunded_paise, deducted_paise, fees_paise } = shop.account.books.totals();
  expect(await shop.standing("collector")).toBe(
    (captured_paise - refunded_paise - deducted_paise - fees_paise) * 10_000,
  );
  await shop.balanced();
});
