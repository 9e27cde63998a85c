import { iso } from "../../kernel/clock.ts";
import { amountOf, dateOf, moneyOf, type Paper, placeOf, spanOf, symbolOf } from "../documents/paper.ts";
import { buyerOf, partiesOf, sellerOf } from "../documents/paper-parties.ts";
import { amountInWords } from "../documents/words.ts";
import type { SelfInvoiceRow } from "./store.ts";

const INR = "INR";

/** A self-invoice as a document: the particulars of Rule 46, from the one who received the service. */
export function selfInvoicePaper(row: SelfInvoiceRow): Paper {
  const recipient = buyerOf({ ...row.recipient, name: row.recipient.legal_name, email: "" });
  const { taxable_paise, igst_paise, total_paise, rate_micros, rate_source, rate_valid_from } = row;
  const igst = `IGST ${row.tax_rate_ppm / 10_000}%`;
  return {
    ...{ title: "Self-invoice, section 31(3)(f)", copy: "For a service received from outside India" },
    ...{ number: row.number, issued_at: row.issued_at, state: { word: "Issued", tone: "settled" } },
    parties: partiesOf(sellerOf(row.supplier), recipient),
    facts: [
      { label: "Self-invoice number", value: row.number, strong: true },
      { label: "Date", value: dateOf(row.issued_at) },
      { label: "Place of supply", value: placeOf(recipient.state_code) },
      { label: "Period of supply", value: spanOf(row.from_at, row.to_at) },
      { label: "Tax on reverse charge", value: "Yes" },
      {
        label: "Exchange rate",
        value: `1 USD = ${symbolOf(INR)}${rupees(rate_micros)}, ${dateOf(rate_valid_from)} (${rate_source})`,
      },
    ],
    unit: symbolOf(INR),
    lines: [
      {
        ...{ description: "Claude API, import of service", remarks: remarksOf(row), sac: row.sac, parts: [] },
        amount: amountOf(taxable_paise, INR),
      },
    ],
    sums: [
      { label: "Taxable value", value: amountOf(taxable_paise, INR) },
      { label: `${igst}, reverse charge`, value: amountOf(igst_paise, INR) },
      { label: "Total", value: moneyOf(total_paise, INR), strong: true },
    ],
    words: amountInWords(total_paise, INR),
    settlement: [],
    notes: [
      `${igst} of ${moneyOf(igst_paise, INR)} is payable by the recipient under reverse charge: section 5(3) of the IGST Act. The supplier is paid the taxable value alone.`,
    ],
    signatory: recipient.name,
  };
}

/** What the value is made of, in dollars. */
function remarksOf({ cost_micros_usd, parts }: SelfInvoiceRow): readonly string[] {
  const all = [
    { name: "Calls of the period", cost: parts.calls },
    { name: "Other costs of the provider", cost: parts.other },
    { name: "Corrections of earlier periods", cost: parts.corrections },
  ].filter(({ cost }) => cost !== 0);
  return [
    ...(all.length > 1 ? all.map(({ name, cost }) => `${name}: US$${dollars(cost)}`) : []),
    `Cost of the period: US$${dollars(cost_micros_usd)}`,
  ];
}

const SIX = { minimumFractionDigits: 2, maximumFractionDigits: 6 } as const;
const dollars = (micros: number): string => (micros / 1_000_000).toLocaleString("en-US", SIX);
const rupees = (micros: number): string => (micros / 1_000_000).toLocaleString("en-IN", SIX);

export const presentSelfInvoice = ({ created_at: _, ...row }: SelfInvoiceRow) => ({
  ...row,
  ...{ currency: INR, reverse_charge: true, place_of_supply: String(row.recipient.state_code) },
  ...{ from_at: iso(row.from_at), to_at: iso(row.to_at), issued_at: iso(row.issued_at) },
  rate_valid_from: iso(row.rate_valid_from),
});
