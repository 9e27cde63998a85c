import { type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { dialect } from "./dialect.ts";

/** Rows of some tables, and which of them. */
interface Some {
  readonly from: SQL;
  readonly where: SQL;
}

/**
 * With each of some rows those of a table, as `t`, that belong to it, found by an index for each: `from … where …`. SQLite joins in the order in which it
 * is written; Postgres would rather sort and merge far more rows than there are to be found.
 */
export const lookedUp = ({ from, where }: Some, table: PgTable, belongs: SQL): SQL =>
  dialect === "postgres"
    ? sql`${from} cross join lateral (select * from ${table} t where ${belongs} offset 0) t where ${where}`
    : sql`${from} cross join ${table} t where ${where} and ${belongs}`;
