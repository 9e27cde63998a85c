import { describe, expect, test } from "vitest";
import { creditNotePaper } from "../../../src/billing/documents/credit-note-paper.ts";
import { htmlOf } from "../../../src/billing/documents/html.ts";
import { invoicePaper } from "../../../src/billing/documents/invoice-paper.ts";
import type { Paper } from "../../../src/billing/documents/paper.ts";
import type { InvoiceRow } from "../../../src/billing/invoices/store.ts";
import { paise } from "../../../src/kernel/money.ts";
import { BUYER, creditNote, ISSUED_AT, invoice, SELLER } from "./sample.ts";

const span = { start_at: Date.parse("2026-10-05T00:00:00+05:30"), end_at: Date.parse("2026-11-05T00:00:00+05:30") };
const paperOf = (change: Partial<InvoiceRow> = {}, paid: { reference: string; at: number }[] = []) =>
  invoicePaper(invoice(change), { paid, span });
const factOf = ({ facts, sums, settlement }: Paper, label: string) =>
  [...facts, ...sums, ...settlement].find((fact) => fact.label === label)?.value;
const abroad = {
  ...{ place_of_supply: "96", currency: "USD", igst_paise: paise(0), tax_rate_ppm: 0, total_paise: paise(10_000) },
  seller: { ...SELLER, lut: "AD290326001234X" },
  buyer: { ...BUYER, state_code: "96", address: { ...BUYER.address, city: "Austin", country: "US" } },
  fx: { rate_micros: 1_000_000, source: "RBI", date: "2026-11-04T00:00:00.000Z", rupees_micros: 85_123_400 },
};

describe("a tax invoice says what Rule 46 asks for:", () => {
  const paper = paperOf();

  test("who supplied and who received, with address, State and its code, and GSTIN", () => {
    expect(paper.parties).toEqual([
      {
        ...{ role: "Supplier", name: "Operator Private Limited" },
        lines: ["1 MG Road", "Bengaluru 560001", "State: Karnataka, code 29", "GSTIN: 29AAGCB7383J1Z4"],
      },
      {
        ...{ role: "Recipient", name: "Asha Traders" },
        lines: [
          ...["12 Nariman Point", "Mumbai 400021", "State: Maharashtra, code 27", "GSTIN: not registered"],
          "asha@example.com",
        ],
      },
    ]);
  });

  test("or it is no tax invoice, and shows no tax, where who supplied is not registered", () => {
    const untaxed = {
      ...{ seller: { ...SELLER, gstin: null }, tax_rate_ppm: 0 },
      ...{ cgst_paise: paise(0), sgst_paise: paise(0), igst_paise: paise(0) },
    };
    const { title, parties, sums } = paperOf(untaxed);
    expect(title).toBe("Invoice");
    expect(parties[0]!.lines).toContain("GSTIN: not registered");
    expect(sums.map(({ label }) => label)).toEqual(["Value", "Total"]);
    expect(paperOf({ ...abroad, ...untaxed }).notes.join()).not.toContain("SUPPLY MEANT FOR EXPORT");
  });

  test("its number, date, place and period of supply, and that no tax is due on reverse charge", () => {
    expect(factOf(paper, "Invoice number")).toBe("TG/26-27/00042");
    expect(factOf(paper, "Invoice date")).toBe("05 Nov 2026");
    expect(factOf(paper, "Place of supply")).toBe("27-Maharashtra");
    expect(factOf(paper, "Period of supply")).toBe("05 Oct 2026 to 04 Nov 2026");
    expect(factOf(paper, "Tax on reverse charge")).toBe("No");
  });

  test("and of a plan with graduated tiers, what lay in which", () => {
    const [line] = invoice().lines;
    const tiers = [
      { multiplier: "1.5", list_micros: 80_000_000 },
      { multiplier: "0.7", list_micros: 12_345_678 },
    ];
    expect(paperOf({ lines: [{ ...line!, details: { ...line!.details, tiers } }] }).lines[0]!.remarks).toEqual([
      "Usage of the period at list, by tier: ₹80.00 × 1.5 + ₹12.345678 × 0.7",
    ]);
  });

  test("what was supplied, with its SAC and the quantity of each class, and by which rate it was exchanged", () => {
    expect(paper.lines).toEqual([
      {
        ...{ description: "Usage of claude-sonnet-5-5 beyond the plan", sac: "998315", amount: "100.00", remarks: [] },
        parts: [
          { name: "Input tokens", quantity: "1,23,45,678" },
          { name: "Output tokens", quantity: "3,456" },
          { name: "Web searches", quantity: "2" },
        ],
      },
    ]);
    expect(factOf(paper, "Exchange rate")).toBe("1 USD = ₹85.25, 01 Oct 2026 (RBI reference rate)");
  });

  test("its taxable value, the rate and amount of each tax, the total, and that in words", () => {
    expect(paper.sums.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      ...["Taxable value: 100.00", "IGST 18%: 18.00", "Total: ₹118.00"],
    ]);
    expect(paper.words).toBe("Rupees one hundred and eighteen only");
  });

  test("CGST and SGST within a State, UTGST in a Union Territory, and what was rounded off", () => {
    const half = { igst_paise: paise(0), cgst_paise: paise(900), sgst_paise: paise(900), round_off_paise: paise(-1) };
    const labels = (state_code: string) =>
      paperOf({ ...half, place_of_supply: state_code, seller: { ...SELLER, state_code } }).sums.map(
        ({ label }) => label,
      );
    expect(labels("29")).toEqual(["Taxable value", "CGST 9%", "SGST 9%", "Round-off", "Total"]);
    expect(labels("35")).toEqual(["Taxable value", "CGST 9%", "UTGST 9%", "Round-off", "Total"]);
  });

  test("the endorsement of an export, its country, and its value in rupees", () => {
    const exported = paperOf(abroad);
    expect(exported.notes.slice(0, 3)).toEqual([
      "SUPPLY MEANT FOR EXPORT UNDER BOND OR LETTER OF UNDERTAKING WITHOUT PAYMENT OF INTEGRATED TAX.",
      "Letter of undertaking: AD290326001234X.",
      "Value in rupees: ₹8,512.34.",
    ]);
    expect(factOf(exported, "Country of destination")).toBe("United States");
    expect(factOf(exported, "Exchange rate")).toBe("1 USD = ₹85.1234, 04 Nov 2026 (RBI)");
    expect(factOf(exported, "Total")).toBe("US$100.00");
    expect(paperOf({ ...abroad, tax_rate_ppm: 180_000 }).notes[0]).toBe(
      "SUPPLY MEANT FOR EXPORT ON PAYMENT OF INTEGRATED TAX.",
    );
  });

  test("the period of each line, where they bill different ones", () => {
    const line = (from: string, to: string) => ({
      ...invoice().lines[0]!,
      details: { period: { from: `${from}T18:30:00.000Z`, to: `${to}T18:30:00.000Z` } },
    });
    const both = paperOf({ lines: [line("2026-11-04", "2026-12-04"), line("2026-10-04", "2026-11-04")] });
    expect(both.lines.map(({ remarks }) => remarks)).toEqual([
      ["05 Nov 2026 to 04 Dec 2026"],
      ["05 Oct 2026 to 04 Nov 2026"],
    ]);
    expect(factOf(both, "Period of supply")).toBe("05 Oct 2026 to 04 Dec 2026");
  });
});

test.each([
  ["Open", {}, "₹118.00"],
  ["Partly paid", { paid_paise: paise(1_800) }, "₹100.00"],
  ["Paid", { paid_paise: paise(10_800), tds_paise: paise(1_000) }, "₹0.00"],
  ["Written off", { written_off_paise: paise(11_800) }, "₹0.00"],
  ["Credited", { credited_paise: paise(11_800) }, "₹0.00"],
])("an invoice is said to be %s, with what is still due", (word, change, due) => {
  const paper = paperOf(change);
  expect(paper.state.word).toBe(word);
  expect(factOf(paper, "Balance due")).toBe(due);
  expect(factOf(paper, "Due date") !== undefined).toBe(due !== "₹0.00");
});

test("an invoice names the payments it was paid by, and the income tax that was kept back", () => {
  const paper = paperOf({ paid_paise: paise(10_800), tds_paise: paise(1_000) }, [
    { reference: "pay_ABC", at: ISSUED_AT },
    { reference: "NEFT 4711", at: ISSUED_AT },
  ]);
  expect(factOf(paper, "TDS kept back by the recipient")).toBe("10.00");
  expect(paper.notes.slice(-2)).toEqual([
    "Payment received on 05 Nov 2026: pay_ABC.",
    "Payment received on 05 Nov 2026: NEFT 4711.",
  ]);
});

test("a credit note refers to its invoice, says why, and carries the tax that it takes back", () => {
  const paper = creditNotePaper(creditNote(), { invoice: invoice(), refunds: ["rfnd_1"] });
  expect(paper.title).toBe("Credit note");
  expect(factOf(paper, "Against invoice")).toBe("TG/26-27/00042 of 05 Nov 2026");
  expect(paper.lines[0]).toMatchObject({ sac: "998315", amount: "50.00", remarks: ["Credit that was not used"] });
  expect(paper.sums.map(({ label, value }) => `${label}: ${value}`)).toEqual([
    ...["Taxable value: 50.00", "IGST 18%: 9.00", "Total: ₹59.00"],
  ]);
  expect(paper.notes).toEqual(["Refunded at Razorpay: rfnd_1."]);
});

test("what somebody put into a name is text in the HTML, never markup, and turns no other letters around", () => {
  const name = '</h2><script>alert("1")</script>&amp; \u202Eevil\u0000 नमस्ते';
  const page = htmlOf(paperOf({ buyer: { ...BUYER, name } }));
  expect(page).toContain("&lt;/h2&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp; evil नमस्ते");
  for (const unwanted of ["<script", "\u202e", "\u0000"]) expect(page).not.toContain(unwanted);
});
