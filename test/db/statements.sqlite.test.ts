import Sqlite from "better-sqlite3";
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { beforeEach, expect, test } from "vitest";
import { preparingOnce } from "../../src/db/sqlite.ts";

const things = sqliteTable("things", { id: integer("id").primaryKey(), name: text("name") });
let connection: Sqlite.Database;
beforeEach(() => {
  connection = preparingOnce(new Sqlite(":memory:"));
  connection.exec("create table things (id integer primary key, name text)");
});

test("a text is prepared once, however often it is asked", () => {
  const asked = "select name from things where id = ?";
  expect(connection.prepare(asked)).toBe(connection.prepare(asked));
  expect(connection.prepare(asked)).not.toBe(connection.prepare(`${asked} `));
});

test("who asks for rows as objects has them, though the last one who asked had them as arrays", () => {
  connection.prepare("insert into things values (1, 'one')").run();
  const asked = "select id, name from things";
  expect(connection.prepare(asked).raw().all()).toEqual([[1, "one"]]);
  expect(connection.prepare(asked).all()).toEqual([{ id: 1, name: "one" }]);
});

test("each run has its own values, and sees a column that was added since", () => {
  const db = drizzle(connection);
  for (const id of [1, 2, 3])
    db.insert(things)
      .values({ id, name: `n${id}` })
      .run();
  const names = [1, 2, 3, 4].map((id) => db.select().from(things).where(eq(things.id, id)).all()[0]?.name);
  expect(names).toEqual(["n1", "n2", "n3", undefined]);

  const all = () => db.all(sql`select * from things where id = 1`);
  expect(all()).toEqual([{ id: 1, name: "n1" }]);
  connection.exec("alter table things add column more text default 'm'");
  expect(all()).toEqual([{ id: 1, name: "n1", more: "m" }]);
});

test("a statement that failed works the next time", () => {
  const insert = () => connection.prepare("insert into things values (?, ?) returning id").all(1, "one");
  expect(insert()).toEqual([{ id: 1 }]);
  expect(insert).toThrow("UNIQUE");
  connection.exec("delete from things");
  expect(insert()).toEqual([{ id: 1 }]);
});
