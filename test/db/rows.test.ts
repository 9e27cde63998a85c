import { asc, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database, Tx } from "../../src/db/database.ts";
import { dialect } from "../../src/db/dialect.ts";
import { isUniqueViolation } from "../../src/db/errors.ts";
import { rowReader, rowWriter } from "../../src/db/rows.ts";
import { grants, holds } from "../../src/db/schema.ts";
import type { CustomerId, GrantId, RequestId, TenantId } from "../../src/kernel/id.ts";
import { micros } from "../../src/kernel/money.ts";
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
    await tx.delete(grants);
    await tx.delete(holds);
  });
});

type GrantRow = typeof grants.$inferSelect;
const grant = (id: string, fields: Partial<GrantRow> = {}): GrantRow => ({
  ...{ id: id as GrantId, tenant_id: "ten_1" as TenantId, customer_id: "cus_1" as CustomerId, kind: "prepaid" },
  ...{ priority: 1, currency: "INR", amount: micros(100), used: micros(0), held: micros(0), reason: "test" },
  ...{ source: null, cycle_id: null, starts_at: 0, expires_at: null, created_at: 0 },
  ...fields,
});
const stored = () => db.read.select().from(grants).orderBy(asc(grants.id));
const write = (rows: readonly GrantRow[], conflict?: Parameters<typeof rowWriter>[1]) => {
  const writer = rowWriter(grants, conflict);
  return db.transaction((tx) => writer(tx, rows));
};
const key = [grants.id];
const many = (count: number, make: (index: number) => GrantRow) => Array.from({ length: count }, (_, i) => make(i));
const numbered = (index: number) => `grt_${String(index).padStart(4, "0")}`;

describe("writing rows", () => {
  test("none is nothing", async () => {
    await write([]);
    expect(await stored()).toEqual([]);
  });

  test("1,203 at once, more than a statement takes, are all there and as they were", async () => {
    const rows = many(1_203, (i) => grant(numbered(i), { amount: micros(i), expires_at: i % 2 ? i : null }));
    await write(rows);
    expect(await stored()).toEqual(rows);
    const raised = rows.map((row) => ({ ...row, used: micros(row.amount) }));
    await write(raised, { key, overwrite: ["used"] });
    expect(await stored()).toEqual(raised);
  });

  test("without a rule, a row that exists is an error, and none of the others stays", async () => {
    await write([grant("b")]);
    const error = await write([grant("a"), grant("b"), grant("c")]).catch((error: unknown) => error);
    expect(isUniqueViolation(error)).toBe(true);
    expect(await stored()).toEqual([grant("b")]);
  });

  test("with nothing to change, a row that exists stays as it is", async () => {
    await write([grant("a", { used: micros(5) })]);
    await write([grant("a", { used: micros(9) }), grant("b")], { key });
    expect(await stored()).toEqual([grant("a", { used: micros(5) }), grant("b")]);
  });

  test("overwrites the columns that are named, with null too, and no other", async () => {
    await write([grant("a", { expires_at: 7, used: micros(1), reason: "old" })]);
    const fresh = grant("a", { expires_at: null, used: micros(2), reason: "new" });
    await write([fresh, grant("b")], { key, overwrite: ["expires_at", "used"] });
    expect(await stored()).toEqual([grant("a", { used: micros(2), reason: "old" }), grant("b")]);
  });

  test("adds to the columns that are named, and inserts what is not there", async () => {
    for (let i = 1; i <= 3; i++) {
      await write([grant("a", { used: micros(i), held: micros(9) })], { key, add: ["used"], overwrite: ["held"] });
    }
    expect(await stored()).toEqual([grant("a", { used: micros(6), held: micros(9) })]);
  });

  test("JSON, booleans and nulls survive, in an insert and in an overwrite", async () => {
    type HoldRow = typeof holds.$inferInsert;
    const hold = (fields: Partial<HoldRow>): HoldRow => ({
      ...{
        id: "tgr_1" as RequestId,
        tenant_id: "ten_1" as TenantId,
        customer_id: "cus_1" as CustomerId,
        user_id: null,
      },
      ...{ key_id: null, node_id: "n", state: "open", observe: true, admitted_at: 1, expires_at: 2, ended_at: null },
      ...{ held: { draws: [] }, call: { tags: { a: "'\"\\" } }, checkpoint: null, outcome: null },
      ...fields,
    });
    const writer = rowWriter(holds, { key: [holds.id], overwrite: ["checkpoint", "outcome", "ended_at"] });
    const held = () => db.read.select().from(holds);
    await db.transaction((tx) => writer(tx, [hold({})]));
    expect(await held()).toEqual([hold({})]);
    const noted = { checkpoint: { n: [1, null, "ü"] }, outcome: {}, ended_at: 3 };
    await db.transaction((tx) => writer(tx, [hold({ ...noted, observe: false })]));
    expect(await held()).toEqual([hold(noted)]);
    await db.transaction((tx) => writer(tx, [hold({ checkpoint: null })]));
    expect(await held()).toEqual([hold({})]);
    expect(await db.read.select().from(holds).where(sql`${holds.checkpoint} is null`)).toHaveLength(1);
  });
});

describe("reading rows", () => {
  const read = rowReader(grants, grants.customer_id, {
    where: sql`${grants.used} < ${grants.amount}`,
    thenBy: grants.id,
  });
  const readById = rowReader(grants, grants.id, { lock: true });
  const ofCustomer = (id: string, customer: string, used = 0) =>
    grant(id, { customer_id: customer as CustomerId, used: micros(used) });
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>) => db.transaction(work);

  test("finds all rows of the values that meet the condition, and nobody else's", async () => {
    await write([
      ofCustomer("1", "a"),
      ofCustomer("2", "b"),
      ofCustomer("3", "a"),
      ofCustomer("4", "a", 100),
      ofCustomer("5", "c"),
    ]);
    const found = await inTransaction((tx) => read(tx, ["b", "a", "nobody"]));
    expect(found.map(({ id }) => id).toSorted()).toEqual(["1", "2", "3"]);
    expect(await inTransaction((tx) => read(tx, []))).toEqual([]);
  });

  test("takes 1,203 values at once", async () => {
    await write(many(1_203, (i) => grant(numbered(i))));
    const ids = Array.from({ length: 1_300 }, (_, i) => numbered(i)).toReversed();
    const found = await inTransaction((tx) => readById(tx, ids));
    expect(new Set(found.map(({ id }) => id)).size).toBe(1_203);
  });

  test("sees what its own transaction wrote", async () => {
    const writer = rowWriter(grants);
    const found = await inTransaction(async (tx) => {
      await writer(tx, [grant("mine")]);
      return readById(tx, ["mine"]);
    });
    expect(found).toEqual([grant("mine")]);
  });

  if (dialect === "postgres")
    test("with a lock, another transaction waits, and reads what the first made of it", async () => {
      await write([grant("a"), grant("b")]);
      const locked = Promise.withResolvers<void>();
      const first = inTransaction(async (tx) => {
        await readById(tx, ["a", "b"]);
        locked.resolve();
        await new Promise((resolve) => setTimeout(resolve, 100));
        await tx
          .update(grants)
          .set({ used: micros(7) })
          .where(eq(grants.id, "a" as GrantId));
      });
      await locked.promise;
      const [seen] = await inTransaction((tx) => readById(tx, ["a"]));
      expect(seen!.used).toBe(7);
      await first;
    });

  test("50 transactions that lock the same rows in any order all succeed", async () => {
    await write(many(10, (i) => grant(numbered(i))));
    const save = rowWriter(grants, { key, overwrite: ["used"] });
    const shuffled = (seed: number) => Array.from({ length: 10 }, (_, i) => numbered((i * 3 + seed * 7) % 10));
    await Promise.all(
      Array.from({ length: 50 }, (_, seed) =>
        inTransaction(async (tx) => {
          const rows = await readById(tx, seed % 2 ? shuffled(seed) : shuffled(seed).toReversed());
          await save(
            tx,
            rows.map((row) => ({ ...row, used: micros(row.used + 1) })),
          );
        }),
      ),
    );
    expect((await stored()).map(({ used }) => used)).toEqual(Array.from({ length: 10 }, () => 50));
  });
});
