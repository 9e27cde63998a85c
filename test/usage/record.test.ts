import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { isUniqueViolation } from "../../src/db/errors.ts";
import { usageEvents, usageHours, usageTagHours } from "../../src/db/schema.ts";
import { micros } from "../../src/kernel/money.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { empty, HOUR, HOUR_MS, key, record, recordIn, type Settlement, settled, tenant, user } from "./sample.ts";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());
beforeEach(() => empty(db));

const FIGURES = [
  ...["requests", "input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"],
  ...["output_tokens", "web_searches", "cost_micros_usd", "spend_micros", "uncovered_micros"],
] as const;
type Row = Record<string, unknown>;
const hours = (): Promise<Row[]> => db.read.select().from(usageHours).orderBy(usageHours.hour, usageHours.model);
const tagHours = (): Promise<Row[]> =>
  db.read.select().from(usageTagHours).orderBy(usageTagHours.hour, usageTagHours.tag);

/** What the rollup must be, said in the simplest way: every event added to the row of its key. */
function rolledUp(settlements: readonly Settlement[], keysOf: (event: Row) => Row[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const { event, outcome } of settlements) {
    const figures: Row = { ...event, ...outcome, requests: 1 };
    for (const key of keysOf(event)) {
      const name = JSON.stringify(Object.values(key));
      const row = rows.get(name) ?? { ...key, ...Object.fromEntries(FIGURES.map((figure) => [figure, 0])) };
      for (const figure of FIGURES) row[figure] = (row[figure] as number) + (figures[figure] as number);
      rows.set(name, row);
    }
  }
  return rows;
}
const hourKey = ({ tenant_id, hour, user_id, key_id, model, currency }: Row): Row[] => [
  { tenant_id, hour, user_id: user_id ?? "", key_id: key_id ?? "", model, currency },
];
const tagKeys = ({ tenant_id, hour, user_id, currency, tags }: Row): Row[] =>
  Object.entries(tags as Row).map(([name, value]) => ({
    ...{ tenant_id, hour, user_id: user_id ?? "", tag: `${name}=${value}`, currency },
  }));
const byKey = (rows: readonly Row[], names: readonly string[]) =>
  new Map(rows.map((row) => [JSON.stringify(names.map((name) => row[name])), row]));

describe("a settlement", () => {
  test("is an event, as it was settled, and an hour of the rollup", async () => {
    const { event, outcome } = settled("1", { uncovered_micros: 7 });
    await record(db, { event, outcome: { ...outcome, draws: [{ grant_id: "grt_1" as never, amount: micros(80) }] } });
    const { hour, ...fields } = event;
    expect(await db.read.select().from(usageEvents)).toMatchObject([
      { ...fields, ...outcome, draws: [{ grant_id: "grt_1", amount: 80 }] },
    ]);
    expect(await hours()).toEqual([...rolledUp([{ event, outcome }], hourKey).values()]);
    expect(hour).toBe(HOUR);
  });

  test("that comes with one that cannot be written leaves nothing behind: neither event nor rollup", async () => {
    await record(db, settled("1"));
    const error = await record(db, settled("2", { tags: { a: "b" } }), settled("1")).catch((error: unknown) => error);
    expect(isUniqueViolation(error)).toBe(true);
    expect(await db.read.select().from(usageEvents)).toHaveLength(1);
    expect(await hours()).toMatchObject([{ requests: 1 }]);
    expect(await tagHours()).toEqual([]);
  });

  test("without a user, a key or tags is rolled up all the same", async () => {
    await record(db, settled("1", { user_id: null, key_id: null }), settled("2", { user_id: null, key_id: null }));
    expect(await hours()).toMatchObject([{ user_id: "", key_id: "", requests: 2 }]);
  });
});

describe("several of one hour", () => {
  test("in one batch and in several are one row with their sum", async () => {
    await record(
      db,
      settled("1", { spend_micros: 1 }),
      settled("2", { spend_micros: 2 }),
      settled("3", { spend_micros: 4 }),
    );
    await record(db, settled("4", { spend_micros: 8 }));
    await record(db, settled("5", { spend_micros: 16 }), settled("6", { spend_micros: 32 }));
    expect(await hours()).toMatchObject([{ requests: 6, spend_micros: 63, input_tokens: 600 }]);
  });

  test("recorded by many at once lose nothing", async () => {
    const other = await database.open();
    const tags = { feature: "x" };
    for (let round = 0; round < 5; round++)
      await Promise.all(Array.from({ length: 8 }, (_, i) => record(db, settled(`${round} ${i}`, { tags }))));
    await record(other, settled("other", { tags }));
    expect(await hours()).toMatchObject([{ requests: 41, spend_micros: 41 * 80 }]);
    expect(await tagHours()).toMatchObject([{ requests: 41, spend_micros: 41 * 80 }]);
  });

  test("count apart by user, key, model and currency", async () => {
    const different = [
      { user_id: user("bob") },
      { key_id: key("2") },
      { model: "m" },
      { currency: "USD" },
      { tenant_id: tenant("2") },
    ];
    await record(db, settled("0"), ...different.map((fields, i) => settled(`${i + 1}`, fields)));
    expect(await hours()).toHaveLength(6);
  });
});

test("each tag has its row: a request with two tags counts in both, and never in the plain rollup twice", async () => {
  const both = { feature: "summary", plan: "pro" };
  await record(db, settled("1", { tags: both }), settled("2", { tags: { feature: "summary" } }), settled("3"));
  expect(await tagHours()).toMatchObject([
    { tag: "feature=summary", requests: 2, spend_micros: 160 },
    { tag: "plan=pro", requests: 1, spend_micros: 80 },
  ]);
  expect(await hours()).toMatchObject([{ requests: 3, spend_micros: 240 }]);
});

test("whatever is recorded, in whatever batches: rollups are the sum of the events", async () => {
  const small = fc.nat(5);
  const fields = fc.record({
    ...{
      hour: small.map((n) => HOUR + n * HOUR_MS),
      model: fc.constantFrom("a", "b"),
      currency: fc.constantFrom("INR", "USD"),
    },
    user_id: fc.constantFrom(null, user("a"), user("b")),
    key_id: fc.constantFrom(null, key("a")),
    tenant_id: fc.constantFrom(tenant("1"), tenant("2")),
    tags: fc.dictionary(fc.constantFrom("x", "y", "z"), fc.constantFrom("1", "2", "="), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    ...{ input_tokens: small, cache_read_tokens: small, cache_write_5m_tokens: small, cache_write_1h_tokens: small },
    ...{ output_tokens: fc.nat(2 ** 40), web_searches: small, cost_micros_usd: fc.nat(2 ** 40).map(micros) },
    ...{ spend_micros: fc.nat(2 ** 40), uncovered_micros: small },
  });
  const batches = fc.array(fc.array(fields, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(batches, async (batches) => {
      await empty(db);
      let made = 0;
      const settlements = batches.map((batch) => batch.map((fields) => settled(`${made++}`, fields)));
      for (const batch of settlements) await db.transaction((tx) => recordIn(tx, batch));
      const all = settlements.flat();
      expect(byKey(await hours(), ["tenant_id", "hour", "user_id", "key_id", "model", "currency"])).toEqual(
        rolledUp(all, hourKey),
      );
      expect(byKey(await tagHours(), ["tenant_id", "hour", "user_id", "tag", "currency"])).toEqual(
        rolledUp(all, tagKeys),
      );
      expect(await db.read.select().from(usageEvents)).toHaveLength(all.length);
    }),
    { numRuns: 40 },
  );
});
