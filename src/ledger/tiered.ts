import { tieredAtMost, tieredSpend } from "../catalog/tiers.ts";
import type { TieredSpend } from "../db/schema.ts";
import type { Amounts } from "../kernel/metrics.ts";
import { type Micros, micros } from "../kernel/money.ts";
import type { Adjustment } from "./adjust.ts";
import type { Held, Tiering } from "./books.ts";
import type { Desk } from "./desk.ts";

/** A spend under tiers, with where it lay in its cycle. */
interface TieredOwed {
  readonly owed: Micros;
  readonly spend: TieredSpend;
}

/** Needs at list as the most that they can come to, whatever is settled before them. */
export function atMost<E>(desk: Desk<E>, tiering: Tiering | null | undefined, atList: Amounts): Amounts {
  if (!tiering) return atList;
  const from = desk.counters.get(tiering.counter.id)?.used ?? 0;
  return { ...atList, spend_micros: tieredAtMost(tiering.tiers, from, atList.spend_micros) };
}

/** Ends what a hold held at list: what was used comes after all that was settled before. Undefined where there are no tiers. */
export function settledAtList<E>(desk: Desk<E>, { tiered }: Held, list: number): TieredOwed | undefined {
  if (!tiered) return undefined;
  const { counter, tiers, amount } = tiered;
  const from = desk.counters.get(counter.id)?.used ?? 0;
  desk.count(counter, { held: -amount, used: list });
  return { owed: tieredSpend(tiers, from, list), spend: spendAt(counter.id, from, list) };
}

/** More or less at list, after the fact, moves the end of the cycle's running total: so the cycle comes to what all of it comes to. */
export function adjustedAtList<E>(
  desk: Desk<E>,
  { counter_id, tiers }: NonNullable<Adjustment["tiered"]>,
  list: number,
): TieredOwed {
  const counter = desk.counters.get(counter_id);
  if (!counter) throw new Error(`the counter ${counter_id} of an adjustment is not in its books`);
  desk.count(counter, { used: list });
  return { owed: tieredSpend(tiers, counter.used, list), spend: spendAt(counter_id, counter.used, list) };
}

const spendAt = (counter_id: string, from: number, list: number): TieredSpend => ({
  ...{ counter_id, list_micros: micros(list), from_micros: micros(from) },
});
