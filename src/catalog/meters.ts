/** Every class of usage that has a price of its own (facts: Anthropic's `usage` object). All but `web_search` are tokens. */
export const METERS = ["input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "web_search"] as const;
export type Meter = (typeof METERS)[number];

/** Whole counts, one for each meter. `input` excludes cached tokens; `output` includes thinking. */
export type Quantities = Readonly<Record<Meter, number>>;

export const NOTHING: Quantities = {
  input: 0,
  cache_read: 0,
  cache_write_5m: 0,
  cache_write_1h: 0,
  output: 0,
  web_search: 0,
};

/** Every token of the prompt, cached or not: what price tiers and input limits go by. */
export const promptTokens = (q: Quantities): number => q.input + q.cache_read + q.cache_write_5m + q.cache_write_1h;

export function plus(a: Quantities, b: Quantities): Quantities {
  const sum: Record<Meter, number> = { ...a };
  for (const meter of METERS) sum[meter] += b[meter];
  return sum;
}

/**
 * One sampling as it is priced: what was used, by which model, under which list and multipliers. A call has one of these,
 * or several where upstream reports iterations (each at its own model).
 */
export interface Sampling {
  readonly model: string;
  readonly quantities: Quantities;
  readonly list: "standard" | "fast";
  /** Upstream's `inference_geo`; only `us` has a price. */
  readonly geo: string;
  readonly batch: boolean;
  /** How many calls these are the sum of, of one kind: price tiers go by the prompt of each. Left out, it is one. */
  readonly calls?: number;
}

/** The prompt that price tiers go by: the average one, of several calls. */
export const promptOf = ({ quantities, calls = 1 }: Sampling): number => Math.ceil(promptTokens(quantities) / calls);
