import { expect } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { counters, grants, holds } from "../../src/db/schema.ts";
import type { HoldRow } from "../../src/ledger/books.ts";

/** Makes sure that what the database holds adds up, and answers it in sums. */
export async function booksInBalance(db: Database) {
  const rows = (await db.read.select().from(holds)) as HoldRow[];
  const open = rows.filter(({ state }) => state === "open");
  const sums = { amount: 0, used: 0, held: 0, open: open.length, uncovered: 0 };
  for (const grant of await db.read.select().from(grants)) {
    const drawn = (draws: HoldRow["held"]["draws"]) =>
      draws.reduce((sum, { grant_id, amount }) => sum + (grant_id === grant.id ? amount : 0), 0);
    expect(grant.used + grant.held).toBeLessThanOrEqual(grant.amount);
    expect(grant.held).toBe(open.reduce((sum, hold) => sum + drawn(hold.held.draws), 0));
    expect(grant.used).toBe(rows.reduce((sum, hold) => sum + drawn(hold.outcome?.draws ?? []), 0));
    sums.amount += grant.amount;
    sums.used += grant.used;
    sums.held += grant.held;
  }
  for (const counter of await db.read.select().from(counters)) {
    const part = (hold: HoldRow) => hold.held.counters.find(({ counter: { id } }) => id === counter.id);
    expect(counter.held).toBe(open.reduce((sum, hold) => sum + (part(hold)?.amount ?? 0), 0));
    if (counter.metric !== "requests") continue;
    expect(counter.used).toBe(rows.filter((hold) => hold.state === "settled" && part(hold)).length);
  }
  sums.uncovered = rows.reduce((sum, { outcome }) => sum + (outcome?.uncovered_micros ?? 0), 0);
  return sums;
}
