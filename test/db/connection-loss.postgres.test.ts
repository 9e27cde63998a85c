import { eq, sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase, type Tx } from "../../src/db/database.ts";
import { isConnectionLost } from "../../src/db/errors.ts";
import { plans } from "../../src/db/schema.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";

const plan = (id: string) => ({
  ...{ id, name: id, currency: "INR", visibility: "public" as const, version: 1 },
  ...{ archived_at: null, created_at: 0, updated_at: 0 },
});
const failure = (work: Promise<unknown>) => work.then(() => null).catch((error: unknown) => error);

describe("a connection that breaks", () => {
  let database: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
    db = database.db;
  });
  afterAll(() => database.close());
  beforeEach(() => db.transaction((tx) => tx.delete(plans)));

  /** Ends every other connection to this database, as a failover does. */
  async function endConnections(): Promise<void> {
    const client = new pg.Client({ connectionString: database.url, application_name: "failover" });
    await client.connect();
    await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name <> 'failover'",
    );
    await client.end();
  }

  const insertAndLose = async (tx: Tx) => {
    await tx.insert(plans).values(plan("lost"));
    await endConnections();
    await tx.insert(plans).values(plan("never"));
  };

  test("in a transaction is known as such, and leaves nothing behind", async () => {
    expect(isConnectionLost(await failure(db.transaction(insertAndLose)))).toBe(true);
    expect(await db.read.select().from(plans)).toEqual([]);
  });

  test("between the work and its commit is known as such", async () => {
    const error = await failure(
      db.transaction(async (tx) => {
        await tx.insert(plans).values(plan("lost"));
        await endConnections();
      }),
    );
    expect(isConnectionLost(error)).toBe(true);
  });

  test("while the process looks elsewhere ends no process: the next transaction has a new connection", async () => {
    const error = await failure(
      db.transaction(async (tx) => {
        await tx.insert(plans).values(plan("lost"));
        await endConnections();
        await new Promise((resolve) => setTimeout(resolve, 100)); // the broken socket is noticed meanwhile
      }),
    );
    expect(isConnectionLost(error)).toBe(true);
    await db.transaction((tx) => tx.insert(plans).values(plan("kept")));
    expect(await db.read.select({ id: plans.id }).from(plans)).toEqual([{ id: "kept" }]);
  });

  test("while it is idle is replaced: nobody notices", async () => {
    await Promise.all(Array.from({ length: 10 }, () => db.read.select().from(plans)));
    await endConnections();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await db.transaction((tx) => tx.insert(plans).values(plan("kept")));
    expect(await db.read.select({ id: plans.id }).from(plans)).toEqual([{ id: "kept" }]);
  });

  test("at any moment, again and again, never uses up the pool", async () => {
    const small = await openDatabase(database.url, { migrate: false, connectionsMax: 2 });
    try {
      for (let round = 0; round < 10; round++) {
        const insert = (name: string) => small.transaction((tx) => tx.insert(plans).values(plan(`${round} ${name}`)));
        await Promise.all([
          endConnections(),
          failure(insert("a")),
          failure(small.transaction(insertAndLose)),
          failure(insert("b")),
        ]);
      }
      await small.transaction((tx) => tx.insert(plans).values(plan("kept")));
      expect(await small.read.select({ id: plans.id }).from(plans).where(eq(plans.id, "kept"))).toHaveLength(1);
    } finally {
      await small.close();
    }
  });

  test("to a server that is not there is known as such", async () => {
    const gone = new URL(database.url);
    gone.port = "1";
    expect(
      isConnectionLost(
        await failure(openDatabase(gone.href, { migrate: false }).then((db) => db.read.select().from(plans))),
      ),
    ).toBe(true);
  });
});

describe("other failures", () => {
  test("are not taken for a lost connection", async () => {
    const database = await openTestDatabase();
    try {
      await database.db.transaction((tx) => tx.insert(plans).values(plan("twice")));
      const twice = await failure(database.db.transaction((tx) => tx.insert(plans).values(plan("twice"))));
      const wrong = await failure(
        database.db.transaction((tx) => tx.select({ x: sql`nonsense` }).from(plans).where(eq(plans.id, "x"))),
      );
      const ours = await failure(database.db.transaction(() => Promise.reject(new Error("ours"))));
      expect([twice, wrong, ours].map(isConnectionLost)).toEqual([false, false, false]);
    } finally {
      await database.close();
    }
  });
});
