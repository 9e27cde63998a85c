import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";

/** Razorpay did what it was asked, and its answer never came: nothing may be there twice. */

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

const dropped = (path: RegExp) =>
  shop.account.faults.impose({ method: "POST", path, fault: "commit-then-drop", times: 1 });
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

test("a subscription whose answer was lost is found, not made again", async () => {
  const customer = await shop.customer();
  dropped(/^\/subscriptions$/);
  expect((await customer.try("POST", "billing/subscription", { plan_id })).status).toBe(503);
  const { razorpay_subscription_id } = await customer.api<{ razorpay_subscription_id: string }>(
    "POST",
    "billing/subscription",
    { plan_id },
  );
  expect(made(shop.account.books.subscriptions(), customer)).toMatchObject([{ id: razorpay_subscription_id }]);
});

test("a top-up's order whose answer was lost charges nobody, and another one is paid once", async () => {
  const customer = await shop.customer();
  dropped(/^\/orders$/);
  expect((await customer.try("POST", "billing/topups", { credit_micros: 10_000_000 })).status).toBe(503);
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 10_000_000,
  });
  await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(HOUR);
  expect(await customer.api("GET", "billing")).toMatchObject({ grants: [{ amount_micros: 10_000_000 }] });
});

describe("what is owed is asked for once, though the answer was lost", () => {
  test("to the order of a debit, and to the debit", async () => {
    const customer = await subscribed();
    const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", {
      ...{ max_amount_paise: 1_500_000, method: "upi" },
    });
    await shop.account.person.pay(order_id, { method: "upi" });
    await shop.pass(0);
    await customer.spend(2_000_000_000);
    dropped(/^\/orders$/);
    dropped(/^\/payments\/create\/recurring$/);
    await shop.pass(36 * DAY);
    const debits = made(shop.account.books.payments(), customer).filter(({ notes }) => notes.invoice);
    expect(debits).toMatchObject([{ status: "captured" }]);
    expect(await customer.api("GET", "billing")).toMatchObject({ open: [] });
    await shop.balanced();
  });

  test("to the link", async () => {
    const customer = await subscribed();
    await customer.spend(2_000_000_000);
    dropped(/^\/payment_links$/);
    const open = async () => (await customer.api<{ open: { pay_url: string | null }[] }>("GET", "billing")).open[0];
    for (let step = 0; step < 150 && !(await open())?.pay_url; step++) await shop.pass(6 * HOUR);
    const links = made(shop.account.books.links(), customer);
    expect(links).toHaveLength(1);
    expect((await open())?.pay_url).toContain(links[0]!.id);
  });
});

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
