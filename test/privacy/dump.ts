import { getTableName, isTable } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import * as schema from "../../src/db/schema.ts";
import { keptText } from "../../src/http/idempotency.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { ROOT_SECRET, type World } from "../support/world.ts";

/** Every column of every row of every table, as text, in an order of its own; kept answers unsealed. */
export async function dump({ db }: World): Promise<ReadonlyMap<string, readonly string[]>> {
  const tables = Object.values(schema).filter((value) => isTable(value)) as unknown as PgTable[];
  const all = new Map<string, readonly string[]>();
  for (const table of tables) {
    const rows: Record<string, unknown>[] = await db.read.select().from(table);
    all.set(getTableName(table), rows.map(written).sort());
  }
  const secrets = secretsFrom(ROOT_SECRET);
  const answers = await db.read.select().from(schema.idempotency);
  all.set(
    "idempotency (unsealed)",
    answers.flatMap(({ id, answer }) => (answer === null ? [] : [keptText(secrets, { id, answer })])),
  );
  return all;
}

const written = (row: Record<string, unknown>): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));

/** Where the strings stand, as `table: the string`. Told once for each table. */
export function places(all: ReadonlyMap<string, readonly string[]>, strings: readonly string[]): readonly string[] {
  const found = [...all].flatMap(([table, rows]) =>
    strings
      .filter((text) => rows.some((row) => row.toLowerCase().includes(text.toLowerCase())))
      .map((text) => `${table}: ${text}`),
  );
  return found.sort();
}
