import type { Price } from "../../shared/openapi.ts";
import type { MarginRow, UsageRow } from "../usage/reports.ts";
import { METERS, type Meter } from "./meters.ts";

export type NewPrices = Readonly<Partial<Record<Meter, string>>>;

/** What a model cost and brought in the last month, and what it would have cost at other prices. */
export interface PriceEffect {
  readonly currency: string;
  readonly spend: number;
  readonly cost: number;
  readonly newCost: number;
}

const USED: Readonly<Record<Meter, keyof UsageRow>> = {
  ...{ input: "input_tokens", cache_read: "cache_read_tokens", cache_write_5m: "cache_write_5m_tokens" },
  ...{ cache_write_1h: "cache_write_1h_tokens", output: "output_tokens", web_search: "web_searches" },
};

/** The prices in force, everybody's, of the standard list: the last of each meter that has begun. */
export function inForce(prices: readonly Price[], now: number): Readonly<Partial<Record<Meter, number>>> {
  const standing = prices
    .filter((price) => price.tenant_id === null && price.list === "standard" && price.above_prompt_tokens === 0)
    .filter(({ valid_from }) => new Date(valid_from).getTime() <= now)
    .sort((a, b) => a.valid_from.localeCompare(b.valid_from) || a.correction - b.correction);
  return Object.fromEntries(standing.map(({ meter, usd_per_million }) => [meter, Number(usd_per_million)]));
}

/**
 * How much dearer or cheaper the use of a month would have been. What a call is multiplied by (batches, regions, long prompts) is taken to
 * stay as it was: the cost changes in the proportion in which its tokens do. Null where no price is known.
 */
export function ratioOf(
  used: readonly UsageRow[],
  now: Readonly<Partial<Record<Meter, number>>>,
  next: NewPrices,
): number | null {
  const cost = (priceOf: (meter: Meter) => number) =>
    used.reduce(
      (sum, row) => sum + METERS.reduce((part, meter) => part + Number(row[USED[meter]]) * priceOf(meter), 0),
      0,
    );
  const before = cost((meter) => now[meter] ?? 0);
  const after = cost((meter) => (next[meter] === undefined ? (now[meter] ?? 0) : Number(next[meter])));
  return before > 0 && Number.isFinite(after) ? after / before : null;
}

/** The same for each currency in which it was charged. */
export const effectsOf = (margins: readonly MarginRow[], ratio: number): readonly PriceEffect[] =>
  margins.map(({ currency, spend_micros, cost_micros }) => ({
    ...{ currency, spend: spend_micros, cost: cost_micros, newCost: Math.round(cost_micros * ratio) },
  }));
