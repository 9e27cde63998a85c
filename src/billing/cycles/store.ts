import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { Reader, Tx } from "../../db/database.ts";
import { rowReader } from "../../db/rows.ts";
import { openInvoice } from "../../db/schema/invoices.ts";
import {
  customers,
  cycles,
  grants,
  holds,
  invoices,
  mandates,
  planMoves,
  subscriptionChanges,
  subscriptions,
  tenants,
  usageEvents,
} from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";
import { type CustomerId, type CycleId, type GrantId, newId, type TenantId } from "../../kernel/id.ts";
import type { Micros } from "../../kernel/money.ts";
import type { GrantRow } from "../../ledger/store.ts";
import type { CustomerRow } from "../../tenants/store.ts";
import { isCollectable } from "../invoices/settle.ts";

export type CycleRow = typeof cycles.$inferSelect;
export type SubscriptionRow = typeof subscriptions.$inferSelect;
export type MandateRow = typeof mandates.$inferSelect;

const lockCustomers = rowReader(customers, customers.id, { lock: true });

/** The customer, which stays as it is until the transaction ends: whoever opens or closes its cycles holds this first. */
export async function lockedCustomer(tx: Tx, id: CustomerId): Promise<CustomerRow> {
  const [row] = await lockCustomers(tx, [id]);
  if (!row) throw new Error(`there is no customer ${id}`);
  return row;
}

/** What the hot path sees of a customer's plan. */
export type CustomerInForce = Pick<
  CustomerRow,
  "plan_version_id" | "subscription_id" | "cycle_id" | "cycle_start" | "cycle_end" | "standing"
>;

export async function saveInForce(tx: Tx, id: CustomerId, change: CustomerInForce): Promise<CustomerRow> {
  const [row] = await tx.update(customers).set(change).where(eq(customers.id, id)).returning();
  return row!;
}

/* Subscriptions and mandates, as far as cycles look at them */

/** The customer's subscriptions, newest first. */
export const listSubscriptions = (
  read: Reader,
  tenant_id: TenantId,
  customer_id: CustomerId,
): Promise<SubscriptionRow[]> =>
  read
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.tenant_id, tenant_id), eq(subscriptions.customer_id, customer_id)))
    .orderBy(desc(subscriptions.id));

/** The mandate that debits go to: the newest that is confirmed and has not expired. */
export async function findMandate(
  read: Reader,
  { tenant_id, customer_id, at }: { tenant_id: TenantId; customer_id: CustomerId; at: number },
): Promise<MandateRow | undefined> {
  const rows = await read
    .select()
    .from(mandates)
    .where(
      and(eq(mandates.tenant_id, tenant_id), eq(mandates.customer_id, customer_id), eq(mandates.status, "confirmed")),
    )
    .orderBy(desc(mandates.id));
  return rows.find(({ expires_at }) => expires_at === null || expires_at > at);
}

/* Cycles */

export async function insertCycle(tx: Tx, row: CycleRow): Promise<void> {
  await tx.insert(cycles).values(row);
}

export async function saveCycle(tx: Tx, id: CycleId, change: Partial<CycleRow>): Promise<CycleRow> {
  const [row] = await tx.update(cycles).set(change).where(eq(cycles.id, id)).returning();
  return row!;
}

export async function findCycle(read: Reader, id: CycleId): Promise<CycleRow | undefined> {
  const [row] = await read.select().from(cycles).where(eq(cycles.id, id));
  return row;
}

/** Cycles of a customer that are not over yet, or end after `at`. */
export const listCyclesAfter = (read: Reader, customer_id: CustomerId, at: number): Promise<CycleRow[]> =>
  read
    .select()
    .from(cycles)
    .where(and(eq(cycles.customer_id, customer_id), gt(cycles.end_at, at)))
    .orderBy(asc(cycles.start_at));

/** Present cycles of plans that are paid by a mandate whose base is not billed: some of them have none, or wait for the cycle before. */
export const listWithoutBase = async (read: Reader, now: number, after: string, rowsMax: number): Promise<CycleRow[]> =>
  (
    await read
      .select({ cycle: cycles })
      .from(cycles)
      .innerJoin(customers, eq(customers.cycle_id, cycles.id))
      .innerJoin(subscriptions, eq(subscriptions.id, cycles.subscription_id))
      .where(
        and(
          ...[eq(subscriptions.collection, "mandate"), eq(cycles.trial, false), isNull(cycles.base_invoice_id)],
          ...[eq(customers.standing, "ok"), gt(cycles.end_at, now), gt(cycles.id, after as CycleId)],
        ),
      )
      .orderBy(asc(cycles.id))
      .limit(rowsMax)
  ).map(({ cycle }) => cycle);

/** The last cycle that a subscription gave. */
export async function lastCycleOf(
  read: Reader,
  { tenant_id, customer_id, id }: Pick<SubscriptionRow, "tenant_id" | "customer_id" | "id">,
): Promise<CycleRow | undefined> {
  const [row] = await read
    .select()
    .from(cycles)
    .where(and(eq(cycles.tenant_id, tenant_id), eq(cycles.customer_id, customer_id), eq(cycles.subscription_id, id)))
    .orderBy(desc(cycles.start_at))
    .limit(1);
  return row;
}

/** Whether a cycle that ended by `at` is not closed yet. */
export async function hasUnclosed(read: Reader, customer_id: CustomerId, at: number): Promise<boolean> {
  const [row] = await read
    .select({ id: cycles.id })
    .from(cycles)
    .where(and(eq(cycles.customer_id, customer_id), lte(cycles.end_at, at), inArray(cycles.state, ["open", "ended"])))
    .limit(1);
  return row !== undefined;
}

/** Those whose end has come, and which are not closed. */
export const listDueCycles = (read: Reader, now: number, after: string, rowsMax: number): Promise<CycleRow[]> =>
  read
    .select()
    .from(cycles)
    .where(and(inArray(cycles.state, ["open", "ended"]), lte(cycles.end_at, now), gt(cycles.id, after as CycleId)))
    .orderBy(asc(cycles.id))
    .limit(rowsMax);

/** Customers whose cycle is over: whose next one is due. */
export const listToRoll = (read: Reader, now: number, rowsMax: number): Promise<CustomerRow[]> =>
  read
    .select()
    .from(customers)
    .where(and(isNotNull(customers.cycle_end), lte(customers.cycle_end, now)))
    .orderBy(asc(customers.cycle_end))
    .limit(rowsMax);

export async function saveBookedUntil(tx: Tx, id: CustomerId, booked_until: number): Promise<void> {
  await tx.update(customers).set({ booked_until }).where(eq(customers.id, id));
}

/** Customers of whom what was used outside of cycles is booked no further than so, or who are older: see unplanned.ts. */
export const listToBook = (read: Reader, before: number, after: string, rowsMax: number) =>
  read
    .select({
      ...{ id: customers.id, booked_until: customers.booked_until, created_at: customers.created_at },
      timezone: tenants.timezone,
    })
    .from(customers)
    .innerJoin(tenants, eq(tenants.id, customers.tenant_id))
    .where(
      and(
        sql`coalesce(${customers.booked_until}, ${customers.created_at}) < ${before}`,
        gt(customers.id, after as CustomerId),
      ),
    )
    .orderBy(asc(customers.id))
    .limit(rowsMax);

/** Open cycles with an overage line, page by page. */
export const listWithOverage = (read: Reader, now: number, after: string, rowsMax: number) =>
  read
    .select({ cycle: cycles, grant: grants })
    .from(cycles)
    .innerJoin(grants, eq(grants.id, cycles.overage_grant_id))
    .where(
      and(
        ...[eq(cycles.state, "open"), gt(cycles.end_at, now), gt(cycles.id, after as CycleId)],
        sql`${grants.used} > ${cycles.billed_micros}`,
      ),
    )
    .orderBy(asc(cycles.id))
    .limit(rowsMax);

export function pageOfCycles(
  read: Reader,
  query: PageQuery,
  filter: { readonly tenant_id?: TenantId; readonly customer_id?: CustomerId; readonly state?: CycleRow["state"] },
): Promise<CycleRow[]> {
  const { where, orderBy, limit } = pageClause(cycles.id, query);
  return read
    .select()
    .from(cycles)
    .where(
      and(
        filter.tenant_id && eq(cycles.tenant_id, filter.tenant_id),
        filter.customer_id && eq(cycles.customer_id, filter.customer_id),
        filter.state && eq(cycles.state, filter.state),
        where,
      ),
    )
    .orderBy(orderBy)
    .limit(limit);
}

/* Moves to another version of a plan */

export type PlanMoveRow = typeof planMoves.$inferSelect;

export const listMoves = (
  read: Reader,
  { id, tenant_id }: Pick<CustomerRow, "id" | "tenant_id">,
): Promise<PlanMoveRow[]> =>
  read
    .select()
    .from(planMoves)
    .where(and(eq(planMoves.tenant_id, tenant_id), eq(planMoves.customer_id, id)));

/** Takes a move that is due, and is not looked at again. Of a subscription that went to another plan since, nothing is left to move. */
export async function takeMove(
  tx: Tx,
  { tenant_id, subscription_id, plan_id, to_version_id }: PlanMoveRow & { readonly plan_id: string },
  { now, wall }: { readonly now: number; readonly wall: number },
): Promise<void> {
  await tx
    .delete(planMoves)
    .where(and(eq(planMoves.tenant_id, tenant_id), eq(planMoves.subscription_id, subscription_id)));
  const own = and(eq(subscriptions.tenant_id, tenant_id), eq(subscriptions.id, subscription_id));
  const [moved] = await tx
    .update(subscriptions)
    .set({ plan_version_id: to_version_id, updated_at: now })
    .where(and(own, eq(subscriptions.plan_id, plan_id)))
    .returning();
  if (!moved) return;
  await tx.insert(subscriptionChanges).values({
    ...{ id: newId("subscription_change", wall), tenant_id, subscription_id, at: now },
    ...{ from_status: moved.status, to_status: moved.status, cause: `now on ${to_version_id}` },
  });
}

/* Grants of cycles */

const lockGrants = rowReader(grants, grants.id, { lock: true });

/** A grant that stays as it is until the transaction ends, in the order in which the ledger locks them. */
export async function lockedGrants(tx: Tx, ids: readonly GrantId[]): Promise<Map<GrantId, GrantRow>> {
  return new Map((await lockGrants(tx, ids)).map((row) => [row.id, row]));
}

export async function saveGrant(
  tx: Tx,
  id: GrantId,
  change: Partial<Pick<GrantRow, "amount" | "starts_at" | "expires_at">>,
): Promise<void> {
  await tx.update(grants).set(change).where(eq(grants.id, id));
}

/** What of open invoices is for usage, net, in micros: a base that goes with it has its own place in the debit. */
export async function sumOpenUsage(read: Reader, tenant_id: TenantId, customer_id: CustomerId): Promise<Micros> {
  const rows = await read
    .select({
      lines: invoices.lines,
      total: invoices.total_paise,
      paid: invoices.paid_paise,
      credited: invoices.credited_paise,
      tds: invoices.tds_paise,
      off: invoices.written_off_paise,
    })
    .from(invoices)
    .where(
      and(
        ...[eq(invoices.tenant_id, tenant_id), eq(invoices.customer_id, customer_id)],
        inArray(invoices.kind, ["overage", "combined"]),
        openInvoice(invoices),
      ),
    );
  // The open share of each, rounded up: a paisa too much stands out, never one too little.
  const open = rows.reduce((sum, { lines, total: whole, paid, credited, tds, off }) => {
    const used = lines.reduce((net, line) => net + (line.ledger_account === "revenue.base" ? 0 : line.net_paise), 0);
    return sum + Math.ceil((used * (whole - paid - credited - tds - off)) / whole);
  }, 0);
  return (open * 10_000) as Micros;
}

/** Whether an invoice keeps the customer from calling. */
export async function hasSuspending(read: Reader, tenant_id: TenantId, customer_id: CustomerId): Promise<boolean> {
  const rows = await read
    .select()
    .from(invoices)
    .where(
      and(
        ...[eq(invoices.tenant_id, tenant_id), eq(invoices.customer_id, customer_id)],
        sql`(${invoices.suspended_at} is not null or ${invoices.reopened_at} is not null)`,
        openInvoice(invoices),
      ),
    );
  return rows.some(isCollectable);
}

/* What was used in a cycle */

/** Whether calls that were admitted in the cycle are still under way. */
export async function hasOpenHolds(
  read: Reader,
  { tenant_id, customer_id, start_at, end_at }: Pick<CycleRow, "tenant_id" | "customer_id" | "start_at" | "end_at">,
): Promise<boolean> {
  const [row] = await read
    .select({ id: holds.id })
    .from(holds)
    .where(
      and(
        ...[eq(holds.state, "open"), eq(holds.tenant_id, tenant_id), eq(holds.customer_id, customer_id)],
        ...[sql`${holds.admitted_at} >= ${start_at}`, lt(holds.admitted_at, end_at)],
      ),
    )
    .limit(1);
  return row !== undefined;
}

const EVENTS_AT_ONCE = 2_000;

/** The events that were admitted in a cycle, and what was adjusted in it of calls before it, in chunks: what was drawn of which grant, by model. */
export async function* eventsOfCycle(
  read: Reader,
  { tenant_id, customer_id, start_at, end_at }: Pick<CycleRow, "tenant_id" | "customer_id" | "start_at" | "end_at">,
) {
  let after = "";
  for (;;) {
    const rows = await read
      .select()
      .from(usageEvents)
      .where(
        and(
          ...[eq(usageEvents.tenant_id, tenant_id), eq(usageEvents.customer_id, customer_id)],
          or(
            and(gte(usageEvents.admitted_at, start_at), lt(usageEvents.admitted_at, end_at)),
            and(
              ...[isNotNull(usageEvents.adjusts), lt(usageEvents.admitted_at, start_at)],
              ...[gte(usageEvents.settled_at, start_at), lt(usageEvents.settled_at, end_at)],
            ),
          ),
          sql`${usageEvents.id} > ${after}`,
        ),
      )
      .orderBy(asc(usageEvents.id))
      .limit(EVENTS_AT_ONCE);
    if (rows.length) yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < EVENTS_AT_ONCE) return;
    after = last.id;
  }
}

export const grantsOfCustomer = (read: Reader, tenant_id: TenantId, customer_id: CustomerId): Promise<GrantRow[]> =>
  read
    .select()
    .from(grants)
    .where(and(eq(grants.tenant_id, tenant_id), eq(grants.customer_id, customer_id)))
    .orderBy(asc(grants.id));
