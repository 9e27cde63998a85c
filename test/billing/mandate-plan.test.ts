import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/kernel/clock.ts";
import { type Customer, openShop, type Shop } from "./shop.ts";

/** A plan whose base and usage are paid by one mandate, in one debit a month. */

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const PLAN = {
  ...{ collection: "mandate", price_paise: 50_000, included_micros: 100_000_000, grace_days: 5 },
  ...{ overage: { enabled: true, cap_micros: 9_000_000_000 }, pricing: { type: "markup", multiplier_ppm: 1_000_000 } },
};

interface Invoice {
  readonly id: string;
  readonly kind: string;
  readonly number: string;
  readonly status: string;
  readonly total_paise: number;
  readonly taxable_paise: number;
  readonly lines: readonly { description: string; net_paise: number; ledger_account: string }[];
}
interface Billing {
  readonly standing: string;
  readonly cycle: { id: string; start: string; end: string } | null;
  readonly grants: readonly { kind: string; amount_micros: number; used_micros: number }[];
  readonly open: readonly { pay_url: string | null; open_paise: number }[];
}
const invoices = async (customer: Customer) =>
  (await customer.api<{ data: Invoice[] }>("GET", "billing/invoices")).data.toReversed();
const billing = (customer: Customer) => customer.api<Billing>("GET", "billing");
const grantsOf = async (customer: Customer) => (await billing(customer)).grants.map(({ kind }) => kind).sort();
const debitsOf = ({ number }: Invoice) =>
  shop.account.books.payments().filter(({ notes, token_id }) => token_id !== null && notes.invoice === number);

async function mandated(customer: Customer): Promise<string> {
  const { order_id } = await customer.api<{ order_id: string }>("POST", "billing/mandate", {
    ...{ max_amount_paise: 1_500_000, method: "upi" },
  });
  const { razorpay_payment_id } = await shop.account.person.pay(order_id, { method: "upi" });
  await shop.pass(2 * MINUTE);
  return shop.account.books.payments().find(({ id }) => id === razorpay_payment_id)!.token_id!;
}

async function subscribed(plan: Record<string, unknown> = {}): Promise<{ customer: Customer; token: string }> {
  const plan_id = await shop.plan({ ...PLAN, ...plan });
  const customer = await shop.customer();
  expect(await customer.api("POST", "billing/subscription", { plan_id })).toMatchObject({ status: "created" });
  expect(await invoices(customer)).toEqual([]);
  return { customer, token: await mandated(customer) };
}

/** Passes days until it is so. */
async function until(met: () => Promise<boolean>): Promise<void> {
  for (let day = 0; day < 90; day++) {
    if (await met()) return;
    await shop.pass(DAY / 2);
  }
  throw new Error("it never came to that");
}

test("the base is billed when the mandate is confirmed, then each month in one debit with the usage of the month before", async () => {
  const { customer } = await subscribed();
  expect(await grantsOf(customer)).toEqual(["included", "overage"]);
  const [first] = await invoices(customer);
  expect(first).toMatchObject({ kind: "combined", taxable_paise: 50_000, total_paise: 59_000 });
  await shop.pass(2 * DAY);
  expect(debitsOf(first!)).toMatchObject([{ status: "captured", amount: 59_000 }]);

  const revenue = await shop.standing("revenue.base");
  await customer.spend(300_000_000);
  await until(async () => (await invoices(customer)).length === 2);
  await shop.pass(2 * DAY);
  const list = await invoices(customer);
  expect(list).toHaveLength(2);
  expect(list[1]!.lines.map(({ ledger_account }) => ledger_account)).toEqual(["revenue.base", "unbilled"]);
  expect(list[1]!.lines[0]).toMatchObject({ net_paise: 50_000 });
  expect(list[1]!.lines[1]!.net_paise).toBeGreaterThanOrEqual(20_000);
  expect(debitsOf(list[1]!)).toMatchObject([{ status: "captured", amount: list[1]!.total_paise }]);
  expect((await shop.standing("revenue.base")) - revenue).toBe(-500_000_000);
  expect(await billing(customer)).toMatchObject({ standing: "ok", open: [] });
  expect(await customer.api("GET", "billing/statement")).toMatchObject({ closing_micros: 0 });
  await shop.balanced();
});

test("an open base takes nothing from the overage that may be used", async () => {
  const { customer } = await subscribed();
  const overage = async () => (await billing(customer)).grants.find(({ kind }) => kind === "overage")!.amount_micros;
  const before = await overage();
  await shop.pass(3 * DAY);
  expect((await billing(customer)).open).toEqual([]);
  expect(await overage()).toBe(before);
});

test("a price that has the tax in it comes to exactly that price", async () => {
  const { customer } = await subscribed({ tax: "inclusive", price_paise: 49_900 });
  expect(await invoices(customer)).toMatchObject([{ total_paise: 49_900, taxable_paise: 42_288 }]);
});

test("a base that cannot be collected is asked for by link; when grace ends so does what is included, until it is paid", async () => {
  const { customer, token } = await subscribed();
  shop.account.outcomes(
    token,
    Array.from({ length: 9 }, () => "insufficient_funds"),
  );
  expect(await grantsOf(customer)).toContain("included");
  await until(async () => (await billing(customer)).standing === "suspended");
  expect(await grantsOf(customer)).not.toContain("included");
  await until(async () => typeof (await billing(customer)).open[0]?.pay_url === "string");
  const { open } = await billing(customer);
  await shop.account.person.payLink(open[0]!.pay_url!.split("/").at(-1)!, { method: "upi" });
  await shop.pass(0);
  expect(await billing(customer)).toMatchObject({ standing: "ok", open: [] });
  expect(await grantsOf(customer)).toContain("included");
  await shop.balanced();
});

test("who is suspended owes no base for a month in which nothing is served", async () => {
  const { customer, token } = await subscribed();
  shop.account.outcomes(
    token,
    Array.from({ length: 9 }, () => "insufficient_funds"),
  );
  await shop.pass(40 * DAY);
  expect(await billing(customer)).toMatchObject({ standing: "suspended" });
  expect(await invoices(customer)).toHaveLength(1);
  const { open } = await billing(customer);
  await shop.account.person.payLink(open[0]!.pay_url!.split("/").at(-1)!, { method: "upi" });
  await shop.pass(HOUR);
  const list = await invoices(customer);
  expect(list.map(({ kind, taxable_paise }) => [kind, taxable_paise])).toEqual([
    ["combined", 50_000],
    ["combined", 50_000],
  ]);
  await shop.balanced();
});

test("a trial costs nothing until its end", async () => {
  const { customer } = await subscribed({ trial: { days: 10, included_micros: 5_000_000 } });
  expect((await billing(customer)).grants).toMatchObject([{ kind: "included", amount_micros: 5_000_000 }]);
  await shop.pass(9 * DAY);
  expect(await invoices(customer)).toEqual([]);
  await shop.pass(2 * DAY);
  expect(await invoices(customer)).toMatchObject([{ kind: "combined", taxable_paise: 50_000 }]);
  expect((await billing(customer)).grants).toMatchObject([
    { kind: "included", amount_micros: 100_000_000 },
    { kind: "overage" },
  ]);
});

test("a cycle that does not begin has no base: who cancels for its end pays the usage alone", async () => {
  const { customer } = await subscribed();
  await shop.pass(2 * DAY);
  await customer.spend(200_000_000);
  await customer.api("POST", "billing/subscription/cancel", { at: "cycle_end" });
  await shop.pass(33 * DAY);
  const list = await invoices(customer);
  expect(list.map(({ kind }) => kind)).toEqual(["combined", "overage"]);
  expect(await billing(customer)).toMatchObject({ cycle: null, grants: [] });
  await shop.balanced();
});

test("who cancels at once is billed at once for what was used, and has nothing included any more", async () => {
  const { customer } = await subscribed();
  await shop.pass(2 * DAY);
  await customer.spend(200_000_000);
  await customer.api("POST", "billing/subscription/cancel", { at: "now" });
  await shop.pass(2 * MINUTE);
  expect((await invoices(customer)).map(({ kind }) => kind)).toEqual(["combined", "overage"]);
  expect((await billing(customer)).grants).toEqual([]);
});

test("a credit note takes back from base and usage in their proportions, to the paisa", async () => {
  const { customer } = await subscribed();
  await shop.pass(2 * DAY);
  await customer.spend(200_000_000);
  await until(async () => (await invoices(customer)).length === 2);
  const [, both] = await invoices(customer);
  const standing = async () => [await shop.standing("revenue.base"), await shop.standing("revenue.overage")];
  const before = await standing();
  for (const amount_paise of [7_777, both!.total_paise - 7_777])
    await shop.admin("POST", `invoices/${both!.id}/credit_notes`, { amount_paise, reason: "a bad month" });
  const after = await standing();
  expect(after[0]! - before[0]!).toBe(both!.lines[0]!.net_paise * 10_000);
  expect(after[1]! - before[1]!).toBe(both!.lines[1]!.net_paise * 10_000);
  await shop.balanced();
});
