import type { TaxSplit } from "../../db/schema/invoices.ts";
import type { Paise } from "../../kernel/money.ts";
import { ABROAD } from "../parties/gst.ts";
import { amountOf, type Fact, moneyOf } from "./paper.ts";
import type { Seller } from "./paper-parties.ts";

/** The amounts that an invoice and a credit note have alike. */
export interface Sums extends TaxSplit {
  readonly currency: string;
  readonly place_of_supply: string;
  readonly tax_rate_ppm: number;
  readonly taxable_paise: Paise;
  readonly round_off_paise: Paise;
  readonly total_paise: Paise;
}

/** Union Territories without a legislature: their half of the tax has another name. */
const UTGST = ["04", "26", "31", "35", "38", "97"];

/** Each kind of tax that applies (none, where the seller is not registered) with its rate, what was rounded off (section 170), the total. */
export function sumsOf(sums: Sums, seller: Seller): readonly Fact[] {
  const { currency, round_off_paise } = sums;
  const fact = (label: string, amount: number): Fact => ({ label, value: amountOf(amount, currency) });
  return [
    fact(seller.gstin === null ? "Value" : "Taxable value", sums.taxable_paise),
    ...taxesOf(sums, seller).map(([label, amount]) => fact(label, amount)),
    ...(round_off_paise === 0 ? [] : [fact("Round-off", round_off_paise)]),
    { label: "Total", value: moneyOf(sums.total_paise, currency), strong: true },
  ];
}

function taxesOf(sums: Sums, seller: Seller): readonly (readonly [label: string, amount: Paise])[] {
  const { cgst_paise, sgst_paise, igst_paise, tax_rate_ppm } = sums;
  if (seller.gstin === null && tax_rate_ppm === 0) return [];
  const percent = (ppm: number) => `${ppm / 10_000}%`;
  if (sums.place_of_supply !== seller.state_code) return [[`IGST ${percent(tax_rate_ppm)}`, igst_paise]];
  const half = percent(tax_rate_ppm / 2);
  return [
    [`CGST ${half}`, cgst_paise],
    [`${UTGST.includes(seller.state_code) ? "UTGST" : "SGST"} ${half}`, sgst_paise],
  ];
}

/** The endorsement of an export, and its rupee value, which returns are made in; nothing for a supply within India. */
export function exportNotes(
  { place_of_supply, tax_rate_ppm, currency, total_paise }: Sums,
  seller: Seller,
  rupees_micros: number | null,
): readonly string[] {
  if (place_of_supply !== ABROAD) return [];
  return [
    ...endorsementOf(tax_rate_ppm, seller),
    ...(currency === "INR" || rupees_micros === null
      ? []
      : [`Value in rupees: ${moneyOf(inRupees(total_paise, rupees_micros), "INR")}.`]),
  ];
}

function endorsementOf(tax_rate_ppm: number, { gstin, lut }: Seller): readonly string[] {
  if (tax_rate_ppm !== 0) return ["SUPPLY MEANT FOR EXPORT ON PAYMENT OF INTEGRATED TAX."];
  if (gstin === null) return [];
  return [
    "SUPPLY MEANT FOR EXPORT UNDER BOND OR LETTER OF UNDERTAKING WITHOUT PAYMENT OF INTEGRATED TAX.",
    `Letter of undertaking: ${lut ?? "not on record"}.`,
  ];
}

/** Hundredths of a currency as paise, at so many micro-rupees for one whole unit of it; half up. */
export const inRupees = (hundredths: number, rupees_micros: number): number =>
  Number((BigInt(hundredths) * BigInt(rupees_micros) * 2n + 1_000_000n) / 2_000_000n);
