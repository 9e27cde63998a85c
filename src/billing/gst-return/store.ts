import { and, asc, eq, gt, gte, lt, or } from "drizzle-orm";
import type { Reader } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { creditNotes, invoices } from "../../db/schema.ts";
import { sellerOf } from "../documents/paper-parties.ts";
import type { CreditNoteRow, InvoiceRow } from "../invoices/store.ts";

/** What a supplier issued in `[from, to)`. */
export interface Period {
  readonly seller_id: AccountId;
  readonly from: number;
  readonly to: number;
}

const ROWS_AT_ONCE = 500;
type Place = { readonly issued_at: number; readonly id: string };

/** What a supplier issued before its registration is in no return. */
const registered = ({ seller }: InvoiceRow): boolean => sellerOf(seller).gstin !== null;

/** The supplier's invoices of a period, in the order of their issue. */
export async function* invoicesOf(read: Reader, { seller_id, from, to }: Period): AsyncGenerator<InvoiceRow> {
  let after: Place = { issued_at: from, id: "" };
  for (;;) {
    const rows = await read
      .select()
      .from(invoices)
      .where(
        and(
          ...[eq(invoices.seller_id, seller_id), gte(invoices.issued_at, after.issued_at), lt(invoices.issued_at, to)],
          or(gt(invoices.issued_at, after.issued_at), gt(invoices.id, after.id as InvoiceRow["id"])),
        ),
      )
      .orderBy(asc(invoices.issued_at), asc(invoices.id))
      .limit(ROWS_AT_ONCE);
    yield* rows.filter(registered);
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_AT_ONCE) return;
    after = last;
  }
}

/** Its credit notes, each with the invoice that it takes back from, which may be older. */
export async function* creditNotesOf(
  read: Reader,
  { seller_id, from, to }: Period,
): AsyncGenerator<{ readonly note: CreditNoteRow; readonly invoice: InvoiceRow }> {
  const { issued_at, id } = creditNotes;
  let after: Place = { issued_at: from, id: "" };
  for (;;) {
    const rows = await read
      .select({ note: creditNotes, invoice: invoices })
      .from(creditNotes)
      .innerJoin(invoices, eq(invoices.id, creditNotes.invoice_id))
      .where(
        and(
          ...[eq(creditNotes.seller_id, seller_id), gte(issued_at, after.issued_at), lt(issued_at, to)],
          or(gt(issued_at, after.issued_at), gt(id, after.id as CreditNoteRow["id"])),
        ),
      )
      .orderBy(asc(issued_at), asc(id))
      .limit(ROWS_AT_ONCE);
    yield* rows.filter(({ invoice }) => registered(invoice));
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_AT_ONCE) return;
    after = last.note;
  }
}
