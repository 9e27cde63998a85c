import type { Reader } from "../../db/database.ts";
import { leadsOf } from "./leads.ts";
import { type RollupQuery, type RollupRow, sumRollups } from "./store.ts";
import { type BoundFigure, boundsOf } from "./subjects/store.ts";

export interface TopQuery extends RollupQuery {
  readonly most: BoundFigure;
  readonly limit: number;
}

/** Who may be among the first is added up some at a time. */
const AT_ONCE_MIN = 100;

/**
 * The rows with the most of a figure. Of users, keys and tenants there may be very many: what each used in the whole days or months
 * around the range is the most that it can have used in it, so they are looked at in that order, until nobody who is left can be
 * among the first.
 */
export async function topRows(read: Reader, query: TopQuery): Promise<RollupRow[]> {
  const { by, filter, buckets, most, limit } = query;
  const [of] = leadsOf({ filter, by });
  const [bucket] = buckets;
  // Where a call is put right under another plan's version, a part of it can be less than nothing: then nothing bounds it.
  if (!of || !bucket || filter.plan_version !== undefined) return sumRollups(read, query);
  let found: RollupRow[] = [];
  for (let from = 0, count = Math.max(AT_ONCE_MIN, limit * 2); ; from += count, count *= 2) {
    const bounds = await boundsOf(read, { of, most, filter, range: bucket, from, count: count + 1 });
    const ids = [...new Set(bounds.slice(0, count).map(({ id }) => id))];
    if (ids.length) found = merged([...found, ...(await sumRollups(read, { ...query, lead: { ids } }))], most, limit);
    const next = bounds[count];
    if (!next || (found.length === limit && next.most <= found.at(-1)!.figures[most])) return found;
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
