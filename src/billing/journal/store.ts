import { and, asc, desc, eq, gte, like, lt, type SQL, sql } from "drizzle-orm";
import { total } from "../../db/columns.ts";
import type { Reader, Tx } from "../../db/database.ts";
import { entries, transfers } from "../../db/schema.ts";
import type { CustomerId, TenantId } from "../../kernel/id.ts";
import type { Micros } from "../../kernel/money.ts";

export type TransferRow = typeof transfers.$inferSelect;
export type EntryRow = typeof entries.$inferSelect;

export async function insertTransfer(tx: Tx, row: TransferRow): Promise<boolean> {
  const rows = await tx
    .insert(transfers)
    .values(row)
    .onConflictDoNothing({ target: transfers.source })
    .returning({ id: transfers.id });
  return rows.length > 0;
}

export async function hasTransfer(read: Reader, source: string): Promise<boolean> {
  const [row] = await read.select({ id: transfers.id }).from(transfers).where(eq(transfers.source, source));
  return row !== undefined;
}

export async function insertEntries(tx: Tx, rows: readonly EntryRow[]): Promise<void> {
  if (rows.length) await tx.insert(entries).values([...rows]);
}

export async function sumOf(
  read: Reader,
  of: { tenant_id: TenantId; customer_id: CustomerId; ledger_account: string; currency: string },
): Promise<Micros> {
  const [row] = await read
    .select({ sum: total<Micros>(entries.amount_micros) })
    .from(entries)
    .where(
      and(
        ...[eq(entries.tenant_id, of.tenant_id), eq(entries.customer_id, of.customer_id)],
        ...[eq(entries.ledger_account, of.ledger_account), eq(entries.currency, of.currency)],
      ),
    );
  return row!.sum;
}

interface AccountOf {
  readonly tenant_id: TenantId;
  readonly customer_id: CustomerId;
  readonly ledger_account: string;
}

const onAccount = ({ tenant_id, customer_id, ledger_account }: AccountOf, by: SQL | undefined): SQL | undefined =>
  and(
    ...[eq(entries.tenant_id, tenant_id), eq(entries.customer_id, customer_id)],
    ...[eq(entries.ledger_account, ledger_account), by],
  );

async function sumMoved(read: Reader, of: AccountOf, by: SQL): Promise<Micros> {
  const [row] = await read
    .select({ sum: total<Micros>(entries.amount_micros) })
    .from(entries)
    .innerJoin(transfers, eq(transfers.id, entries.transfer_id))
    .where(onAccount(of, by));
  return row!.sum;
}

/** What moved on one account of a customer by transfers whose source begins so. */
export const sumBySource = (read: Reader, of: AccountOf & { readonly source_prefix: string }): Promise<Micros> =>
  sumMoved(read, of, like(transfers.source, `${of.source_prefix}%`));

/** What had moved on one account of a customer before an instant. */
export const sumBefore = (read: Reader, of: AccountOf & { readonly before: number }): Promise<Micros> =>
  sumMoved(read, of, lt(transfers.at, of.before));

/** What moved on one account of a customer, oldest first. */
export function listMovements(
  read: Reader,
  of: AccountOf & { readonly from: number; readonly to: number },
  rowsMax: number,
): Promise<{ transfer: TransferRow; entry: EntryRow }[]> {
  return read
    .select({ transfer: transfers, entry: entries })
    .from(entries)
    .innerJoin(transfers, eq(transfers.id, entries.transfer_id))
    .where(onAccount(of, and(gte(transfers.at, of.from), lt(transfers.at, of.to))))
    .orderBy(asc(transfers.at), asc(transfers.id), asc(entries.line))
    .limit(rowsMax);
}

/** What moved last on one account of a customer, newest first. */
export const lastMovements = (
  read: Reader,
  of: AccountOf,
  rowsMax: number,
): Promise<{ transfer: TransferRow; entry: EntryRow }[]> =>
  read
    .select({ transfer: transfers, entry: entries })
    .from(entries)
    .innerJoin(transfers, eq(transfers.id, entries.transfer_id))
    .where(onAccount(of, undefined))
    .orderBy(desc(transfers.at), desc(transfers.id), desc(entries.line))
    .limit(rowsMax);

/** Transfers that do not sum to zero: there must be none. */
export const listUnbalanced = (read: Reader): Promise<{ transfer_id: string; currency: string }[]> =>
  read
    .select({ transfer_id: entries.transfer_id, currency: entries.currency })
    .from(entries)
    .groupBy(entries.transfer_id, entries.currency)
    .having(sql`sum(${entries.amount_micros}) <> 0`);
