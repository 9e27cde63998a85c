import type { Charge, ChargedSampling, ChargeLine } from "../catalog/charge.ts";
import { partsOf } from "../catalog/tiers.ts";
import type { Tier } from "../db/schema.ts";
import { toDecimal } from "../kernel/money.ts";
import { factor, type UsageEvent, usd } from "./event.ts";

/** A charge by a rate card, line by line, for whoever pays it; null where the plan has no card: what it adds to cost is not theirs to see. */
export function presentCharges(charge: Charge | null) {
  if (!charge?.samplings.some(({ lines }) => lines)) return null;
  return charge.samplings.map(({ priced, lines, multiplier_ppm, exact }) => ({
    model: priced.sampling.model,
    geography_multiplier: factor(priced.geography_ppm),
    batch_multiplier: factor(priced.batch_ppm),
    ...(lines ? { lines: lines.map(presentLine) } : { mark_up: factor(multiplier_ppm!) }),
    amount: exactAmount(exact),
  }));
}

const presentLine = ({ meter, quantity, price, exact }: ChargeLine) => ({
  ...{ meter, quantity },
  ...(meter === "web_search" ? { price_each: toDecimal(price, 12) } : { price_per_million: toDecimal(price, 6) }),
  amount: exactAmount(exact),
});

/** 10⁻²⁴ of the currency as an exact decimal. */
export const exactAmount = (exact: bigint): string => toDecimal(exact, 24);

/** Where a spend at list lay in its cycle, and what each tier made of its part. Null where the plan has no tiers. */
export function presentTiers({ tiered }: UsageEvent, tiers: readonly Tier[] | null | undefined) {
  if (!tiered || !tiers) return null;
  const { list_micros, from_micros } = tiered;
  return {
    list_spend: usd(list_micros),
    cycle_list_spend_before: usd(from_micros),
    parts: partsOf(tiered, tiers).map(({ list_micros, multiplier_ppm }) => ({
      list_spend: usd(list_micros),
      multiplier: factor(multiplier_ppm),
    })),
  };
}

/** The lines of a card as rows of a text: what, how much, times which price, is how much. */
export function chargeRows(
  charge: Charge,
  { currency, names }: { readonly currency: string; readonly names: Readonly<Record<ChargeLine["meter"], string>> },
): string[][] {
  return charge.samplings.flatMap((charged) =>
    charged.lines
      ? charged.lines.map((line) => rowOf(charged, line, { currency, names }))
      : [
          [
            `${charged.priced.sampling.model}, at a mark-up`,
            "",
            `× ${factor(charged.multiplier_ppm!)} of its cost`,
            `${currency} ${exactAmount(charged.exact)}`,
          ],
        ],
  );
}

function rowOf(
  { priced }: ChargedSampling,
  { meter, quantity, price, exact }: ChargeLine,
  { currency, names }: Parameters<typeof chargeRows>[1],
): string[] {
  const each = meter === "web_search" ? `${toDecimal(price, 12)} each` : `${toDecimal(price, 6)} per million`;
  const factors = meter === "web_search" ? [] : [priced.geography_ppm, priced.batch_ppm].map(factor);
  return [
    `${priced.sampling.model}, ${names[meter]}`,
    quantity.toLocaleString("en"),
    `× ${currency} ${each}${factors
      .filter((by) => by !== "1")
      .map((by) => ` × ${by}`)
      .join("")}`,
    `${currency} ${exactAmount(exact)}`,
  ];
}
