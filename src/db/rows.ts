import { getTableColumns, inArray, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Tx } from "./database.ts";
import { dialect } from "./dialect.ts";

/**
 * Many rows at once, in the way each engine does best, written once for both. SQLite is in the process, so a statement
 * that is prepared once and run for each row is the cheapest there is. Postgres is a round trip away, so it is one
 * statement for all rows. The hot path loads and saves through here.
 */

/** On SQLite all transactions share one connection, so a statement belongs to its `Tx` for ever. */
function preparedOnce<S>(build: (tx: Tx) => S): (tx: Tx) => S {
  const built = new WeakMap<Tx, S>();
  return (tx) => {
    let statement = built.get(tx);
    if (!statement) {
      statement = build(tx);
      built.set(tx, statement);
    }
    return statement;
  };
}

/** Rows that one Postgres statement may carry: it is bound by 65,535 parameters. */
const ROWS_MAX = 500;

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}

/** Loads the rows whose `column` is one of the values. With `lock`, they stay as they are until the transaction ends, and are locked in the order of `column`, then `thenBy`. */
export function rowReader<T extends PgTable>(
  table: T,
  column: PgColumn,
  options: { readonly lock?: boolean; readonly where?: SQL; readonly thenBy?: PgColumn } = {},
): (tx: Tx, values: readonly string[]) => Promise<T["$inferSelect"][]> {
  type Row = T["$inferSelect"];
  const one = preparedOnce((tx) => {
    const matches = sql`${column} = ${sql.placeholder("value")}`;
    const where = options.where ? sql`${matches} and ${options.where}` : matches;
    return tx
      .select()
      .from(table as PgTable)
      .where(where)
      .prepare("");
  });

  return async (tx, values) => {
    const rows: Row[] = [];
    if (dialect === "sqlite") {
      for (const value of values) rows.push(...((await one(tx).execute({ value })) as Row[]));
      return rows;
    }
    for (const chunk of chunks([...values].sort(), ROWS_MAX)) {
      const matches = inArray(column, [...chunk]);
      const query = tx
        .select()
        .from(table as PgTable)
        .where(options.where ? sql`${matches} and ${options.where}` : matches)
        .orderBy(column, ...(options.thenBy ? [options.thenBy] : []));
      rows.push(...((await (options.lock ? query.for("update") : query)) as Row[]));
    }
    return rows;
  };
}

/** What happens to a row whose `key` exists: nothing, or these columns are overwritten, or these are added to. */
export interface Conflict {
  readonly key: readonly PgColumn[];
  readonly overwrite?: readonly string[];
  readonly add?: readonly string[];
}

/** Inserts rows; on a conflict it does as told. Every row has a value (or null) for every column. */
export function rowWriter<T extends PgTable>(
  table: T,
  conflict?: Conflict,
): (tx: Tx, rows: readonly T["$inferInsert"][]) => Promise<void> {
  type Row = T["$inferInsert"];
  const columns = getTableColumns(table);
  const insert = (tx: Tx, rows: readonly Row[]) => {
    const query = tx.insert(table).values(rows as never);
    if (!conflict) return query;
    const target = [...conflict.key];
    const set = conflictSet(columns, conflict);
    return Object.keys(set).length
      ? query.onConflictDoUpdate({ target, set: set as never })
      : query.onConflictDoNothing({ target });
  };
  const one = preparedOnce((tx) => {
    const row = Object.fromEntries(Object.keys(columns).map((name) => [name, sql.placeholder(name)]));
    return insert(tx, [row as Row]).prepare("");
  });

  return async (tx, rows) => {
    if (dialect === "sqlite") {
      for (const row of rows) await one(tx).execute(row as Record<string, unknown>);
      return;
    }
    for (const chunk of chunks(rows, ROWS_MAX)) await insert(tx, chunk);
  };
}

function conflictSet(columns: Record<string, PgColumn>, { overwrite = [], add = [] }: Conflict): Record<string, SQL> {
  const excluded = (name: string) => sql.raw(`excluded."${columns[name]!.name}"`);
  return Object.fromEntries([
    ...overwrite.map((name) => [name, excluded(name)]),
    ...add.map((name) => [name, sql`${columns[name]} + ${excluded(name)}`]),
  ]);
}
