import { costMicros, divideHalfUp, type Micros, ONE_PPM, picoUsd } from "../kernel/money.ts";
import type { Meter } from "./meters.ts";
import type { PricedSampling } from "./price-book.ts";

const CACHED: ReadonlySet<Meter> = new Set(["cache_read", "cache_write_5m", "cache_write_1h"]);
const ONE_SQUARED = BigInt(ONE_PPM) ** 2n;

/**
 * What a call would have cost more had there been no cache: every token that was read from it or written to it at the price of plain
 * input. Less than nothing where writing cost more than reading saved. At the price tier that the prompt had.
 */
export function cacheSaving(samplings: readonly PricedSampling[]): Micros {
  let saved = 0n;
  for (const { lines, uncached, geography_ppm, batch_ppm } of samplings) {
    const multiplier = BigInt(geography_ppm) * BigInt(batch_ppm);
    for (const { meter, quantity, pico_usd } of lines) {
      if (CACHED.has(meter)) saved += divideHalfUp(BigInt(quantity) * uncached * multiplier, ONE_SQUARED) - pico_usd;
    }
  }
  return costMicros(picoUsd(saved));
}
