import { and, asc, desc, eq, gte, lt, lte, type SQL, sql } from "drizzle-orm";
import { total } from "../../db/columns.ts";
import type { Reader, Tx } from "../../db/database.ts";
import { rowReader } from "../../db/rows.ts";
import { openInvoice } from "../../db/schema/invoices.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { creditNotes, fxRates, invoices, numberSeries } from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";
import type { CustomerId, InvoiceId, TenantId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";

export type InvoiceRow = typeof invoices.$inferSelect;
export type CreditNoteRow = typeof creditNotes.$inferSelect;

/** The next number of a series, whose row stays locked until the transaction ends. */
export async function nextInSeries(
  tx: Tx,
  { id, seller_id, tenant_id }: { id: string; seller_id: AccountId; tenant_id: TenantId | null },
): Promise<number> {
  const [row] = await tx
    .insert(numberSeries)
    .values({ id, seller_id, tenant_id, last: 1 })
    .onConflictDoUpdate({ target: numberSeries.id, set: { last: sql`${numberSeries.last} + 1` } })
    .returning({ last: numberSeries.last });
  return row!.last;
}

/** What a dollar was in a currency at an instant; undefined where no rate was in force. */
export async function rateInForce(
  read: Reader,
  currency: string,
  at: number,
): Promise<Pick<typeof fxRates.$inferSelect, "rate_micros" | "source" | "valid_from"> | undefined> {
  const [row] = await read
    .select({ rate_micros: fxRates.rate_micros, source: fxRates.source, valid_from: fxRates.valid_from })
    .from(fxRates)
    .where(and(eq(fxRates.currency, currency), lte(fxRates.valid_from, at)))
    .orderBy(desc(fxRates.valid_from))
    .limit(1);
  return row;
}

export async function insertInvoice(tx: Tx, row: InvoiceRow): Promise<void> {
  await tx.insert(invoices).values(row);
}

export async function findInvoiceBySource(read: Reader, source: string): Promise<InvoiceRow | undefined> {
  const [row] = await read.select().from(invoices).where(eq(invoices.source, source));
  return row;
}

export async function findInvoice(read: Reader, id: string, tenant_id?: TenantId): Promise<InvoiceRow | undefined> {
  const [row] = await read
    .select()
    .from(invoices)
    .where(and(eq(invoices.id, id as InvoiceId), tenant_id && eq(invoices.tenant_id, tenant_id)));
  return row;
}

const lockInvoices = rowReader(invoices, invoices.id, { lock: true });

/** An invoice that stays as it is until the transaction ends; a Problem where there is none. */
export async function lockedInvoice(tx: Tx, id: InvoiceId): Promise<InvoiceRow> {
  const [row] = await lockInvoices(tx, [id]);
  if (!row) throw new Problem("not_found", { message: "There is no such invoice." });
  return row;
}

export type InvoiceChange = Partial<
  Pick<
    InvoiceRow,
    | "paid_paise"
    | "credited_paise"
    | "tds_paise"
    | "written_off_paise"
    | "reopened_at"
    | "dunning_stage"
    | "final_notice_at"
    | "suspended_at"
  >
>;

export async function saveInvoice(tx: Tx, id: InvoiceId, change: InvoiceChange): Promise<InvoiceRow> {
  const [row] = await tx.update(invoices).set(change).where(eq(invoices.id, id)).returning();
  return row!;
}

const IS_OPEN = openInvoice(invoices);

export const listOpenInvoices = (read: Reader, tenant_id: TenantId, customer_id: CustomerId): Promise<InvoiceRow[]> =>
  read
    .select()
    .from(invoices)
    .where(and(eq(invoices.tenant_id, tenant_id), eq(invoices.customer_id, customer_id), IS_OPEN))
    .orderBy(asc(invoices.id));

/** Every open invoice, oldest first: what the ladder has to look at. */
export const listAllOpenInvoices = (read: Reader, after: string, rowsMax: number): Promise<InvoiceRow[]> =>
  read
    .select()
    .from(invoices)
    .where(and(IS_OPEN, sql`${invoices.id} > ${after}`))
    .orderBy(asc(invoices.id))
    .limit(rowsMax);

export interface InvoiceFilter {
  readonly tenant_id?: TenantId;
  readonly customer_id?: CustomerId;
  readonly kind?: InvoiceRow["kind"];
  readonly open?: boolean;
  readonly from?: number;
  readonly to?: number;
}

const filterOf = ({ tenant_id, customer_id, kind, open, from, to }: InvoiceFilter): SQL | undefined =>
  and(
    tenant_id && eq(invoices.tenant_id, tenant_id),
    customer_id && eq(invoices.customer_id, customer_id),
    kind && eq(invoices.kind, kind),
    open === undefined ? undefined : open ? IS_OPEN : sql`not (${IS_OPEN})`,
    from === undefined ? undefined : gte(invoices.issued_at, from),
    to === undefined ? undefined : lt(invoices.issued_at, to),
  );

export function listInvoices(read: Reader, query: PageQuery, filter: InvoiceFilter): Promise<InvoiceRow[]> {
  const { where, orderBy, limit } = pageClause(invoices.id, query);
  return read
    .select()
    .from(invoices)
    .where(and(filterOf(filter), where))
    .orderBy(orderBy)
    .limit(limit);
}

/* Credit notes */

export async function insertCreditNote(tx: Tx, row: CreditNoteRow): Promise<void> {
  await tx.insert(creditNotes).values(row);
}

export async function findCreditNoteBySource(read: Reader, source: string): Promise<CreditNoteRow | undefined> {
  const [row] = await read.select().from(creditNotes).where(eq(creditNotes.source, source));
  return row;
}

export const listCreditNotes = (read: Reader, invoice_id: InvoiceId): Promise<CreditNoteRow[]> =>
  read.select().from(creditNotes).where(eq(creditNotes.invoice_id, invoice_id)).orderBy(asc(creditNotes.id));

/** A customer's last credit notes, newest first. */
export const lastCreditNotes = (
  read: Reader,
  { tenant_id, customer_id }: { readonly tenant_id: TenantId; readonly customer_id: CustomerId },
  rowsMax: number,
): Promise<CreditNoteRow[]> =>
  read
    .select()
    .from(creditNotes)
    .where(and(eq(creditNotes.tenant_id, tenant_id), eq(creditNotes.customer_id, customer_id)))
    .orderBy(desc(creditNotes.id))
    .limit(rowsMax);

/** What of an invoice was taken back so far, by kind of amount. */
export async function sumCredited(read: Reader, invoice_id: InvoiceId) {
  const [row] = await read
    .select({
      taxable_paise: total(creditNotes.taxable_paise),
      cgst_paise: total(creditNotes.cgst_paise),
      sgst_paise: total(creditNotes.sgst_paise),
      igst_paise: total(creditNotes.igst_paise),
      round_off_paise: total(creditNotes.round_off_paise),
      total_paise: total(creditNotes.total_paise),
    })
    .from(creditNotes)
    .where(eq(creditNotes.invoice_id, invoice_id));
  return row!;
}
