import type { ExtractTablesWithRelations } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { dialectOf } from "./dialect.ts";

type Schema = Record<string, never>;
type Drizzle = PgDatabase<PgQueryResultHKT, Schema, ExtractTablesWithRelations<Schema>>;

/** Queries only: what a reader outside a unit of work may do. Sees the last commit. */
export type Reader = Pick<Drizzle, "select" | "selectDistinct" | "with" | "$count">;
/** Inside a unit of work: queries and writes. */
export type Tx = Reader & Pick<Drizzle, "insert" | "update" | "delete">;

export interface Database {
  readonly read: Reader;
  /**
   * The only door to writing: all of `work`, or nothing. On SQLite units of work queue on the one writer (so one must not
   * wait for another inside itself); on Postgres `work` is run again after a serialization failure, so it does nothing but SQL.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** False leaves the schema as it is (and fails on an old one at the first query). Default true. */
  readonly migrate?: boolean;
  /** False is for databases that are thrown away: SQLite then leaves it to the system when a commit reaches the disk. Default true. */
  readonly durable?: boolean;
  /** Postgres connections of this process. Default 10. */
  readonly connectionsMax?: number;
}

/** Opens (and by default migrates) the database of a `file:` or `postgres:` URL. */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  return dialectOf(url) === "postgres"
    ? (await import("./postgres.ts")).openPostgres(url, options)
    : (await import("./sqlite.ts")).openSqlite(url, options);
}

/** Where the generated migrations of an engine are. */
export const migrationsFolder = (engine: "sqlite" | "postgres"): string =>
  new URL(`../../migrations/${engine}`, import.meta.url).pathname;
