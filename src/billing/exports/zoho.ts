import type { Reader } from "../../db/database.ts";
import { chosen, lineOf } from "../../http/csv.ts";
import { type Paise, paise } from "../../kernel/money.ts";
import { plain } from "../documents/letters.ts";
import { decimalOf } from "../documents/paper.ts";
import { selfInvoicesOf } from "../self-invoices/store.ts";
import { LEDGERS } from "./ledgers.ts";
import { type Movement, movementsOf } from "./movements.ts";
import type { Period } from "./store.ts";
import { importLines, linesOf, type VoucherLine } from "./voucher.ts";
import { rateOf, zohoDate } from "./zoho-cells.ts";
import { CREDIT_NOTE_COLUMNS, creditNoteRows, INVOICE_COLUMNS, invoiceRows } from "./zoho-documents.ts";

/** What Zoho Books imports in a file of its own: the columns by the names of its sample file, and the rows of a movement. */
interface Section {
  readonly columns: readonly string[];
  readonly rows: (movement: Movement) => readonly (readonly string[])[];
}

const sumOn = (lines: readonly VoucherLine[], ...ledgers: readonly { name: string }[]): number =>
  lines.reduce((sum, { ledger, amount_paise }) => sum + (ledgers.includes(ledger) ? amount_paise : 0), 0);

const PAYMENT_COLUMNS = [
  ...["Customer Name", "Date", "Mode", "Exchange Rate", "Amount", "Deposit To", "Reference Number", "Description"],
  ...["Invoice Number", "Amount Applied to Invoice", "Withholding Tax Amount"],
];

/** What of a payment settled an invoice, as a customer's payment; what is over is in the journals. */
function paymentRows(movement: Movement): readonly (readonly string[])[] {
  const { transfer, entries, party, invoice } = movement;
  if (transfer.kind !== "payment" || !invoice) return [];
  const lines = linesOf(entries, null);
  const tds = sumOn(lines, LEDGERS.tds_receivable);
  const applied = paise(-sumOn(lines, LEDGERS.receivable) - tds);
  if (applied === 0 && tds === 0) return [];
  const at_bank = sumOn(lines, LEDGERS.bank) !== 0;
  const [, id = "", , ...reference] = transfer.source.split(":");
  const deposit = at_bank ? LEDGERS.bank : LEDGERS.collector;
  return [
    [
      ...[party, zohoDate(transfer.at), at_bank ? "Bank Transfer" : "Razorpay", rateOf(movement), decimalOf(applied)],
      ...[deposit.name, chosen(plain(id === "manual" ? reference.join(":") : id)), chosen(plain(transfer.memo))],
      ...[invoice.number, decimalOf(applied), decimalOf(tds)],
    ],
  ];
}

const JOURNAL_COLUMNS = [
  ...["Journal Date", "Reference Number", "Journal Number Prefix", "Journal Number Suffix", "Notes", "Journal Type"],
  ...["Currency", "Exchange Rate", "Account", "Description", "Contact Name", "Debit", "Credit"],
];

/** Everything that is no document and no payment of one. */
function journalRows(movement: Movement): readonly (readonly string[])[] {
  const { transfer, currency, party } = movement;
  const notes = chosen(plain(transfer.memo));
  return journalCells(journalLines(movement), {
    ...{ at: transfer.at, id: transfer.id, notes, currency, rate: rateOf(movement), party },
  });
}

function journalLines({ transfer, entries, invoice }: Movement): readonly VoucherLine[] {
  if (transfer.kind === "invoice" || transfer.kind === "credit_note") return [];
  const lines = linesOf(entries, null);
  if (transfer.kind !== "payment" || !invoice) return lines;
  const over = lines.filter(({ ledger }) => ledger === LEDGERS.unapplied);
  const money = lines.find(({ ledger }) => ledger === LEDGERS.bank) ? LEDGERS.bank : LEDGERS.collector;
  return over.flatMap((line) => [{ ledger: money, party: false, amount_paise: paise(-line.amount_paise) }, line]);
}

const journalCells = (
  lines: readonly VoucherLine[],
  of: { at: number; id: string; notes: string; currency: string; rate: string; party: string },
) =>
  lines.map(({ ledger, party, amount_paise }) => [
    ...[zohoDate(of.at), of.id, "", of.id, of.notes, "Both", of.currency, of.rate, ledger.name, of.notes],
    ...[party ? of.party : "", side(amount_paise), side(paise(-amount_paise))],
  ]);

const side = (amount: Paise): string => (amount > 0 ? decimalOf(amount) : "");

export const SECTIONS = {
  invoices: { columns: INVOICE_COLUMNS, rows: invoiceRows },
  credit_notes: { columns: CREDIT_NOTE_COLUMNS, rows: creditNoteRows },
  payments: { columns: PAYMENT_COLUMNS, rows: paymentRows },
  journals: { columns: JOURNAL_COLUMNS, rows: journalRows },
} as const satisfies Readonly<Record<string, Section>>;
export type SectionName = keyof typeof SECTIONS;
export const SECTION_NAMES = Object.keys(SECTIONS) as SectionName[];

/** A section of a period, line by line, each amount in the currency of its document; the operator's self-invoices are among the journals. */
export async function* zohoCsv(read: Reader, period: Period, name: SectionName): AsyncGenerator<string> {
  const { columns, rows } = SECTIONS[name];
  yield lineOf(columns);
  for await (const movement of movementsOf(read, period)) for (const cells of rows(movement)) yield lineOf(cells);
  if (name !== "journals") return;
  for (const row of await selfInvoicesOf(read, { ...period, seller_id: period.account_id })) {
    const notes = `Self-invoice ${row.number}: import of service, tax under reverse charge`;
    const of = { at: row.issued_at, id: row.number, notes, currency: "INR", rate: "1", party: "" };
    for (const cells of journalCells(importLines(row), of)) yield lineOf(cells);
  }
}
