import pg from "pg";
import { expect, test } from "vitest";
import { createDatabase, templateDatabase } from "./postgres.ts";

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("each database is a real Postgres of its own", async () => {
  const [one, two] = [await createDatabase(), await createDatabase()];
  await query(one.url, "create table only_here (id int)");
  expect(await query(one.url, "select version()")).toEqual([{ version: expect.stringMatching(/^PostgreSQL 1[89]/) }]);
  expect(await query(two.url, "select to_regclass('only_here') as found")).toEqual([{ found: null }]);
  await one.drop();
  await two.drop();
  await expect(query(one.url, "select 1")).rejects.toThrow("does not exist");
});

test("a template is prepared once, however many ask for it at the same time", async () => {
  let prepared = 0;
  const prepare = async (url: string) => {
    prepared++;
    await query(url, "create table from_template as select 42 as answer");
  };
  const names = await Promise.all([1, 2, 3].map(() => templateDatabase("template_of_this_test", prepare)));
  const copies = await Promise.all(names.map((name) => createDatabase(name)));

  expect(prepared).toBe(1);
  for (const copy of copies)
    expect(await query(copy.url, "select answer from from_template")).toEqual([{ answer: 42 }]);
  await Promise.all(copies.map((copy) => copy.drop()));
});

test("the workers of this project take the Postgres side of the schema", () => {
  expect(process.env.DATABASE_URL).toMatch(/^postgres:/);
});
