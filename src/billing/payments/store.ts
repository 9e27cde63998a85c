import { and, eq } from "drizzle-orm";
import type { Reader, Tx } from "../../db/database.ts";
import { rowReader } from "../../db/rows.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { collections, mandates, payments } from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";
import type { CustomerId, TenantId } from "../../kernel/id.ts";

export type PaymentRow = typeof payments.$inferSelect;

const lockPayments = rowReader(payments, payments.id, { lock: true });

export async function lockedPayment(tx: Tx, id: string): Promise<PaymentRow | undefined> {
  return (await lockPayments(tx, [id]))[0];
}

export async function findPayment(read: Reader, id: string): Promise<PaymentRow | undefined> {
  const [row] = await read.select().from(payments).where(eq(payments.id, id));
  return row;
}

export async function upsertPayment(tx: Tx, row: PaymentRow): Promise<void> {
  const { id: _, created_at: __, account_id: ___, tenant_id: ____, ...set } = row;
  await tx.insert(payments).values(row).onConflictDoUpdate({ target: payments.id, set });
}

export function listPayments(
  read: Reader,
  tenant_id: TenantId,
  customer_id: CustomerId,
  query: PageQuery,
): Promise<PaymentRow[]> {
  const { where, orderBy, limit } = pageClause(payments.id, query);
  return read
    .select()
    .from(payments)
    .where(and(eq(payments.tenant_id, tenant_id), eq(payments.customer_id, customer_id), where))
    .orderBy(orderBy)
    .limit(limit);
}

/** What an order is for, beside top-ups. */
export async function findCollectionByOrder(read: Reader, account_id: AccountId, order_id: string) {
  const [row] = await read
    .select()
    .from(collections)
    .where(and(eq(collections.account_id, account_id), eq(collections.order_id, order_id)));
  return row;
}

export async function findMandateByOrder(read: Reader, account_id: AccountId, order_id: string) {
  const [row] = await read
    .select()
    .from(mandates)
    .where(and(eq(mandates.account_id, account_id), eq(mandates.order_id, order_id)));
  return row;
}
