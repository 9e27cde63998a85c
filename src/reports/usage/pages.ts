import { z } from "zod";
import type { Reader } from "../../db/database.ts";
import { instant } from "../../kernel/clock.ts";
import { windowAt } from "../../kernel/windows.ts";
import type { Figure } from "../../usage/rollups/figures.ts";
import { type Bucket, bucketsOf } from "../../usage/rollups/spans.ts";
import { countRollups, type RollupRow, type RowKey, sumRollups } from "../../usage/rollups/store.ts";
import { type Grouping, type Selected, wrong } from "./query.ts";

export interface PageOf extends Selected, Grouping {
  readonly latencies: boolean;
  readonly figures: readonly Figure[];
}

const STRETCHES_MIN = 8;
const STRETCHES_MAX = 512;

/**
 * The rows of a report, in pages of `size` but the last, in the order of time, then of dimensions. Time is read a stretch after the other,
 * more of them where little is in them: a page costs what is on it, and whatever comes of it, memory holds one page.
 */
export async function* pagesOf(
  read: Reader,
  report: PageOf,
  size: number,
  after?: RowKey,
): AsyncGenerator<RollupRow[]> {
  const buckets = bucketsFrom(report, after);
  let [stretches, last, page] = [STRETCHES_MIN, after, [] as RollupRow[]];
  for (let chunk = take(buckets, stretches); chunk.length; ) {
    const query = { ...report, buckets: chunk, after: last, limit: size - page.length };
    const rows = await sumRollups(read, query);
    page.push(...rows);
    last = rows.at(-1) ?? last;
    if (page.length === size) {
      yield page;
      page = [];
      stretches = Math.max(1, Math.ceil(stretches / 2));
      chunk = chunk.filter(({ to }) => to > last!.at);
      continue;
    }
    stretches = Math.min(STRETCHES_MAX, stretches * 2);
    chunk = take(buckets, stretches);
  }
  if (page.length) yield page;
}

function bucketsFrom({ range, unit, timezone }: PageOf, after: RowKey | undefined): Iterator<Bucket> {
  if (unit === null || after === undefined) return bucketsOf(range, unit, timezone);
  const start = windowAt(unit, instant(after.at), timezone).start;
  return bucketsOf({ from: instant(Math.max(range.from, start)), to: range.to }, unit, timezone);
}

function take(buckets: Iterator<Bucket>, count: number): Bucket[] {
  const taken: Bucket[] = [];
  while (taken.length < count) {
    const next = buckets.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

const Cursor = z.tuple([z.number().int().nonnegative().max(8.64e15), z.string()]).rest(z.string());

/** A row's name, to go on after it. */
export const idOf = ({ at, dimensions, currency }: RowKey): string =>
  Buffer.from(JSON.stringify([at, ...dimensions, currency])).toString("base64url");

/** What `idOf` named. */
export function keyOf(id: string, { by }: Grouping): RowKey {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(id, "base64url").toString("utf8"));
  } catch {
    json = null;
  }
  const cursor = Cursor.safeParse(json);
  if (!cursor.success || cursor.data.length !== by.length + 2) {
    throw wrong("after_id", "is not the last_id of a page of this report");
  }
  const [at, ...texts] = cursor.data;
  return { at, dimensions: texts.slice(0, -1), currency: texts.at(-1)! };
}

/** How many rows a report has, for whoever watches it come. */
export async function countRows(read: Reader, report: PageOf): Promise<number> {
  const buckets = bucketsFrom(report, undefined);
  let rows = 0;
  for (let chunk = take(buckets, STRETCHES_MAX); chunk.length; chunk = take(buckets, STRETCHES_MAX)) {
    rows += await countRollups(read, { ...report, buckets: chunk });
  }
  return rows;
}
