import type { Reader } from "../../db/database.ts";
import { lineOf } from "../../http/csv.ts";
import { iso } from "../../kernel/clock.ts";
import { type Micros, type Paise, paise } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { decimalOf } from "../documents/paper.ts";
import { rateInForce } from "../invoices/store.ts";
import type { SellerRow } from "../parties/store.ts";
import { notInvoiced } from "../self-invoices/reckon.ts";
import { findStanding, type SelfInvoiceRow, selfInvoicesOf } from "../self-invoices/store.ts";
import { type ImportValue, reverseCharge } from "../self-invoices/value.ts";
import type { Period } from "./store.ts";
import { creditsOf, suppliesOf } from "./supplies.ts";
import type { Supply } from "./supply.ts";

/** What a table says, in paise. */
export interface Figures {
  readonly taxable_paise: Paise;
  readonly igst_paise: Paise;
  readonly cgst_paise: Paise;
  readonly sgst_paise: Paise;
}

/** The service that was imported and is on no self-invoice yet: what the provider charged, and the rate that makes it rupees. */
export interface Import {
  readonly cost_micros_usd: Micros;
  readonly rate_micros: number;
  readonly rate_source: string;
  readonly rate_valid_from: string;
}

export interface Gstr3b {
  readonly tables: Readonly<Record<TableName, Figures>>;
  /** The numbers of the self-invoices in it. */
  readonly self_invoices: readonly string[];
  readonly import: Import | null;
}

/** The tables that what happens here belongs to. There is nothing nil-rated, exempt or outside GST, and no other inward supply is known here. */
export const TABLES = {
  "3.1(a)": "Outward taxable supplies (other than zero rated, nil rated and exempted)",
  "3.1(b)": "Outward taxable supplies (zero rated)",
  "3.1(d)": "Inward supplies (liable to reverse charge)",
  "4(A)(2)": "ITC available: import of services",
  "4(A)(3)": "ITC available: inward supplies liable to reverse charge (other than 1 and 2 above)",
} as const;
type TableName = keyof typeof TABLES;

const NOTHING: Figures = { taxable_paise: paise(0), igst_paise: paise(0), cgst_paise: paise(0), sgst_paise: paise(0) };

const plus = (sum: Figures, supply: Figures, sign: 1 | -1): Figures => ({
  taxable_paise: paise(sum.taxable_paise + sign * supply.taxable_paise),
  igst_paise: paise(sum.igst_paise + sign * supply.igst_paise),
  cgst_paise: paise(sum.cgst_paise + sign * supply.cgst_paise),
  sgst_paise: paise(sum.sgst_paise + sign * supply.sgst_paise),
});

/**
 * GSTR-3B of a period: the same documents as in GSTR-1, less what was credited, and the provider's service, on which the operator pays the tax itself
 * (reverse charge) and takes it as credit: by the self-invoices of the period, and reckoned for what is on none yet. An imported service stands in
 * 4(A)(2); 4(A)(3) is for other reverse charge.
 */
export async function gstr3b(
  read: Reader,
  period: Period,
  seller: Pick<SellerRow, "id" | "state_code">,
): Promise<Gstr3b> {
  let outward = NOTHING;
  let zero = NOTHING;
  const add = (supply: Supply, sign: 1 | -1) => {
    if (supply.table === "exp") zero = plus(zero, supply, sign);
    else outward = plus(outward, supply, sign);
  };
  for await (const supply of suppliesOf(read, period)) add(supply, 1);
  for await (const credit of creditsOf(read, period)) add(credit, -1);
  const { documents, rest } = seller.id === "operator" ? await importsOf(read, period) : { documents: [], rest: null };
  const computed = rest ? inwardOf(reverseCharge(rest, seller.state_code)) : NOTHING;
  const inward = documents.map(inwardOf).reduce((sum, document) => plus(sum, document, 1), computed);
  return {
    tables: {
      ...{ "3.1(a)": outward, "3.1(b)": zero, "3.1(d)": inward },
      ...{ "4(A)(2)": { ...inward, taxable_paise: paise(0) }, "4(A)(3)": NOTHING },
    },
    self_invoices: documents.map(({ number }) => number),
    import: rest,
  };
}

/** What was imported: the self-invoices of the period, and the rest, by the rate in force at the period's end; null where there is no rest. */
async function importsOf(read: Reader, period: Period): Promise<{ documents: SelfInvoiceRow[]; rest: Import | null }> {
  const documents = await selfInvoicesOf(read, period);
  const cost_micros_usd = await notInvoiced(read, await findStanding(read, period.seller_id), period);
  if (cost_micros_usd === 0) return { documents, rest: null };
  const rate = await rateInForce(read, "INR", period.to - 1);
  if (!rate)
    throw new Problem("conflict", {
      message: `The provider's service was imported, and no rate of the rupee was in force at ${iso(period.to - 1)}. Add one with POST /api/admin/fx_rates.`,
    });
  const { rate_micros, source, valid_from } = rate;
  return {
    documents,
    rest: { cost_micros_usd, rate_micros, rate_source: source, rate_valid_from: iso(valid_from) },
  };
}

const inwardOf = ({ taxable_paise, igst_paise }: Pick<ImportValue, "taxable_paise" | "igst_paise">): Figures => ({
  ...NOTHING,
  ...{ taxable_paise, igst_paise },
});

/** The return as CSV, a row for each table, in rupees. */
export function gstr3bCsv({ tables }: Gstr3b): string {
  const head = ["Table", "Nature of supplies", "Total Taxable Value", "Integrated Tax", "Central Tax", "State/UT Tax"];
  const rows = (Object.keys(TABLES) as TableName[]).map((name) => {
    const { taxable_paise, igst_paise, cgst_paise, sgst_paise } = tables[name];
    return [name, TABLES[name], ...[taxable_paise, igst_paise, cgst_paise, sgst_paise].map(decimalOf), "0.00"];
  });
  return [[...head, "Cess"], ...rows].map(lineOf).join("");
}
