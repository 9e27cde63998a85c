import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { micros } from "../../src/kernel/money.ts";
import { foldUsage } from "../../src/usage/rollups/fold.ts";
import { widened } from "../../src/usage/rollups/spans.ts";
import { topRows } from "../../src/usage/rollups/top.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { key, recordIn, type Settlement, settled, tenant, user } from "./sample.ts";

/**
 * So many users that not all of them are bounded at once: most of them used something once, so that what they used in a month says
 * little of what they used in a part of it. Two tenants, of which one moved to another time zone; the last of it is not folded.
 */
const USERS = 1_500;
const START = Date.UTC(2026, 8, 20);
const SLOTS = 60 * 96;
/** In the last hour of a day that has 25 in New York. */
const LATE = Date.UTC(2026, 10, 2, 4, 30);

let database: TestDatabase;
let db: Database;
let events: readonly Settlement[];
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
  events = Array.from({ length: USERS * 2 }, (_, i) => {
    const who = i < USERS ? i : (i * i) % 97;
    const isFirst = who % 3 > 0;
    return settled(`${i}`, {
      ...{ admitted_at: START + ((i * 7_919) % SLOTS) * 900_000, user_id: who ? user(`${who}`) : null },
      ...{ key_id: key(`${who % 211}`), tenant_id: tenant(isFirst ? "1" : "2"), model: i % 5 ? "a" : "b" },
      ...{
        timezone: isFirst ? "Asia/Kolkata" : i < USERS ? "America/New_York" : "UTC",
        currency: i % 7 ? "INR" : "USD",
      },
      ...{
        spend_micros: ((i * 7_907) % 10_007) ** 2,
        cost_micros_usd: micros(i % 50),
        ended: i % 9 ? "complete" : "interrupted",
      },
    });
  });
  const late = { admitted_at: LATE, tenant_id: tenant("2"), timezone: "America/New_York", user_id: user("late") };
  events = [settled("late", { ...late, spend_micros: 10 ** 9 }), ...events];
  const folded = events.length - 40;
  await db.transaction((tx) => recordIn(tx, events.slice(0, folded)));
  await foldUsage(db, { rowsMax: 5_000 });
  await db.transaction((tx) => recordIn(tx, events.slice(folded)));
}, 120_000);
afterAll(() => database.close());

const FIGURES = {
  spend_micros: ({ outcome }: Settlement) => outcome.spend_micros,
  cost_micros_usd: ({ event }: Settlement) => event.cost_micros_usd,
  requests: () => 1,
};
const OF = {
  user: ({ event }: Settlement) => event.user_id ?? "",
  key: ({ event }: Settlement) => event.key_id ?? "",
  tenant: ({ event }: Settlement) => event.tenant_id,
};
const names = <T extends object>(of: T) => Object.keys(of) as (keyof T & string)[];
const questions = fc.record({
  from: fc.nat(SLOTS - 1),
  slots: fc.oneof(...[1, 4, 96, 7 * 96, 30 * 96, SLOTS].map((most) => fc.integer({ min: 1, max: most }))),
  of: fc.constantFrom(...names(OF)),
  most: fc.constantFrom(...names(FIGURES)),
  limit: fc.constantFrom(1, 3, 10, 200),
  filter: fc.record(
    { tenant: fc.constantFrom("ten_1", "ten_2"), model: fc.constantFrom("a", "b") },
    { requiredKeys: [] },
  ),
});

test("whoever used most in a range is found, however little their months say of it", async () => {
  await fc.assert(
    fc.asyncProperty(questions, async ({ from, slots, of, most, limit, filter }) => {
      const range = widened(START + from * 900_000, START + (from + slots) * 900_000);
      const asked = events.filter(
        ({ event }) =>
          event.admitted_at >= range.from &&
          event.admitted_at < range.to &&
          event.tenant_id === (filter.tenant ?? event.tenant_id) &&
          event.model === (filter.model ?? event.model),
      );
      const wanted = new Map<string, number>();
      for (const settlement of asked) {
        const name = `${OF[of](settlement)} ${settlement.event.currency}`;
        wanted.set(name, (wanted.get(name) ?? 0) + FIGURES[most](settlement));
      }
      const rows = await topRows(db.read, {
        filter,
        by: [of],
        buckets: [{ label: range.from, ...range }],
        most,
        limit,
      });
      const found = rows.map(({ dimensions, currency, figures }) => [`${dimensions[0]} ${currency}`, figures[most]]);
      expect(found.map(([, figure]) => figure)).toEqual([...wanted.values()].sort((a, b) => b - a).slice(0, limit));
      expect(found).toEqual(found.map(([name]) => [name, wanted.get(name as string)]));
      expect(new Set(found.map(([name]) => name)).size).toBe(found.length);
    }),
    { numRuns: 60 },
  );
}, 120_000);

test("in the last hour of a day of 25 too", async () => {
  const range = widened(LATE, LATE + 1);
  const rows = await topRows(db.read, {
    ...{ filter: {}, by: ["user"], buckets: [{ label: range.from, ...range }], most: "spend_micros", limit: 1 },
  });
  expect(rows.map(({ dimensions, figures }) => [...dimensions, figures.spend_micros])).toEqual([["usr_late", 10 ** 9]]);
});
