import { EVERYBODY } from "../db/schema.ts";
import { isGlob, matcher } from "../kernel/glob.ts";
import type { TenantId } from "../kernel/id.ts";
import { ONE_PPM, type PicoUsd, picoUsd } from "../kernel/money.ts";
import { METERS, type Meter, promptTokens, type Sampling } from "./meters.ts";
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
}

/** pico-USD per unit of each meter, before multipliers, and the id of the newest price row among them. */
export interface Rates {
  readonly prices: Readonly<Record<Meter, PicoUsd>>;
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
 * before a glob; then the highest prompt tier that the prompt passes, then the latest that is in force.
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
        .filter((price) => (isGlob(price.model) ? matcher(price.model)(model) : canonicalModel(price.model) === model))
        .sort(
          (a, b) => rank(a) - rank(b) || b.above_prompt_tokens - a.above_prompt_tokens || b.valid_from - a.valid_from,
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
      const found: Partial<Record<Meter, PicoUsd>> = {};
      let newest: Price | undefined;
      for (const meter of METERS) {
        const row = rowFor(meter, rows, list);
        if (!row) return null;
        found[meter] = row.pico_usd;
        if (!newest || row.valid_from > newest.valid_from) newest = row;
      }
      return { prices: found as Record<Meter, PicoUsd>, version: newest!.id };
    },
  };
}

/** Smaller is more specific. */
const rank = (price: Price): number => (price.tenant_id === EVERYBODY ? 2 : 0) + (isGlob(price.model) ? 1 : 0);

export interface Cost {
  readonly pico_usd: PicoUsd;
  readonly version: string;
}

/**
 * What these samplings cost at the instant of their admission, in exact pico-USD (multipliers keep it whole).
 * `fallback_model` prices a sampling whose model the book does not know: nothing that was used is ever free.
 * Null when neither has a price.
 */
export function costOf(
  book: PriceBook,
  samplings: readonly Sampling[],
  context: { readonly tenant_id: string; readonly at: number; readonly fallback_model: string },
): Cost | null {
  let sum = 0n;
  let version = "";
  for (const sampling of samplings) {
    const query = { ...context, list: sampling.list, prompt_tokens: promptTokens(sampling.quantities) };
    const rates =
      book.rates({ ...query, model: sampling.model }) ?? book.rates({ ...query, model: context.fallback_model });
    if (!rates) return null;
    sum += samplingCost(sampling, rates);
    version = rates.version;
  }
  return { pico_usd: picoUsd(sum), version };
}

/** Tokens × rate × (geography) × (batch), plus searches, which no multiplier touches. */
function samplingCost({ model, quantities, geo, batch }: Sampling, { prices }: Rates): bigint {
  let tokens = 0n;
  for (const meter of METERS) {
    if (meter !== "web_search") tokens += BigInt(quantities[meter]) * prices[meter];
  }
  const facts = modelOf(model);
  if (geo === "us") tokens = (tokens * BigInt(facts.us_multiplier_ppm ?? ONE_PPM)) / BigInt(ONE_PPM);
  if (batch) tokens = (tokens * BigInt(facts.batch_multiplier_ppm)) / BigInt(ONE_PPM);
  return tokens + BigInt(quantities.web_search) * prices.web_search;
}
