import { z } from "zod";
import type { CardRate, RateCard } from "../db/schema/catalog.ts";
import { Glob } from "../http/fields.ts";
import { isGlob, matcher } from "../kernel/glob.ts";
import { divideUp, fromDecimal, ONE_PPM, type Ppm, toDecimal } from "../kernel/money.ts";
import type { Meter } from "./meters.ts";
import { canonicalModel } from "./models.ts";

const Decimal = z
  .string()
  .regex(
    /^\d{1,9}(\.\d{1,6})?$/,
    'must be an amount of the plan\'s currency as a decimal string, such as "250" or "0.85"',
  );

/** What is left out of a rate: the provider's own proportions to the price of input. */
const CACHE_SHARES = { cache_read: [1n, 10n], cache_write_5m: [5n, 4n], cache_write_1h: [2n, 1n] } as const;

const shareOf = (input: string, meter: keyof typeof CACHE_SHARES): string => {
  const [over, under] = CACHE_SHARES[meter];
  return toDecimal(divideUp(fromDecimal(input, 6) * over, under), 6);
};

const Rate = z
  .strictObject({
    model: Glob,
    list: z.enum(["standard", "fast"]).default("standard"),
    above_prompt_tokens: z.int().min(0).max(10_000_000).default(0),
    per_million: z.strictObject({
      ...{ input: Decimal, output: Decimal, cache_read: Decimal.optional() },
      ...{ cache_write_5m: Decimal.optional(), cache_write_1h: Decimal.optional() },
    }),
    per_request: z.strictObject({ web_search: Decimal.nullable().default(null) }).default({ web_search: null }),
  })
  .transform(
    ({ per_million: { input, output, ...cache }, ...rate }): CardRate => ({
      ...rate,
      per_million: {
        input,
        cache_read: cache.cache_read ?? shareOf(input, "cache_read"),
        cache_write_5m: cache.cache_write_5m ?? shareOf(input, "cache_write_5m"),
        cache_write_1h: cache.cache_write_1h ?? shareOf(input, "cache_write_1h"),
        output,
      },
    }),
  );

const slotOf = ({ model, list, above_prompt_tokens }: CardRate): string =>
  `${canonicalModel(model)} ${list} ${above_prompt_tokens}`;

/**
 * Prices of a plan's own, in its currency. What no rate names is refused (`model_not_priced`), or charged at a mark-up over cost where
 * the card has one. The prices of the cache that are left out are filled in, and shown.
 */
export const NewRateCard = z.strictObject({
  type: z.literal("rate_card"),
  rates: z
    .array(Rate)
    .min(1)
    .max(100)
    .refine((rates) => new Set(rates.map(slotOf)).size === rates.length, {
      error: "has two rates for the same model, list and above_prompt_tokens",
    })
    .refine(
      (rates) =>
        rates.every(
          (rate) => rate.above_prompt_tokens === 0 || rates.some((base) => base !== rate && isBaseOf(base, rate)),
        ),
      { error: "a rate above_prompt_tokens needs one for the same model without, for shorter prompts" },
    ),
  fallback_multiplier_ppm: z
    .int()
    .min(0)
    .max(1000 * ONE_PPM)
    .transform((value) => value as Ppm)
    .nullable()
    .default(null),
});

const isBaseOf = (base: CardRate, { model, list }: CardRate): boolean =>
  base.model === model && base.list === list && base.above_prompt_tokens === 0;

/** What is to be priced by a card: a model, on the list that the provider's price was found on. */
export interface CardQuery {
  readonly model: string;
  readonly list: "standard" | "fast";
  readonly prompt_tokens: number;
}

/**
 * The rates of a card that hold for a model, the most specific first: an exact model before a glob, a longer glob before a shorter, and
 * of these the highest prompt tier that is passed. The fast list has rates of its own, or none: it costs a multiple.
 */
export function ratesFor({ rates }: RateCard, { model, list, prompt_tokens }: CardQuery): CardRate[] {
  const canonical = canonicalModel(model);
  const names = (rate: CardRate) =>
    isGlob(rate.model) ? matcher(rate.model)(canonical) : canonicalModel(rate.model) === canonical;
  const rank = (rate: CardRate) => (isGlob(rate.model) ? rate.model.replaceAll(/[*?]/g, "").length : Infinity);
  return rates
    .filter((rate) => rate.list === list && names(rate))
    .filter(({ above_prompt_tokens: above }) => above === 0 || prompt_tokens > above)
    .sort((a, b) => (rank(a) === rank(b) ? b.above_prompt_tokens - a.above_prompt_tokens : rank(b) - rank(a)));
}

/** 10⁻¹² of the currency for one unit of a meter, by the first rate that has a price for it. */
export function cardPrice(found: readonly CardRate[], meter: Meter): bigint | null {
  if (meter !== "web_search") return found[0] ? fromDecimal(found[0].per_million[meter], 6) : null;
  const each = found.find(({ per_request }) => per_request.web_search !== null)?.per_request.web_search ?? null;
  return each === null ? null : fromDecimal(each, 6) * 1_000_000n;
}

/** Whether a card has a price for the tokens of a model at all. */
export const isOnCard = (card: RateCard, model: string): boolean =>
  card.fallback_multiplier_ppm !== null || ratesFor(card, { model, list: "standard", prompt_tokens: 0 }).length > 0;
