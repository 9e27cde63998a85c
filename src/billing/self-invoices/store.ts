import { and, asc, eq, gte, isNull, lt, ne, sql } from "drizzle-orm";
import { total } from "../../db/columns.ts";
import type { Reader, Tx } from "../../db/database.ts";
import { rowReader } from "../../db/rows.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { costLines, holds, selfInvoiced, selfInvoices, selfInvoicing, tenants } from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";
import type { SelfInvoiceId } from "../../kernel/id.ts";
import { type Micros, micros } from "../../kernel/money.ts";
import { bucketsOf, SLOT, slotOf } from "../../usage/rollups/spans.ts";
import { sumRollups } from "../../usage/rollups/store.ts";

export type SelfInvoiceRow = typeof selfInvoices.$inferSelect;
export type StandingRow = typeof selfInvoicing.$inferSelect;
export type InvoicedRow = typeof selfInvoiced.$inferSelect;

export interface Span {
  readonly from: number;
  readonly to: number;
}

/* What was imported */

/**
 * What the provider charged for the calls of each tenant, by the quarter of an hour that they were admitted in (one belongs to the span in which it
 * begins).
 */
export async function costsByTenant(read: Reader, { from, to }: Span): Promise<Map<AccountId, Micros>> {
  const slots = { from: slotOf(from + SLOT - 1), to: slotOf(to + SLOT - 1) };
  const buckets = [...bucketsOf(slots, null, "UTC")];
  const rows = await sumRollups(read, { filter: {}, by: ["tenant"], buckets, figures: ["cost_micros_usd"] });
  const costs = new Map<AccountId, Micros>();
  for (const { dimensions, figures } of rows) {
    const tenant_id = dimensions[0] as AccountId;
    costs.set(tenant_id, micros((costs.get(tenant_id) ?? 0) + figures.cost_micros_usd));
  }
  return costs;
}

/** Who calls with the operator's key: a tenant with a key of its own at the provider imports for itself. */
export async function withoutOwnKey(read: Reader): Promise<Set<AccountId>> {
  const rows = await read.select({ id: tenants.id }).from(tenants).where(isNull(tenants.upstream_api_key_sealed));
  return new Set<AccountId>(rows.map(({ id }) => id));
}

/** The costs that no call explains, by where they begin. */
export async function otherCosts(read: Reader, { from, to }: Span): Promise<Micros> {
  const [row] = await read
    .select({ cost: total<Micros>(costLines.cost_micros_usd) })
    .from(costLines)
    .where(and(gte(costLines.from_at, from), lt(costLines.from_at, to)));
  return row!.cost;
}

/** Of the costs that no call explains, what is on self-invoices. */
export async function otherInvoiced(read: Reader, seller_id: AccountId, since: number): Promise<Micros> {
  const t = selfInvoiced;
  const [row] = await read
    .select({ cost: total<Micros>(t.cost_micros_usd) })
    .from(t)
    .where(and(eq(t.seller_id, seller_id), eq(t.tenant_id, "operator"), gte(t.from_at, since)));
  return row!.cost;
}

/** The spans that self-invoices have, which begin in `[from, to)`. */
export const invoicedSpans = (read: Reader, seller_id: AccountId, { from, to }: Span): Promise<Span[]> => {
  const t = selfInvoiced;
  return read
    .selectDistinct({ from: t.from_at, to: t.to_at })
    .from(t)
    .where(and(eq(t.seller_id, seller_id), gte(t.from_at, from), lt(t.from_at, to)))
    .orderBy(asc(t.from_at));
};

/** What of each tenant's cost in a span is on self-invoices. */
export const invoicedOf = (read: Reader, seller_id: AccountId, from_at: number): Promise<InvoicedRow[]> => {
  const t = selfInvoiced;
  return read
    .select()
    .from(t)
    .where(and(eq(t.seller_id, seller_id), eq(t.from_at, from_at), ne(t.tenant_id, "operator")))
    .orderBy(asc(t.tenant_id));
};

/** Whether a call that was admitted before an instant is still under way. */
export async function hasOpenCalls(read: Reader, before: number): Promise<boolean> {
  const [row] = await read
    .select({ id: holds.id })
    .from(holds)
    .where(and(sql`${holds.state} = 'open'`, lt(holds.admitted_at, before)))
    .limit(1);
  return row !== undefined;
}

/* Up to when it is invoiced */

const lockStanding = rowReader(selfInvoicing, selfInvoicing.seller_id, { lock: true });

export async function lockedStanding(tx: Tx, seller_id: AccountId): Promise<StandingRow | undefined> {
  const [row] = await lockStanding(tx, [seller_id]);
  return row;
}

export async function findStanding(read: Reader, seller_id: AccountId): Promise<StandingRow | undefined> {
  const [row] = await read.select().from(selfInvoicing).where(eq(selfInvoicing.seller_id, seller_id));
  return row;
}

export async function insertStanding(tx: Tx, row: StandingRow): Promise<void> {
  await tx.insert(selfInvoicing).values(row).onConflictDoNothing({ target: selfInvoicing.seller_id });
}

export async function deleteStanding(tx: Tx, seller_id: AccountId): Promise<void> {
  await tx.delete(selfInvoicing).where(eq(selfInvoicing.seller_id, seller_id));
}

export async function saveCovered(tx: Tx, seller_id: AccountId, covered_until: number): Promise<void> {
  await tx.update(selfInvoicing).set({ covered_until }).where(eq(selfInvoicing.seller_id, seller_id));
}

export async function saveInvoiced(tx: Tx, row: InvoicedRow): Promise<void> {
  const t = selfInvoiced;
  const { cost_micros_usd } = row;
  await tx
    .insert(t)
    .values(row)
    .onConflictDoUpdate({ target: [t.seller_id, t.from_at, t.tenant_id], set: { cost_micros_usd } });
}

/* The documents */

export async function insertSelfInvoice(tx: Tx, row: SelfInvoiceRow): Promise<void> {
  await tx.insert(selfInvoices).values(row);
}

export async function findSelfInvoice(read: Reader, id: string): Promise<SelfInvoiceRow | undefined> {
  const [row] = await read
    .select()
    .from(selfInvoices)
    .where(eq(selfInvoices.id, id as SelfInvoiceId));
  return row;
}

export function listSelfInvoices(read: Reader, query: PageQuery): Promise<SelfInvoiceRow[]> {
  const { where, orderBy, limit } = pageClause(selfInvoices.id, query);
  return read.select().from(selfInvoices).where(where).orderBy(orderBy).limit(limit);
}

/** What a seller issued in `[from, to)`, in the order of the numbers: one for each month. */
export const selfInvoicesOf = (
  read: Reader,
  { seller_id, from, to }: Span & { readonly seller_id: AccountId },
): Promise<SelfInvoiceRow[]> =>
  read
    .select()
    .from(selfInvoices)
    .where(
      and(eq(selfInvoices.seller_id, seller_id), gte(selfInvoices.issued_at, from), lt(selfInvoices.issued_at, to)),
    )
    .orderBy(asc(selfInvoices.issued_at));
