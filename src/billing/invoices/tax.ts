import { type Micros, type Paise, paise, paiseOfMicros } from "../../kernel/money.ts";
import { ABROAD } from "../parties/gst.ts";

/** GST on services: 18 %, in parts per million. */
const GST_PPM = 180_000;
const ONE = 1_000_000n;

/** Where tax goes: to the State and the centre in halves, or whole to the centre where the State is another. */
export interface Tax {
  readonly rate_ppm: number;
  readonly cgst_paise: Paise;
  readonly sgst_paise: Paise;
  readonly igst_paise: Paise;
}

export interface Supply {
  readonly seller_state: string;
  /** The seller has a GSTIN. Who has none may not collect the tax: section 32 of the CGST Act. */
  readonly registered: boolean;
  /** The recipient's State, or the code of a place abroad. */
  readonly place_of_supply: string;
  /** The seller exports under a letter of undertaking: abroad, no tax is due. */
  readonly lut: boolean;
}

const NO_TAX: Tax = { rate_ppm: 0, cgst_paise: paise(0), sgst_paise: paise(0), igst_paise: paise(0) };

const untaxed = ({ registered, place_of_supply, lut }: Supply): boolean =>
  !registered || (place_of_supply === ABROAD && lut);

/** Half up, in whole paise; 9 % is half of 18. */
const share = (net: Paise, ppm: number): Paise => paise((BigInt(net) * BigInt(ppm) * 2n + ONE) / (2n * ONE));

/** What is due on a net amount. */
export function taxOn(net: Paise, supply: Supply): Tax {
  if (untaxed(supply)) return NO_TAX;
  const rate_ppm = GST_PPM;
  if (supply.place_of_supply !== supply.seller_state) return { ...NO_TAX, rate_ppm, igst_paise: share(net, GST_PPM) };
  const half = share(net, GST_PPM / 2);
  return { ...NO_TAX, rate_ppm, cgst_paise: half, sgst_paise: half };
}

export const gstOf = (tax: Omit<Tax, "rate_ppm">): Paise => paise(tax.cgst_paise + tax.sgst_paise + tax.igst_paise);

/**
 * The parts of an amount that has the tax in it and is fixed, because it was paid: net and tax sum to exactly that. The tax is the nearest to
 * 18/118; the halves of CGST and SGST differ by at most a paisa of it, which the net takes.
 */
export function taxWithin(gross: Paise, supply: Supply): { readonly net_paise: Paise; readonly tax: Tax } {
  if (untaxed(supply)) return { net_paise: gross, tax: NO_TAX };
  const due = (BigInt(gross) * BigInt(GST_PPM) * 2n + (ONE + BigInt(GST_PPM))) / (2n * (ONE + BigInt(GST_PPM)));
  const rate_ppm = GST_PPM;
  if (supply.place_of_supply !== supply.seller_state)
    return { net_paise: paise(BigInt(gross) - due), tax: { ...NO_TAX, rate_ppm, igst_paise: paise(due) } };
  const half = paise(due / 2n);
  return { net_paise: paise(gross - 2 * half), tax: { ...NO_TAX, rate_ppm, cgst_paise: half, sgst_paise: half } };
}

/** The nearest whole rupee, and what is added to come there: section 170 of the CGST Act. */
export function roundedOff(total: Paise): { readonly total_paise: Paise; readonly round_off_paise: Paise } {
  const rounded = Math.floor((total + 50) / 100) * 100;
  return { total_paise: paise(rounded), round_off_paise: paise(rounded - total) };
}

/** A line's net amount: micros to paise, half up, here and nowhere else. */
export const netPaise = (net: Micros): Paise => paiseOfMicros(net);
