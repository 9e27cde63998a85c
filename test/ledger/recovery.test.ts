import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { dialect } from "../../src/db/dialect.ts";
import { counters, holds, nodes } from "../../src/db/schema.ts";
import { type Clock, type Instant, instant } from "../../src/kernel/clock.ts";
import { newId, type TenantId } from "../../src/kernel/id.ts";
import { micros } from "../../src/kernel/money.ts";
import type { Demand, Hold, HoldTicket } from "../../src/ledger/books.ts";
import { type Ledger, openLedger } from "../../src/ledger/ledger.ts";
import { openNode } from "../../src/ledger/node.ts";
import { listAbandonedHolds, listOpenHolds, purgeLedger, renewLease } from "../../src/ledger/store.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { counterRefOf, demandOf, empty, giveGrants, grantRowOf, NOW, spending, ticketOf, times } from "./sample.ts";

let database: TestDatabase;
let db: Database;
let ledger: Ledger<null>;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
  ledger = openLedger({ db, record: async () => {} });
});
afterAll(() => database.close());
beforeEach(async () => {
  await empty(db);
  await giveGrants(db, grantRowOf("a", { amount: micros(10_000) }));
});

async function hold(id: string, ticket: Partial<HoldTicket> = {}, demands: Demand[] = []): Promise<Hold> {
  const answer = await ledger.place({ ticket: ticketOf(id, ticket), needs: spending(10), demands });
  if (!answer.placed) throw new Error("refused");
  return answer.hold;
}
const settle = (hold: Hold) => ledger.settle({ hold, used: spending(4), event: null, at: NOW });
const WALL = 5_000_000;
const lease = (id: string, lease_until: number) =>
  db.transaction((tx) => renewLease(tx, { id, name: id, started_at: 0, lease_until }));
const abandoned = async (at = { wall: WALL, now: NOW }, rowsMax = 100) =>
  (await listAbandonedHolds(db.read, at, rowsMax)).map(({ id }) => id.slice("tgr_".length));

describe("abandoned holds", () => {
  test("are those of nodes whose lease has run out, or that are not there", async () => {
    await lease("alive", WALL + 1);
    await lease("dead", WALL);
    await hold("1", { node_id: "alive" });
    await hold("2", { node_id: "dead" });
    await hold("3", { node_id: "never heard of" });
    expect(await abandoned()).toEqual(["2", "3"]);
    await lease("dead", WALL + 10);
    expect(await abandoned()).toEqual(["3"]);
    expect(await abandoned({ wall: WALL + 100, now: NOW })).toEqual(["1", "2", "3"]);
  });

  test("are also those that are older than any request may be, though their node lives", async () => {
    await lease("alive", WALL + 1);
    await hold("1", { node_id: "alive", expires_at: NOW - 1 });
    await hold("2", { node_id: "alive", expires_at: NOW });
    expect(await abandoned()).toEqual(["1"]);
  });

  test("are open: what has ended is nobody's to settle", async () => {
    await settle(await hold("1"));
    await ledger.release(await hold("2"), NOW);
    await hold("3");
    expect(await abandoned()).toEqual(["3"]);
  });

  test("carry all that is needed to settle them, and come in portions", async () => {
    const placed = await hold("1", { call: { tags: { a: "b" } } }, [demandOf("requests", 5)]);
    await ledger.checkpoint([{ hold: placed, checkpoint: { n: 7 } }]);
    for (const id of ["2", "3"]) await hold(id);
    const [first] = await listAbandonedHolds(db.read, { wall: WALL, now: NOW }, 100);
    expect(first).toMatchObject({ ...placed, checkpoint: { n: 7 } });
    expect(await abandoned(undefined, 2)).toEqual(["1", "2"]);
    const outcomes = await Promise.all([settle(first!), settle(first!)]);
    expect(outcomes.map(({ again }) => again)).toEqual([false, true]);
    expect(await abandoned()).toEqual(["2", "3"]);
  });
});

describe("a node", () => {
  let wall = WALL;
  const clock: Clock = { now: () => instant(NOW), wall: () => wall++ as Instant };
  const open = (name: string) => openNode({ db, clock, name, onError: () => {} });

  test("keeps its holds while it runs, and leaves them to others when it closes", async () => {
    const node = await open("a");
    await hold("1", { node_id: node.id });
    expect(await abandoned({ wall, now: NOW })).toEqual([]);
    await node.close();
    expect(await abandoned({ wall, now: NOW })).toEqual(["1"]);
  });

  test("that starts again gives up the holds of its earlier life at once", async () => {
    const before = await open("a");
    await hold("1", { node_id: before.id });
    const after = await open("a");
    expect(after.id).not.toBe(before.id);
    expect(await abandoned({ wall, now: NOW })).toEqual(["1"]);
    await after.close();
    await before.close();
  });

  test("leaves other nodes alone on Postgres; on SQLite it is the only one", async () => {
    const [a, b] = [await open("a"), await open("b")];
    await hold("1", { node_id: a.id });
    expect(await abandoned({ wall, now: NOW })).toEqual(dialect === "postgres" ? [] : ["1"]);
    expect(await db.read.select().from(nodes)).toHaveLength(dialect === "postgres" ? 2 : 1);
    await a.close();
    await b.close();
  });
});

describe("open holds are listed", () => {
  test("newest first, in pages, of one tenant where it is asked for", async () => {
    for (const id of ["1", "2", "3", "4"]) await hold(id);
    await hold("5", { tenant_id: "ten_2" as TenantId });
    await settle(await hold("6"));
    const list = async (query: Parameters<typeof listOpenHolds>[1], tenant?: string) =>
      (await listOpenHolds(db.read, query, { tenant_id: tenant as TenantId })).map(({ id }) => id.slice("tgr_".length));
    expect(await list({ limit: 10 })).toEqual(["5", "4", "3", "2", "1"]);
    expect(await list({ limit: 10 }, "ten_1")).toEqual(["4", "3", "2", "1"]);
    expect(await list({ limit: 1, after_id: "tgr_4" })).toEqual(["3", "2"]); // one more than asked: there is more
  });
});

describe("forgetting what is over", () => {
  const before = { wall: WALL, now: NOW };
  const at = (ms: number): Partial<HoldTicket> => ({ id: newId("request", ms) });

  test("takes ended holds that were placed before, and no open one", async () => {
    const [old, open, recent] = [await hold("", at(WALL - 1)), await hold("", at(WALL - 1)), await hold("", at(WALL))];
    await settle(old);
    await settle(recent);
    await db.transaction((tx) => purgeLedger(tx, before));
    const left = (await db.read.select({ id: holds.id }).from(holds)).map(({ id }) => id);
    expect(left.toSorted()).toEqual([open.id, recent.id].toSorted());
  });

  test("takes counters of windows that are over and hold nothing", async () => {
    const counter = (id: string, window_end: number | null) =>
      demandOf("requests", 9, { counter: counterRefOf("requests", { id, window_end }) });
    await settle(await hold("1", {}, [counter("over", NOW - 1), counter("running", NOW), counter("for ever", null)]));
    await hold("2", {}, [counter("held", NOW - 1)]);
    await db.transaction((tx) => purgeLedger(tx, before));
    const left = await db.read.select({ id: counters.id }).from(counters).orderBy(counters.id);
    expect(left.map(({ id }) => id)).toEqual(["for ever", "held", "running"]);
    expect(await db.read.select().from(counters).where(eq(counters.id, "running"))).toMatchObject([{ used: 1 }]);
  });

  test("does not let a hold be billed again that ended long ago in its caller's mind only", async () => {
    const placed = await hold("", at(WALL));
    await settle(placed);
    await db.transaction((tx) => purgeLedger(tx, before));
    expect((await Promise.all(times(2, () => settle(placed)))).map(({ again }) => again)).toEqual([true, true]);
  });
});
