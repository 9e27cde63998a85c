import { METERS, type Meter, NOTHING, type Quantities, type Sampling } from "../../src/catalog/meters.ts";
import { costOf, type Price, type PriceBook, priceBook } from "../../src/catalog/price-book.ts";
import { seedPrices } from "../../src/catalog/seed.ts";
import type { TenantId } from "../../src/kernel/id.ts";
import { picosFromUsdPerMillion } from "../../src/kernel/money.ts";

/** The day of the list that ships. */
export const TODAY = Date.UTC(2026, 10, 20, 12);
export const SEEDED: PriceBook = priceBook(seedPrices());

let made = 0;
export const priceOf = (model: string, meter: Meter, usd: string, fields: Partial<Price> = {}): Price => ({
  ...{ id: `prc_${made++}`, tenant_id: "*", model, list: "standard", above_prompt_tokens: 0, meter },
  ...{ pico_usd: picosFromUsdPerMillion(usd), valid_from: 0, correction: 0 },
  ...fields,
});

/** A price for every meter, all the same. */
export const allAt = (model: string, usd: string, fields: Partial<Price> = {}): Price[] =>
  METERS.map((meter) => priceOf(model, meter, usd, fields));

export const samplingOf = (
  model: string,
  quantities: Partial<Quantities>,
  fields: Partial<Sampling> = {},
): Sampling => ({
  ...{ model, quantities: { ...NOTHING, ...quantities }, list: "standard", geo: "global", batch: false },
  ...fields,
});

/** What one sampling costs in pico-USD; null where it has no price. */
export const costIn = (
  book: PriceBook,
  sampling: Sampling,
  { at = TODAY, tenant = "ten_1", fallback = "none" }: { at?: number; tenant?: string; fallback?: string } = {},
): bigint | null =>
  costOf(book, [sampling], { tenant_id: tenant as TenantId, at, fallback_model: fallback })?.pico_usd ?? null;
