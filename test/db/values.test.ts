import { count, eq, max, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { total } from "../../src/db/columns.ts";
import type { Database } from "../../src/db/database.ts";
import { dialect } from "../../src/db/dialect.ts";
import { issuers, prices } from "../../src/db/schema.ts";
import { picoUsd } from "../../src/kernel/money.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());
beforeEach(async () => {
  await db.transaction(async (tx) => {
    await tx.delete(prices);
    await tx.delete(issuers);
  });
});

const MAX = Number.MAX_SAFE_INTEGER;
type Price = typeof prices.$inferSelect;
const price = (id: string, fields: Partial<Price> = {}): Price => ({
  ...{ id, tenant_id: "*", model: "m", list: "standard", above_prompt_tokens: 0, meter: id, pico_usd: picoUsd(1n) },
  ...{ valid_from: 0, correction: 0, source: "test", created_at: 0 },
  ...fields,
});
const insert = (rows: Price[]) => db.transaction((tx) => tx.insert(prices).values(rows));
const sums = () =>
  db.read
    .select({ model: prices.model, n: count(), sum: total(prices.valid_from) })
    .from(prices)
    .groupBy(prices.model)
    .orderBy(prices.model);

describe("whole numbers", () => {
  test.each([0, -1, MAX, -MAX, Date.UTC(2026, 10, 20)])("%d comes back as it was", async (value) => {
    await insert([price("a", { valid_from: value })]);
    expect((await db.read.select().from(prices))[0]!.valid_from).toBe(value);
  });

  test("sums are exact up to the last safe integer, and by group", async () => {
    await insert([
      price("a", { valid_from: MAX - 2, model: "x" }),
      price("b", { valid_from: 2, model: "x" }),
      price("c", { valid_from: -5, model: "y" }),
    ]);
    expect(await sums()).toEqual([
      { model: "x", n: 2, sum: MAX },
      { model: "y", n: 1, sum: -5 },
    ]);
  });

  test("a sum beyond is a RangeError, not a rounded number", async () => {
    await insert([price("a", { valid_from: MAX }), price("b", { valid_from: 2 })]);
    await expect((async () => sums())()).rejects.toThrow(RangeError);
  });

  test("a sum of no rows is 0", async () => {
    expect(await db.read.select({ sum: total(prices.valid_from) }).from(prices)).toEqual([{ sum: 0 }]);
  });

  test("a value beyond, which only SQL can write, is a RangeError when it is read", async () => {
    await insert([price("a", { valid_from: sql`9007199254740993` as unknown as number })]);
    await expect((async () => db.read.select().from(prices))()).rejects.toThrow(RangeError);
  });

  test("of epoch milliseconds divide to whole days in SQL", async () => {
    const DAY = 86_400_000;
    await insert([0, DAY - 1, DAY, DAY + 5].map((valid_from, i) => price(`${i}`, { valid_from })));
    const day = sql<number>`${prices.valid_from} / ${sql.raw(String(DAY))}`.mapWith(Number);
    const rows = await db.read.select({ day, n: count() }).from(prices).groupBy(day).orderBy(day);
    expect(rows).toEqual([
      { day: 0, n: 2 },
      { day: 1, n: 2 },
    ]);
  });

  test("the latest is a number, and null of no rows", async () => {
    const latest = () => db.read.select({ last: max(prices.created_at) }).from(prices);
    expect(await latest()).toEqual([{ last: null }]);
    await insert([price("a", { created_at: 2 }), price("b", { created_at: 10 })]);
    expect(await latest()).toEqual([{ last: 10 }]);
  });
});

describe("bigints", () => {
  test.each([0n, 1n, 10_000_000_000n, BigInt(MAX)])("%d comes back as it was", async (value) => {
    await insert([price("a", { pico_usd: picoUsd(value) })]);
    expect((await db.read.select().from(prices))[0]!.pico_usd).toBe(value);
  });

  test("beyond 2^53 are exact or refused, never rounded", async () => {
    await insert([price("a", { pico_usd: picoUsd(2n ** 53n + 1n) })]);
    const read = (async () => db.read.select().from(prices))();
    if (dialect === "sqlite") await expect(read).rejects.toThrow(RangeError);
    else expect((await read)[0]!.pico_usd).toBe(2n ** 53n + 1n);
  });
});

test("booleans, JSON and nulls come back as they were", async () => {
  const row = (id: string, fields: Partial<typeof issuers.$inferInsert>): typeof issuers.$inferSelect => ({
    ...{ id, tenant_id: null, issuer: id, audience: "a", algorithms: [], jwks_url: null, public_key: null },
    ...{ shared_secret_sealed: null, user_claim: "sub", tenant_claim: null, required_claims: null },
    ...{ create_users: false, created_at: 0 },
    ...fields,
  });
  const rows = [
    row("a", {
      create_users: true,
      algorithms: ["RS256", "ES256"],
      required_claims: { admin: false, level: 1.5, "a'b\"c": "ü\n日本" },
    }),
    row("b", { create_users: false, algorithms: [], required_claims: {} }),
    row("c", { required_claims: null, jwks_url: "" }),
  ];
  await db.transaction((tx) => tx.insert(issuers).values(rows));
  expect(await db.read.select().from(issuers).orderBy(issuers.id)).toEqual(rows);
  const enabled = await db.read.select({ id: issuers.id }).from(issuers).where(eq(issuers.create_users, true));
  expect(enabled).toEqual([{ id: "a" }]);
});

test("text is compared byte by byte, so that ids sort as they do in memory", async () => {
  const ids = ["a", "B", "_", "ä", "a|b", "a_b", "A", "z", "0", "~"];
  await insert(ids.map((id) => price(id)));
  const rows = await db.read.select({ id: prices.id }).from(prices).orderBy(prices.id);
  expect(rows.map(({ id }) => id)).toEqual(ids.toSorted());
});
