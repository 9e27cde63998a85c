import { and, eq, lte, ne } from "drizzle-orm";
import { expect } from "vitest";
import { listUnbalanced } from "../../src/billing/journal/store.ts";
import { total } from "../../src/db/columns.ts";
import {
  creditNotes,
  cycles,
  entries,
  grants,
  invoices,
  subscriptions,
  transfers,
  usageEvents,
} from "../../src/db/schema.ts";
import { DAY, iso } from "../../src/kernel/clock.ts";
import type { CustomerId } from "../../src/kernel/id.ts";
import { reconcileOnce } from "../../src/reconcile/once.ts";
import type { SandboxAccount } from "../../src/sandbox/razorpay/server.ts";
import type { Shop } from "../billing/shop.ts";
import { provingParts } from "../reconcile/month.ts";
import { TEST_ACTOR } from "../support/secrets.ts";
import type { Cast, Payer } from "./cast.ts";

/** What must be so at the end of any year. */

const PAISA = 10_000;
const sum = (values: Iterable<number>): number => [...values].reduce((all, value) => all + value, 0);

export async function auditYear(shop: Shop, cast: Cast): Promise<void> {
  expect(await listUnbalanced(shop.db.read), "transfers that do not sum to zero").toEqual([]);
  for (const payer of cast.payers) {
    await statementIsOpenInvoices(shop, payer);
    await cashIsRazorpays(shop, payer);
    await spendIsSomewhere(shop, payer);
  }
  await cyclesThatAreOverAreClosed(shop);
  await statesAreRazorpays(shop, cast.accounts);
  await numbersHaveNoGap(shop);
  noInvoiceIsPaidTwice(cast.accounts);
}

/** A proof of the last year's days has nothing to say. (The simulated provider lives by real time: its side is left out.) */
export async function nothingIsFound(shop: Shop, from: string): Promise<void> {
  await shop.app.jobs.close();
  const proving = provingParts(shop);
  const parts = { ...proving.parts, provider: null };
  const to = iso(shop.clock.now()).slice(0, 10);
  const earliest = iso(Date.parse(to) - 366 * DAY).slice(0, 10);
  const span = { from: from > earliest ? from : earliest, to, repair: false };
  const { status, findings } = await reconcileOnce(parts, span, { actor: TEST_ACTOR });
  await proving.close();
  expect({
    status,
    findings: findings.map(({ kind, subject, local, remote }) => ({ kind, subject, local, remote })),
  }).toEqual({ status: "done", findings: [] });
}

/** What stands on an account of the journal for a payer, in micros. */
async function standing(shop: Shop, { customer_id }: Payer, ledger_account: string): Promise<number> {
  const [row] = await shop.db.read
    .select({ sum: total(entries.amount_micros) })
    .from(entries)
    .where(and(eq(entries.customer_id, customer_id as CustomerId), eq(entries.ledger_account, ledger_account)));
  return row!.sum;
}

const invoicesOf = (shop: Shop, { customer_id }: Payer) =>
  shop.db.read
    .select()
    .from(invoices)
    .where(eq(invoices.customer_id, customer_id as CustomerId));

type Invoice = Awaited<ReturnType<typeof invoicesOf>>[number];
/** May be less than nothing: paid, and credited after. */
const left = ({ total_paise, paid_paise, credited_paise, tds_paise, written_off_paise }: Invoice) =>
  total_paise - paid_paise - credited_paise - tds_paise - written_off_paise;

async function statementIsOpenInvoices(shop: Shop, payer: Payer): Promise<void> {
  const { closing_micros, complete } = await shop.admin<{ closing_micros: number; complete: boolean }>(
    "GET",
    `${payer.path}/statement?limit=5000`,
  );
  expect(complete).toBe(true);
  const open = sum((await invoicesOf(shop, payer)).map(left));
  expect(closing_micros, `${payer.name}: the statement against the open invoices`).toBe(open * PAISA);
}

/** Every payment at Razorpay is of one payer, which its notes or its subscription name. */
async function cashIsRazorpays(shop: Shop, payer: Payer): Promise<void> {
  const { books } = payer.account;
  const ours = new Set(
    books.subscriptions().flatMap(({ id, notes }) => (notes.customer_id === payer.customer_id ? [id] : [])),
  );
  const bySubscription = new Set(
    books.invoices().flatMap(({ id, subscription_id }) => (subscription_id && ours.has(subscription_id) ? [id] : [])),
  );
  const captured = books
    .payments()
    .filter(
      ({ captured_at, notes, invoice_id }) =>
        captured_at !== null &&
        (notes.customer_id === payer.customer_id || (invoice_id != null && bySubscription.has(invoice_id))),
    );
  const ids = new Set(captured.map(({ id }) => id));
  const deducted = books.disputes().filter(({ payment_id }) => ids.has(payment_id));
  const theirs =
    sum(captured.map(({ amount, amount_refunded, fee }) => amount - amount_refunded - (fee ?? 0))) -
    sum(deducted.map(({ amount_deducted }) => amount_deducted));
  expect(await standing(shop, payer, "collector"), `${payer.name}: the journal against Razorpay's books`).toBe(
    theirs * PAISA,
  );
}

/** Every rupee of spend is included, promotional, prepaid or overage; and overage is billed, whose bills are collected, open, credited or written off. */
async function spendIsSomewhere(shop: Shop, payer: Payer): Promise<void> {
  const events = await shop.db.read
    .select()
    .from(usageEvents)
    .where(eq(usageEvents.customer_id, payer.customer_id as CustomerId));
  const kinds = new Map(
    (
      await shop.db.read
        .select()
        .from(grants)
        .where(eq(grants.customer_id, payer.customer_id as CustomerId))
    ).map((grant) => [grant.id, grant]),
  );
  const drawn = new Map<string, number>();
  for (const { draws } of events)
    for (const { grant_id, amount } of draws) {
      const { kind } = kinds.get(grant_id)!;
      drawn.set(kind, (drawn.get(kind) ?? 0) + amount);
    }
  const of = (kind: string) => drawn.get(kind) ?? 0;
  const spend = sum(events.map(({ spend_micros }) => spend_micros));
  // What no grant covered stands beside it, and is the operator's.
  expect(of("included") + of("promotional") + of("prepaid") + of("overage"), `${payer.name}: spend`).toBe(spend);
  for (const { id, used, held, amount } of kinds.values()) {
    expect(held, `${payer.name}: ${id} is held`).toBe(0);
    expect(used, `${payer.name}: ${id} gave more than it had`).toBeLessThanOrEqual(amount);
  }

  // An invoice of a mandate has the base of the next cycle beside the overage of the last.
  const bills = (await invoicesOf(shop, payer)).filter(({ kind }) => kind === "overage" || kind === "combined");
  const lines = bills.flatMap((bill) => bill.lines).filter(({ ledger_account }) => ledger_account !== "revenue.base");
  const billed = sum(lines.map(({ net_paise }) => net_paise)) * PAISA;
  expect(of("overage"), `${payer.name}: overage is billed, or stands as unbilled`).toBe(
    billed + (await standing(shop, payer, "unbilled")) + (await notClosed(shop, payer, of("overage"))),
  );
  expect(-(await standing(shop, payer, "revenue.prepaid")), `${payer.name}: prepaid`).toBeLessThanOrEqual(
    of("prepaid"),
  );
}

/** Overage of cycles that run: used, and not in the journal yet. */
async function notClosed(shop: Shop, payer: Payer, used: number): Promise<number> {
  const noted = await standing(shop, payer, "revenue.overage");
  const credited = await shop.db.read
    .select({ sum: total(entries.amount_micros) })
    .from(entries)
    .innerJoin(transfers, eq(transfers.id, entries.transfer_id))
    .where(
      and(
        ...[eq(entries.customer_id, payer.customer_id as CustomerId), eq(entries.ledger_account, "revenue.overage")],
        eq(transfers.kind, "credit_note"),
      ),
    );
  return used + noted - credited[0]!.sum;
}

/** A cycle whose events and grants disagree is never closed. */
async function cyclesThatAreOverAreClosed(shop: Shop): Promise<void> {
  const over = await shop.db.read
    .select({ id: cycles.id, customer_id: cycles.customer_id, state: cycles.state })
    .from(cycles)
    .where(and(lte(cycles.end_at, shop.clock.now()), ne(cycles.state, "closed")));
  expect(over, "cycles that are over and not closed").toEqual([]);
}

async function statesAreRazorpays(shop: Shop, accounts: Cast["accounts"]): Promise<void> {
  const rows = await shop.db.read.select().from(subscriptions);
  for (const { account_id, razorpay_subscription_id: id, status } of rows) {
    if (id === null) continue;
    const theirs = accounts[account_id]!.books.subscriptions().find((one) => one.id === id);
    if (status !== "expired") expect(status, id).toBe(theirs?.status);
  }
}

async function numbersHaveNoGap(shop: Shop): Promise<void> {
  const documents = [
    ...(await shop.db.read.select().from(invoices)),
    ...(await shop.db.read.select().from(creditNotes)),
  ];
  const series = new Map<string, number[]>();
  for (const { seller_id, number } of documents) {
    const [, prefix, count] = /^(.*\/)(\d+)$/.exec(number)!;
    const name = `${seller_id} ${prefix}`;
    series.set(name, [...(series.get(name) ?? []), Number(count)]);
  }
  for (const [name, numbers] of series)
    expect(
      numbers.sort((a, b) => a - b),
      name,
    ).toEqual(numbers.map((_, index) => index + 1));
}

/** Of all payments of an invoice's debits and links, one is kept. */
function noInvoiceIsPaidTwice(accounts: Cast["accounts"]): void {
  for (const { books } of Object.values(accounts) as SandboxAccount[]) {
    const kept = new Map<string, number>();
    for (const { notes, captured_at, amount, amount_refunded } of books.payments()) {
      const { invoice } = notes as { invoice?: string };
      if (invoice && captured_at !== null) kept.set(invoice, (kept.get(invoice) ?? 0) + amount - amount_refunded);
    }
    for (const [invoice, paid] of kept) {
      const asked = books.payments().find(({ notes }) => (notes as { invoice?: string }).invoice === invoice)!.amount;
      expect(paid, `invoice ${invoice}`).toBeLessThanOrEqual(asked);
    }
  }
}
