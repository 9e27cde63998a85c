import { z } from "zod";
import type { Tier } from "../db/schema/catalog.ts";
import type { TieredSpend } from "../db/schema/usage.ts";
import { divideHalfUp, divideUp, type Micros, micros, ONE_PPM, type Ppm } from "../kernel/money.ts";

const MULTIPLIER_MAX_PPM = 1000 * ONE_PPM;
const AMOUNT_MAX_MICROS = 1_000_000_000_000_000;
const TIERS_MAX = 10;

/** Graduated prices, lowest first; the last has no bound. */
export const Tiers = z
  .array(
    z.strictObject({
      up_to_micros: z.int().min(1).max(AMOUNT_MAX_MICROS).transform(micros).nullable().default(null),
      multiplier_ppm: z
        .int()
        .min(0)
        .max(MULTIPLIER_MAX_PPM)
        .transform((value) => value as Ppm),
    }),
  )
  .min(1)
  .max(TIERS_MAX)
  .refine((tiers) => tiers.at(-1)?.up_to_micros === null, {
    error: "the last tier is for everything beyond the others: leave its up_to_micros out",
  })
  .refine(
    (tiers) =>
      tiers.every((tier, i) => i === tiers.length - 1 || (tier.up_to_micros ?? 0) > (tiers[i - 1]?.up_to_micros ?? 0)),
    { error: "every tier but the last has an up_to_micros, greater than that of the tier before it" },
  );

/** What part of a spend at list lies in a tier. */
export interface TierPart {
  readonly multiplier_ppm: Ppm;
  readonly list_micros: Micros;
}

/** How `list` micros, spent after `from` of the same cycle, lie in the tiers; tiers of which they have no part are left out. */
export function tierParts(tiers: readonly Tier[], from: number, list: number): TierPart[] {
  const parts: TierPart[] = [];
  let floor = 0;
  for (const { up_to_micros, multiplier_ppm } of tiers) {
    const ceiling = up_to_micros ?? Infinity;
    const part = Math.min(ceiling, from + list) - Math.max(floor, from);
    if (part > 0) parts.push({ multiplier_ppm, list_micros: micros(part) });
    floor = ceiling;
  }
  return parts;
}

/** The parts of a spend in the tiers; of one that was taken back, what it took of each. */
export const partsOf = (
  { list_micros, from_micros }: Pick<TieredSpend, "list_micros" | "from_micros">,
  tiers: readonly Tier[],
): TierPart[] =>
  list_micros < 0
    ? tierParts(tiers, from_micros + list_micros, -list_micros)
    : tierParts(tiers, from_micros, list_micros);

/**
 * What `list` micros come to that are spent after `from` of the same cycle. It is the difference of two running totals, each rounded
 * once: so the calls of a cycle come to what its whole spend at list comes to, to the micro, in whatever order they are settled. A
 * negative `list` is taken back from the end.
 */
export const tieredSpend = (tiers: readonly Tier[], from: number, list: number): Micros =>
  micros(totalOf(tiers, from + list) - totalOf(tiers, from));

function totalOf(tiers: readonly Tier[], list: number): number {
  const exact = tierParts(tiers, 0, list).reduce(
    (sum, part) => sum + BigInt(part.list_micros) * BigInt(part.multiplier_ppm),
    0n,
  );
  return Number(divideHalfUp(exact, BigInt(ONE_PPM)));
}

/**
 * The most that `list` micros can come to when they are settled: others of the cycle may be settled before, so it is the dearest
 * tier from here on, and the micro that two roundings can add.
 */
export function tieredAtMost(tiers: readonly Tier[], from: number, list: number): Micros {
  if (list <= 0) return micros(0);
  const ahead = tiers.filter(({ up_to_micros }) => up_to_micros === null || up_to_micros > from);
  const dearest = Math.max(...ahead.map(({ multiplier_ppm }) => multiplier_ppm));
  return micros(divideUp(BigInt(list) * BigInt(dearest), BigInt(ONE_PPM)) + 1n);
}
