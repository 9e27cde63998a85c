import { and, asc, eq, inArray, lt, sql } from "drizzle-orm";
import { total } from "../../db/columns.ts";
import type { Reader } from "../../db/database.ts";
import { entries, grants, transfers } from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";
import type { TenantId } from "../../kernel/id.ts";
import { type Micros, micros } from "../../kernel/money.ts";

/** What stands in the wallets of a tenant's customers. Credits are negative. */
export interface WalletBalance {
  readonly id: TenantId;
  readonly currency: string;
  /** By sales, gifts of prepaid credit, refunds and lapses; and by usage that was booked. */
  readonly moved_micros: Micros;
  readonly used_micros: Micros;
}

const exactly = (value: unknown): Micros => micros(BigInt(value as string | number));
const inWallets = (before: number) => and(eq(entries.ledger_account, "wallet"), lt(transfers.at, before));
const ofKind = (usage: boolean) =>
  sql<Micros>`coalesce(sum(case when (${transfers.kind} = 'usage') = ${sql.raw(String(usage))} then ${entries.amount_micros} else 0 end), 0)`.mapWith(
    exactly,
  );

/** A page of tenants whose customers have or had prepaid credit, with what the journal had of it before an instant. */
export function pageOfWalletBalances(read: Reader, query: PageQuery, before: number): Promise<WalletBalance[]> {
  const { where, orderBy, limit } = pageClause(entries.tenant_id, query);
  return read
    .select({
      ...{ id: entries.tenant_id, currency: entries.currency },
      ...{ moved_micros: ofKind(false), used_micros: ofKind(true) },
    })
    .from(entries)
    .innerJoin(transfers, eq(transfers.id, entries.transfer_id))
    .where(and(inWallets(before), where))
    .groupBy(entries.tenant_id, entries.currency)
    .orderBy(orderBy)
    .limit(limit);
}

/** How many rows these pages have in all. */
export async function countWalletBalances(read: Reader, before: number): Promise<number> {
  const groups = read
    .select({ tenant_id: entries.tenant_id })
    .from(entries)
    .innerJoin(transfers, eq(transfers.id, entries.transfer_id))
    .where(inWallets(before))
    .groupBy(entries.tenant_id, entries.currency)
    .as("g");
  const [row] = await read.select({ rows: sql`count(*)`.mapWith(Number) }).from(groups);
  return row!.rows;
}

/** The same over all tenants, as it is owed. */
export async function walletTotals(
  read: Reader,
  before: number,
): Promise<{ readonly currency: string; readonly booked_micros: Micros }[]> {
  const rows = await read
    .select({ currency: entries.currency, sum: total<Micros>(entries.amount_micros) })
    .from(entries)
    .innerJoin(transfers, eq(transfers.id, entries.transfer_id))
    .where(inWallets(before))
    .groupBy(entries.currency)
    .orderBy(asc(entries.currency));
  return rows.map(({ currency, sum }) => ({ currency, booked_micros: micros(0 - sum) }));
}

/** The prepaid credit that these tenants' customers were granted, and what of it was drawn. */
export async function prepaidOf(
  read: Reader,
  tenant_ids: readonly TenantId[],
): Promise<Map<TenantId, { readonly amount: Micros; readonly used: Micros }>> {
  if (!tenant_ids.length) return new Map();
  const rows = await read
    .select({ tenant_id: grants.tenant_id, amount: total<Micros>(grants.amount), used: total<Micros>(grants.used) })
    .from(grants)
    .where(and(inArray(grants.tenant_id, [...tenant_ids]), eq(grants.kind, "prepaid")))
    .groupBy(grants.tenant_id);
  return new Map(rows.map(({ tenant_id, ...sums }) => [tenant_id, sums]));
}
