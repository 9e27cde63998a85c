import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { getTableName, is } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { dialect } from "../../src/db/dialect.ts";
import * as schema from "../../src/db/schema.ts";
import { createDatabase } from "../support/postgres.ts";

const { plans } = schema;
const plan = (id: string) => ({
  ...{ id, name: id, currency: "INR", visibility: "public" as const, version: 1 },
  ...{ archived_at: null, created_at: 0, updated_at: 0 },
});

/** A database in which nothing was migrated yet. */
async function emptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  if (dialect === "postgres") return createDatabase();
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-migrations-"));
  return {
    url: `file:${path.join(folder, "test.db")}`,
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

describe("migrations", () => {
  let empty: Awaited<ReturnType<typeof emptyDatabase>>;
  const opened: Database[] = [];
  const open = async (): Promise<Database> => {
    const db = await openDatabase(empty.url);
    opened.push(db);
    return db;
  };
  beforeAll(async () => {
    empty = await emptyDatabase();
  });
  afterAll(async () => {
    for (const db of opened) await db.close();
    await empty.drop();
  });

  test("make every table of the schema", async () => {
    const db = await open();
    const tables = Object.values(schema).filter((value) => is(value, PgTable) || is(value, SQLiteTable)) as PgTable[];
    expect(tables.length).toBeGreaterThan(15);
    for (const table of tables)
      expect([getTableName(table), await db.read.select().from(table)]).toEqual([getTableName(table), []]);
  });

  test("run a second time change nothing and lose nothing", async () => {
    await opened[0]!.transaction((tx) => tx.insert(plans).values(plan("kept")));
    const again = await open();
    expect(await again.read.select({ id: plans.id }).from(plans)).toEqual([{ id: "kept" }]);
  });

  test("are left out where that is asked, and the first query tells", async () => {
    const bare = await emptyDatabase();
    const db = await openDatabase(bare.url.replace(/test\.db$/, "x/../test.db"), { migrate: false }).catch(
      (error: unknown) => error,
    );
    try {
      if (db instanceof Error) return; // SQLite will not open a file for reading that is not there
      await expect((async () => (db as Database).read.select().from(plans))()).rejects.toThrow();
    } finally {
      if (!(db instanceof Error)) await (db as Database).close();
      await bare.drop();
    }
  });
});

if (dialect === "postgres")
  describe("several nodes that start at once on an empty database", () => {
    test("in one process all find it migrated", async () => {
      const empty = await emptyDatabase();
      const nodes = await Promise.all(Array.from({ length: 8 }, () => openDatabase(empty.url)));
      await Promise.all(nodes.map((db, i) => db.transaction((tx) => tx.insert(plans).values(plan(`${i}`)))));
      expect(await nodes[0]!.read.select().from(plans)).toHaveLength(8);
      await Promise.all(nodes.map((db) => db.close()));
      await empty.drop();
    });

    test("in processes of their own all find it migrated", async () => {
      const NODE = `
      const { openDatabase } = await import(process.argv[1]);
      const db = await openDatabase(process.argv[2]);
      await db.close();
    `;
      const empty = await emptyDatabase();
      const source = new URL("../../src/db/database.ts", import.meta.url).href;
      const start = (): ChildProcess =>
        spawn(process.execPath, ["--input-type=module", "-e", NODE, source, empty.url], { stdio: "inherit" });
      const exits = await Promise.all([start(), start(), start()].map((node) => once(node, "exit")));
      expect(exits.map(([code]) => code)).toEqual([0, 0, 0]);
      const db = await openDatabase(empty.url, { migrate: false });
      expect(await db.read.select().from(plans)).toEqual([]);
      await db.close();
      await empty.drop();
    });
  });
