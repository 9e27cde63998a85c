import type { Reader } from "../../db/database.ts";
import { chosen, lineOf } from "../../http/csv.ts";
import type { Paise } from "../../kernel/money.ts";
import { plain } from "../documents/letters.ts";
import { decimalOf } from "../documents/paper.ts";
import { dateOf } from "../gst-return/cells.ts";
import { selfInvoicesOf } from "../self-invoices/store.ts";
import { LEDGERS, type Ledger, REVERSE_CHARGE, REVERSE_CHARGE_CREDIT, ROUNDING } from "./ledgers.ts";
import { type Movement, movementsOf, partiesOf } from "./movements.ts";
import type { Period } from "./store.ts";
import { importLines, linesOf, typeOf, type VoucherLine, type VoucherType } from "./voucher.ts";

/** A voucher as Tally knows it, in rupees. */
export interface TallyVoucher {
  /** Under which Tally knows it again when it is imported once more. */
  readonly id: string;
  readonly type: VoucherType;
  readonly at: number;
  readonly number: string;
  readonly narration: string;
  readonly party: string;
  /** Which invoice the party's line makes open, or settles. */
  readonly bill: { readonly type: "New Ref" | "Agst Ref"; readonly name: string } | null;
  readonly lines: readonly VoucherLine[];
}

/** Every transfer of a period, and the operator's self-invoices; what comes to nothing in rupees is none. */
export async function* vouchersOf(read: Reader, period: Period): AsyncGenerator<TallyVoucher> {
  for await (const movement of movementsOf(read, period)) {
    const voucher = voucherOf(movement);
    if (voucher.lines.length) yield voucher;
  }
  for (const row of await selfInvoicesOf(read, { ...period, seller_id: period.account_id })) {
    const narration = `Self-invoice ${row.number}: import of service, tax under reverse charge`;
    yield {
      ...{ id: row.id, type: "Journal", at: row.issued_at, number: row.number, narration, party: "", bill: null },
      lines: importLines(row),
    };
  }
}

function voucherOf({ transfer, entries, rupees_micros, party, invoice, note }: Movement): TallyVoucher {
  const { id, kind, at, memo } = transfer;
  const lines = linesOf(entries, rupees_micros);
  const number = kind === "invoice" ? invoice?.number : note?.number;
  const bill = invoice ? ({ type: kind === "invoice" ? "New Ref" : "Agst Ref", name: invoice.number } as const) : null;
  return {
    id,
    type: typeOf(kind, lines),
    at,
    number: number ?? id,
    narration: chosen(plain(memo)),
    party,
    bill,
    lines,
  };
}

export const ledgerOf = ({ party: isParty, ledger }: VoucherLine, { party }: TallyVoucher): string =>
  isParty ? party : ledger.name;

const COLUMNS = [
  ...["Voucher Date", "Voucher Type Name", "Voucher Number", "Ledger Name", "Ledger Amount", "Ledger Amount Dr/Cr"],
  ...["Bill Type of Ref", "Bill Name", "Bill Amount", "Bill Amount - Dr/Cr", "Voucher Narration"],
];

/** The columns of TallyPrime's own sample file for accounting vouchers, a row for each ledger of a voucher. */
export async function* vouchersCsv(read: Reader, period: Period): AsyncGenerator<string> {
  yield lineOf(COLUMNS);
  for await (const voucher of vouchersOf(read, period)) {
    const { at, type, number, narration, bill } = voucher;
    for (const line of voucher.lines) {
      const amount = amountsOf(line.amount_paise);
      const of = line.party && bill ? [bill.type, bill.name, ...amount] : ["", "", "", ""];
      yield lineOf([dateOf(at), type, number, ledgerOf(line, voucher), ...amount, ...of, narration]);
    }
  }
}

const amountsOf = (amount: Paise): readonly [string, string] => [decimalOf(Math.abs(amount)), amount < 0 ? "Cr" : "Dr"];

/** The ledgers that the vouchers of a period are on: those of customers once each. */
export async function* ledgersOf(read: Reader, period: Period): AsyncGenerator<Ledger> {
  const { receivable, ...own } = LEDGERS;
  yield* [...Object.values(own), ROUNDING, REVERSE_CHARGE, REVERSE_CHARGE_CREDIT];
  for await (const name of partiesOf(read, period)) yield { name, group: receivable.group };
}

export async function* ledgersCsv(read: Reader, period: Period): AsyncGenerator<string> {
  yield lineOf(["Name", "Group Name"]);
  for await (const { name, group } of ledgersOf(read, period)) yield lineOf([name, group]);
}
