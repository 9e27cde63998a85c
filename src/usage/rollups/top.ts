import type { Reader } from "../../db/database.ts";
import { DAY } from "../../kernel/clock.ts";
import { leadsOf } from "./leads.ts";
import { type RollupQuery, type RollupRow, sumRollups } from "./store.ts";
import { type Bound, type BoundFigure, boundsOf, closerBounds } from "./subjects/store.ts";
import { zonesOf } from "./zones/store.ts";

export interface TopQuery extends RollupQuery {
  readonly most: BoundFigure;
  readonly limit: number;
}

/** How many are bounded at first, and of how many of them the bounds are drawn closer: then more each time. */
const BOUNDED_FIRST = 1_000;
const CLOSER_FIRST = 50;
/** To look up the days of a longer range costs as much as to add it up. */
const CLOSER_MAX = 31 * DAY;
/** Both engines take so many names in one statement. */
const NAMES_MAX = 10_000;

/**
 * The rows with the most of a figure. Of users, keys and tenants there may be very many: what each used in the whole days or months
 * around the range is the most that it can have used in it. So they are looked at in that order, some at a time; in a short range, of
 * these in the order of what they used on its days; until nobody who is left can be among the first.
 */
export async function topRows(read: Reader, query: TopQuery): Promise<RollupRow[]> {
  const { by, filter, buckets, most, limit } = query;
  const [of] = leadsOf({ filter, by });
  const [bucket] = buckets;
  // Where a call is put right under another plan's version, a part of it can be less than nothing: then nothing bounds it.
  if (!of || !bucket || filter.plan_version !== undefined) return sumRollups(read, query);
  const search = { of, most, filter, range: bucket };
  const zones = await zonesOf(read, filter);
  let found: RollupRow[] = [];
  const isDone = (next: Bound | undefined) =>
    !next || (found.length === limit && next.most <= found.at(-1)!.figures[most]);
  const inTurn = async (bounds: readonly Bound[], atOnce: number, look: (ids: readonly string[]) => Promise<void>) => {
    for (let from = 0, count = atOnce; !isDone(bounds[from]); from += count, count = Math.min(2 * count, NAMES_MAX))
      await look([...new Set(bounds.slice(from, from + count).map(({ id }) => id))]);
  };
  const sum = async (ids: readonly string[]) => {
    found = merged([...found, ...(await sumRollups(read, { ...query, lead: { ids } }))], most, limit);
  };
  const drawCloser = async (ids: readonly string[]) =>
    inTurn(await closerBounds(read, { ...search, ids, zones }), limit * 2, sum);
  const [look, atOnce] = bucket.to - bucket.from <= CLOSER_MAX ? [drawCloser, CLOSER_FIRST] : [sum, limit * 2];
  for (let from = 0, count = BOUNDED_FIRST; ; from += count, count *= 4) {
    const bounds = await boundsOf(read, { ...search, from, count: count + 1 });
    await inTurn(bounds.slice(0, count), Math.min(Math.max(atOnce, from / 4), NAMES_MAX), look);
    if (isDone(bounds[count])) return found;
  }
}

function merged(rows: readonly RollupRow[], most: BoundFigure, limit: number): RollupRow[] {
  const keyed = new Map(rows.map((row) => [JSON.stringify([row.dimensions, row.currency]), row]));
  return [...keyed.values()].sort((a, b) => b.figures[most] - a.figures[most] || byName(a, b)).slice(0, limit);
}

const byName = (a: RollupRow, b: RollupRow): number => {
  const [one, other] = [a, b].map(({ dimensions, currency }) => JSON.stringify([...dimensions, currency]));
  return one! < other! ? -1 : 1;
};
