import { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, lte, ne, notInArray, or } from "drizzle-orm";
import type { Reader, Tx } from "../../db/database.ts";
import { rowReader } from "../../db/rows.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { collections, disputes, invoices, mandates, payments, refunds } from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";
import type { CustomerId, InvoiceId, RefundId, TenantId } from "../../kernel/id.ts";
import type { Paise } from "../../kernel/money.ts";
import type { SubscriptionRow } from "../cycles/store.ts";

export type PaymentRow = typeof payments.$inferSelect;
type CollectionRow = typeof collections.$inferSelect;

/** Nobody pays an order, or is debited by it, more often than that. */
const SIBLINGS_MAX = 100;

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

const isCharge = and(
  eq(payments.purpose, "subscription"),
  isNotNull(payments.razorpay_invoice_id),
  isNotNull(payments.captured_at),
);

/** How many charges of each of these subscriptions are in our books, by our id of it. */
export async function chargesOf(
  read: Reader,
  of: readonly Pick<SubscriptionRow, "id" | "tenant_id" | "customer_id">[],
): Promise<ReadonlyMap<string | null, number>> {
  if (!of.length) return new Map();
  const rows = await read
    .select({ id: payments.subject_id, charges: count() })
    .from(payments)
    .where(
      and(
        inArray(payments.tenant_id, [...new Set(of.map(({ tenant_id }) => tenant_id))]),
        inArray(payments.customer_id, [...new Set(of.map(({ customer_id }) => customer_id))]),
        isCharge,
        inArray(
          payments.subject_id,
          of.map(({ id }) => id),
        ),
      ),
    )
    .groupBy(payments.subject_id);
  return new Map(rows.map(({ id, charges }) => [id, charges]));
}

/** What an order is for, beside top-ups: the try that this payment is of, else the last, because a debit is tried again on its order. */
export async function findCollectionByOrder(
  read: Reader,
  account_id: AccountId,
  order_id: string,
  payment_id?: string,
): Promise<CollectionRow | undefined> {
  const tries = await read
    .select()
    .from(collections)
    .where(and(eq(collections.account_id, account_id), eq(collections.order_id, order_id)))
    .orderBy(desc(collections.attempt))
    .limit(SIBLINGS_MAX);
  return tries.find((one) => one.payment_id === payment_id) ?? tries[0];
}

export async function findMandateByOrder(read: Reader, account_id: AccountId, order_id: string) {
  const [row] = await read
    .select()
    .from(mandates)
    .where(and(eq(mandates.account_id, account_id), eq(mandates.order_id, order_id)));
  return row;
}

/** Those of these ids that we know, by id. */
export const paymentsOf = async (read: Reader, account_id: AccountId, ids: readonly string[]) =>
  byId(
    await read
      .select()
      .from(payments)
      .where(and(eq(payments.account_id, account_id), inArray(payments.id, [...ids]))),
  );

const byId = <Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [row.id, row]));

/* Refunds and disputes */

/** By Razorpay's id. */
export const refundsOf = async (
  read: Reader,
  account_id: AccountId,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RefundRow>> => {
  const rows = await read
    .select()
    .from(refunds)
    .where(and(eq(refunds.account_id, account_id), inArray(refunds.razorpay_refund_id, [...ids])));
  return new Map(rows.map((row) => [row.razorpay_refund_id ?? row.id, row]));
};

export const disputesOf = async (read: Reader, account_id: AccountId, ids: readonly string[]) =>
  byId(
    await read
      .select()
      .from(disputes)
      .where(and(eq(disputes.account_id, account_id), inArray(disputes.id, [...ids]))),
  );

export type RefundRow = typeof refunds.$inferSelect;
export type DisputeRow = typeof disputes.$inferSelect;

export async function insertRefund(tx: Tx, row: RefundRow): Promise<void> {
  await tx.insert(refunds).values(row);
}

export async function saveRefund(tx: Tx, id: RefundId, change: Partial<RefundRow>): Promise<RefundRow> {
  const [row] = await tx.update(refunds).set(change).where(eq(refunds.id, id)).returning();
  return row!;
}

/** By Razorpay's id, or by ours where its answer was lost. */
export async function findRefund(
  read: Reader,
  account_id: AccountId,
  { razorpay_id, id }: { readonly razorpay_id: string; readonly id: string | undefined },
): Promise<RefundRow | undefined> {
  const rows = await read
    .select()
    .from(refunds)
    .where(
      and(
        eq(refunds.account_id, account_id),
        or(eq(refunds.razorpay_refund_id, razorpay_id), id === undefined ? undefined : eq(refunds.id, id as RefundId)),
      ),
    );
  return rows[0];
}

/** Gives up a refund that nobody has given up yet; false where somebody has. */
export async function failClaimed(tx: Tx, id: RefundId, now: number): Promise<boolean> {
  const rows = await tx
    .update(refunds)
    .set({ state: "failed", updated_at: now })
    .where(and(eq(refunds.id, id), eq(refunds.state, "claimed")))
    .returning({ id: refunds.id });
  return rows.length > 0;
}

/** A refund of this payment that was asked for, and of which Razorpay's answer is not known. */
export async function findRefundUnderWay(read: Reader, payment_id: string): Promise<RefundRow | undefined> {
  const [row] = await read
    .select()
    .from(refunds)
    .where(and(eq(refunds.payment_id, payment_id), eq(refunds.state, "claimed"), eq(refunds.origin, "admin")));
  return row;
}

export async function findRefundById(read: Reader, id: RefundId): Promise<RefundRow | undefined> {
  const [row] = await read.select().from(refunds).where(eq(refunds.id, id));
  return row;
}

/** One that is to give back this much of a payment by itself, and that Razorpay has not been heard of. */
export async function findOwnClaim(
  read: Reader,
  payment_id: string,
  amount_paise: Paise,
): Promise<RefundRow | undefined> {
  const [row] = await read
    .select()
    .from(refunds)
    .where(
      and(
        ...[eq(refunds.payment_id, payment_id), eq(refunds.amount_paise, amount_paise)],
        ...[eq(refunds.origin, "automatic"), eq(refunds.state, "claimed"), isNull(refunds.razorpay_refund_id)],
      ),
    );
  return row;
}

/** Those that were claimed some time ago and are not known at Razorpay. */
export const listClaimedRefunds = (
  read: Reader,
  before: number,
  after: string,
  rowsMax: number,
): Promise<RefundRow[]> =>
  read
    .select()
    .from(refunds)
    .where(
      and(
        ...[eq(refunds.state, "claimed"), isNull(refunds.razorpay_refund_id), lte(refunds.created_at, before)],
        gt(refunds.id, after as RefundId),
      ),
    )
    .orderBy(asc(refunds.id))
    .limit(rowsMax);

/** The other payments of its order that were captured: of two, Razorpay gives one back. */
export async function capturedOnOrder(
  read: Reader,
  { id, account_id, order_id }: PaymentRow,
): Promise<readonly { readonly id: string }[]> {
  if (order_id === null) return [];
  return read
    .select({ id: payments.id })
    .from(payments)
    .where(
      and(
        ...[eq(payments.account_id, account_id), eq(payments.order_id, order_id), ne(payments.id, id)],
        isNotNull(payments.captured_at),
      ),
    )
    .orderBy(asc(payments.id))
    .limit(SIBLINGS_MAX);
}

export function pageOfRefunds(read: Reader, query: PageQuery, filter: OfWhom): Promise<RefundRow[]> {
  const { where, orderBy, limit } = pageClause(refunds.id, query);
  return read
    .select()
    .from(refunds)
    .where(and(where, ...whose(refunds, filter)))
    .orderBy(orderBy)
    .limit(limit);
}

export async function findDispute(read: Reader, id: string): Promise<DisputeRow | undefined> {
  const [row] = await read.select().from(disputes).where(eq(disputes.id, id));
  return row;
}

/** The ids of those that no bank has decided yet, page by page. */
export async function listUndecidedDisputes(
  read: Reader,
  account_id: AccountId,
  after: string,
  rowsMax: number,
): Promise<string[]> {
  const rows = await read
    .select({ id: disputes.id })
    .from(disputes)
    .where(
      and(
        ...[eq(disputes.account_id, account_id), gt(disputes.id, after)],
        notInArray(disputes.status, ["won", "lost", "closed"]),
      ),
    )
    .orderBy(disputes.id)
    .limit(rowsMax);
  return rows.map(({ id }) => id);
}

export async function upsertDispute(tx: Tx, row: DisputeRow): Promise<void> {
  const { id: _, created_at: __, ...set } = row;
  await tx.insert(disputes).values(row).onConflictDoUpdate({ target: disputes.id, set });
}

export function pageOfDisputes(read: Reader, query: PageQuery, filter: OfWhom): Promise<DisputeRow[]> {
  const { where, orderBy, limit } = pageClause(disputes.id, query);
  return read
    .select()
    .from(disputes)
    .where(and(where, ...whose(disputes, filter)))
    .orderBy(orderBy)
    .limit(limit);
}

/** Whose rows a list is of: everybody's without it. */
interface OfWhom {
  readonly tenant_id?: TenantId;
  readonly customer_id?: CustomerId;
}

/** A page of payments by their ids, which are Razorpay's: those of one moment stand in no order. */
export async function pageOfPayments(
  read: Reader,
  query: PageQuery,
  filter: OfWhom & { readonly invoice_id?: InvoiceId },
): Promise<(PaymentRow & { readonly invoice_number: string | null })[]> {
  const { where, orderBy, limit } = pageClause(payments.id, query);
  const paid = filter.invoice_id && eq(payments.invoice_id, filter.invoice_id);
  const rows = await read
    .select({ payment: payments, invoice_number: invoices.number })
    .from(payments)
    .leftJoin(invoices, eq(invoices.id, payments.invoice_id))
    .where(and(where, paid, ...whose(payments, filter)))
    .orderBy(orderBy)
    .limit(limit);
  return rows.map(({ payment, invoice_number }) => ({ ...payment, invoice_number }));
}

/** A customer's last payments, newest first. */
export const lastPayments = (
  read: Reader,
  { tenant_id, customer_id }: Required<OfWhom>,
  rowsMax: number,
): Promise<PaymentRow[]> =>
  read
    .select()
    .from(payments)
    .where(and(eq(payments.tenant_id, tenant_id), eq(payments.customer_id, customer_id)))
    .orderBy(desc(payments.created_at), desc(payments.id))
    .limit(rowsMax);

const whose = (table: typeof payments | typeof refunds | typeof disputes, { tenant_id, customer_id }: OfWhom) => [
  tenant_id && eq(table.tenant_id, tenant_id),
  customer_id && eq(table.customer_id, customer_id),
];
