import type { TaxSplit } from "../../db/schema/invoices.ts";
import type { Paise } from "../../kernel/money.ts";
import { paise } from "../../kernel/money.ts";
import { buyerOf, sellerOf } from "../documents/paper-parties.ts";
import { inRupees } from "../documents/paper-sums.ts";
import type { CreditNoteRow, InvoiceRow } from "../invoices/store.ts";
import { ABROAD } from "../parties/gst.ts";

/** Which table of the return an invoice goes to: to the registered, large or small to others, abroad. */
export type Table = "b2b" | "b2cl" | "b2cs" | "exp";

/** Inter-State to somebody who is not registered: above ₹1,00,000 an invoice stands in the return by itself (since August 2024). */
const LARGE_PAISE = 10_000_000;

/** What a return says of an invoice or a credit note, in paise. */
export interface Supply extends TaxSplit {
  readonly table: Table;
  readonly number: string;
  readonly issued_at: number;
  readonly name: string;
  readonly gstin: string | null;
  readonly place_of_supply: string;
  readonly rate_ppm: number;
  readonly sac: string;
  readonly taxable_paise: Paise;
  readonly total_paise: Paise;
}

/** `rupees_micros`: what one unit of its currency is in rupees, where that is another. */
export function supplyOf(invoice: InvoiceRow, rupees_micros: number | null): Supply {
  const { gstin, name } = buyerOf(invoice.buyer);
  const amounts = amountsOf(invoice, rupees_micros);
  const table = tableOf(invoice, gstin, amounts.total_paise);
  const { number, issued_at, place_of_supply, tax_rate_ppm: rate_ppm } = invoice;
  const sac = invoice.lines[0]?.sac ?? "";
  return { table, number, issued_at, name, gstin, place_of_supply, rate_ppm, sac, ...amounts };
}

/** A credit note stands where its invoice does. */
export const creditOf = (note: CreditNoteRow, invoice: InvoiceRow, rupees_micros: number | null): Supply => ({
  ...supplyOf(invoice, rupees_micros),
  ...{ number: note.number, issued_at: note.issued_at },
  ...amountsOf(note, rupees_micros),
});

function tableOf({ seller, place_of_supply }: InvoiceRow, gstin: string | null, total: Paise): Table {
  if (place_of_supply === ABROAD) return "exp";
  if (gstin !== null) return "b2b";
  const within = place_of_supply === sellerOf(seller).state_code;
  return !within && total > LARGE_PAISE ? "b2cl" : "b2cs";
}

type Amounts = TaxSplit & { readonly taxable_paise: Paise; readonly total_paise: Paise };

function amountsOf(row: Amounts, rupees_micros: number | null): Amounts {
  const value = (amount: Paise) => (rupees_micros === null ? amount : paise(inRupees(amount, rupees_micros)));
  return {
    ...{ taxable_paise: value(row.taxable_paise), total_paise: value(row.total_paise) },
    ...{ cgst_paise: value(row.cgst_paise), sgst_paise: value(row.sgst_paise), igst_paise: value(row.igst_paise) },
  };
}
