import { getTableName, isTable } from "drizzle-orm";
import { expect } from "vitest";
import * as schema from "../../src/db/schema.ts";
import type { World } from "../support/world.ts";

/**
 * Who runs what, and counts of how calls ended, which are written down every few seconds: these move by themselves. Guesses of codes are
 * counted because they were refused.
 */
const NOT_BOOKS = ["jobs", "nodes", "outcome_minutes", "promotion_guesses"];
/** That a quota is used up is told a few seconds after the call that was refused. */
const TOLD_LATER = (row: object) => "dedupe" in row && String(row.dedupe).startsWith("quota.exhausted ");
/** When somebody looked last says nothing of what there is. */
const LOOKED_AT: readonly string[] = ["fetched_at", "updated_at"];
const TABLES = Object.values(schema)
  .filter((value) => isTable(value))
  .filter((table) => !NOT_BOOKS.includes(getTableName(table)));

const shown = (name: string, value: unknown) =>
  LOOKED_AT.includes(name) ? undefined : typeof value === "bigint" ? String(value) : value;

/** Every row of every table, by the name of its table, in an order of their own. */
async function rowsOf({ db }: Pick<World, "db">): Promise<Record<string, readonly string[]>> {
  const tables = await Promise.all(
    TABLES.map(async (table) => {
      const rows = await db.read.select().from(table as never);
      const texts = rows.filter((row) => !TOLD_LATER(row)).map((row) => JSON.stringify(row, shown));
      return [getTableName(table), texts.sort()] as const;
    }),
  );
  return Object.fromEntries(tables);
}

/** All that there is at one account of the simulated Razorpay. */
function booksOf({ account }: Pick<World, "account">): Record<string, readonly string[]> {
  const { books } = account;
  return Object.fromEntries(
    Object.entries(books).map(([kind, list]) => [
      `Razorpay's ${kind}`,
      [list()].flat().map((one) => JSON.stringify(one)),
    ]),
  );
}

/** What stands in all our tables and in Razorpay's books. */
export const standOf = async (world: World): Promise<Record<string, readonly string[]>> => ({
  ...(await rowsOf(world)),
  ...booksOf(world),
});

/** What is there in one and not in the other, by table: an empty object where nothing was touched. */
export function differenceOf(
  before: Readonly<Record<string, readonly string[]>>,
  after: Readonly<Record<string, readonly string[]>>,
): Record<string, { gone: string[]; come: string[] }> {
  const changed: Record<string, { gone: string[]; come: string[] }> = {};
  for (const name of Object.keys(after)) {
    const [then, now] = [before[name] ?? [], after[name] ?? []];
    if (then.length === now.length && then.every((row, index) => row === now[index])) continue;
    const [known, found] = [new Set(then), new Set(now)];
    changed[name] = { gone: then.filter((row) => !found.has(row)), come: now.filter((row) => !known.has(row)) };
  }
  return changed;
}

/** Does something, and expects that it left nothing behind, here or at Razorpay. */
export async function untouchedBy<T>(world: World, act: () => Promise<T>): Promise<T> {
  const before = await standOf(world);
  const result = await act();
  expect(differenceOf(before, await standOf(world))).toEqual({});
  return result;
}
