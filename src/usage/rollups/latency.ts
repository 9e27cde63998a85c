import { LATENCY_ENDS_MS } from "../../db/schema.ts";

/** Which class a time falls into; the last one has no end. */
export function latencyClass(ms: number): number {
  const index = LATENCY_ENDS_MS.findIndex((end) => ms < end);
  return index < 0 ? LATENCY_ENDS_MS.length : index;
}

/**
 * The time within which this share of the calls came, from counts by class: exact to the class, and within it as if the calls lay
 * evenly. Null where there are none. What lies in the last class is given as its beginning.
 */
export function percentile(counts: readonly number[], share: number): number | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (!all) return null;
  const wanted = share * all;
  let before = 0;
  for (const [index, count] of counts.entries()) {
    if (count && before + count >= wanted) {
      const start = LATENCY_ENDS_MS[index - 1] ?? 0;
      const end = LATENCY_ENDS_MS[index] ?? start;
      return Math.round(start + ((end - start) * (wanted - before)) / count);
    }
    before += count;
  }
  return LATENCY_ENDS_MS.at(-1)!;
}
