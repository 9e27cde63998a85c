import { and, eq, gte, lt } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gstr1, type SectionName } from "../../../src/billing/gst-return/gstr1.ts";
import { type Figures, gstr3b } from "../../../src/billing/gst-return/gstr3b.ts";
import { issueInvoice } from "../../../src/billing/invoices/issue.ts";
import { creditInvoice } from "../../../src/billing/invoices/settle.ts";
import type { InvoiceRow } from "../../../src/billing/invoices/store.ts";
import { saveProfile, saveSeller } from "../../../src/billing/parties/store.ts";
import { total } from "../../../src/db/columns.ts";
import type { AccountId } from "../../../src/db/schema/sellers.ts";
import { creditNotes, entries, fxRates, invoices, transfers } from "../../../src/db/schema.ts";
import { DAY, movableClock } from "../../../src/kernel/clock.ts";
import type { CustomerId, TenantId } from "../../../src/kernel/id.ts";
import { microsOfPaise, paise, type RateMicros } from "../../../src/kernel/money.ts";
import { openTestDatabase, type TestDatabase } from "../../support/database.ts";
import { parsed, sumOf } from "./csv.ts";

const tenant_id = "ten_1" as TenantId;
const FROM = Date.parse("2026-11-01T00:00:00+05:30");
const TO = Date.parse("2026-12-01T00:00:00+05:30");
const clock = movableClock();
const address = { line1: "1 MG Road", city: "Bengaluru", postal_code: "560001", country: "IN" };
const US = { line1: "1 Main St", city: "Austin", postal_code: "73301", country: "US" };
/** One of each kind that a return tells apart. */
const BUYERS = {
  registered: { name: "=Registered, Ltd", gstin: "27AAPFU0939F1ZV", state_code: "27", address },
  neighbour: { name: "Neighbour", gstin: null, state_code: "29", address },
  island: { name: "Island", gstin: null, state_code: "35", address },
  abroad: { name: "Abroad Inc", gstin: null, state_code: "96", address: US },
} as const;
type Buyer = keyof typeof BUYERS;

const OPERATOR = { id: "operator", state_code: "29" } as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.transaction(async (tx) => {
    for (const [name, buyer] of Object.entries(BUYERS)) {
      await saveProfile(tx, {
        ...{ customer_id: name as CustomerId, tenant_id, email: "a@example.com", contact: "+919800000000", ...buyer },
        ...{ created_at: 0, updated_at: 0 },
      });
    }
    for (const [id, lut] of [
      ["operator", null],
      ["ten_lut", "AD290326001234X"],
    ] as const) {
      await saveSeller(tx, {
        ...{ id: id as AccountId, tenant_id: id === "operator" ? null : tenant_id, legal_name: "Seller", lut, address },
        ...{ gstin: "29AAGCB7383J1Z4", state_code: "29", sac: "998315", invoice_series: "TG" },
        ...{ created_at: 0, updated_at: 0 },
      });
    }
    await tx.insert(fxRates).values({
      ...{ id: "fxr_1", currency: "INR", rate_micros: 85_000_000 as RateMicros, valid_from: 0 },
      ...{ source: "RBI", created_at: 0 },
    });
  });
});
afterAll(() => database.close());

let occasions = 0;
const sell = (buyer: Buyer, net: number, of: { at?: number; currency?: string; account_id?: AccountId } = {}) =>
  database.db.transaction((tx) =>
    issueInvoice(
      tx,
      {
        ...{ source: `sale ${++occasions}`, kind: "overage", account_id: "operator", tenant_id, currency: "INR" },
        ...{ customer_id: buyer as CustomerId, due_days: 0, at: FROM + DAY, ...of },
        lines: [{ description: "Usage", net_micros: microsOfPaise(paise(net)), ledger_account: "unbilled" }],
      },
      clock.wall(),
    ),
  );
const credit = ({ id }: InvoiceRow, gross: number, at: number = FROM + 2 * DAY) =>
  database.db.transaction((tx) =>
    creditInvoice(tx, clock, {
      ...{ invoice_id: id, source: `credit ${++occasions}`, gross_paise: paise(gross), reason: "a mistake", at },
    }),
  );
const fresh = () =>
  database.db.transaction(async (tx) => {
    for (const table of [entries, transfers, creditNotes, invoices]) await tx.delete(table);
  });

async function section(name: SectionName, seller_id: AccountId = "operator") {
  let text = "";
  for await (const line of gstr1(database.db.read, { seller_id, from: FROM, to: TO, section: name })) text += line;
  return parsed(text);
}

describe("an invoice and its credit note stand", () => {
  beforeAll(fresh);

  test("in b2b and cdnr, to the registered", async () => {
    const row = await sell("registered", 10_000_000);
    const note = await credit(row, 118_000);
    expect(await section("b2b")).toEqual([
      {
        ...{ "GSTIN/UIN of Recipient": "27AAPFU0939F1ZV", "Receiver Name": "'=Registered, Ltd" },
        ...{ "Invoice Number": row.number, "Invoice date": "02-Nov-2026", "Invoice Value": "118000.00" },
        ...{ "Place Of Supply": "27-Maharashtra", "Reverse Charge": "N", "Applicable % of Tax Rate": "" },
        ...{ "Invoice Type": "Regular B2B", "E-Commerce GSTIN": "", Rate: "18", "Taxable Value": "100000.00" },
        "Cess Amount": "",
      },
    ]);
    expect(await section("cdnr")).toMatchObject([
      { "Note Number": note.number, "Note Date": "03-Nov-2026", "Note Type": "C", "Note Value": "1180.00" },
    ]);
  });

  test("in b2cl and cdnur, to others in another State above a lakh; in b2cs, less what is credited, up to it", async () => {
    const large = await sell("island", 8_474_700);
    await credit(large, 118_00);
    await credit(await sell("island", 8_474_600), 118_00);
    await sell("neighbour", 50_000_000);
    expect(await section("b2cl")).toMatchObject([{ "Invoice Number": large.number, "Invoice Value": "100001.00" }]);
    expect(await section("cdnur")).toMatchObject([
      { "UR Type": "B2CL", "Place Of Supply": "35-Andaman & Nicobar Islands", "Note Value": "118.00" },
    ]);
    expect(await section("b2cs")).toMatchObject([
      { Type: "OE", "Place Of Supply": "29-Karnataka", Rate: "18", "Taxable Value": "500000.00" },
      { Type: "OE", "Place Of Supply": "35-Andaman & Nicobar Islands", "Taxable Value": "84646.00" },
    ]);
  });

  test("in exp and cdnur, abroad: with tax or under a letter of undertaking, in rupees whatever its currency", async () => {
    await credit(await sell("abroad", 10_000), 11_800);
    const lut = { account_id: "ten_lut" as AccountId, currency: "USD" };
    await credit(await sell("abroad", 10_000, lut), 5_000);
    expect(await section("exp")).toMatchObject([{ "Export Type": "WPAY", Rate: "18", "Taxable Value": "100.00" }]);
    expect(await section("cdnur")).toContainEqual(
      expect.objectContaining({ "UR Type": "EXPWP", "Place Of Supply": "" }),
    );
    expect(await section("exp", "ten_lut" as AccountId)).toMatchObject([
      { "Export Type": "WOPAY", "Invoice Value": "8500.00", Rate: "0", "Taxable Value": "8500.00" },
    ]);
    expect(await section("cdnur", "ten_lut" as AccountId)).toMatchObject([
      { "UR Type": "EXPWOP", "Note Value": "4250.00" },
    ]);
  });
});

test("only what was issued in the period is in it, by the date in India", async () => {
  await fresh();
  const last = await sell("registered", 100, { at: FROM - 1 });
  const first = await sell("registered", 200, { at: FROM });
  await sell("registered", 300, { at: TO - 1 });
  await sell("registered", 400, { at: TO });
  await credit(last, 100, FROM);
  expect((await section("b2b")).map((row) => row["Invoice date"])).toEqual(["01-Nov-2026", "30-Nov-2026"]);
  expect((await section("b2b"))[0]!["Invoice Number"]).toBe(first.number);
  expect(await section("cdnr")).toHaveLength(1);
});

/** What stands on a tax account of the journal from the period, in paise owed. */
async function owed(ledger_account: string): Promise<number> {
  const [row] = await database.db.read
    .select({ sum: total(entries.amount_micros) })
    .from(entries)
    .innerJoin(transfers, eq(transfers.id, entries.transfer_id))
    .where(
      and(
        ...[eq(entries.ledger_account, ledger_account), eq(transfers.account_id, "operator")],
        ...[gte(transfers.at, FROM), lt(transfers.at, TO)],
      ),
    );
  return 0 - row!.sum / 10_000;
}

test("whatever was sold and credited, the return comes to the tax that the journal owes, and every document is in it once", async () => {
  const sale = fc.record({
    buyer: fc.constantFrom(...(Object.keys(BUYERS) as Buyer[])),
    net: fc.integer({ min: 1, max: 20_000_000 }),
    at: fc.integer({ min: FROM - 2 * DAY, max: TO + 2 * DAY }),
    credited: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(sale, { minLength: 1, maxLength: 12 }), async (sales) => {
      await fresh();
      for (const { buyer, net, at, credited } of sales) {
        const row = await sell(buyer, net, { at });
        let left: number = row.total_paise;
        for (const part of credited) {
          const gross = Math.floor((row.total_paise * part) / 100);
          if (gross < 1 || gross > left) continue;
          await credit(row, gross, at + DAY);
          left -= gross;
        }
      }
      const hsn = [...(await section("hsn(b2b)")), ...(await section("hsn(b2c)"))];
      expect(sumOf(hsn, "Integrated Tax Amount")).toBe(await owed("gst.igst"));
      expect(sumOf(hsn, "Central Tax Amount")).toBe(await owed("gst.cgst"));
      expect(sumOf(hsn, "State/UT Tax Amount")).toBe(await owed("gst.sgst"));
      const { tables } = await gstr3b(database.db.read, { seller_id: "operator", from: FROM, to: TO }, OPERATOR);
      const both = (column: keyof Figures) => tables["3.1(a)"][column] + tables["3.1(b)"][column];
      expect(both("taxable_paise")).toBe(sumOf(hsn, "Taxable Value"));
      expect(both("igst_paise")).toBe(await owed("gst.igst"));
      expect(both("cgst_paise")).toBe(await owed("gst.cgst"));
      expect(both("sgst_paise")).toBe(await owed("gst.sgst"));
      expect(tables["3.1(b)"].taxable_paise).toBe(
        sumOf(await section("exp"), "Taxable Value") -
          sumOf(
            (await section("cdnur")).filter((row) => row["UR Type"] !== "B2CL"),
            "Taxable Value",
          ),
      );

      const sold = [...(await section("b2b")), ...(await section("b2cl")), ...(await section("exp"))];
      const credits = [...(await section("cdnr")), ...(await section("cdnur"))];
      const taxable = (rows: Record<string, string>[]) => sumOf(rows, "Taxable Value");
      expect(taxable(sold) + taxable(await section("b2cs")) - taxable(credits)).toBe(taxable(hsn));

      const issued = await section("docs");
      const count = (nature: string) =>
        issued
          .filter((row) => row["Nature of Document"] === nature)
          .reduce((sum, row) => sum + Number(row["Total Number"]), 0);
      const within = ({ issued_at }: { issued_at: number }) => issued_at >= FROM && issued_at < TO;
      expect(count("Invoices for outward supply")).toBe(
        (await database.db.read.select().from(invoices)).filter(within).length,
      );
      expect(count("Credit Note")).toBe((await database.db.read.select().from(creditNotes)).filter(within).length);
    }),
    { numRuns: 15 },
  );
});
