import { type Column, type SQL, sql, sum } from "drizzle-orm";
import * as pg from "drizzle-orm/pg-core";
import * as lite from "drizzle-orm/sqlite-core";
import { dialect } from "./dialect.ts";

/** A whole number as it came from the driver. Beyond 2^53 a digit may be lost already: loud, never silent. */
function exact(value: number | string | bigint | null): number {
  const number = Number(value ?? 0);
  if (!Number.isSafeInteger(number)) throw new RangeError(`not an exact whole number: ${value}`);
  return number;
}

/** The exact sum of a whole-number column; a RangeError where it cannot be exact, 0 where there is no row. */
export const total = <T extends number = number>(column: Column | SQL) =>
  sql<T>`coalesce(${sum(column)}, 0)`.mapWith((value) => exact(value) as T);

const pgInt = pg.customType<{ data: number; driverData: string | number }>({
  dataType: () => "bigint",
  fromDriver: exact,
});

const postgres = {
  table: pg.pgTable,
  /** Text, or one of a few words. */
  text: <T extends string = string>() => pg.text().$type<T>(),
  bool: () => pg.boolean(),
  /** A whole number within ±2^53: counts, instants (epoch ms), micros, ppm. */
  int: <T extends number = number>() => pgInt().$type<T>(),
  /** A whole number that is a bigint in memory: pico-USD. Within ±2^63. */
  big: <T extends bigint = bigint>() => pg.bigint({ mode: "bigint" }).$type<T>(),
  json: <T>() => pg.jsonb().$type<T>(),
  index: pg.index,
  uniqueIndex: pg.uniqueIndex,
  primaryKey: pg.primaryKey,
};

const liteInt = lite.customType<{ data: number; driverData: number }>({
  dataType: () => "integer",
  fromDriver: exact,
});

const liteBig = lite.customType<{ data: bigint; driverData: number | bigint }>({
  dataType: () => "integer",
  toDriver: (value) => value,
  fromDriver: (value) => BigInt(typeof value === "number" ? exact(value) : value),
});

/** Drizzle's own writes null as the text `null` where it is given to a prepared statement. */
const liteJson = lite.customType<{ data: unknown; driverData: string | null }>({
  dataType: () => "text",
  toDriver: (value) => (value === null ? null : JSON.stringify(value)),
  fromDriver: (text) => JSON.parse(text!),
});

const sqlite = {
  table: lite.sqliteTable,
  text: () => lite.text(),
  bool: () => lite.integer({ mode: "boolean" }),
  int: () => liteInt(),
  big: () => liteBig(),
  json: () => liteJson(),
  index: lite.index,
  uniqueIndex: lite.uniqueIndex,
  primaryKey: lite.primaryKey,
};

/** The column vocabulary that both engines share. Typed as Postgres; SQLite keeps the same shapes at run time. */
export const c: typeof postgres = dialect === "postgres" ? postgres : (sqlite as unknown as typeof postgres);
