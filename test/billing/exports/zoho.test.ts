import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type SectionName, zohoCsv } from "../../../src/billing/exports/zoho.ts";
import { parsed, sumOf } from "../gst-return/csv.ts";
import { type Books, FROM, openBooks, TO } from "./books.ts";

let books: Books;
beforeAll(async () => {
  books = await openBooks();
});
beforeEach(() => books.fresh());
afterAll(() => books.close());

async function section(name: SectionName): Promise<Record<string, string>[]> {
  let text = "";
  for await (const line of zohoCsv(books.db.read, { account_id: "operator", from: FROM, to: TO }, name)) text += line;
  return parsed(text);
}
/** As Zoho reckons it: the tax of each line, rounded for each of its halves, and the adjustment once. */
const zohoTotal = (rows: readonly Record<string, string>[]): number =>
  rows.reduce(
    (sum, row) => {
      const net = Math.round(Number(row["Item Price"]) * 100);
      const rate = Number(row["Item Tax %"]) / 100;
      const tax = row["Item Tax"]!.startsWith("IGST") ? Math.round(net * rate) : 2 * Math.round((net * rate) / 2);
      return sum + net + tax;
    },
    Math.round(Number(rows[0]!.Adjustment) * 100),
  );

test("an invoice is a row for each of its lines, and Zoho comes to its total", async () => {
  const row = await books.sell("cus_registered", [10_000, 5_050]);
  const rows = await section("invoices");
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    ...{ "Invoice Number": row.number, "Invoice Date": expect.stringMatching(/^2026-11-\d\d$/) },
    ...{ "Customer Name": `'=HYPERLINK("x"), Ltd cus_registered`, "GST Treatment": "business_gst" },
    ...{ "GST Identification Number (GSTIN)": "27AAPFU0939F1ZV", "Place of Supply": "MH", "Currency Code": "INR" },
    ...{ Account: "Unbilled usage", "Item Name": "'+Usage 0", "HSN/SAC": "998315", "Item Price": "100.00" },
    ...{ "Item Tax": "IGST18", "Item Tax %": "18" },
  });
  expect(rows[1]).toMatchObject({ Account: "Subscription revenue", "Item Price": "50.50" });
  expect(zohoTotal(rows)).toBe(row.total_paise);
});

test("what was paid with the tax in it comes to just that", async () => {
  for (const gross of [10_000, 9_999, 333]) {
    await books.fresh();
    await books.topup("cus_neighbour", gross);
    const rows = await section("invoices");
    expect(zohoTotal(rows)).toBe(gross);
    expect(rows[0]).toMatchObject({ "GST Treatment": "consumer", "Place of Supply": "KA", "Item Tax": "GST18" });
    expect(rows[0]!.Account).toBe("Prepaid credit of customers");
  }
});

test("abroad it is in its own currency, with the rate", async () => {
  const row = await books.sell("cus_abroad", [10_000], "USD");
  const [cells] = await section("invoices");
  expect(cells).toMatchObject({ "GST Treatment": "overseas", "Place of Supply": "", "Currency Code": "USD" });
  expect(cells).toMatchObject({ "Exchange Rate": "85.123457", "Item Price": "100.00" });
  expect(zohoTotal([cells!])).toBe(row.total_paise);
});

test("a credit note is a row for each account that it takes back from, with its invoice", async () => {
  const row = await books.sell("cus_neighbour", [10_000, 5_000], "INR", FROM);
  const note = await books.credit(row, 5_000);
  const rows = await section("credit_notes");
  expect(rows.map((cells) => cells.Account)).toEqual(["Subscription revenue", "Usage revenue"]);
  expect(rows[0]).toMatchObject({ "Credit Note Number": note.number, "Associated Invoice Number": row.number });
  expect(rows[0]!.Reason).toBe("'@mistake");
  expect(zohoTotal(rows)).toBe(note.total_paise);
});

test("a credit note on a top-up takes back from the wallet what was not used, and from what was earned what was", async () => {
  const row = await books.topup("cus_neighbour", 11_800);
  const notes = [await books.credit(row, 5_001, { unused: 4_239 }), await books.credit(row, 2_000)];
  const rows = await section("credit_notes");
  expect(rows.map((cells) => [cells["Credit Note Number"], cells.Account])).toEqual([
    [notes[0]!.number, "Prepaid credit of customers"],
    [notes[1]!.number, "Prepaid usage revenue"],
  ]);
  for (const [index, note] of notes.entries()) expect(zohoTotal([rows[index]!])).toBe(note.total_paise);
});

test("a payment says which invoice it settles, and what was kept back; what is over is a journal", async () => {
  const row = await books.sell("cus_neighbour", [10_000], "INR", FROM);
  await books.pay(row, 5_000, { from: "bank", tds: 1_000 });
  await books.pay(row, 6_000);
  const rows = await section("payments");
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    ...{ "Invoice Number": row.number, Amount: "50.00", "Amount Applied to Invoice": "50.00" },
    ...{ "Withholding Tax Amount": "10.00", "Deposit To": "Bank", Mode: "Bank Transfer" },
    "Reference Number": expect.stringMatching(/^UTR /),
  });
});

test("everything happens in one section alone, and journals balance to the paisa", async () => {
  const row = await books.sell("cus_neighbour", [10_000], "INR", FROM);
  await books.pay(row, 12_000, { from: "bank" });
  await books.fee("cus_neighbour", 200, 36);
  await books.usage("cus_neighbour", [12_345, 67_891]);
  await books.odd("cus_neighbour");
  await books.takeBack(row, 300);
  await books.writeOff(row);
  await books.imported(100_000);
  const journals = await section("journals");
  const sums = Map.groupBy(journals, (cells) => cells["Reference Number"]!);
  expect(sums.size).toBe(7);
  for (const cells of sums.values()) expect(sumOf(cells, "Debit")).toBe(sumOf(cells, "Credit"));
  const accounts = new Set(journals.map((cells) => cells.Account));
  for (const name of ["Payments to be given back", "Razorpay fees", "Bad debts", "Rounding difference"])
    expect(accounts).toContain(name);
  expect(
    journals.filter((cells) => cells.Account === "Accounts Receivable").map((cells) => cells["Contact Name"]),
  ).toEqual(["Neighbour & Sons cus_neighbour", "Neighbour & Sons cus_neighbour"]);
  expect(sumOf(await section("payments"), "Amount")).toBe(11_800);
});
