import type { Tx } from "../../db/database.ts";
import type { Paise } from "../../kernel/money.ts";
import { queueMail } from "../../outgoing/mails.ts";
import type { CreditNoteRow, InvoiceRow } from "./store.ts";

/** What a customer is told by mail of a document, which goes with it as a PDF; once for each document, in the transaction that writes it. */

const moneyOf = (amount: Paise, currency: string): string =>
  new Intl.NumberFormat("en-IN", { style: "currency", currency }).format(amount / 100);
const dayOf = (at: number): string =>
  new Intl.DateTimeFormat("en-IN", { dateStyle: "long", timeZone: "Asia/Kolkata" }).format(at);

/** What is invoiced when it is captured is paid; the rest is collected after it was invoiced. */
const PAID_ALREADY: readonly InvoiceRow["kind"][] = ["base", "topup"];

export function mailInvoice(tx: Tx, row: InvoiceRow, recipient: string, wall: number): Promise<boolean> {
  const { number, kind, total_paise, currency, issued_at, due_at } = row;
  const next = PAID_ALREADY.includes(kind)
    ? "It is paid: there is nothing to do."
    : `It is due on ${dayOf(due_at)}. Where your mandate covers it, it is debited; otherwise a link to pay it follows.`;
  return queueMail(
    tx,
    {
      ...{ source: `invoice:${row.id}`, tenant_id: row.tenant_id, customer_id: row.customer_id, recipient },
      subject: `Invoice ${number}: ${moneyOf(total_paise, currency)}`,
      body: `Attached is tax invoice ${number} of ${dayOf(issued_at)} over ${moneyOf(total_paise, currency)}.\n\n${next}\n\n${sellerOf(row)}\n`,
      invoice_id: row.id,
    },
    { wall, now: issued_at },
  );
}

export function mailCreditNote(
  tx: Tx,
  note: CreditNoteRow,
  { invoice, recipient }: { readonly invoice: InvoiceRow; readonly recipient: string },
): Promise<boolean> {
  const { number, total_paise, currency, issued_at, created_at, reason } = note;
  return queueMail(
    tx,
    {
      ...{ source: `credit_note:${note.id}`, tenant_id: note.tenant_id, customer_id: note.customer_id, recipient },
      subject: `Credit note ${number}: ${moneyOf(total_paise, currency)}`,
      body: `Attached is credit note ${number} of ${dayOf(issued_at)} over ${moneyOf(total_paise, currency)}, on invoice ${invoice.number}: ${reason}.\n\n${sellerOf(invoice)}\n`,
      invoice_id: note.id,
    },
    { wall: created_at, now: issued_at },
  );
}

const sellerOf = ({ seller }: InvoiceRow): string => String(seller.legal_name ?? "");
