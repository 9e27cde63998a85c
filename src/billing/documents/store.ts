import { and, asc, eq, isNotNull, like } from "drizzle-orm";
import type { Reader } from "../../db/database.ts";
import { creditNotes, cycles, payments, refunds, transfers } from "../../db/schema.ts";
import type { TenantId } from "../../kernel/id.ts";
import type { CreditNoteRow, InvoiceRow } from "../invoices/store.ts";

/** What paid a part of an invoice: a payment at Razorpay, or a bank transfer by its reference. */
export interface PaidBy {
  readonly reference: string;
  readonly at: number;
}

export async function findCreditNote(
  read: Reader,
  id: string,
  tenant_id?: TenantId,
): Promise<CreditNoteRow | undefined> {
  const [row] = await read
    .select()
    .from(creditNotes)
    .where(and(eq(creditNotes.id, id as CreditNoteRow["id"]), tenant_id && eq(creditNotes.tenant_id, tenant_id)));
  return row;
}

/** Bank transfers are posted under `payment:manual:<invoice>:<reference>`. */
const manual = (id: string) => `payment:manual:${id}:`;

/** The payments of an invoice, oldest first; of one moment, by their reference. */
export async function listPaidBy(read: Reader, { id, tenant_id, customer_id }: InvoiceRow): Promise<PaidBy[]> {
  const collected = await read
    .select({ reference: payments.id, at: payments.captured_at })
    .from(payments)
    .where(and(eq(payments.tenant_id, tenant_id), eq(payments.invoice_id, id), isNotNull(payments.captured_at)));
  const prefix = manual(id);
  const transferred = await read
    .select({ source: transfers.source, at: transfers.at })
    .from(transfers)
    .where(
      and(
        ...[eq(transfers.tenant_id, tenant_id), eq(transfers.customer_id, customer_id), eq(transfers.kind, "payment")],
        like(transfers.source, `${prefix}%`),
      ),
    );
  return [
    ...collected.map(({ reference, at }) => ({ reference, at: at! })),
    ...transferred.map(({ source, at }) => ({ reference: source.slice(prefix.length), at })),
  ].sort((a, b) => a.at - b.at || (a.reference < b.reference ? -1 : 1));
}

/** The span of the cycle that an invoice bills; undefined where it bills none. */
export async function findSpan(
  read: Reader,
  { cycle_id, tenant_id }: Pick<InvoiceRow, "cycle_id" | "tenant_id">,
): Promise<{ start_at: number; end_at: number } | undefined> {
  if (cycle_id === null) return undefined;
  const [row] = await read
    .select({ start_at: cycles.start_at, end_at: cycles.end_at })
    .from(cycles)
    .where(and(eq(cycles.id, cycle_id), eq(cycles.tenant_id, tenant_id)));
  return row;
}

/** The refunds that a credit note was written for. */
export const listRefundsOf = (read: Reader, { id, tenant_id }: CreditNoteRow): Promise<{ id: string | null }[]> =>
  read
    .select({ id: refunds.razorpay_refund_id })
    .from(refunds)
    .where(and(eq(refunds.tenant_id, tenant_id), eq(refunds.credit_note_id, id)))
    .orderBy(asc(refunds.id));
