import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { dialect } from "../../src/db/dialect.ts";
import { createDatabase, templateDatabase } from "./postgres.ts";
import { templateFile } from "./sqlite.ts";

/** A migrated database of its own for a test file, on the engine of the project that runs it. */
export interface TestDatabase {
  readonly url: string;
  readonly db: Database;
  /** Another connection to the same database, as another node has it. */
  open(): Promise<Database>;
  close(): Promise<void>;
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const { url, drop } = await (dialect === "postgres" ? postgresDatabase() : sqliteFile());
  const opened = [await openDatabase(url, { durable: false, migrate: false })];
  return {
    url,
    db: opened[0]!,
    async open() {
      const db = await openDatabase(url, { durable: false, migrate: false });
      opened.push(db);
      return db;
    },
    async close() {
      for (const db of opened) await db.close();
      await drop();
    },
  };
}

async function postgresDatabase() {
  const template = await templateDatabase("tollgate", async (url) => (await openDatabase(url)).close());
  return createDatabase(template);
}

async function sqliteFile() {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-test-"));
  const path = join(folder, "test.db");
  const prepare = async (url: string) => (await openDatabase(url, { durable: false })).close();
  copyFileSync(await templateFile("tollgate", prepare), path);
  return {
    url: `file:${path}`,
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
