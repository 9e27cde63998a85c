import type { InvoiceLine } from "../../db/schema/invoices.ts";
import { chosen } from "../../http/csv.ts";
import { type Paise, paise } from "../../kernel/money.ts";
import { plain } from "../documents/letters.ts";
import { decimalOf } from "../documents/paper.ts";
import { buyerOf, sellerOf } from "../documents/paper-parties.ts";
import type { InvoiceRow } from "../invoices/store.ts";
import { gstOf, taxOn } from "../invoices/tax.ts";
import { ABROAD } from "../parties/gst.ts";
import { LEDGERS } from "./ledgers.ts";
import type { Movement } from "./movements.ts";
import { linesOf } from "./voucher.ts";
import { rateOf, zohoDate } from "./zoho-cells.ts";

const BUYER = ["Customer Name", "GST Treatment", "GST Identification Number (GSTIN)", "Place of Supply"];
const MONEY = ["Currency Code", "Exchange Rate", "Account"];
const ITEM = ["Item Name", "Item Desc", "Item Type", "HSN/SAC", "Quantity", "Item Price", "Is Inclusive Tax"];
const TAX = ["Item Tax", "Item Tax Type", "Item Tax %", "Adjustment", "Adjustment Description"];

export const INVOICE_COLUMNS = [
  ...["Invoice Number", "Invoice Date", "Due Date", "Invoice Status"],
  ...[...BUYER, ...MONEY, ...ITEM, ...TAX],
];
export const CREDIT_NOTE_COLUMNS = [
  ...["Credit Note Number", "Credit Note Date", "Associated Invoice Number", "Associated Invoice Date"],
  ...["Credit Note Status", "Reason", ...BUYER, ...MONEY, ...ITEM, ...TAX],
];

/** A row for each line of an invoice. */
export function invoiceRows(movement: Movement): readonly (readonly string[])[] {
  const { transfer, invoice } = movement;
  if (transfer.kind !== "invoice" || !invoice) return [];
  const { number, issued_at, due_at, lines, total_paise } = invoice;
  const adjusted = adjustmentOf(
    invoice,
    lines.map(({ net_paise }) => net_paise),
    total_paise,
  );
  return lines.map(({ description, sac, net_paise, ...line }) => [
    ...[number, zohoDate(issued_at), zohoDate(due_at), "Sent", ...buyerCells(movement, invoice)],
    ...moneyCells(movement, accountOf(line, invoice)),
    ...itemCells({ name: description, sac, net: net_paise }),
    ...[...taxCells(invoice), ...adjusted],
  ]);
}

/** A row for each account that a credit note takes back from. */
export function creditNoteRows(movement: Movement): readonly (readonly string[])[] {
  const { note, invoice, entries } = movement;
  if (movement.transfer.kind !== "credit_note" || !note || !invoice) return [];
  const back = linesOf(entries, null).filter(({ ledger }) => SOLD.includes(ledger));
  const adjusted = adjustmentOf(
    invoice,
    back.map(({ amount_paise }) => amount_paise),
    note.total_paise,
  );
  const sac = invoice.lines[0]?.sac ?? "";
  return back.map(({ ledger, amount_paise }) => [
    ...[note.number, zohoDate(note.issued_at), invoice.number, zohoDate(invoice.issued_at), "Open"],
    ...[chosen(plain(note.reason)), ...buyerCells(movement, invoice), ...moneyCells(movement, ledger.name)],
    ...itemCells({ name: `Credit on invoice ${invoice.number}`, sac, net: amount_paise }),
    ...[...taxCells(invoice), ...adjusted],
  ]);
}

const SOLD = [LEDGERS["revenue.base"], LEDGERS["revenue.overage"], LEDGERS["revenue.prepaid"], LEDGERS.wallet];

const accountOf = ({ ledger_account }: Pick<InvoiceLine, "ledger_account">, { kind }: InvoiceRow): string =>
  LEDGERS[ledger_account ?? (kind === "topup" ? "wallet" : kind === "base" ? "revenue.base" : "unbilled")].name;

const moneyCells = (movement: Movement, account: string) => [movement.currency, rateOf(movement), account];

const itemCells = ({ name, sac, net }: { readonly name: string; readonly sac: string; readonly net: Paise }) => [
  ...[chosen(plain(name).slice(0, NAME_MAX)), chosen(plain(name)), "service", sac, "1", decimalOf(net), "FALSE"],
];
const NAME_MAX = 100;

/** Zoho's words for who buys. */
function buyerCells({ party }: Movement, { buyer, place_of_supply }: InvoiceRow): readonly string[] {
  const { gstin } = buyerOf(buyer);
  const abroad = place_of_supply === ABROAD;
  const treatment = abroad ? "overseas" : gstin === null ? "consumer" : "business_gst";
  return [party, treatment, gstin ?? "", abroad ? "" : (ZOHO_STATES[place_of_supply] ?? "")];
}

const isWithin = ({ seller, place_of_supply }: InvoiceRow): boolean => sellerOf(seller).state_code === place_of_supply;

/** Zoho's own names of the tax, as a new organisation in India has them. */
function taxCells(invoice: InvoiceRow): readonly string[] {
  const percent = invoice.tax_rate_ppm / 10_000;
  if (percent === 0) return ["", "", "0"];
  return [isWithin(invoice) ? `GST${percent}` : `IGST${percent}`, "ItemAmount", String(percent)];
}

/**
 * Zoho reckons the tax of each line itself. What that leaves to the total, which is rounded to the rupee, or was paid as it is, is an adjustment: so
 * its total is the document's.
 */
function adjustmentOf(invoice: InvoiceRow, nets: readonly Paise[], total: Paise): readonly string[] {
  const { seller, place_of_supply, tax_rate_ppm } = invoice;
  const supply = {
    seller_state: sellerOf(seller).state_code,
    place_of_supply,
    registered: tax_rate_ppm > 0,
    lut: false,
  };
  const reckoned = nets.reduce((sum, net) => sum + net + gstOf(taxOn(net, supply)), 0);
  const adjustment = paise(total - reckoned);
  return adjustment === 0 ? ["", ""] : [decimalOf(adjustment), "Rounding off"];
}

/** By GST's two digits: Zoho's list of valid state codes. */
const ZOHO_STATES: Readonly<Record<string, string>> = {
  ...{ "01": "JK", "02": "HP", "03": "PB", "04": "CH", "05": "UK", "06": "HR", "07": "DL", "08": "RJ", "09": "UP" },
  ...{ "10": "BR", "11": "SK", "12": "AR", "13": "NL", "14": "MN", "15": "MZ", "16": "TR", "17": "ML", "18": "AS" },
  ...{ "19": "WB", "20": "JH", "21": "OD", "22": "CG", "23": "MP", "24": "GJ", "26": "DN", "27": "MH", "29": "KA" },
  ...{ "30": "GA", "31": "LD", "32": "KL", "33": "TN", "34": "PY", "35": "AN", "36": "TS", "37": "AD", "38": "LA" },
  "97": "OT",
};
