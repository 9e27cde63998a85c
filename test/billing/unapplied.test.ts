import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "./shop.ts";

/** Money that pays nothing of ours: it goes back, once, by itself. */

let shop: Shop;
let plan_id: string;
beforeAll(async () => {
  shop = await openShop();
  plan_id = await shop.plan({ price_paise: 50_000, overage: { enabled: true, cap_micros: 9_000_000_000 } });
});
afterAll(() => shop.close());

afterEach(async () => {
  await shop.balanced();
  const { captured_paise, refunded_paise, deducted_paise, fees_paise } = shop.account.books.totals();
  expect(await shop.standing("collector")).toBe(
    (captured_paise - refunded_paise - deducted_paise - fees_paise) * 10_000,
  );
});

interface Refund {
  readonly payment_id: string;
  readonly status: string;
  readonly origin: string;
  readonly amount_paise: number;
}
const refundsOf = async (payment_id: string) =>
  (await shop.admin<{ data: Refund[] }>("GET", "refunds?limit=1000")).data.filter(
    (row) => row.payment_id === payment_id,
  );
const sentFor = (payment_id: string) => shop.account.books.refunds().filter((row) => row.payment_id === payment_id);
const findings = async (payment_id: string) =>
  (
    await shop.admin<{ data: { type: string; data: Record<string, unknown> }[] }>(
      "GET",
      "alerts?type=reconciliation.finding&limit=1000",
    )
  ).data
    .map(({ data }) => data)
    .filter((data) => data.payment_id === payment_id);

async function mandated(customer: Customer): Promise<{ token: string; payment_id: string }> {
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", {
    ...{ max_amount_paise: 1_500_000, method: "upi" },
  });
  const { razorpay_payment_id: payment_id } = await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(0);
  return { payment_id, token: shop.account.books.payments().find(({ id }) => id === payment_id)!.token_id! };
}

/** A customer whose overage waits to be paid by link; `failing`: after debits that failed. */
async function linked({ failing }: { failing: boolean }) {
  const customer = await shop.customer();
  const made = await customer.api<{ razorpay_subscription_id: string }>("POST", "billing/subscription", { plan_id });
  await shop.account.person.authenticate(made.razorpay_subscription_id, { method: "card_domestic" });
  await shop.pass(0);
  if (failing) {
    const { token } = await mandated(customer);
    shop.account.outcomes(token, ["insufficient_funds", "insufficient_funds", "insufficient_funds"]);
  }
  await customer.spend(200_000_000);
  for (let day = 0; day < 90; day++) {
    await shop.pass(DAY / 2);
    const { open } = await customer.api<{ open: { invoice_id: string; number: string; pay_url: string | null }[] }>(
      ...(["GET", "billing"] as const),
    );
    const link = open.find(({ pay_url }) => pay_url !== null);
    if (link)
      return { customer, invoice_id: link.invoice_id, number: link.number, link: link.pay_url!.split("/").at(-1)! };
  }
  throw new Error("no link came");
}

/** Razorpay takes an hour for a refund, and each step of ours waits for the one before. */
async function hours(count: number): Promise<void> {
  for (let hour = 0; hour < count; hour++) await shop.pass(HOUR);
}

const paymentOf = (found: { razorpay_payment_id: string }) => found.razorpay_payment_id;

test("the rupee that registers a mandate goes back, and nobody is troubled with it", async () => {
  const { payment_id } = await mandated(await shop.customer());
  await hours(4);
  expect(await refundsOf(payment_id)).toMatchObject([{ origin: "automatic", status: "processed", amount_paise: 100 }]);
  expect(sentFor(payment_id)).toHaveLength(1);
  expect(await findings(payment_id)).toEqual([]);
  expect(await shop.standing("unapplied")).toBe(0);
});

test("a debit that succeeds after all, when its invoice was paid by link, goes back once and is told to the operator", async () => {
  const { customer, invoice_id, number, link } = await linked({ failing: true });
  await shop.account.person.payLink(link, { method: "upi" });
  await shop.pass(0);
  const debit = shop.account.books
    .payments()
    .findLast(({ notes, status }) => notes.invoice === number && status === "failed")!;
  await shop.account.dashboard.lateCapture(debit.id);
  await hours(4);
  expect(await refundsOf(debit.id)).toMatchObject([
    { origin: "automatic", status: "processed", amount_paise: debit.amount },
  ]);
  expect(sentFor(debit.id)).toHaveLength(1);
  expect(await findings(debit.id)).toMatchObject([{ kind: "paid_twice", invoice_id, amount_paise: debit.amount }]);
  expect(await customer.api("GET", `billing/invoices/${invoice_id}`)).toMatchObject({
    ...{ status: "paid", credited_paise: 0, credit_notes: [] },
  });
  expect(await shop.standing("unapplied")).toBe(0);
});

test("a link that is paid when its invoice is written off goes back", async () => {
  const { invoice_id, link } = await linked({ failing: false });
  await shop.admin("POST", `invoices/${invoice_id}/write_off`, { reason: "we gave it up" });
  const payment_id = paymentOf(await shop.account.person.payLink(link, { method: "upi" }));
  await hours(4);
  expect(await refundsOf(payment_id)).toMatchObject([{ origin: "automatic", status: "processed" }]);
  expect(await findings(payment_id)).toMatchObject([{ kind: "paid_twice" }]);
  expect(await shop.admin("GET", `invoices/${invoice_id}`)).toMatchObject({ status: "written_off", paid_paise: 0 });
  expect(await shop.standing("unapplied")).toBe(0);
});

test("the second payment of one order, which Razorpay gives back by itself, is given back once", async () => {
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 50_000_000,
  });
  await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(0);
  const second = paymentOf(await shop.account.person.pay(order_id, { method: "card_domestic" }));
  await shop.pass(3 * DAY);
  expect(sentFor(second)).toHaveLength(1);
  expect(await refundsOf(second)).toMatchObject([{ status: "processed" }]);
  expect(await customer.api("GET", "billing")).toMatchObject({
    grants: [{ kind: "prepaid", amount_micros: 50_000_000 }],
  });
  expect(await customer.api<{ data: unknown[] }>("GET", "billing/invoices")).toMatchObject({
    data: [{ credited_paise: 0 }],
  });
  expect(await shop.standing("unapplied")).toBe(0);
});

test.each<[told: string, drop: (type: string, ofFirst: boolean) => boolean]>([
  ["the first is told of before the refund", () => false],
  ["the refund is told of before the first", (_type, ofFirst) => ofFirst],
  ["the refund is found by the daily sweep", (type) => type.startsWith("refund.")],
])("of two payments of one order that come in the wrong order one pays and one goes back: %s", async (_told, drop) => {
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 50_000_000,
  });
  const first = paymentOf(await shop.account.person.pay(order_id, { method: "upi" }));
  const answer = await shop.account.person.pay(order_id, { method: "card_domestic" });
  shop.account.webhookFaults.drop = ({ type, body }) => drop(type, body.includes(first));
  await customer.api("POST", "billing/topups/verify", answer);
  expect(await customer.spend(10_000_000)).toBe(200);
  await shop.pass(4 * DAY);
  delete shop.account.webhookFaults.drop;
  const second = paymentOf(answer);
  expect([sentFor(first).length, sentFor(second).length]).toEqual([0, 1]);
  expect(await refundsOf(second)).toMatchObject([{ status: "processed" }]);
  expect(await customer.api("GET", "billing")).toMatchObject({
    ...{ standing: "ok", open: [], grants: [{ kind: "prepaid", amount_micros: 50_000_000 }] },
  });
  expect(await customer.api<{ data: unknown[] }>("GET", "billing/invoices")).toMatchObject({
    data: [{ status: "paid", credited_paise: 0 }],
  });
  expect(await findings(second)).toMatchObject([{ kind: "paid_twice" }]);
  expect(await shop.standing("unapplied")).toBe(0);
});

test("a refund that fails leaves the money with us, owed to whoever paid, until the operator sends it again", async () => {
  shop.account.knobs.failRefunds = 1;
  const { payment_id } = await mandated(await shop.customer());
  await hours(4);
  expect(await refundsOf(payment_id)).toMatchObject([{ origin: "automatic", status: "failed" }]);
  expect(await findings(payment_id)).toMatchObject([{ kind: "refund_failed" }]);
  expect(await shop.standing("unapplied")).toBe(-1_000_000);
  await shop.admin("POST", "refunds", { payment_id, reason: "the bank refused it before" });
  await hours(4);
  expect(await shop.standing("unapplied")).toBe(0);
  expect((await refundsOf(payment_id)).map(({ status }) => status).sort()).toEqual(["failed", "processed"]);
});

test("an amount that does not fit what it was for is left to the operator", async () => {
  const customer = await shop.customer();
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/topups", {
    credit_micros: 50_000_000,
  });
  const order = shop.account.books.orders().find(({ id }) => id === order_id)!;
  Object.assign(order, { amount: 5_000, amount_due: 5_000 });
  const payment_id = paymentOf(await shop.account.person.pay(order_id, { method: "upi" }));
  await shop.pass(2 * DAY);
  expect(await findings(payment_id)).toMatchObject([{ kind: "payment_amount_differs", paid_paise: 5_000 }]);
  expect(await refundsOf(payment_id)).toEqual([]);
  expect(await customer.api("GET", "billing")).toMatchObject({ grants: [] });
  expect(await shop.standing("unapplied")).toBe(-50_000_000);
  await shop.admin("POST", "refunds", { payment_id, reason: "it was not what was asked for" });
  await shop.pass(2 * MINUTE);
  expect(await shop.standing("unapplied")).toBe(0);
});
