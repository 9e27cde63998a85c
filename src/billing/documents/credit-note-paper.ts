import type { CreditNoteRow, InvoiceRow } from "../invoices/store.ts";
import { amountOf, dateOf, type Paper, placeOf, symbolOf } from "./paper.ts";
import { buyerOf, partiesOf, sellerOf } from "./paper-parties.ts";
import { sumsOf } from "./paper-sums.ts";
import { amountInWords } from "./words.ts";

/** A credit note as a document: the particulars of Rule 53(1A), the invoice that it takes back from among them. */
export function creditNotePaper(
  note: CreditNoteRow,
  { invoice, refunds }: { readonly invoice: InvoiceRow; readonly refunds: readonly string[] },
): Paper {
  const { currency } = note;
  const seller = sellerOf(invoice.seller);
  const { place_of_supply, tax_rate_ppm } = invoice;
  return {
    ...{ title: "Credit note", copy: "Original for recipient", number: note.number, issued_at: note.issued_at },
    state: { word: "Issued", tone: "settled" },
    parties: partiesOf(seller, buyerOf(invoice.buyer)),
    facts: [
      { label: "Credit note number", value: note.number, strong: true },
      { label: "Credit note date", value: dateOf(note.issued_at) },
      { label: "Against invoice", value: `${invoice.number} of ${dateOf(invoice.issued_at)}` },
      { label: "Place of supply", value: placeOf(place_of_supply) },
      { label: "Tax on reverse charge", value: "No" },
    ],
    unit: symbolOf(currency),
    lines: [
      {
        ...{ description: `Credit on invoice ${invoice.number}`, remarks: [note.reason], parts: [] },
        ...{ sac: invoice.lines[0]?.sac ?? "", amount: amountOf(note.taxable_paise, currency) },
      },
    ],
    sums: sumsOf({ ...note, place_of_supply, tax_rate_ppm }, seller),
    words: amountInWords(note.total_paise, currency),
    settlement: [],
    notes: refunds.map((id) => `Refunded at Razorpay: ${id}.`),
    signatory: seller.legal_name,
  };
}
