import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claims } from "../../src/db/schema.ts";
import { DAY, HOUR } from "../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "../billing/shop.ts";

/** How usage becomes money, by the rails that there are: a debit that the mandate can carry, early bills, a link. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const RUPEES = 1_000_000;
/** What is debited without its owner stops at ₹15,000, tax and all. */
const DEBIT_MAX_PAISE = 1_500_000;
/** A mark-up of twenty, so that few calls come to much. */
const PLAN = {
  ...{ price_paise: 50_000, pricing: { type: "markup", multiplier_ppm: 20_000_000 } },
  overage: { enabled: true, cap_micros: 60_000 * RUPEES },
};

interface Invoice {
  readonly id: string;
  readonly number: string;
  readonly kind: string;
  readonly status: string;
  readonly total_paise: number;
  readonly taxable_paise: number;
  readonly paid_paise: number;
}
const usageInvoices = async (customer: Customer): Promise<Invoice[]> =>
  (await customer.api<{ data: Invoice[] }>("GET", "billing/invoices?limit=100")).data
    .filter(({ kind }) => kind === "overage")
    .toReversed();
const sumOf = (invoices: readonly Invoice[], name: "taxable_paise" | "total_paise") =>
  invoices.reduce((sum, invoice) => sum + invoice[name], 0);
const cycleOf = async (customer: Customer) =>
  (await customer.api<{ cycle: { id: string; end: string } }>("GET", "billing")).cycle;
const linksOf = (customer: Customer) =>
  shop.account.books.links().filter(({ notes }) => notes.tenant_id === customer.id);
/** Every debit that Razorpay was asked for, refused ones among them. */
const debitsOf = (customer: Customer) =>
  shop.account.books
    .payments()
    .filter(({ notes, token_id }) => notes.tenant_id === customer.id && notes.invoice && token_id);

async function subscribed(plan: Record<string, unknown> = PLAN): Promise<Customer> {
  const customer = await shop.customer();
  const plan_id = await shop.plan(plan);
  const { razorpay_subscription_id: id } = await customer.api<{ razorpay_subscription_id: string }>(
    ...(["POST", "billing/subscription", { plan_id }] as const),
  );
  await shop.account.person.authenticate(id, { method: "card_domestic" });
  await shop.pass(0);
  return customer;
}

async function mandated(customer: Customer, max_amount_paise: number): Promise<void> {
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", {
    ...{ max_amount_paise, method: "upi" },
  });
  await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(0);
}

/** Spends as long as it may, a part a day, until so much is used in the cycle. */
async function spendsOver(customer: Customer, micros: number, days: number): Promise<number> {
  let used = 0;
  for (let day = 0; day < days && used < micros; day++) {
    await customer.spend(Math.min(4_000 * RUPEES, micros - used));
    const { grants } = await customer.api<{ grants: { kind: string; used_micros: number }[] }>("GET", "billing");
    used = grants.find(({ kind }) => kind === "overage")?.used_micros ?? 0;
    await shop.pass(DAY);
  }
  return used;
}

async function settled(customer: Customer): Promise<void> {
  const invoices = await usageInvoices(customer);
  expect(
    invoices.filter(({ status, total_paise, paid_paise }) => status !== "paid" || paid_paise !== total_paise),
  ).toEqual([]);
  expect(await customer.api("GET", "billing")).toMatchObject({ open: [], standing: "ok" });
  expect(await customer.api("GET", "billing/statement")).toMatchObject({ closing_micros: 0 });
  await shop.balanced();
}

/** No debit was refused, none was above what goes without its owner, and no invoice was debited twice. */
async function neverRefused(customer: Customer): Promise<void> {
  const refused = (await shop.db.read.select().from(claims)).filter(
    ({ tenant_id, state, operation }) =>
      tenant_id === customer.id && state === "refused" && operation === "payment.recurring",
  );
  expect(refused).toEqual([]);
  const debits = debitsOf(customer);
  expect(debits.filter(({ status, amount }) => status !== "captured" || amount > DEBIT_MAX_PAISE)).toEqual([]);
  expect(new Set(debits.map(({ notes }) => notes.invoice)).size).toBe(debits.length);
}

describe("₹40,000 in one cycle", () => {
  test.each([
    ["of ₹15,000, the most that goes without its owner", 1_500_000],
    ["of ₹50,000, which is more than that", 5_000_000],
  ])("on a UPI mandate %s: billed early, in debits that it can carry, and none refused", async (_of, max) => {
    const customer = await subscribed();
    await mandated(customer, max);
    const { id } = await cycleOf(customer);
    const used = await spendsOver(customer, 40_000 * RUPEES, 28);
    expect(used).toBeGreaterThanOrEqual(40_000 * RUPEES);
    expect((await cycleOf(customer)).id).toBe(id);
    await shop.pass(36 * DAY);

    const invoices = await usageInvoices(customer);
    expect(invoices.length).toBeGreaterThanOrEqual(3);
    expect(invoices.filter(({ total_paise }) => total_paise > DEBIT_MAX_PAISE)).toEqual([]);
    expect(sumOf(invoices, "taxable_paise") * 10_000).toBeGreaterThan(40_000 * RUPEES - 10_000 * invoices.length);
    expect(
      debitsOf(customer)
        .map(({ notes }) => notes.invoice)
        .sort(),
    ).toEqual(invoices.map(({ number }) => number).sort());
    expect(linksOf(customer)).toEqual([]);
    await neverRefused(customer);
    await settled(customer);
  });

  test("on a UPI mandate that is refused by the bank goes by link in the end, and is paid once", async () => {
    const customer = await subscribed();
    await mandated(customer, 1_500_000);
    const [token] = shop.account.books.tokens().slice(-1);
    shop.account.outcomes(token!.id, Array(3).fill("insufficient_funds"));
    await customer.spend(9_000 * RUPEES);
    const { end } = await cycleOf(customer);
    await shop.pass(Date.parse(end) - shop.clock.now() + 2 * DAY);
    for (let step = 0; step < 60 && !linksOf(customer).length; step++) await shop.pass(12 * HOUR);
    const [link] = linksOf(customer);
    expect(debitsOf(customer).filter(({ status }) => status === "captured")).toEqual([]);
    await shop.account.person.payLink(link!.id, { method: "upi" });
    await shop.pass(HOUR);
    expect(linksOf(customer)).toHaveLength(1);
    await settled(customer);
  });

  test("without a mandate is one invoice and one link, of all of it", async () => {
    const customer = await subscribed({ ...PLAN, early_bill_micros: 60_000 * RUPEES });
    expect(await customer.spend(40_000 * RUPEES)).toBe(200);
    const { end } = await cycleOf(customer);
    await shop.pass(Date.parse(end) - shop.clock.now() + DAY);
    const [invoice, ...more] = await usageInvoices(customer);
    expect(more).toEqual([]);
    expect(linksOf(customer)).toMatchObject([{ amount: invoice!.total_paise, status: "created" }]);
    await shop.account.person.payLink(linksOf(customer)[0]!.id, { method: "card_domestic" });
    await shop.pass(HOUR);
    expect(debitsOf(customer)).toEqual([]);
    await settled(customer);
  });
});

test("₹9,000 in one cycle on a UPI mandate: one invoice, one debit, settled", async () => {
  const customer = await subscribed();
  await mandated(customer, 1_500_000);
  expect(await spendsOver(customer, 9_000 * RUPEES, 5)).toBeGreaterThanOrEqual(9_000 * RUPEES);
  expect(await usageInvoices(customer)).toEqual([]);
  const { end } = await cycleOf(customer);
  await shop.pass(Date.parse(end) - shop.clock.now() + 4 * DAY);
  const [invoice, ...more] = await usageInvoices(customer);
  expect(more).toEqual([]);
  expect(debitsOf(customer)).toMatchObject([{ amount: invoice!.total_paise, method: "upi", status: "captured" }]);
  expect(linksOf(customer)).toEqual([]);
  await neverRefused(customer);
  await settled(customer);
});

test("what stands out is bounded: past what the mandate can carry a call is refused, and served again once that is collected", async () => {
  const customer = await subscribed();
  await mandated(customer, 1_500_000);
  expect(await customer.spend(60_000 * RUPEES)).toBe(402);
  const answer = await shop.messages(customer.key);
  expect(answer.status).toBe(402);
  expect(await answer.json()).toMatchObject({ error: { code: "spend_cap_reached" } });
  await shop.pass(3 * DAY);
  expect((await usageInvoices(customer)).filter(({ status }) => status === "paid")).toHaveLength(1);
  await expect.poll(async () => (await shop.messages(customer.key)).status, { timeout: 10_000 }).toBe(200);
  await neverRefused(customer);
});
