import type { Reader } from "../../db/database.ts";
import { chosen } from "../../http/csv.ts";
import { plain } from "../documents/letters.ts";
import { decimalOf } from "../documents/paper.ts";
import { dateOf, percentOf, placeOf } from "./cells.ts";
import type { Period } from "./store.ts";
import { documentRows, hsnRows, smallRows } from "./summaries.ts";
import { creditsOf, suppliesOf } from "./supplies.ts";
import type { Supply, Table } from "./supply.ts";

/** A table of the return, as the offline tool takes it in a file of its own: its columns by their names there, and its rows. */
export interface Section {
  readonly columns: readonly string[];
  readonly rows: (read: Reader, period: Period) => AsyncIterable<readonly string[]>;
}

/** One row for each invoice, or each credit note, of a table. */
const eachOf = (source: typeof suppliesOf, tables: readonly Table[], cells: (supply: Supply) => readonly string[]) =>
  async function* (read: Reader, period: Period) {
    for await (const supply of source(read, period)) if (tables.includes(supply.table)) yield cells(supply);
  };

const RATE = ["Rate", "Taxable Value", "Cess Amount"];
const rateOf = ({ rate_ppm, taxable_paise }: Supply) => [percentOf(rate_ppm), decimalOf(taxable_paise), ""];
const HSN = [
  ...["HSN", "Description", "UQC", "Total Quantity", "Total Value", "Rate", "Taxable Value"],
  ...["Integrated Tax Amount", "Central Tax Amount", "State/UT Tax Amount", "Cess Amount"],
];
const RECIPIENT = ["GSTIN/UIN of Recipient", "Receiver Name"];
const recipientOf = ({ gstin, name }: Supply) => [gstin ?? "", chosen(plain(name))];
const INVOICE = ["Invoice Number", "Invoice date", "Invoice Value"];
const APPLICABLE = "Applicable % of Tax Rate";
const invoiceOf = ({ number, issued_at, total_paise }: Supply) => [number, dateOf(issued_at), decimalOf(total_paise)];
const exportOf = ({ rate_ppm }: Supply, prefix: string) => `${prefix}${rate_ppm === 0 ? "WOP" : "WP"}`;

/**
 * The sections of GSTR-1 that what is sold here belongs to. There are no supplies to special economic zones, through e-commerce operators, under
 * reverse charge, exempt, or by advances (a top-up is invoiced when it is paid), and no amendments: those are made at the portal. Credit notes to the
 * unregistered stand by themselves where their invoice does, and lessen `b2cs` otherwise. Exports are in `hsn(b2c)`.
 */
export const SECTIONS = {
  b2b: {
    columns: [
      ...[...RECIPIENT, ...INVOICE, "Place Of Supply", "Reverse Charge", APPLICABLE],
      ...["Invoice Type", "E-Commerce GSTIN", ...RATE],
    ],
    rows: eachOf(suppliesOf, ["b2b"], (supply) => [
      ...[...recipientOf(supply), ...invoiceOf(supply), placeOf(supply.place_of_supply), "N", ""],
      ...["Regular B2B", "", ...rateOf(supply)],
    ]),
  },
  b2cl: {
    columns: [...INVOICE, "Place Of Supply", APPLICABLE, ...RATE, "E-Commerce GSTIN"],
    rows: eachOf(suppliesOf, ["b2cl"], (supply) => [
      ...[...invoiceOf(supply), placeOf(supply.place_of_supply), "", ...rateOf(supply), ""],
    ]),
  },
  b2cs: {
    columns: ["Type", "Place Of Supply", APPLICABLE, ...RATE, "E-Commerce GSTIN"],
    rows: smallRows,
  },
  exp: {
    columns: ["Export Type", ...INVOICE, "Port Code", "Shipping Bill Number", "Shipping Bill Date", ...RATE],
    rows: eachOf(suppliesOf, ["exp"], (supply) => [
      ...[supply.rate_ppm === 0 ? "WOPAY" : "WPAY", ...invoiceOf(supply), "", "", "", ...rateOf(supply)],
    ]),
  },
  cdnr: {
    columns: [
      ...[...RECIPIENT, "Note Number", "Note Date", "Note Type", "Place Of Supply", "Reverse Charge"],
      ...["Note Supply Type", "Note Value", APPLICABLE, ...RATE],
    ],
    rows: eachOf(creditsOf, ["b2b"], (note) => [
      ...[...recipientOf(note), note.number, dateOf(note.issued_at), "C", placeOf(note.place_of_supply), "N"],
      ...["Regular B2B", decimalOf(note.total_paise), "", ...rateOf(note)],
    ]),
  },
  cdnur: {
    columns: ["UR Type", "Note Number", "Note Date", "Note Type", "Place Of Supply", "Note Value", APPLICABLE, ...RATE],
    rows: eachOf(creditsOf, ["b2cl", "exp"], (note) => [
      ...[note.table === "exp" ? exportOf(note, "EXP") : "B2CL", note.number, dateOf(note.issued_at), "C"],
      ...[note.table === "exp" ? "" : placeOf(note.place_of_supply), decimalOf(note.total_paise), "", ...rateOf(note)],
    ]),
  },
  "hsn(b2b)": { columns: HSN, rows: hsnRows(["b2b"]) },
  "hsn(b2c)": { columns: HSN, rows: hsnRows(["b2cl", "b2cs", "exp"]) },
  docs: {
    columns: ["Nature of Document", "Sr. No. From", "Sr. No. To", "Total Number", "Cancelled"],
    rows: documentRows,
  },
} as const satisfies Readonly<Record<string, Section>>;
