import { divideHalfUp, type Micros, type Paise, paise } from "../../kernel/money.ts";
import { gstOf, taxOn } from "../invoices/tax.ts";
import { ABROAD } from "../parties/gst.ts";

/** What an imported service is worth in rupees, and the tax that its recipient owes on it. */
export interface ImportValue {
  readonly tax_rate_ppm: number;
  readonly taxable_paise: Paise;
  readonly igst_paise: Paise;
  readonly total_paise: Paise;
}

const MICROS_SQUARED_PER_PAISA = 10_000_000_000n;

/** The value in rupees, rounded to the paisa once, and integrated tax on it, because the supplier is abroad: section 5(3) of the IGST Act. */
export function reverseCharge(
  { cost_micros_usd, rate_micros }: { readonly cost_micros_usd: Micros; readonly rate_micros: number },
  state_code: string,
): ImportValue {
  const taxable_paise = paise(divideHalfUp(BigInt(cost_micros_usd) * BigInt(rate_micros), MICROS_SQUARED_PER_PAISA));
  const supply = { seller_state: ABROAD, place_of_supply: state_code, registered: true, lut: false };
  const { rate_ppm, ...tax } = taxOn(taxable_paise, supply);
  return {
    ...{ tax_rate_ppm: rate_ppm, taxable_paise, igst_paise: tax.igst_paise },
    total_paise: paise(taxable_paise + gstOf(tax)),
  };
}
