import { DateTime } from "luxon";
import type { Pricer } from "../catalog/charge.ts";
import type { Meter } from "../catalog/meters.ts";
import { partsOf } from "../catalog/tiers.ts";
import { ONE_PPM, usdPerMillion } from "../kernel/money.ts";
import { type CostVisibility, factor, type UsageEvent, usd } from "./event.ts";
import { exactUsd, isEstimated, type Priced, priceAgain, rateNoteOf, tiersOf, usedMeters } from "./receipt.ts";
import { chargeRows } from "./receipt-charges.ts";

export interface TextReader {
  readonly pricer: Pricer;
  readonly visibility: CostVisibility;
  /** The tenant's, as all its times are told. */
  readonly timezone: string;
}

/** A receipt for a person: for each call what happened, in words, and then the sum, a line each. */
export function receiptText(events: readonly UsageEvent[], reader: TextReader): string {
  const calls = events.filter(({ kind }) => kind === "call");
  const parts = [`Request ${events[0]!.request_id}`];
  for (const event of events) {
    const priced = event.kind === "call" && reader.visibility !== "none" ? priceAgain(event, reader.pricer) : null;
    const inFull = reader.visibility === "full" ? priced : null;
    parts.push(event.kind === "call" ? story(event, inFull, reader) : adjustmentStory(event, reader));
    const rows = event.kind === "call" ? rowsOf(event, priced, reader) : [];
    if (rows.length) parts.push(aligned(rows));
    const note =
      event.kind === "call" &&
      reader.visibility === "full" &&
      rateNoteOf(event, priced, { pricer: reader.pricer, events });
    if (note) parts.push(note);
  }
  if (events.length > 1 && reader.visibility !== "none") {
    const spend = events.reduce((sum, event) => sum + event.spend_micros, 0);
    const adjusted = events.length > calls.length ? ", adjustments included" : "";
    parts.push(`In all ${plural(calls.length, "call")}${adjusted}: ${money(events[0]!.currency, spend)}.`);
  }
  return `${parts.join("\n\n")}\n`;
}

const SOURCES = {
  reported: "The quantities are the provider's own final count.",
  partial: "The answer was cut off before the provider's final count: output is counted from what passed.",
  recovered: "The gateway's node stopped during the call: the quantities are those it had last written down.",
} as const;
const METER_NAMES: Record<Meter, string> = {
  input: "input tokens",
  cache_read: "tokens read from the cache",
  cache_write_5m: "tokens written to the cache for 5 minutes",
  cache_write_1h: "tokens written to the cache for an hour",
  output: "output tokens",
  web_search: "web searches",
};

function story(event: UsageEvent, priced: Priced | null, { visibility, timezone }: TextReader): string {
  const prompt =
    event.input_tokens + event.cache_read_tokens + event.cache_write_5m_tokens + event.cache_write_1h_tokens;
  const sentences = [
    `On ${timeIn(event.admitted_at, timezone)} ${event.model} read ${plural(prompt, "token")} and wrote ${count(event.output_tokens)}, in ${count(event.total_ms)} ms. It ended ${event.ended.replaceAll("_", " ")}.`,
    isEstimated(event)
      ? "Nothing was reported of what was used, so nothing is charged; the cost is an estimate."
      : SOURCES[event.source],
  ];
  if (priced) {
    sentences.push(`At the prices of that moment it cost USD ${exactUsd(priced.exact)}${inSpend(event, priced)}.`);
  }
  if (visibility !== "none") sentences.push(paid(event));
  return sentences.join(" ");
}

/** What the mark-up and the exchange rate make of the cost; nothing to say where they change nothing. */
function inSpend({ currency, rate_micros, multiplier_ppm }: UsageEvent, { list_micros, charge }: Priced): string {
  if (charge.samplings.some(({ lines }) => lines))
    return `; by the plan's own prices the spend is ${money(currency, list_micros)}`;
  const terms = [
    ...(multiplier_ppm === ONE_PPM ? [] : [`with a mark-up of ×${factor(multiplier_ppm)}`]),
    ...(currency === "USD" ? [] : [`at ${currency} ${usd(rate_micros)} to the dollar`]),
  ];
  return terms.length ? `; ${terms.join(", ")} that is ${money(currency, list_micros)}` : "";
}

function adjustmentStory(event: UsageEvent, { visibility, timezone }: TextReader): string {
  const said = `On ${timeIn(event.settled_at, timezone)} the call was put right: ${event.reason ?? "no reason was given"}.`;
  const cost = visibility === "full" ? ` The cost changed by USD ${usd(event.cost_micros_usd)}.` : "";
  return visibility === "none"
    ? said
    : `${said}${cost} The spend changed by ${money(event.currency, event.spend_micros)}.`;
}

function paid({ currency, spend_micros, uncovered_micros, draws }: UsageEvent): string {
  const from = draws.map(({ grant_id, amount }) => `${money(currency, amount)} of grant ${grant_id}`).join(" and ");
  const drawn = draws.length ? `It was drawn from ${from}.` : "No grant was drawn from.";
  const borne = uncovered_micros
    ? ` ${money(currency, uncovered_micros)} was covered by nothing and is not charged.`
    : "";
  return `The spend is ${money(currency, spend_micros)}. ${drawn}${borne}`;
}

/** The sum: quantity, times rate, times multipliers, is the amount; what a reader may not see is left out. */
function rowsOf(event: UsageEvent, priced: Priced | null, { visibility, pricer }: TextReader): string[][] {
  const byCard = priced?.charge.samplings.some(({ lines }) => lines) ?? false;
  const rows = priced && visibility === "full" ? costRows(priced) : [];
  if (priced && byCard) rows.push(...chargeRows(priced.charge, { currency: event.currency, names: METER_NAMES }));
  if (!rows.length) rows.push(...quantityRows(event));
  if (visibility === "none") return rows;
  const tiers = tiersOf(event, pricer);
  if (event.tiered && tiers) rows.push(...tierRows(event.currency, event.tiered, tiers));
  const owed = priced && (visibility === "full" || byCard) ? priced.owed_micros : event.spend_micros;
  const rounded = priced && !tiers && (visibility === "full" || byCard);
  rows.push([rounded ? "spend, rounded once" : "spend", "", "", money(event.currency, owed)]);
  return rows;
}

const quantityRows = (event: UsageEvent): string[][] =>
  event.samplings.flatMap(({ model, quantities }) =>
    usedMeters(quantities).map((meter) => [`${model}, ${METER_NAMES[meter]}`, count(quantities[meter]), "", ""]),
  );

/** What the plan's tiers make of the spend at list: each part, by how far the cycle had come. */
const tierRows = (
  currency: string,
  tiered: NonNullable<UsageEvent["tiered"]>,
  tiers: Parameters<typeof partsOf>[1],
): string[][] => [
  ["spend at list, rounded once", "", "", money(currency, tiered.list_micros)],
  ...partsOf(tiered, tiers).map(({ list_micros, multiplier_ppm }) => [
    `of it, with ${money(currency, tiered.from_micros)} spent at list before in the cycle`,
    "",
    `${money(currency, list_micros)} × ${factor(multiplier_ppm)}`,
    "",
  ]),
];

function costRows(priced: Priced): string[][] {
  const rows = priced.samplings.flatMap(({ sampling, geography_ppm, batch_ppm, lines }) =>
    lines.map(({ meter, quantity, price, pico_usd }) => {
      const each =
        meter === "web_search" ? `${exactUsd(price.pico_usd)} each` : `${usdPerMillion(price.pico_usd)} per million`;
      const factors = meter === "web_search" ? [] : [geography_ppm, batch_ppm].map(factor).filter((by) => by !== "1");
      const list = price.list === "fast" ? " (fast list)" : "";
      const tier = price.above_prompt_tokens ? ` (prompts above ${count(price.above_prompt_tokens)})` : "";
      return [
        `${sampling.model}, ${METER_NAMES[meter]}`,
        count(quantity),
        `× USD ${each}${list}${tier}${factors.map((by) => ` × ${by}`).join("")}`,
        `USD ${exactUsd(pico_usd)}`,
      ];
    }),
  );
  rows.push(["cost", "", "", `USD ${exactUsd(priced.exact)}`]);
  rows.push(["cost, rounded once", "", "", `USD ${usd(priced.cost_micros_usd)}`]);
  return rows;
}

/** Columns of one width each: words to the left, figures to the right. */
function aligned(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column % 2 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join("  "),
  );
  return lines.map((line) => `  ${line.trimEnd()}`).join("\n");
}

const count = (quantity: number): string => quantity.toLocaleString("en");
const plural = (quantity: number, noun: string): string => `${count(quantity)} ${noun}${quantity === 1 ? "" : "s"}`;
const money = (currency: string, micros: number): string => `${currency} ${usd(micros)}`;
const timeIn = (at: number, timezone: string): string =>
  `${DateTime.fromMillis(at, { zone: timezone }).setLocale("en").toFormat("d LLLL yyyy 'at' HH:mm:ss")} (${timezone})`;
