import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR, MINUTE } from "../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

interface Invoice {
  readonly status: string;
  readonly paid_paise: number;
  readonly total_paise: number;
}
const invoicesOf = async (customer: Customer) =>
  (await customer.api<{ data: Invoice[] }>("GET", "billing/invoices")).data;
const triesOf = async (customer: Customer) =>
  (
    await shop.admin<{ data: { status: string; order_id: string; payment_id: string | null }[] }>(
      ...(["GET", `collections?tenant_id=${customer.id}`] as const),
    )
  ).data.toReversed();
const debitsOf = (customer: Customer) =>
  shop.account.books
    .payments()
    .filter(({ notes, token_id }) => notes.tenant_id === customer.id && notes.invoice && token_id);

/** A customer whose base is debited by a mandate, and of whom the bank answers in this way. */
async function debited(outcomes: readonly string[]): Promise<Customer> {
  const customer = await shop.customer();
  const plan_id = await shop.plan({ price_paise: 50_000, collection: "mandate" });
  await customer.api("POST", "billing/subscription", { plan_id });
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", {
    ...{ max_amount_paise: 1_500_000, method: "upi" },
  });
  await shop.account.person.pay(order_id, { method: "upi" });
  shop.account.outcomes(shop.account.books.tokens().at(-1)!.id, outcomes);
  for (let minute = 0; minute < 30 && !debitsOf(customer).length; minute++) await shop.pass(MINUTE);
  return customer;
}

async function untilTries(customer: Customer, count: number): Promise<void> {
  for (let step = 0; step < 60 && debitsOf(customer).length < count; step++) await shop.pass(3 * HOUR);
  expect(debitsOf(customer)).toHaveLength(count);
}

test("a debit that failed is tried again on its order, and each try knows its own payment", async () => {
  const customer = await debited(["insufficient_funds", "insufficient_funds"]);
  await untilTries(customer, 3);
  await shop.pass(30 * HOUR);
  const debits = debitsOf(customer);
  expect(new Set(debits.map(({ order_id }) => order_id)).size).toBe(1);
  expect(debits.map(({ status }) => status)).toEqual(["failed", "failed", "captured"]);
  expect(await triesOf(customer)).toMatchObject(
    debits.map(({ id, order_id, status }) => ({
      ...{ order_id, payment_id: id, status: status === "captured" ? "settled" : "failed" },
    })),
  );
  const [invoice] = await invoicesOf(customer);
  expect(invoice).toMatchObject({ status: "paid", paid_paise: invoice!.total_paise });
  await shop.balanced();
});

test("should the bank say yes to the first try after all, the second is given back by Razorpay, and the invoice is paid once", async () => {
  const customer = await debited(["insufficient_funds"]);
  await untilTries(customer, 2);
  const [first] = debitsOf(customer);
  await shop.account.dashboard.lateCapture(first!.id);
  await shop.pass(3 * 24 * HOUR);
  const [, second] = debitsOf(customer);
  const back = shop.account.books.refunds().filter(({ payment_id }) => [first!.id, second!.id].includes(payment_id));
  expect(back).toMatchObject([{ payment_id: second!.id, amount: second!.amount, status: "processed" }]);
  expect(await invoicesOf(customer)).toMatchObject([{ status: "paid" }]);
  expect(await triesOf(customer)).toMatchObject([{ status: "settled", payment_id: first!.id }, { status: "settled" }]);
  expect(await customer.api("GET", "billing/statement")).toMatchObject({ closing_micros: 0 });
  await shop.balanced();
});

test("a first try that was paid unseen is found when the second is refused for it", async () => {
  const customer = await debited(["insufficient_funds"]);
  for (let step = 0; step < 20 && debitsOf(customer)[0]!.status === "created"; step++) await shop.pass(3 * HOUR);
  shop.account.webhook(null);
  await shop.pass(30 * HOUR);
  await shop.account.dashboard.lateCapture(debitsOf(customer)[0]!.id);
  for (let step = 0; step < 10 && (await triesOf(customer)).length < 2; step++) await shop.pass(HOUR);
  await shop.pass(2 * HOUR);
  expect(debitsOf(customer)).toMatchObject([{ status: "captured" }]);
  expect(await triesOf(customer)).toMatchObject([
    { status: "settled" },
    { status: "failed", payment_id: null, error_reason: "order_already_paid" },
  ]);
  expect(await invoicesOf(customer)).toMatchObject([{ status: "paid" }]);
});
