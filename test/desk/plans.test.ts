import Sqlite from "better-sqlite3";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dialect } from "../../src/db/dialect.ts";
import { LOOKUPS, lookUp } from "../../src/desk/store.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** The steps in which the engine would answer a query, in its own words. */
async function planOf({ sql, params }: { sql: string; params: unknown[] }): Promise<string[]> {
  if (dialect === "sqlite") {
    const file = new Sqlite(database.url.slice("file:".length), { readonly: true });
    try {
      return (file.prepare(`explain query plan ${sql}`).all(...params) as { detail: string }[]).map(
        ({ detail }) => detail,
      );
    } finally {
      file.close();
    }
  }
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    // The tables are empty: reading one through would cost least, where it is allowed.
    await client.query("set enable_seqscan = off");
    return (await client.query<{ "QUERY PLAN": string }>(`explain ${sql}`, params)).rows.map(
      (row) => row["QUERY PLAN"],
    );
  } finally {
    await client.end();
  }
}

test.each(LOOKUPS.map((lookup) => [`${lookup.kind} by ${lookup.field}`, lookup] as const))(
  "a search finds a %s by the range of an index, and reads nothing through",
  async (_name, lookup) => {
    const plan = (await planOf(lookUp(database.db.read, lookup, "some/text@1", 11).toSQL())).join("\n");
    if (dialect === "sqlite") {
      expect(plan).toMatch(/^SEARCH \S+ USING (COVERING )?INDEX \S+ \(\S+>\? AND \S+<\?\)/m);
      expect(plan).not.toMatch(/SCAN|TEMP B-TREE/);
    } else {
      expect(plan).toMatch(/Index Cond: .*>=.*<|Index Cond: .*>=/);
      expect(plan).not.toMatch(/Seq Scan/);
    }
  },
);
