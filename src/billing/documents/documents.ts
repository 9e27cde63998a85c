import type { Reader } from "../../db/database.ts";
import type { CreditNoteId, InvoiceId, TenantId } from "../../kernel/id.ts";
import { isId } from "../../kernel/id.ts";
import { findInvoice } from "../invoices/store.ts";
import { creditNotePaper } from "./credit-note-paper.ts";
import { invoicePaper } from "./invoice-paper.ts";
import type { Paper } from "./paper.ts";
import { findCreditNote, findSpan, listPaidBy, listRefundsOf } from "./store.ts";

/** A document that was issued, and whose it is. */
export interface Issued {
  readonly tenant_id: TenantId;
  readonly customer_id: string;
  readonly paper: Paper;
}

/** An invoice or a credit note by its id, as it stands now; undefined where there is none (of this tenant, where one is named). */
export const findIssued = (read: Reader, id: string, tenant_id?: TenantId): Promise<Issued | undefined> =>
  isId("credit_note", id) ? issuedNote(read, id, tenant_id) : issuedInvoice(read, id as InvoiceId, tenant_id);

async function issuedInvoice(read: Reader, id: InvoiceId, tenant_id?: TenantId): Promise<Issued | undefined> {
  const row = await findInvoice(read, id, tenant_id);
  if (!row) return undefined;
  const paper = invoicePaper(row, { paid: await listPaidBy(read, row), span: await findSpan(read, row) });
  return { tenant_id: row.tenant_id, customer_id: row.customer_id, paper };
}

async function issuedNote(read: Reader, id: CreditNoteId, tenant_id?: TenantId): Promise<Issued | undefined> {
  const note = await findCreditNote(read, id, tenant_id);
  const invoice = note && (await findInvoice(read, note.invoice_id, note.tenant_id));
  if (!invoice) return undefined;
  const refunds = (await listRefundsOf(read, note)).flatMap(({ id }) => id ?? []);
  return {
    ...{ tenant_id: note.tenant_id, customer_id: note.customer_id },
    paper: creditNotePaper(note, { invoice, refunds }),
  };
}
