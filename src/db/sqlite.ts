import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import { LRUCache } from "lru-cache";
import { type Database, type DatabaseOptions, migrationsFolder, type Reader, type Tx } from "./database.ts";

export const sqlitePath = (url: string): string => url.slice("file:".length).replace(/^\/\/(?=\/)/, "");

/** Reports read many pages over and over; it is taken as it is needed. */
const READ_CACHE_KIB = 64 * 1_024;
/** Of one connection. A statement takes some kilobytes; the texts of one Tollgate are a few hundred, and lists of many lengths. */
const STATEMENTS_MAX = 500;

/**
 * One writer connection and one read-only connection on one file. SQLite has a single writer, so units of work queue
 * here instead of failing with SQLITE_BUSY; readers see the last commit through the WAL and never wait.
 * `synchronous=FULL`: an answer that was given survives a power cut; group commit makes it affordable.
 */
export async function openSqlite(url: string, options: DatabaseOptions): Promise<Database> {
  const path = sqlitePath(url);
  mkdirSync(dirname(path), { recursive: true });
  const writer = new Sqlite(path, { timeout: 10_000 });
  writer.pragma("journal_mode = WAL");
  writer.pragma(`synchronous = ${options.durable === false ? "OFF" : "FULL"}`);
  if (options.migrate !== false) migrate(drizzle(writer), { migrationsFolder: migrationsFolder("sqlite") });
  const reader = new Sqlite(path, { readonly: true, timeout: 10_000 });
  reader.pragma(`cache_size = -${READ_CACHE_KIB}`);

  const tx = drizzle(preparingOnce(writer)) as unknown as Tx;
  const begin = writer.prepare("begin immediate");
  const commit = writer.prepare("commit");
  let tail: Promise<unknown> = Promise.resolve();

  return {
    read: drizzle(preparingOnce(reader)) as unknown as Reader,
    transaction(work) {
      const run = tail.then(async () => {
        begin.run();
        try {
          const result = await work(tx);
          commit.run();
          return result;
        } catch (error) {
          if (writer.inTransaction) writer.exec("rollback");
          throw error;
        }
      });
      tail = run.catch(() => {});
      return run;
    },
    async close() {
      await tail;
      reader.close();
      writer.close();
    },
  };
}

/**
 * Has a connection prepare each text once, and not each time that it is asked: Drizzle asks anew for every query, and SQLite takes longer to
 * prepare most of ours than to run them.
 */
export function preparingOnce(connection: Sqlite.Database): Sqlite.Database {
  const prepared = new LRUCache<string, Sqlite.Statement>({ max: STATEMENTS_MAX });
  const prepare = connection.prepare.bind(connection);
  connection.prepare = ((text: string) => {
    const statement = prepared.get(text) ?? prepare(text);
    prepared.set(text, statement);
    // Whoever asks sets it anew, or expects it as it is at first.
    return statement.reader ? statement.raw(false) : statement;
  }) as typeof connection.prepare;
  return connection;
}

/**
 * Claims a database file for one serving process, until it ends in whatever way (the operating system lets go of the lock).
 * Two servers on one file would each take the other's open holds for those of a dead node. Throws when it is taken.
 */
export function claimSqlite(url: string): () => void {
  const path = sqlitePath(url);
  mkdirSync(dirname(path), { recursive: true });
  const lock = new Sqlite(`${path}.lock`, { timeout: 1_000 });
  try {
    lock.pragma("locking_mode = EXCLUSIVE");
    lock.exec("begin exclusive");
  } catch (cause) {
    lock.close();
    throw new Error(`another Tollgate is serving ${path}: stop it first, or use Postgres for several nodes`, { cause });
  }
  return () => lock.close();
}
