import { z } from "zod";
import type { Reader } from "../../db/database.ts";
import type { Figure } from "../../usage/rollups/figures.ts";
import { countRollups, type RollupRow, type RowKey, sumRollups } from "../../usage/rollups/store.ts";
import { chunksOf } from "./chunks.ts";
import { type Grouping, type Selected, wrong } from "./query.ts";

export interface PageOf extends Selected, Grouping {
  readonly latencies: boolean;
  readonly figures: readonly Figure[];
}

/**
 * The rows of a report, in pages of `size` but the last, in the order of time, then of who leads (tenants, users, keys), then of the other
 * dimensions. A page costs what is on it, and whatever comes of it, memory holds one page.
 */
export async function* pagesOf(
  read: Reader,
  report: PageOf,
  size: number,
  after?: RowKey,
): AsyncGenerator<RollupRow[]> {
  const chunks = chunksOf(read, report, size, after);
  let [page, last] = [[] as RollupRow[], after];
  for (let next = await chunks.next(); !next.done; ) {
    const query = { ...report, ...next.value, after: last, limit: size - page.length };
    const rows = await sumRollups(read, query);
    page.push(...rows);
    last = rows.at(-1) ?? last;
    const isFull = page.length === size;
    if (isFull) {
      yield page;
      page = [];
    }
    next = await chunks.next({ rows: rows.length, stopped: isFull ? last! : null });
  }
  if (page.length) yield page;
}

/** How many rows a report has, for whoever watches it come. */
export async function countRows(read: Reader, report: PageOf): Promise<number> {
  const chunks = chunksOf(read, report, COUNTED_AT_ONCE);
  let sum = 0;
  for (let next = await chunks.next(); !next.done; ) {
    const rows = await countRollups(read, { ...report, ...next.value });
    sum += rows;
    next = await chunks.next({ rows, stopped: null });
  }
  return sum;
}

const COUNTED_AT_ONCE = 5_000;

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
