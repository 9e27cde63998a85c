import { DateTime } from "luxon";
import type { Reader } from "../../db/database.ts";
import type { Paise } from "../../kernel/money.ts";
import { decimalOf } from "../documents/paper.ts";
import type { Period } from "./store.ts";
import { ledgerOf, ledgersOf, type TallyVoucher, vouchersOf } from "./tally.ts";
import type { VoucherLine } from "./voucher.ts";

/** Tally's own format, which it imports as it is: a debit is "deemed positive", and its amount negative. */

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string =>
  text.replaceAll(/[\ufffe\uffff]/g, "").replaceAll(/[&<>"]/g, (letter) => ESCAPES[letter]!);
const tag = (name: string, text: string): string => `<${name}>${escaped(text)}</${name}>`;

async function* enveloped(report: string, messages: AsyncIterable<string>): AsyncGenerator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<ENVELOPE>\n<HEADER><TALLYREQUEST>Import Data</TALLYREQUEST></HEADER>\n';
  yield `<BODY><IMPORTDATA><REQUESTDESC>${tag("REPORTNAME", report)}</REQUESTDESC><REQUESTDATA>\n`;
  for await (const message of messages) yield `<TALLYMESSAGE xmlns:UDF="TallyUDF">${message}</TALLYMESSAGE>\n`;
  yield "</REQUESTDATA></IMPORTDATA></BODY>\n</ENVELOPE>\n";
}

export const vouchersXml = (read: Reader, period: Period): AsyncGenerator<string> =>
  enveloped("Vouchers", each(vouchersOf(read, period), voucherXml));

export const ledgersXml = (read: Reader, period: Period): AsyncGenerator<string> =>
  enveloped(
    "All Masters",
    each(
      ledgersOf(read, period),
      ({ name, group }) =>
        `<LEDGER NAME="${escaped(name)}" ACTION="Create"><NAME.LIST>${tag("NAME", name)}</NAME.LIST>${tag("PARENT", group)}</LEDGER>`,
    ),
  );

async function* each<T>(source: AsyncIterable<T>, shown: (item: T) => string): AsyncGenerator<string> {
  for await (const item of source) yield shown(item);
}

const VIEW = "Accounting Voucher View";

function voucherXml(voucher: TallyVoucher): string {
  const { id, type, at, number, narration, party } = voucher;
  const date = DateTime.fromMillis(at, { zone: "Asia/Kolkata" }).toFormat("yyyyLLdd");
  return [
    `<VOUCHER REMOTEID="${id}" VCHTYPE="${type}" ACTION="Create" OBJVIEW="${VIEW}">`,
    ...[tag("PERSISTEDVIEW", VIEW), tag("ISINVOICE", "No")],
    ...[tag("DATE", date), tag("VOUCHERTYPENAME", type), tag("VOUCHERNUMBER", number)],
    ...[party && tag("PARTYLEDGERNAME", party), tag("NARRATION", narration)],
    ...voucher.lines.map((line) => entryXml(line, voucher)),
    "</VOUCHER>",
  ].join("");
}

function entryXml(line: VoucherLine, voucher: TallyVoucher): string {
  const { bill } = voucher;
  const amount = tag("AMOUNT", decimalOf(-line.amount_paise as Paise));
  const billed =
    line.party && bill
      ? `<BILLALLOCATIONS.LIST>${tag("NAME", bill.name)}${tag("BILLTYPE", bill.type)}${amount}</BILLALLOCATIONS.LIST>`
      : "";
  const ofParty = tag("ISPARTYLEDGER", line.party ? "Yes" : "No");
  const positive = tag("ISDEEMEDPOSITIVE", line.amount_paise > 0 ? "Yes" : "No");
  return `<ALLLEDGERENTRIES.LIST>${tag("LEDGERNAME", ledgerOf(line, voucher))}${positive}${ofParty}${amount}${billed}</ALLLEDGERENTRIES.LIST>`;
}
