import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { isUniqueViolation } from "../../src/db/errors.ts";
import { usageDetail, usageEvents, usageTail, usageWhole } from "../../src/db/schema.ts";
import { micros } from "../../src/kernel/money.ts";
import { foldUsage } from "../../src/usage/rollups/fold.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { reportOf } from "./reports.ts";
import { empty, HOUR, HOUR_MS, key, record, settled, tenant, user } from "./sample.ts";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());
beforeEach(() => empty(db));

const SINCE = { from: "2026-10-01T00:00:00Z" };
const totals = async () => (await reportOf(db)(SINCE)).totals;
const by = async (group_by: string) =>
  (await reportOf(db)({ ...SINCE, group_by })).data.map((row: Record<string, unknown>) => [
    ...[row[group_by], row.requests, row.spend_micros],
  ]);

describe("a settlement", () => {
  test("is an event, as it was settled, and in the reports at once", async () => {
    const { event, outcome } = settled("1", { uncovered_micros: 7 });
    await record(db, { event, outcome: { ...outcome, draws: [{ grant_id: "grt_1" as never, amount: micros(80) }] } });
    const { timezone: _, ...fields } = event;
    expect(await db.read.select().from(usageEvents)).toMatchObject([
      { ...fields, ...outcome, draws: [{ grant_id: "grt_1", amount: 80 }] },
    ]);
    expect(await totals()).toMatchObject([
      { requests: 1, spend_micros: 80, cost_micros_usd: 1_000, output_tokens: 50 },
    ]);
  });

  test("that comes with one that cannot be written leaves nothing behind: neither event nor rollup", async () => {
    await record(db, settled("1"));
    const error = await record(db, settled("2", { tags: { a: "b" } }), settled("1")).catch((error: unknown) => error);
    expect(isUniqueViolation(error)).toBe(true);
    expect(await db.read.select().from(usageEvents)).toHaveLength(1);
    expect(await totals()).toMatchObject([{ requests: 1 }]);
    expect(await by("tag")).toEqual([]);
  });

  test("without a user, a key or tags is rolled up all the same", async () => {
    await record(db, settled("1", { user_id: null, key_id: null }), settled("2", { user_id: null, key_id: null }));
    await foldUsage(db);
    expect(await by("user")).toEqual([[null, 2, 160]]);
    expect(await by("key")).toEqual([[null, 2, 160]]);
  });
});

describe("what is folded", () => {
  test("is the same before, half-way and after, and folding again changes nothing", async () => {
    const tags = { feature: "summary", plan: "pro" };
    for (let i = 0; i < 12; i++) {
      const fields = { hour: HOUR - i * 3 * HOUR_MS, user_id: i % 2 ? null : user("bob"), spend_micros: 2 ** i };
      await record(db, settled(`${i}`, { ...fields, tags: i % 3 ? tags : {} }));
    }
    const all = async () => [await totals(), await by("day"), await by("user"), await by("tag"), await by("week")];
    const before = await all();
    await db.transaction(async (tx) => {
      const { foldMarked, markTail } = await import("../../src/usage/rollups/folding/store.ts");
      expect(await markTail(tx, 7)).toBe(7);
      await foldMarked(tx);
    });
    expect(await all()).toEqual(before);
    expect(await foldUsage(db, { rowsMax: 5 })).toBe(12 + 2 * 8 - 7);
    expect(await all()).toEqual(before);
    expect(await db.read.select().from(usageTail)).toEqual([]);
    expect(await foldUsage(db)).toBe(0);
    expect(await all()).toEqual(before);
  });

  test("of one quarter of an hour is one row, whenever it comes", async () => {
    for (const name of ["1", "2", "3"]) {
      await record(db, settled(name), settled(`${name} too`));
      await foldUsage(db);
    }
    expect(await db.read.select().from(usageWhole)).toMatchObject(Array(4).fill({ requests: 6 }));
    // Of its user, and of its key alone.
    expect(await db.read.select().from(usageDetail)).toMatchObject(Array(6).fill({ requests: 6 }));
  });

  test("by several at once, while others write, loses nothing", async () => {
    const tags = { feature: "x" };
    for (let round = 0; round < 4; round++) {
      await Promise.all([
        ...Array.from({ length: 8 }, (_, i) => record(db, settled(`${round} ${i}`, { tags }))),
        ...[foldUsage(db, { rowsMax: 3 }), foldUsage(db, { rowsMax: 4 })],
      ]);
    }
    await record(db, settled("one more", { tags }));
    expect(await totals()).toMatchObject([{ requests: 33, spend_micros: 33 * 80 }]);
    await foldUsage(db);
    expect(await totals()).toMatchObject([{ requests: 33, spend_micros: 33 * 80 }]);
    expect(await by("tag")).toEqual([["feature=x", 33, 33 * 80]]);
  });

  test("counts apart by user, key, model and currency", async () => {
    const different = [{ user_id: user("bob") }, { key_id: key("2") }, { model: "m" }, { currency: "USD" }];
    await record(db, settled("0"), ...different.map((fields, i) => settled(`${i + 1}`, fields)));
    await record(db, settled("another's", { tenant_id: tenant("2") }));
    await foldUsage(db);
    expect(await by("user")).toEqual([
      ["usr_alice", 3, 240],
      ["usr_alice", 1, 80],
      ["usr_bob", 1, 80],
    ]);
    expect(await by("key")).toEqual([
      ["key_1", 3, 240],
      ["key_1", 1, 80],
      ["key_2", 1, 80],
    ]);
  });
});

test("each tag has its row: a request with two tags counts in both, and never in the plain rollup twice", async () => {
  const both = { feature: "summary", plan: "pro" };
  await record(db, settled("1", { tags: both }), settled("2", { tags: { feature: "summary" } }), settled("3"));
  for (let folded = 0; folded < 2; folded++) {
    expect(await by("tag")).toEqual([
      ["feature=summary", 2, 160],
      ["plan=pro", 1, 80],
    ]);
    expect(await totals()).toMatchObject([{ requests: 3, spend_micros: 240 }]);
    await foldUsage(db);
  }
});
