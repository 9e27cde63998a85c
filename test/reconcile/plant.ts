import { eq, type SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Database } from "../../src/db/database.ts";

/** Takes a damage away again. */
export type Undo = () => Promise<void>;
type Row = Record<string, unknown>;

const matching = async (db: Database, table: PgTable, where: SQL | undefined): Promise<Row[]> =>
  (await db.read
    .select()
    .from(table as never)
    .where(where)) as Row[];

/** Another value in the first row that matches, as a stray hand would leave it. */
export async function altered(
  db: Database,
  table: PgTable,
  where: SQL | undefined,
  change: (row: Row) => Row,
): Promise<Undo> {
  const row = await rowOf(db, table, where);
  const key = keyOf(table, row);
  const set = (values: Row) =>
    db.transaction(async (tx) => {
      await tx
        .update(table)
        .set(values as never)
        .where(key);
    });
  const after = change(row);
  await set(after);
  const before = Object.fromEntries(Object.keys(after).map((name) => [name, row[name]]));
  return () => set(before);
}

/** The first row that matches is gone. */
export async function removed(db: Database, table: PgTable, where: SQL | undefined): Promise<Undo> {
  const row = await rowOf(db, table, where);
  await db.transaction(async (tx) => {
    await tx.delete(table).where(keyOf(table, row));
  });
  return () =>
    db.transaction(async (tx) => {
      await tx
        .insert(table)
        .values(row as never)
        .onConflictDoNothing();
    });
}

/** A row that nobody wrote. */
export async function added(db: Database, table: PgTable, row: Row): Promise<Undo> {
  await db.transaction(async (tx) => {
    await tx.insert(table).values(row as never);
  });
  return () =>
    db.transaction(async (tx) => {
      await tx.delete(table).where(keyOf(table, row));
    });
}

/** The first row that matches. */
export async function rowOf(db: Database, table: PgTable, where: SQL | undefined): Promise<Row> {
  const [row] = await matching(db, table, where);
  if (!row) throw new Error("there is no such row");
  return row;
}

function keyOf(table: PgTable, row: Row): SQL {
  const column = (table as unknown as Record<string, Parameters<typeof eq>[0]>).id;
  if (!column) throw new Error("this table has no id: name the row yourself");
  return eq(column, row.id);
}
