import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database, Tx } from "../../src/db/database.ts";
import { counters, grants, holds, plans } from "../../src/db/schema.ts";
import { micros } from "../../src/kernel/money.ts";
import type { Demand, Hold } from "../../src/ledger/books.ts";
import type { Settled } from "../../src/ledger/desk.ts";
import { type Ledger, openLedger } from "../../src/ledger/ledger.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { booksInBalance } from "./books-in-balance.ts";
import {
  amountsOf,
  counterRefOf,
  demandOf,
  empty,
  giveGrants,
  grantRowOf,
  NOW,
  spending,
  ticketOf,
  times,
} from "./sample.ts";

let database: TestDatabase;
let db: Database;
let ledger: Ledger<string>;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
  ledger = openLedger({ db, record: recordNames });
});
afterAll(() => database.close());
beforeEach(() => empty(db));

/** Keeps the events of settlements where each can be written only once. */
async function recordNames(tx: Tx, settled: readonly Settled<string>[]): Promise<void> {
  const row = (id: string) => ({
    ...{ id, name: id, currency: "USD", visibility: "public" as const, version: 1 },
    ...{ archived_at: null, created_at: 0, updated_at: 0 },
  });
  await tx.insert(plans).values(settled.map(({ event }) => row(event)));
  if (settled.some(({ event }) => event.startsWith("bad"))) throw new Error("this event cannot be recorded");
}
const recorded = async () => (await db.read.select().from(plans)).map(({ id }) => id).toSorted();

const tryHold = (id: string, amount: number, demands: Demand[] = []) =>
  ledger.place({ ticket: ticketOf(id), needs: spending(amount), demands });
async function hold(id: string, amount: number, demands: Demand[] = []): Promise<Hold> {
  const answer = await tryHold(id, amount, demands);
  if (!answer.placed) throw new Error(`refused: ${JSON.stringify(answer.refusal)}`);
  return answer.hold;
}
const settle = (of: Hold, spend: number, event: string = of.id) =>
  ledger.settle({ hold: of, used: spending(spend), event, at: NOW });

describe("holding", () => {
  test("150 racing holds never take more than the grants have left", async () => {
    await giveGrants(db, grantRowOf("a", { amount: micros(600) }), grantRowOf("b", { amount: micros(405) }));
    const answers = await Promise.all(times(150, (i) => tryHold(`${i}`, 10)));
    expect(answers.filter(({ placed }) => placed)).toHaveLength(100);
    expect(await booksInBalance(db)).toMatchObject({ held: 1_000, used: 0, open: 100 });
  });

  test("150 racing requests never take more than a limit allows", async () => {
    await giveGrants(db, grantRowOf("a", { amount: micros(1_000_000) }));
    const demands = [demandOf("requests", 40), demandOf("spend_micros", 100_000)];
    const answers = await Promise.all(times(150, (i) => tryHold(`${i}`, 10, demands)));
    expect(answers.filter(({ placed }) => placed)).toHaveLength(40);
    await booksInBalance(db);
    expect(await db.read.select().from(counters).where(eq(counters.metric, "requests"))).toMatchObject([
      { held: 40, used: 0 },
    ]);
  });

  test("a hold is durable, with all that a recovery needs, when it is answered", async () => {
    await giveGrants(db, grantRowOf("a"));
    const placed = await hold("x", 30, [demandOf("spend_micros", 50)]);
    const [row] = await db.read.select().from(holds);
    expect(row).toEqual({ ...placed, state: "open", ended_at: null, checkpoint: null, outcome: null });
  });

  test("placing again answers the same hold and takes nothing more", async () => {
    await giveGrants(db, grantRowOf("a"));
    const first = await hold("x", 30);
    const again = await hold("x", 30);
    expect(again.held).toEqual(first.held);
    expect(await booksInBalance(db)).toMatchObject({ held: 30, open: 1 });
  });

  test("one that is refused leaves nothing behind but a counter at zero", async () => {
    await giveGrants(db, grantRowOf("a"));
    expect(await tryHold("x", 101, [demandOf("requests", 5)])).toEqual({
      ...{ placed: false, refusal: { by: "grants", needed_micros: 101, remaining_micros: 100 } },
    });
    expect(await db.read.select().from(holds)).toEqual([]);
    expect(await db.read.select().from(counters)).toMatchObject([{ used: 0, held: 0 }]);
  });
});

describe("ending", () => {
  test("150 holds that settle at once bill what each used, and record each once", async () => {
    await giveGrants(db, grantRowOf("a", { amount: micros(10_000) }));
    const placed = await Promise.all(times(150, (i) => hold(`${i}`, 20, [demandOf("requests", 1_000)])));
    const outcomes = await Promise.all(placed.map((hold, i) => settle(hold, i % 30)));
    const spent = times(150, (i) => i % 30).reduce((a, b) => a + b);
    expect(outcomes.every(({ uncovered_micros, again }) => uncovered_micros === 0 && !again)).toBe(true);
    expect(await booksInBalance(db)).toMatchObject({ used: spent, held: 0, open: 0, uncovered: 0 });
    expect(await recorded()).toEqual(placed.map(({ id }) => id as string).toSorted());
  });

  test("settling twice, at once or later, with other figures, changes nothing and says so", async () => {
    await giveGrants(db, grantRowOf("a"));
    const placed = await hold("x", 50);
    const [first, second] = await Promise.all([settle(placed, 20), settle(placed, 40, "other")]);
    const third = await settle(placed, 1, "third");
    expect([first.again, second.again, third.again]).toEqual([false, true, true]);
    expect({ ...third, again: false }).toEqual(first);
    expect(await recorded()).toEqual([placed.id]);
    expect(await booksInBalance(db)).toMatchObject({ used: 20, held: 0 });
  });

  test("releasing gives everything back, once", async () => {
    await giveGrants(db, grantRowOf("a"));
    const placed = await hold("x", 50, [demandOf("spend_micros", 60)]);
    await Promise.all([ledger.release(placed, NOW), ledger.release(placed, NOW)]);
    expect(await booksInBalance(db)).toMatchObject({ used: 0, held: 0, open: 0 });
    expect(await recorded()).toEqual([]);
  });

  test("checkpoints of many streams are kept, and outlive a settlement", async () => {
    await giveGrants(db, grantRowOf("a", { amount: micros(10_000) }));
    const placed = await Promise.all(times(30, (i) => hold(`${i}`, 20)));
    await ledger.checkpoint(placed.map((hold, n) => ({ hold, checkpoint: { n } })));
    await settle(placed[7]!, 5);
    const rows = await db.read.select().from(holds).orderBy(holds.id);
    expect(rows.map(({ checkpoint }) => checkpoint).toSorted()).toHaveLength(30);
    expect(rows.find(({ id }) => id === placed[7]!.id)).toMatchObject({ state: "settled", checkpoint: { n: 7 } });
  });

  test("an event that cannot be recorded fails its settlement alone: the hold stays, the others are settled", async () => {
    await giveGrants(db, grantRowOf("a"));
    const [a, b, c] = await Promise.all(["a", "b", "c"].map((id) => hold(id, 10)));
    const answers = await Promise.allSettled([settle(a!, 5), settle(b!, 5, "bad b"), settle(c!, 5)]);
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await booksInBalance(db)).toMatchObject({ used: 10, held: 10, open: 1 });
    expect(await recorded()).toEqual([a!.id, c!.id]);
    expect((await settle(b!, 5)).again).toBe(false);
  });

  test("idle comes when all of it is committed", async () => {
    await giveGrants(db, grantRowOf("a"));
    const placed = await hold("x", 50);
    void settle(placed, 20);
    await ledger.idle();
    expect(await booksInBalance(db)).toMatchObject({ used: 20, open: 0 });
  });
});

test("tokens count apart from money, in the windows of their limits", async () => {
  await giveGrants(db, grantRowOf("a"));
  const hour = counterRefOf("output_tokens", { window: "hour", id: "hour" });
  const demands = [demandOf("output_tokens", 100, { counter: hour }), demandOf("total_tokens", 100, { hard: false })];
  const needs = amountsOf({ spend_micros: 1, output_tokens: 90, total_tokens: 500 });
  const answer = await ledger.place({ ticket: ticketOf("x"), needs, demands });
  if (!answer.placed) throw new Error("refused");
  await ledger.settle({
    hold: answer.hold,
    used: amountsOf({ output_tokens: 15, total_tokens: 400 }),
    event: "e",
    at: NOW,
  });
  const rows = await db.read.select().from(counters).orderBy(counters.metric);
  expect(rows).toMatchObject([
    { metric: "output_tokens", window: "hour", used: 15, held: 0 },
    { metric: "total_tokens", window: "day", used: 400, held: 0 },
  ]);
  expect(await db.read.select().from(grants)).toMatchObject([{ used: 0, held: 0 }]);
});
