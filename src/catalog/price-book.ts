import { EVERYBODY } from "../db/schema.ts";
import { isGlob, matcher } from "../kernel/glob.ts";
import type { TenantId } from "../kernel/id.ts";
import { divideHalfUp, ONE_PPM, type PicoUsd, type Ppm, picoUsd } from "../kernel/money.ts";
import { METERS, type Meter, promptOf, type Sampling } from "./meters.ts";
import { canonicalModel, modelOf } from "./models.ts";

/** One effective-dated price, as stored. */
export interface Price {
  readonly id: string;
  readonly tenant_id: TenantId | typeof EVERYBODY;
  readonly model: string;
  readonly list: "standard" | "fast";
  readonly above_prompt_tokens: number;
  readonly meter: string;
  readonly pico_usd: PicoUsd;
  readonly valid_from: number;
  /** Of prices from the same instant on, the one with the highest number holds. */
  readonly correction: number;
}

/** pico-USD per unit of each meter, before multipliers, the rows where they stand, and the id of the newest of these. */
export interface Rates {
  readonly prices: Readonly<Record<Meter, PicoUsd>>;
  readonly rows: Readonly<Record<Meter, Price>>;
  readonly version: string;
}

export interface PriceBook {
  /** The rates in force, or null for a model that has no price: it is refused then, never free. */
  rates(query: {
    readonly model: string;
    readonly tenant_id: string;
    readonly list: "standard" | "fast";
    readonly prompt_tokens: number;
    readonly at: number;
  }): Rates | null;
  /** The meters that have no price yet: a model can be used once there are none. */
  missingMeters(model: string, tenant_id: string, at: number): Meter[];
  /** The models that are priced by their exact id, in the order of the book. */
  models(tenant_id: string, at: number): string[];
}

/**
 * The book of these prices. For each meter the most specific row wins: a tenant's own before everybody's, an exact model
 * before a glob; then the highest prompt tier that the prompt passes, then the latest that is in force (and of the same instant the last
 * correction).
 * A model without a fast list is priced at the standard one (upstream runs it at standard speed).
 */
export function priceBook(prices: readonly Price[]): PriceBook {
  const rowsOf = new Map<string, readonly Price[]>();
  const tenantsWithPrices = new Set<string>(prices.map((price) => price.tenant_id));

  /** All rows that can apply to this model and tenant, most specific first. */
  const candidates = (tenant: string, model: string): readonly Price[] => {
    const owner = tenantsWithPrices.has(tenant) ? tenant : EVERYBODY;
    const key = `${owner} ${model}`;
    let rows = rowsOf.get(key);
    if (!rows) {
      if (rowsOf.size > 10_000) rowsOf.clear();
      rows = prices
        .filter((price) => price.tenant_id === EVERYBODY || price.tenant_id === owner)
        .filter((price) => isFor(price, model))
        .sort(
          (a, b) =>
            rank(a) - rank(b) ||
            b.above_prompt_tokens - a.above_prompt_tokens ||
            b.valid_from - a.valid_from ||
            b.correction - a.correction,
        );
      rowsOf.set(key, rows);
    }
    return rows;
  };

  const rowFor = (meter: Meter, rows: readonly Price[], list: Price["list"]) =>
    rows.find((row) => row.meter === meter && row.list === list) ??
    rows.find((row) => row.meter === meter && row.list === "standard");

  const missingMeters = (model: string, tenant_id: string, at: number): Meter[] => {
    const rows = candidates(tenant_id, canonicalModel(model)).filter(
      (row) => row.valid_from <= at && row.above_prompt_tokens === 0,
    );
    return METERS.filter((meter) => !rowFor(meter, rows, "standard"));
  };

  return {
    missingMeters,

    models(tenant_id, at) {
      const named = prices.filter((price) => price.tenant_id === EVERYBODY || price.tenant_id === tenant_id);
      const ids = new Set(named.filter((price) => !isGlob(price.model)).map((price) => canonicalModel(price.model)));
      return [...ids].filter((id) => !missingMeters(id, tenant_id, at).length);
    },

    rates({ model, tenant_id, list, prompt_tokens, at }) {
      const rows = candidates(tenant_id, canonicalModel(model)).filter(
        (row) => row.valid_from <= at && (row.above_prompt_tokens === 0 || prompt_tokens > row.above_prompt_tokens),
      );
      const found = {} as Record<Meter, Price>;
      const prices = {} as Record<Meter, PicoUsd>;
      let newest: Price | undefined;
      for (const meter of METERS) {
        const row = rowFor(meter, rows, list);
        if (!row) return null;
        found[meter] = row;
        prices[meter] = row.pico_usd;
        if (!newest || row.valid_from > newest.valid_from) newest = row;
      }
      return { prices, rows: found, version: newest!.id };
    },
  };
}

/** Whether a price is of this model, given by its canonical id. */
export const isFor = (price: Pick<Price, "model">, model: string): boolean =>
  isGlob(price.model) ? matcher(price.model)(model) : canonicalModel(price.model) === model;

/** Smaller is more specific. */
const rank = (price: Price): number => (price.tenant_id === EVERYBODY ? 2 : 0) + (isGlob(price.model) ? 1 : 0);

/** One line of a bill: so much of one meter, at the price that was found for it, times the multipliers. */
export interface CostLine {
  readonly meter: Meter;
  readonly quantity: number;
  readonly price: Price;
  readonly pico_usd: PicoUsd;
}

/** A sampling with its price. `model` is the one whose prices were used; the multipliers bear on tokens, not on searches. */
export interface PricedSampling {
  readonly sampling: Sampling;
  readonly model: string;
  readonly geography_ppm: Ppm;
  readonly batch_ppm: Ppm;
  readonly lines: readonly CostLine[];
  /** The price of a token of its prompt that no cache has a part in. */
  readonly uncached: PicoUsd;
  readonly pico_usd: PicoUsd;
  readonly version: string;
}

export interface Cost {
  readonly pico_usd: PicoUsd;
  readonly version: string;
}

export interface PricingContext {
  readonly tenant_id: string;
  /** The instant of admission, which is what prices a call. */
  readonly at: number;
  readonly fallback_model: string;
}

/**
 * What these samplings cost at the instant of their admission, in exact pico-USD (multipliers keep it whole).
 * `fallback_model` prices a sampling whose model the book does not know: nothing that was used is ever free.
 * Null when neither has a price.
 */
export function costOf(book: PriceBook, samplings: readonly Sampling[], context: PricingContext): Cost | null {
  const priced = priceSamplings(book, samplings, context);
  return priced && { pico_usd: sumOf(priced), version: priced.at(-1)?.version ?? "" };
}

/** The same, line by line, as a receipt shows it. */
export function priceSamplings(
  book: PriceBook,
  samplings: readonly Sampling[],
  context: PricingContext,
): PricedSampling[] | null {
  const priced: PricedSampling[] = [];
  for (const sampling of samplings) {
    const query = { ...context, list: sampling.list, prompt_tokens: promptOf(sampling) };
    const own = book.rates({ ...query, model: sampling.model });
    const rates = own ?? book.rates({ ...query, model: context.fallback_model });
    if (!rates) return null;
    priced.push(pricedBy(sampling, own ? sampling.model : context.fallback_model, rates));
  }
  return priced;
}

/** Tokens × rate × (geography) × (batch); searches at their rate alone. */
function pricedBy(sampling: Sampling, model: string, { rows, version }: Rates): PricedSampling {
  const facts = modelOf(sampling.model);
  const geography_ppm = (sampling.geo === "us" && facts.us_multiplier_ppm) || ONE_PPM;
  const batch_ppm = sampling.batch ? facts.batch_multiplier_ppm : ONE_PPM;
  const multiplier = BigInt(geography_ppm) * BigInt(batch_ppm);
  const lines: CostLine[] = [];
  for (const meter of METERS) {
    const quantity = sampling.quantities[meter];
    if (!quantity) continue;
    const price = rows[meter];
    const plain = BigInt(quantity) * price.pico_usd;
    const pico_usd = meter === "web_search" ? plain : divideHalfUp(plain * multiplier, ONE_SQUARED);
    lines.push({ meter, quantity, price, pico_usd: picoUsd(pico_usd) });
  }
  return {
    sampling,
    model,
    geography_ppm,
    batch_ppm,
    lines,
    uncached: rows.input.pico_usd,
    pico_usd: sumOf(lines),
    version,
  };
}

const ONE_SQUARED = BigInt(ONE_PPM) ** 2n;

export const sumOf = (parts: readonly { readonly pico_usd: PicoUsd }[]): PicoUsd =>
  picoUsd(parts.reduce((sum, { pico_usd }) => sum + pico_usd, 0n));
