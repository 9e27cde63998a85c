import { and, asc, eq, gt, gte, inArray, isNull, like, lt, lte, ne, or, sql } from "drizzle-orm";
import { total } from "../../db/columns.ts";
import type { Reader, Tx } from "../../db/database.ts";
import { rowReader } from "../../db/rows.ts";
import {
  counters,
  creditNotes,
  customers,
  cycles,
  entries,
  grants,
  holds,
  installation,
  invoices,
  numberSeries,
  payments,
  selfInvoices,
  topups,
  transfers,
  usageCarried,
  usageEvents,
} from "../../db/schema.ts";
import { type Clock, HOUR } from "../../kernel/clock.ts";
import { type CustomerId, type EventId, type GrantId, isId, type TenantId, type TransferId } from "../../kernel/id.ts";
import type { Micros } from "../../kernel/money.ts";
import type { Figure } from "../../usage/rollups/figures.ts";
import { bucketsOf, widened } from "../../usage/rollups/spans.ts";
import { sumRollups } from "../../usage/rollups/store.ts";

/** Rows of one statement: what a process does between two breaths. */
const PAGE = 2_000;

export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Ids sort by the wall time of their making, which business time is never behind, and ahead of by no more than now: so what was made in a span
 * of business time lies between two ids.
 */
export const idBounds = (clock: Clock, { from, to }: Span) => ({
  low: from - (clock.now() - clock.wall()) - HOUR,
  high: to + HOUR,
});

/** From when on events are whole: older ones may have been deleted when their time was over. 0 where none were. */
export async function eventsWholeFrom(read: Reader): Promise<number> {
  const [row] = await read.select().from(installation).where(eq(installation.name, "events_whole_from"));
  return Number(row?.value ?? 0);
}

/* Transfers */

/** The transfers of a span, in the order of their ids, after one. */
export const listTransfers = (read: Reader, { from, to }: Span, after: string, rowsMax: number) =>
  read
    .select({
      id: transfers.id,
      source: transfers.source,
      tenant_id: transfers.tenant_id,
      customer_id: transfers.customer_id,
    })
    .from(transfers)
    .where(and(gt(transfers.id, after as TransferId), gte(transfers.at, from), lt(transfers.at, to)))
    .orderBy(asc(transfers.id))
    .limit(rowsMax);

/** Of the transfers between two ids, what does not sum to zero. */
export const listOff = (read: Reader, { first, last }: { readonly first: TransferId; readonly last: TransferId }) =>
  read
    .select({ id: entries.transfer_id, currency: entries.currency, off: total<Micros>(entries.amount_micros) })
    .from(entries)
    .where(and(gte(entries.transfer_id, first), lte(entries.transfer_id, last)))
    .groupBy(entries.transfer_id, entries.currency)
    .having(sql`sum(${entries.amount_micros}) <> 0`);

/** What these occasions posted on one account: the sum by source, and nothing for one that was not posted. */
export async function postedOn(
  read: Reader,
  sources: readonly string[],
  ledger_accounts: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (!sources.length) return new Map();
  const rows = await read
    .select({ source: transfers.source, sum: total(entries.amount_micros) })
    .from(transfers)
    .innerJoin(entries, eq(entries.transfer_id, transfers.id))
    .where(and(inArray(transfers.source, [...sources]), inArray(entries.ledger_account, [...ledger_accounts])))
    .groupBy(transfers.source);
  return new Map(rows.map(({ source, sum }) => [source, sum]));
}

/* Documents */

type InvoiceRow = typeof invoices.$inferSelect;
type CreditNoteRow = typeof creditNotes.$inferSelect;
type PaymentRow = typeof payments.$inferSelect;

export const listInvoices = (read: Reader, { from, to }: Span, after: string, rowsMax: number): Promise<InvoiceRow[]> =>
  read
    .select()
    .from(invoices)
    .where(and(sql`${invoices.id} > ${after}`, gte(invoices.issued_at, from), lt(invoices.issued_at, to)))
    .orderBy(asc(invoices.id))
    .limit(rowsMax);

export const listCreditNotes = (
  read: Reader,
  { from, to }: Span,
  after: string,
  rowsMax: number,
): Promise<CreditNoteRow[]> =>
  read
    .select()
    .from(creditNotes)
    .where(and(sql`${creditNotes.id} > ${after}`, gte(creditNotes.issued_at, from), lt(creditNotes.issued_at, to)))
    .orderBy(asc(creditNotes.id))
    .limit(rowsMax);

export const listCaptured = (read: Reader, { from, to }: Span, after: string, rowsMax: number): Promise<PaymentRow[]> =>
  read
    .select()
    .from(payments)
    .where(and(gt(payments.id, after), gte(payments.captured_at, from), lt(payments.captured_at, to)))
    .orderBy(asc(payments.id))
    .limit(rowsMax);

/** What stands on an account for each of these customers, in rupees and whatever else they pay in. */
export async function standingOf(
  read: Reader,
  ids: readonly CustomerId[],
  ledger_account: string,
): Promise<ReadonlyMap<CustomerId, number>> {
  if (!ids.length) return new Map();
  const rows = await read
    .select({ id: entries.customer_id, sum: total(entries.amount_micros) })
    .from(entries)
    .where(and(inArray(entries.customer_id, [...ids]), eq(entries.ledger_account, ledger_account)))
    .groupBy(entries.customer_id);
  return new Map(rows.map(({ id, sum }) => [id!, sum]));
}

/** What is left to pay of each customer's invoices, in paise; less than nothing where more was credited than was open. */
export async function openOf(read: Reader, ids: readonly CustomerId[]): Promise<ReadonlyMap<CustomerId, number>> {
  if (!ids.length) return new Map();
  const t = invoices;
  const left = sql<number>`coalesce(sum(${t.total_paise} - ${t.paid_paise} - ${t.credited_paise} - ${t.tds_paise} - ${t.written_off_paise}), 0)`;
  const rows = await read
    .select({ id: t.customer_id, left: left.mapWith(Number) })
    .from(t)
    .where(inArray(t.customer_id, [...ids]))
    .groupBy(t.customer_id);
  return new Map(rows.map(({ id, left }) => [id, left]));
}

/** Customers of whose prepaid credit the journal says otherwise than their grants. In one statement, so that nothing moves in between. */
export async function walletsOff(
  read: Reader,
  ids: readonly CustomerId[],
): Promise<ReadonlyMap<CustomerId, { readonly booked: Micros; readonly granted: Micros }>> {
  if (!ids.length) return new Map();
  const mine = sql`customer_id in ${[...ids]}`;
  // Usage leaves the wallet and stays in the grant, as used.
  const booked = sql`select e.customer_id, -e.amount_micros as booked, 0 as granted from ${entries} e
    inner join ${transfers} t on t.id = e.transfer_id where e.${mine} and e.ledger_account = 'wallet' and t.kind <> 'usage'`;
  const granted = sql`select customer_id, 0 as booked, amount as granted from ${grants} where ${mine} and kind = 'prepaid'`;
  const x = (column: string) => sql.raw(`x.${column}`);
  const rows = await read
    .select({
      id: sql<CustomerId>`${x("customer_id")}`,
      ...{ booked: total<Micros>(x("booked")), granted: total<Micros>(x("granted")) },
    })
    .from(sql`(${booked} union all ${granted}) x`)
    .groupBy(x("customer_id"))
    .having(sql`sum(${x("booked")}) <> sum(${x("granted")})`);
  return new Map(rows.map(({ id, ...sums }) => [id, sums]));
}

/** What stands at the collector for each customer by its payments, in paise: captured, less fees, refunds and lost disputes. */
export async function collectedOf(read: Reader, ids: readonly CustomerId[]): Promise<ReadonlyMap<CustomerId, number>> {
  if (!ids.length) return new Map();
  const t = payments;
  const net = sql<number>`coalesce(sum(${t.amount_paise} - ${t.fee_paise} - ${t.refunded_paise} - ${t.deducted_paise}), 0)`;
  const rows = await read
    .select({ id: t.customer_id, net: net.mapWith(Number) })
    .from(t)
    .where(and(inArray(t.customer_id, [...ids]), sql`${t.captured_at} is not null`, ne(t.purpose, "manual")))
    .groupBy(t.customer_id);
  return new Map(rows.map(({ id, net }) => [id, net]));
}

export const listSeries = (read: Reader) => read.select().from(numberSeries).orderBy(asc(numberSeries.id));

/** The numbers of a series that were given: of invoices, and of credit notes and self-invoices, which have series of their own. */
export async function numbersIn(
  read: Reader,
  { seller_id, prefix }: { readonly seller_id: InvoiceRow["seller_id"]; readonly prefix: string },
): Promise<string[]> {
  const of = async (table: typeof invoices | typeof creditNotes | typeof selfInvoices) =>
    read
      .select({ number: table.number })
      .from(table as typeof invoices)
      .where(and(eq(table.seller_id, seller_id), like(table.number, `${prefix}%`)));
  return [...(await of(invoices)), ...(await of(creditNotes)), ...(await of(selfInvoices))].map(({ number }) => number);
}

/* Grants, counters, holds */

export type GrantRow = typeof grants.$inferSelect;
export type CounterRow = typeof counters.$inferSelect;

/** Customers, page by page. */
export const listCustomers = (read: Reader, after: string, rowsMax: number) =>
  read
    .select({ id: customers.id, tenant_id: customers.tenant_id, user_id: customers.user_id })
    .from(customers)
    .where(gt(customers.id, after as CustomerId))
    .orderBy(asc(customers.id))
    .limit(rowsMax);
export type Owner = Awaited<ReturnType<typeof listCustomers>>[number];

export const grantsOf = (read: Reader, ids: readonly CustomerId[]): Promise<GrantRow[]> =>
  ids.length
    ? read
        .select()
        .from(grants)
        .where(inArray(grants.customer_id, [...ids]))
    : Promise.resolve([]);

const lockById = rowReader(grants, grants.id, { lock: true });
export const lockedGrants = async (tx: Tx, ids: readonly GrantId[]): Promise<ReadonlyMap<GrantId, GrantRow>> =>
  new Map((await lockById(tx, ids)).map((row) => [row.id, row]));

const lockCounters = rowReader(counters, counters.id, { lock: true });
export const lockedCounter = async (tx: Tx, id: string): Promise<CounterRow | undefined> =>
  (await lockCounters(tx, [id]))[0];

export async function saveHeld(tx: Tx, id: GrantId, held: Micros): Promise<void> {
  await tx.update(grants).set({ held }).where(eq(grants.id, id));
}

export async function saveCounterHeld(tx: Tx, id: string, held: number): Promise<void> {
  await tx.update(counters).set({ held }).where(eq(counters.id, id));
}

/** What a customer's events drew of each grant, those among them that were deleted when their time was over, and its spend at list by the counter that its tiers go by. */
export async function drawnBy(
  read: Reader,
  { tenant_id, user_id, id }: Owner,
): Promise<{ readonly drawn: ReadonlyMap<string, number>; readonly listed: ReadonlyMap<string, number> }> {
  const [drawn, listed] = [new Map<string, number>(), new Map<string, number>()];
  const t = usageEvents;
  const carried = await read
    .select()
    .from(usageCarried)
    .where(and(eq(usageCarried.tenant_id, tenant_id), eq(usageCarried.customer_id, id)));
  for (const { kind, subject_id, amount } of carried) {
    if (kind === "drawn") drawn.set(subject_id, amount);
    if (kind === "listed") listed.set(subject_id, amount);
  }
  for (let after = "" as EventId; ; ) {
    const rows = await read
      .select({ id: t.id, draws: t.draws, tiered: t.tiered })
      .from(t)
      .where(
        and(
          ...[eq(t.tenant_id, tenant_id), user_id === null ? undefined : eq(t.user_id, user_id)],
          ...[eq(t.customer_id, id), gt(t.id, after)],
        ),
      )
      .orderBy(asc(t.id))
      .limit(PAGE);
    for (const { draws, tiered } of rows) {
      for (const { grant_id, amount } of draws) drawn.set(grant_id, (drawn.get(grant_id) ?? 0) + amount);
      if (tiered) listed.set(tiered.counter_id, (listed.get(tiered.counter_id) ?? 0) + tiered.list_micros);
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return { drawn, listed };
    after = last.id;
  }
}

/** The counters that tiers go by, of these customers. */
export const tierCountersOf = (read: Reader, owners: readonly Owner[]): Promise<CounterRow[]> =>
  owners.length
    ? read
        .select()
        .from(counters)
        .where(
          and(
            eq(counters.metric, "list_micros"),
            inArray(counters.tenant_id, [...new Set(owners.map(({ tenant_id }) => tenant_id))]),
            inArray(
              counters.subject_id,
              owners.map(({ id }) => id),
            ),
          ),
        )
    : Promise.resolve([]);

/** All counters, page by page. */
export const listCounters = (read: Reader, after: string, rowsMax: number): Promise<CounterRow[]> =>
  read.select().from(counters).where(gt(counters.id, after)).orderBy(asc(counters.id)).limit(rowsMax);

/** The open holds: what they hold is in `held`, as ledger/books.ts says. */
export const openHolds = (read: Reader) =>
  read.select().from(holds).where(eq(holds.state, "open")).orderBy(asc(holds.id));

/** At most so much was used by a subject in the quarters of an hour that touch a window, until `now` where it has no end, by what the reports say. */
export async function usedAtMost(
  read: Reader,
  { tenant_id, subject_id, window_start, window_end }: CounterRow,
  now: number,
): Promise<Readonly<Record<"requests" | "input_tokens" | "output_tokens" | "total_tokens", number>>> {
  const subject = subject_id === tenant_id ? {} : isId("key", subject_id) ? { key: subject_id } : { user: subject_id };
  const rows = await sumRollups(read, {
    ...{ filter: { tenant: tenant_id, ...subject }, by: [] },
    buckets: [...bucketsOf(widened(window_start, window_end ?? now + HOUR), null, "UTC")],
  });
  const sum = (...figures: readonly Figure[]): number =>
    rows.reduce((all, row) => all + figures.reduce((some, figure) => some + row.figures[figure], 0), 0);
  const input_tokens = sum("input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens");
  const output_tokens = sum("output_tokens");
  return { requests: sum("requests"), input_tokens, output_tokens, total_tokens: input_tokens + output_tokens };
}

/** Whether anything of a tenant was priced or counted again after the fact: then its counters may be above its reports. */
export async function hasAdjustments(read: Reader, tenant_id: TenantId): Promise<boolean> {
  const [row] = await read
    .select({ id: usageEvents.id })
    .from(usageEvents)
    .where(and(sql`${usageEvents.adjusts} is not null`, eq(usageEvents.tenant_id, tenant_id)))
    .limit(1);
  return row !== undefined;
}

/* Top-ups and cycles */

export const listPaidTopups = (read: Reader, { from, to }: Span, after: string, rowsMax: number) =>
  read
    .select({ topup: topups, grant: grants })
    .from(topups)
    .leftJoin(grants, eq(grants.source, sql`'topup:' || ${topups.id}`))
    .where(
      and(
        ...[sql`${topups.id} > ${after}`, gte(topups.updated_at, from), lt(topups.updated_at, to)],
        or(eq(topups.state, "paid"), sql`${grants.id} is not null`),
      ),
    )
    .orderBy(asc(topups.id))
    .limit(rowsMax);

/** Credit that says that it was bought, of which there is no top-up. */
export const listUnbought = (read: Reader) =>
  read
    .select({ grant: grants })
    .from(grants)
    .leftJoin(topups, eq(grants.source, sql`'topup:' || ${topups.id}`))
    .where(and(like(grants.source, "topup:%"), isNull(topups.id)))
    .orderBy(asc(grants.id));

export type CycleRow = typeof cycles.$inferSelect;

export const listClosed = (read: Reader, { from, to }: Span, after: string, rowsMax: number): Promise<CycleRow[]> =>
  read
    .select()
    .from(cycles)
    .where(
      and(
        ...[sql`${cycles.id} > ${after}`, eq(cycles.state, "closed")],
        ...[gte(cycles.closed_at, from), lt(cycles.closed_at, to)],
      ),
    )
    .orderBy(asc(cycles.id))
    .limit(rowsMax);

/** Cycles that were over by then, and are not closed. */
export const listNotClosed = (read: Reader, before: number): Promise<CycleRow[]> =>
  read
    .select()
    .from(cycles)
    .where(and(ne(cycles.state, "closed"), lt(cycles.end_at, before)))
    .orderBy(asc(cycles.id));
