import { z } from "zod";
import type { InvoiceLine } from "../../db/schema/invoices.ts";
import { openAmount } from "../invoices/settle.ts";
import type { InvoiceRow } from "../invoices/store.ts";
import { ABROAD } from "../parties/gst.ts";
import {
  amountOf,
  dateOf,
  type Fact,
  moneyOf,
  type Paper,
  type PaperLine,
  placeOf,
  quantityOf,
  spanOf,
  symbolOf,
} from "./paper.ts";
import { buyerOf, countryOf, partiesOf, type Seller, sellerOf } from "./paper-parties.ts";
import { exportNotes, sumsOf } from "./paper-sums.ts";
import type { PaidBy } from "./store.ts";
import { amountInWords } from "./words.ts";

/**
 * An invoice as a document: every particular that Rule 46 of the CGST Rules asks for, and what has become of it. Only who is registered issues a tax
 * invoice.
 */
export function invoicePaper(
  row: InvoiceRow,
  { paid, span }: { readonly paid: readonly PaidBy[]; readonly span?: { start_at: number; end_at: number } },
): Paper {
  const { currency } = row;
  const seller = sellerOf(row.seller);
  const buyer = buyerOf(row.buyer);
  const fx = rateOf(row);
  const spans = row.lines.flatMap((line) => spanOfLine(line) ?? []);
  const period = periodOf(row, spans, span);
  const abroad = row.place_of_supply === ABROAD;
  return {
    ...{ title: seller.gstin === null ? "Invoice" : "Tax invoice" },
    ...{ copy: "Original for recipient", number: row.number, issued_at: row.issued_at },
    state: stateOf(row),
    parties: partiesOf(seller, buyer),
    facts: [
      ...[{ label: "Invoice number", value: row.number, strong: true }],
      ...[{ label: "Invoice date", value: dateOf(row.issued_at) }, ...dueOf(row)],
      ...[{ label: "Place of supply", value: placeOf(row.place_of_supply) }],
      ...(abroad ? [{ label: "Country of destination", value: countryOf(buyer.address.country) }] : []),
      ...(period ? [{ label: "Period of supply", value: period }] : []),
      ...[{ label: "Tax on reverse charge", value: "No" }],
      ...(fx ? [{ label: "Exchange rate", value: fx.text }] : []),
    ],
    unit: symbolOf(currency),
    lines: row.lines.map((line) => lineOf(line, currency, spans.length > 1)),
    sums: sumsOf(row, seller),
    words: amountInWords(row.total_paise, currency),
    settlement: settlementOf(row),
    notes: notesOf(row, { seller, paid, rupees_micros: fx?.rupees_micros ?? null }),
    signatory: seller.legal_name,
  };
}

const dueOf = (row: InvoiceRow): readonly Fact[] =>
  openAmount(row) > 0 ? [{ label: "Due date", value: dateOf(row.due_at) }] : [];

function stateOf(row: InvoiceRow): Paper["state"] {
  if (openAmount(row) > 0) return { word: row.paid_paise > 0 ? "Partly paid" : "Open", tone: "open" };
  if (row.written_off_paise > 0) return { word: "Written off", tone: "void" };
  if (row.credited_paise >= row.total_paise) return { word: "Credited", tone: "void" };
  return { word: "Paid", tone: "settled" };
}

/** What is owed by it still, from its total: nothing but the total is said of one that nothing has happened to. */
function settlementOf(row: InvoiceRow): readonly Fact[] {
  const { currency, paid_paise, tds_paise, credited_paise, written_off_paise } = row;
  const facts = [
    { label: "Paid", amount: paid_paise },
    { label: "TDS kept back by the recipient", amount: tds_paise },
    { label: "Credit notes", amount: credited_paise },
    { label: "Written off", amount: written_off_paise },
  ].filter(({ amount }) => amount !== 0);
  const open = { label: "Balance due", value: moneyOf(openAmount(row), currency), strong: true };
  return [...facts.map(({ label, amount }) => ({ label, value: amountOf(amount, currency) })), open];
}

const Period = z.object({ period: z.object({ from: z.iso.datetime(), to: z.iso.datetime() }) });

/** The span that a line of its own bills, such as the base fee of a cycle ahead. */
function spanOfLine({ details }: InvoiceLine): { readonly from: number; readonly to: number } | null {
  const found = Period.safeParse(details).data?.period;
  return found ? { from: Date.parse(found.from), to: Date.parse(found.to) } : null;
}

/** What the invoice covers in all: its cycle as far as it is over, and the spans of its lines. */
function periodOf(
  { issued_at }: InvoiceRow,
  spans: readonly { readonly from: number; readonly to: number }[],
  cycle: { start_at: number; end_at: number } | undefined,
): string | null {
  const all = [...spans, ...(cycle ? [{ from: cycle.start_at, to: Math.min(cycle.end_at, issued_at) }] : [])];
  if (!all.length) return null;
  return spanOf(Math.min(...all.map(({ from }) => from)), Math.max(...all.map(({ to }) => to)));
}

/** The classes of what is metered, as a reader knows them. */
const CLASSES = {
  input_tokens: "Input tokens",
  cache_read_tokens: "Cache read tokens",
  cache_write_5m_tokens: "Cache write tokens, 5 minutes",
  cache_write_1h_tokens: "Cache write tokens, 1 hour",
  output_tokens: "Output tokens",
  web_searches: "Web searches",
} as const;

function lineOf(line: InvoiceLine, currency: string, several: boolean): PaperLine {
  const span = spanOfLine(line);
  const parts = Object.entries(CLASSES).flatMap(([key, name]) => {
    const count = line.details?.[key];
    return typeof count === "number" && count > 0 ? [{ name, quantity: quantityOf(count) }] : [];
  });
  return {
    ...{ description: line.description, sac: line.sac, amount: amountOf(line.net_paise, currency), parts },
    remarks: [...(span && several ? [spanOf(span.from, span.to)] : []), ...tiersOf(line, currency)],
  };
}

const Tiered = z.object({ tiers: z.array(z.object({ multiplier: z.string(), list_micros: z.int() })).min(1) });

/** Of a plan with graduated tiers: what the usage comes to at list, by the factor of the tier that it lay in. */
function tiersOf({ details }: InvoiceLine, currency: string): readonly string[] {
  const tiers = Tiered.safeParse(details).data?.tiers;
  if (!tiers) return [];
  const parts = tiers.map(
    ({ multiplier, list_micros }) => `${symbolOf(currency)}${decimals(list_micros)} × ${multiplier}`,
  );
  return [`Usage of the period at list, by tier: ${parts.join(" + ")}`];
}

const Rate = z.object({
  rate_micros: z.int(),
  source: z.string().nullable(),
  date: z.string().nullable(),
  /** Micro-rupees for one unit of the invoice's currency, where that is another. */
  rupees_micros: z.int().nullish(),
});

/** The rate that its amounts were exchanged by, or that says what they are in rupees; with its date and where it is from. */
function rateOf({ fx, currency }: InvoiceRow): { text: string; rupees_micros: number | null } | null {
  const rate = Rate.safeParse(fx).data;
  if (!rate) return null;
  const of = rate.date === null ? "" : `, ${dateOf(Date.parse(rate.date))}`;
  const from = rate.source ? ` (${rate.source})` : "";
  const inr = rate.rupees_micros ?? null;
  const [one, other, micros] = inr === null ? ["USD", currency, rate.rate_micros] : [currency, "INR", inr];
  return { text: `1 ${one} = ${symbolOf(other)}${decimals(micros)}${of}${from}`, rupees_micros: inr };
}

/** Micros with as many places as they need, and at least two. */
const decimals = (micros: number): string => (micros / 1_000_000).toLocaleString("en-IN", FX_PLACES);
const FX_PLACES = { minimumFractionDigits: 2, maximumFractionDigits: 6 } as const;

function notesOf(
  row: InvoiceRow,
  of: { readonly seller: Seller; readonly paid: readonly PaidBy[]; readonly rupees_micros: number | null },
): readonly string[] {
  const metered = row.lines.some(({ details }) => Object.keys(CLASSES).some((name) => Number(details?.[name]) > 0));
  return [
    ...exportNotes(row, of.seller, of.rupees_micros),
    ...(metered
      ? [
          "Quantities are those of the whole period. What the plan includes of them is not billed again, nor what prepaid credit or an earlier invoice has paid.",
        ]
      : []),
    ...(row.kind === "topup" ? ["Usage that is drawn from this credit is not invoiced again."] : []),
    ...of.paid.map(({ reference, at }) => `Payment received on ${dateOf(at)}: ${reference}.`),
  ];
}
