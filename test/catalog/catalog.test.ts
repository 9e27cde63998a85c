import { count } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openCatalog } from "../../src/catalog/catalog.ts";
import { NewPlan, termsOf } from "../../src/catalog/plan.ts";
import { SEED_SOURCE, seedPrices } from "../../src/catalog/seed.ts";
import { insertFxRate, insertPlan, insertPrices, seedPriceBook } from "../../src/catalog/store.ts";
import type { Database } from "../../src/db/database.ts";
import { fxRates, plans, planVersions, prices } from "../../src/db/schema.ts";
import { type Clock, instant } from "../../src/kernel/clock.ts";
import type { RateMicros } from "../../src/kernel/money.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { allAt, costIn, priceOf, samplingOf, TODAY } from "./book.ts";

let database: TestDatabase;
let db: Database;
let wall = 1_000_000;
const clock: Clock = { now: () => instant(TODAY), wall: () => instant(wall) };
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());
beforeEach(() =>
  db.transaction(async (tx) => {
    for (const table of [prices, fxRates, plans, planVersions]) await tx.delete(table);
  }),
);

const seed = (source = SEED_SOURCE) => db.transaction((tx) => seedPriceBook(tx, { source, created_at: 5 }));
const rowCount = async () => (await db.read.select({ n: count() }).from(prices))[0]!.n;
const addPrices = (rows: ReturnType<typeof allAt>, on = db) =>
  on.transaction((tx) =>
    insertPrices(
      tx,
      rows.map((row) => ({ ...row, source: "test", created_at: 7 })),
    ),
  );

describe("seeding", () => {
  test("writes the list as it is shipped", async () => {
    await seed();
    const catalog = await openCatalog({ db, clock }).current();
    expect(await rowCount()).toBe(seedPrices().length);
    expect(costIn(catalog.book, samplingOf("claude-opus-5-5", { output: 1_000_000 }))).toBe(20_000_000_000_000n);
  });

  test("a second and third time adds and changes nothing, under a newer name neither", async () => {
    await seed();
    const before = await db.read.select().from(prices).orderBy(prices.id);
    await seed();
    await seed("list of another day");
    expect(await db.read.select().from(prices).orderBy(prices.id)).toEqual(before);
  });

  test("by several nodes at once is the same", async () => {
    await Promise.all([seed(), seed(), seed()]);
    expect(await rowCount()).toBe(seedPrices().length);
  });

  test("leaves alone what an operator has priced", async () => {
    await seed();
    await addPrices([priceOf("claude-opus-5-5", "output", "1", { valid_from: 1 })]);
    await seed();
    const { book } = await openCatalog({ db, clock }).current();
    expect(costIn(book, samplingOf("claude-opus-5-5", { output: 1_000_000 }))).toBe(1_000_000_000_000n);
  });
});

describe("the catalog in memory", () => {
  const tenant = { currency: "INR", timezone: "UTC", default_plan_id: "pln_1" };

  test("sees a price, a rate and a plan that another node added, within seconds", async () => {
    const catalogs = openCatalog({ db, clock });
    const before = await catalogs.current();
    expect(costIn(before.book, samplingOf("m", { input: 1 }))).toBeNull();

    const other = await database.open();
    await addPrices(allAt("m", "2"), other);
    await other.transaction(async (tx) => {
      const rate_micros = 80_000_000 as RateMicros;
      await insertFxRate(tx, { id: "fxr_1", currency: "INR", rate_micros, valid_from: 0, source: "t", created_at: 9 });
      const plan = { id: "pln_1", name: "Pro", visibility: "public" as const, currency: "INR", version: 1 };
      const {
        name: _,
        visibility: __,
        ...fields
      } = NewPlan.parse({
        ...{ name: "Pro", pricing: { type: "markup", multiplier_ppm: 1_500_000 } },
      });
      await insertPlan(tx, { ...plan, archived_at: null, created_at: 9, updated_at: 9 }, termsOf(fields));
    });
    expect(await catalogs.current()).toBe(before);
    wall += 5_000;
    const { book, terms } = await catalogs.current();
    expect(costIn(book, samplingOf("m", { input: 1 }))).toBe(2_000_000n);
    expect(terms(instant(TODAY), { ...tenant, plan_version_id: null, cycle_start: null })).toMatchObject({
      rate_micros: 80_000_000,
      multiplier_ppm: 1_500_000,
    });
  });

  test("is renewed in the background, once it is a second old", async () => {
    const catalogs = openCatalog({ db, clock });
    await catalogs.current();
    await addPrices(allAt("m", "2"));
    wall += 1_000;
    await catalogs.current();
    await expect
      .poll(async () => costIn((await catalogs.current()).book, samplingOf("m", { input: 1 })))
      .toBe(2_000_000n);
  });

  test("is loaded again only where something changed", async () => {
    await seed();
    const catalogs = openCatalog({ db, clock });
    const before = await catalogs.current();
    wall += 60_000;
    expect(await catalogs.current()).toBe(before);
    expect(await catalogs.refresh()).toBe(before);
  });

  test("of the node that made the change sees it at once", async () => {
    const catalogs = openCatalog({ db, clock });
    await catalogs.current();
    await addPrices(allAt("m", "2"));
    const { book } = await catalogs.refresh();
    expect(costIn(book, samplingOf("m", { input: 1 }))).toBe(2_000_000n);
    expect(await catalogs.current()).toMatchObject({ book });
  });

  test("keeps prices of a tenant to that tenant", async () => {
    await addPrices([...allAt("m", "2"), ...allAt("m", "1", { tenant_id: "ten_a" as never })]);
    const { book } = await openCatalog({ db, clock }).current();
    const cost = (tenant: string) => costIn(book, samplingOf("m", { input: 1 }), { tenant });
    expect([cost("ten_a"), cost("ten_b")]).toEqual([1_000_000n, 2_000_000n]);
  });
});
