import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { limits } from "../../src/db/schema.ts";
import type { LimitId, TenantId } from "../../src/kernel/id.ts";
import type { Demand } from "../../src/ledger/books.ts";
import { type Ledger, openLedger } from "../../src/ledger/ledger.ts";
import { type LimitRow, listLimits, replaceLimits } from "../../src/ledger/store.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { demandOf, empty, giveGrants, grantRowOf, NOW, spending, TENANT, ticketOf } from "./sample.ts";

let database: TestDatabase;
let db: Database;
let ledger: Ledger<null>;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
  ledger = openLedger({ db, record: async () => {} });
});
afterAll(() => database.close());
beforeEach(() => empty(db));

const tryHold = (id: string, amount: number, demands: Demand[]) =>
  ledger.place({ ticket: ticketOf(id), needs: spending(amount), demands });

describe("replacing limits", () => {
  const subject = { tenant_id: TENANT, scope: "tenant", subject_id: TENANT } as const;
  const limit = (id: string, amount: number, fields: Partial<LimitRow> = {}): LimitRow => ({
    ...{ id: id as LimitId, ...subject, metric: "spend_micros", window: "day", amount, models: [] },
    ...{ enforcement: "hard", alert_at: [], raise: null, created_at: 0 },
    ...fields,
  });
  const replace = (...rows: LimitRow[]) => db.transaction((tx) => replaceLimits(tx, subject, rows));

  test("resets nothing: what was used counts against the new one", async () => {
    await giveGrants(db, grantRowOf("a"));
    await replace(limit("old", 50));
    const placed = await tryHold("x", 40, [demandOf("spend_micros", 50)]);
    if (!placed.placed) throw new Error("refused");
    await ledger.settle({ hold: placed.hold, used: spending(30), event: null, at: NOW });
    expect(await replace(limit("new", 60))).toMatchObject([{ id: "old", amount: 50 }]);
    const demands = [demandOf("spend_micros", 60, { limit_id: "lim_new" as LimitId })];
    expect(await tryHold("y", 31, demands)).toMatchObject({
      placed: false,
      refusal: { limit_id: "lim_new", remaining: 30 },
    });
    expect((await tryHold("y", 30, demands)).placed).toBe(true);
  });

  test("takes away those that are not named again, and leaves every other subject's alone", async () => {
    const others = [
      limit("other tenant", 1, { tenant_id: "ten_2" as TenantId, subject_id: "ten_2" }),
      limit("each user", 1, { scope: "each_user" }),
      limit("a user", 1, { scope: "user", subject_id: "usr_1" }),
    ];
    await db.transaction((tx) => tx.insert(limits).values(others));
    await replace(limit("1", 1), limit("2", 2, { window: "hour" }));
    await replace(limit("3", 3));
    expect((await listLimits(db.read, TENANT)).map(({ id }) => id as string)).toEqual(["3", "a user", "each user"]);
    await replace();
    expect(await listLimits(db.read, "ten_2" as TenantId)).toHaveLength(1);
    expect((await listLimits(db.read, TENANT)).map(({ id }) => id as string)).toEqual(["a user", "each user"]);
  });
});
