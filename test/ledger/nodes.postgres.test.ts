import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { counters, grants } from "../../src/db/schema.ts";
import type { CustomerId, GrantId } from "../../src/kernel/id.ts";
import { micros } from "../../src/kernel/money.ts";
import type { Demand, Hold } from "../../src/ledger/books.ts";
import { type Ledger, openLedger } from "../../src/ledger/ledger.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { booksInBalance } from "./books-in-balance.ts";
import { counterRefOf, demandOf, empty, giveGrants, grantRowOf, NOW, spending, ticketOf, times } from "./sample.ts";

/** Ends every other connection to the database, as a failover does. */
const endConnections = (admin: pg.Pool) =>
  admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );

/** Several nodes share a Postgres database, each through a ledger and connections of its own. */
describe("two nodes on one database", () => {
  let database: TestDatabase;
  let db: Database;
  let nodes: Ledger<string>[];
  let recorded: string[];
  beforeAll(async () => {
    database = await openTestDatabase();
    db = database.db;
    const open = (db: Database) =>
      openLedger<string>({
        db,
        record: async (_, settled) => void recorded.push(...settled.map(({ event }) => event)),
      });
    nodes = [open(db), open(await database.open())];
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    recorded = [];
    await empty(db);
  });

  const node = (index: number) => nodes[index % 2]!;
  const place = (index: number, amount: number, demands: Demand[] = [], customer = "cus_1") =>
    node(index).place({
      ticket: ticketOf(`${index}`, { customer_id: customer as CustomerId }),
      needs: spending(amount),
      demands,
    });
  const holdsOf = (answers: Awaited<ReturnType<typeof place>>[]): Hold[] =>
    answers.flatMap((answer) => (answer.placed ? [answer.hold] : []));

  test("race for the last micros and never overspend", async () => {
    await giveGrants(db, grantRowOf("a", { amount: micros(505) }), grantRowOf("b", { amount: micros(500) }));
    const answers = [];
    for (let wave = 0; wave < 10; wave++)
      answers.push(...(await Promise.all(times(40, (i) => place(wave * 40 + i, 10)))));
    expect(holdsOf(answers)).toHaveLength(100);
    expect(await booksInBalance(db)).toMatchObject({ held: 1_000, open: 100 });
  });

  test("race for counters that neither has seen before, and never pass a limit", async () => {
    await giveGrants(db, grantRowOf("a", { amount: micros(1_000_000) }));
    for (let window = 0; window < 10; window++) {
      const refs = times(6, (n) => counterRefOf("requests", { id: `${window}|${n}`, window_start: window }));
      const demands = (index: number) =>
        (index % 2 ? refs : refs.toReversed()).map((counter) => demandOf("requests", 7, { counter }));
      const answers = await Promise.all(times(20, (i) => place(window * 20 + i, 1, demands(i))));
      expect(holdsOf(answers)).toHaveLength(7);
    }
    await booksInBalance(db);
    expect(await db.read.select().from(counters)).toHaveLength(60);
  });

  test("settle the same holds at once: each is settled and recorded once", async () => {
    await giveGrants(db, grantRowOf("a", { amount: micros(10_000) }));
    const holds = holdsOf(await Promise.all(times(60, (i) => place(i, 20))));
    const settle = (ledger: Ledger<string>, hold: Hold) =>
      ledger.settle({ hold, used: spending(7), event: hold.id, at: NOW });
    const outcomes = await Promise.all(holds.flatMap((hold) => nodes.map((ledger) => settle(ledger, hold))));
    expect(outcomes.filter(({ again }) => !again)).toHaveLength(60);
    expect(await booksInBalance(db)).toMatchObject({ used: 420, held: 0, open: 0 });
    expect(recorded.toSorted()).toEqual(holds.map(({ id }) => id as string).toSorted());
  });

  test("work for many customers in any order without standing in each other's way for good", async () => {
    const customers = times(20, (n) => `cus_${n}`);
    await giveGrants(
      db,
      ...customers.map((id) => grantRowOf(`grt ${id}`, { customer_id: id as CustomerId, amount: micros(1_000) })),
    );
    const shared = demandOf("requests", 1_000);
    const one = async (index: number) => {
      const customer = customers[(index * 7) % 20]!;
      const answer = await place(index, 10, [shared], customer);
      if (!answer.placed) throw new Error("refused");
      await node(index + 1).settle({ hold: answer.hold, used: spending(4), event: "x", at: NOW });
    };
    await Promise.all(times(300, one));
    expect(await booksInBalance(db)).toMatchObject({ used: 1_200, held: 0, open: 0 });
  });

  test("go on while their connections are killed: every answer is true, nothing is doubled", async () => {
    await giveGrants(db, grantRowOf("a", { amount: micros(100_000) }));
    // One connection, which several wait for in turn.
    const admin = new pg.Pool({ connectionString: database.url, max: 1 });
    const one = async (index: number) => {
      const answer = await place(index, 10, [demandOf("requests", 1_000)]);
      if (!answer.placed) throw new Error("refused");
      if (index % 10 === 3) await endConnections(admin);
      return node(index).settle({ hold: answer.hold, used: spending(4), event: "x", at: NOW });
    };
    for (let wave = 0; wave < 4; wave++) await Promise.all(times(50, (i) => one(wave * 50 + i)));
    await admin.end();
    expect(await booksInBalance(db)).toMatchObject({ used: 800, held: 0, open: 0 });
    expect(await db.read.select().from(counters)).toMatchObject([{ used: 200, held: 0 }]);
    expect(await db.read.select().from(grants)).toMatchObject([{ id: "a" as GrantId, used: 800 }]);
  });
});
