import { and, count, eq } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LEDGERS } from "../../../src/billing/exports/ledgers.ts";
import { ledgersCsv, vouchersCsv } from "../../../src/billing/exports/tally.ts";
import { vouchersXml } from "../../../src/billing/exports/tally-xml.ts";
import type { InvoiceRow } from "../../../src/billing/invoices/store.ts";
import type { LedgerAccount } from "../../../src/billing/journal/journal.ts";
import { total } from "../../../src/db/columns.ts";
import { entries, transfers } from "../../../src/db/schema.ts";
import { parsed } from "../gst-return/csv.ts";
import { type Books, BUYERS, type Buyer, FROM, openBooks, TO } from "./books.ts";

const PERIOD = { account_id: "operator", from: FROM, to: TO } as const;
let books: Books;
beforeAll(async () => {
  books = await openBooks();
});
beforeEach(() => books.fresh());
afterAll(() => books.close());

type Row = Record<string, string>;
async function textOf(lines: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const line of lines) text += line;
  return text;
}
const vouchers = async (): Promise<Row[]> => parsed(await textOf(vouchersCsv(books.db.read, PERIOD)));
const signed = (row: Row) =>
  Math.round(Number(row["Ledger Amount"]) * 100) * (row["Ledger Amount Dr/Cr"] === "Dr" ? 1 : -1);
const sumBy = (rows: readonly Row[], of: (row: Row) => string) => {
  const sums: Record<string, number> = {};
  for (const row of rows) sums[of(row)] = (sums[of(row)] ?? 0) + signed(row);
  return sums;
};
/** What stands on an account of the journal, in micros. */
async function standing(account: LedgerAccount, currency = "INR"): Promise<number> {
  const [row] = await books.db.read
    .select({ sum: total(entries.amount_micros) })
    .from(entries)
    .where(and(eq(entries.ledger_account, account), eq(entries.currency, currency)));
  return row!.sum;
}

test("a sale is a voucher with its number, the customer's ledger, and the invoice that it makes open", async () => {
  const row = await books.sell("cus_registered", [10_000, 5_050]);
  const rows = await vouchers();
  expect(rows.map((line) => [line["Ledger Name"], line["Ledger Amount"], line["Ledger Amount Dr/Cr"]])).toEqual([
    [`'=HYPERLINK("x"), Ltd cus_registered`, "178.00", "Dr"],
    ["Unbilled usage", "100.00", "Cr"],
    ["Subscription revenue", "50.50", "Cr"],
    ["Output IGST", "27.09", "Cr"],
    ["Rounding off", "0.41", "Cr"],
  ]);
  expect(rows[0]).toMatchObject({
    ...{ "Voucher Date": expect.stringMatching(/^\d\d-Nov-2026$/), "Voucher Type Name": "Sales" },
    ...{
      "Voucher Number": row.number,
      "Bill Type of Ref": "New Ref",
      "Bill Name": row.number,
      "Bill Amount": "178.00",
    },
  });
});

const sold = (): Promise<InvoiceRow> => books.sell("cus_neighbour", [10_000], "INR", FROM);
const KINDS: readonly (readonly [what: string, type: string, happens: () => Promise<unknown>])[] = [
  ["a credit note", "Credit Note", async () => books.credit(await sold(), 1_000)],
  ["a payment at Razorpay", "Receipt", async () => books.pay(await sold(), 11_800)],
  [
    "a bank transfer",
    "Receipt",
    async () => void (await books.pay(await sold(), 10_620, { tds: 1_180, from: "bank" })),
  ],
  ["a fee", "Payment", async () => books.fee("cus_neighbour", 200, 36)],
  ["a refund", "Payment", async () => books.giveBack("cus_neighbour", 500)],
  ["usage of prepaid credit", "Journal", async () => books.usage("cus_neighbour", [5_000_000, 0])],
  ["a self-invoice", "Journal", async () => books.imported(100_000)],
];
test.each(KINDS)("%s is a %s", async (_what, type, happens) => {
  await happens();
  expect((await vouchers()).at(-1)!["Voucher Type Name"]).toBe(type);
});

test("amounts that are no whole paise are rounded once for each ledger, and a line of its own takes the rest", async () => {
  await books.odd("cus_neighbour");
  const rows = await vouchers();
  expect(rows.map((row) => [row["Ledger Name"], signed(row)])).toEqual([
    ["Unbilled usage", 3],
    ["Usage revenue", -1],
    ["Prepaid usage revenue", -1],
    ["Rounding difference", -1],
  ]);
  expect(rows[0]!["Voucher Narration"]).toBe("'-2+3 odd");
});

test("what a customer abroad pays is in rupees, by the rate that its invoice has", async () => {
  const row = await books.sell("cus_abroad", [10_000], "USD");
  const rows = await vouchers();
  expect(signed(rows[0]!)).toBe(Math.round((row.total_paise * 85_123_457) / 1_000_000));
  expect(Object.values(sumBy(rows, () => "all"))).toEqual([0]);
});

const happening = fc.oneof(
  fc.record({
    sell: fc.constantFrom(...(Object.keys(BUYERS) as Buyer[])),
    net: fc.integer({ min: 100, max: 9_000_000 }),
  }),
  fc.record({ topup: fc.integer({ min: 100, max: 1_000_000 }) }),
  fc.record({ usage: fc.tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 1e9 })) }),
  fc.record({ odd: fc.constant(true) }),
);
const WHOLE = [
  "collector",
  "bank",
  "tds_receivable",
  "fees",
  "fees.gst",
  "unapplied",
  "round_off",
  "bad_debt",
] as const;
const EXACT: readonly LedgerAccount[] = [...WHOLE, "receivable", "gst.cgst", "gst.sgst", "gst.igst", "revenue.base"];

test("whatever happened, each voucher balances to the paisa, and each ledger comes to what the journal has on its account", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 10 }), async (all) => {
      await books.fresh();
      for (const one of all) {
        if ("sell" in one) {
          const row = await books.sell(one.sell, [one.net, 1_234]);
          await books.credit(row, 100);
          await books.pay(row, Math.floor(row.total_paise / 2), { from: "bank", tds: 50 });
          await books.pay(row, row.total_paise);
          await books.fee(one.sell, 200, 36);
          await books.takeBack(row, 300);
          await books.writeOff(row);
        }
        if ("topup" in one) await books.topup("cus_neighbour", one.topup);
        if ("usage" in one) await books.usage("cus_registered", one.usage);
        if ("odd" in one) await books.odd("cus_abroad");
      }
      const rows = await vouchers();
      expect(Object.values(sumBy(rows, (row) => row["Voucher Number"]!)).filter((sum) => sum !== 0)).toEqual([]);
      const ofCustomer = (row: Row) => row["Ledger Name"]!.includes(" cus_");
      const sums = sumBy(rows, (row) => (ofCustomer(row) ? "Accounts Receivable" : row["Ledger Name"]!));
      const [moved] = await books.db.read.select({ transfers: count() }).from(transfers);
      for (const [account, { name }] of Object.entries(LEDGERS)) {
        const off = Math.abs((sums[name] ?? 0) - (await standing(account as LedgerAccount)) / 10_000);
        expect(off, account).toBeLessThanOrEqual(EXACT.includes(account as LedgerAccount) ? 0 : moved!.transfers / 2);
      }
    }),
    { numRuns: 8, examples: [[[{ usage: [0, 1] }]]] },
  );
});

test("only what is of the account and the period is in it", async () => {
  await books.sell("cus_neighbour", [100], "INR", FROM - 1);
  await books.sell("cus_neighbour", [100], "INR", TO);
  const first = await books.sell("cus_neighbour", [100], "INR", FROM);
  const last = await books.sell("cus_neighbour", [100], "INR", TO - 1);
  const numbers = new Set((await vouchers()).map((row) => row["Voucher Number"]));
  expect([...numbers]).toEqual([first.number, last.number]);
  expect(await textOf(vouchersCsv(books.db.read, { ...PERIOD, account_id: "ten_1" as never }))).not.toContain("Sales");
});

test("where a page ends nothing is left out, and nothing is there twice", async () => {
  await books.many(1_001);
  const rows = await vouchers();
  expect([rows.length, new Set(rows.map((row) => row["Voucher Number"])).size]).toEqual([2_002, 1_001]);
});

test("every ledger of the vouchers is among the ledgers, once", async () => {
  await books.pay(await books.sell("cus_registered", [10_000]), 11_900);
  await books.sell("cus_neighbour", [10_000]);
  await books.imported(100_000);
  const ledgers = parsed(await textOf(ledgersCsv(books.db.read, PERIOD)));
  const names = ledgers.map((row) => row.Name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining((await vouchers()).map((row) => row["Ledger Name"])));
  expect(ledgers).toContainEqual({ Name: "Neighbour & Sons cus_neighbour", "Group Name": "Sundry Debtors" });
});

describe("as Tally's own XML", () => {
  test("it says the same as the CSV, with a debit's amount negative", async () => {
    await books.pay(await books.sell("cus_neighbour", [10_000]), 11_800);
    const xml = await textOf(vouchersXml(books.db.read, PERIOD));
    const entry =
      /<LEDGERNAME>([^<]*)<\/LEDGERNAME><ISDEEMEDPOSITIVE>(Yes|No)<\/ISDEEMEDPOSITIVE><ISPARTYLEDGER>\w+<\/ISPARTYLEDGER><AMOUNT>(-?[\d.]+)</g;
    const found = [...xml.matchAll(entry)].map(([, name, positive, amount]) => {
      expect(positive).toBe(Number(amount) < 0 ? "Yes" : "No");
      return [name!.replaceAll("&amp;", "&"), -Math.round(Number(amount) * 100)];
    });
    expect(found).toEqual((await vouchers()).map((row) => [row["Ledger Name"], signed(row)]));
    expect(xml).toContain("<BILLTYPE>New Ref</BILLTYPE>");
    expect(xml).toMatch(/<VOUCHER REMOTEID="jrn_\w+" VCHTYPE="Sales" ACTION="Create" .*<DATE>202611\d\d<\/DATE>/);
  });

  test("what customers wrote is no markup", async () => {
    await books.sell("cus_neighbour", [10_000]);
    const xml = await textOf(vouchersXml(books.db.read, PERIOD));
    expect(xml).toContain("Neighbour &amp; Sons cus_neighbour");
    expect(xml.match(/&(?!amp;|lt;|gt;|quot;)/g)).toBeNull();
  });
});
