import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database, Tx } from "../../src/db/database.ts";
import { plans } from "../../src/db/schema.ts";
import { micros } from "../../src/kernel/money.ts";
import type { Hold } from "../../src/ledger/books.ts";
import type { Settled } from "../../src/ledger/desk.ts";
import { type Ledger, openLedger } from "../../src/ledger/ledger.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { booksInBalance } from "./books-in-balance.ts";
import { demandOf, empty, giveGrants, grantRowOf, NOW, spending, ticketOf, times } from "./sample.ts";

/** A real database whose connection breaks at the worst moment: `before` the commit, or `after` it and before its answer. */
describe.each(["before", "after"] as const)("a connection that breaks %s the commit", (moment) => {
  let database: TestDatabase;
  let ledger: Ledger<string>;
  let breaks = 0;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await empty(database.db);
    breaks = 0;
    ledger = openLedger({ db: breaking(database.db), record: recordOnce });
    await giveGrants(database.db, grantRowOf("a", { amount: micros(1_000) }));
  });

  function breaking(db: Database): Database {
    const broken = () => {
      breaks -= 1;
      return new Error("Connection terminated unexpectedly");
    };
    return {
      ...db,
      transaction: async <T>(work: (tx: Tx) => Promise<T>) => {
        const answer = await db.transaction(async (tx) => {
          const answer = await work(tx);
          if (moment === "before" && breaks > 0) throw broken();
          return answer;
        });
        if (moment === "after" && breaks > 0) throw broken();
        return answer;
      },
    };
  }

  /** A second record of the same event would be an error. */
  async function recordOnce(tx: Tx, settled: readonly Settled<string>[]): Promise<void> {
    const row = (id: string) => ({
      ...{ id, name: id, currency: "USD", visibility: "public" as const, version: 1 },
      ...{ archived_at: null, created_at: 0, updated_at: 0 },
    });
    await tx.insert(plans).values(settled.map(({ event }) => row(event)));
  }

  const place = (id: number) =>
    ledger.place({ ticket: ticketOf(`${id}`), needs: spending(10), demands: [demandOf("requests", 50)] });
  const holdsOf = async (count: number): Promise<Hold[]> =>
    (await Promise.all(times(count, place))).map((answer) => {
      if (!answer.placed) throw new Error("refused");
      return answer.hold;
    });
  const settle = (hold: Hold, spend: number) => ledger.settle({ hold, used: spending(spend), event: hold.id, at: NOW });

  test("doubles no hold, and everybody is answered", async () => {
    breaks = 2;
    expect(await holdsOf(30)).toHaveLength(30);
    expect(breaks).toBe(0);
    expect(await booksInBalance(database.db)).toMatchObject({ held: 300, open: 30 });
  });

  test("doubles no settlement and no event, and everybody is told what was billed", async () => {
    const holds = await holdsOf(30);
    breaks = 2;
    const outcomes = await Promise.all(holds.map((hold) => settle(hold, 4)));
    expect(outcomes.every(({ spend_micros }) => spend_micros === 4)).toBe(true);
    expect(await booksInBalance(database.db)).toMatchObject({ used: 120, held: 0, open: 0 });
    expect(await database.db.read.select().from(plans)).toHaveLength(30);
  });

  test("doubles nothing in a mixed batch, and a refusal holds nothing", async () => {
    const holds = await holdsOf(50);
    breaks = 1;
    const [refused] = await Promise.all([
      place(99),
      ...holds.slice(0, 10).map((hold) => settle(hold, 25)),
      ...holds.slice(10, 20).map((hold) => ledger.release(hold, NOW)),
      ledger.checkpoint(holds.slice(20).map((hold) => ({ hold, checkpoint: {} }))),
    ]);
    const open = 30 + (refused.placed ? 1 : 0);
    expect(await booksInBalance(database.db)).toMatchObject({ used: 250, held: open * 10, open });
  });
});
