import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { limits } from "../../src/db/schema.ts";
import type { Principal } from "../../src/http/principal.ts";
import { instant } from "../../src/kernel/clock.ts";
import type { LimitId } from "../../src/kernel/id.ts";
import { micros } from "../../src/kernel/money.ts";
import { openLedger } from "../../src/ledger/ledger.ts";
import { demandsOf, type LimitContext } from "../../src/ledger/limits.ts";
import { quotaOf } from "../../src/ledger/quota.ts";
import { type LimitRow, listLimits, replaceLimits } from "../../src/ledger/store.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { CUSTOMER, empty, giveGrants, grantRowOf, key, NOW, spending, TENANT, ticketOf, user } from "./sample.ts";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());
beforeEach(() => empty(db));

const principal = {
  tenant: { id: TENANT, currency: "INR", timezone: "Asia/Kolkata" },
  user: { id: user("alice"), external_id: "alice" },
  ...{ key_id: key("1"), customer_id: CUSTOMER },
  payer: { plan_version_id: null, standing: "ok", cycle_start: null, cycle_end: null },
} as unknown as Principal;
const quota = (who = principal) => quotaOf(db.read, who, { at: instant(NOW) });

let made = 0;
const limit = (fields: Partial<LimitRow>): LimitRow => ({
  ...{ id: `lim_${made++}` as LimitId, tenant_id: TENANT, scope: "tenant", subject_id: TENANT },
  ...{ metric: "spend_micros", window: "day", amount: 100, models: [], enforcement: "hard" },
  ...{ alert_at: [], raise: null, created_at: 0 },
  ...fields,
});
const setLimits = (...rows: LimitRow[]) => db.transaction((tx) => tx.insert(limits).values(rows));

const context: LimitContext = {
  ...{ tenant_id: TENANT, user_id: user("alice"), key_id: key("1"), model: "m", timezone: "Asia/Kolkata" },
  at: instant(NOW),
};
/** Holds an amount, under all limits that bear on it; false where that is refused. */
async function hold(amount: number): Promise<boolean> {
  const demands = demandsOf(await listLimits(db.read, TENANT), context);
  const ledger = openLedger<null>({ db, record: async () => {} });
  return (await ledger.place({ ticket: ticketOf(`${made++}`), needs: spending(amount), demands })).placed;
}

describe("the quota that is shown", () => {
  test("is what the grants in force have free, what is held counting as spent", async () => {
    await giveGrants(
      db,
      grantRowOf("a", { amount: micros(100), used: micros(30), held: micros(20) }),
      grantRowOf("b", { amount: micros(5) }),
      grantRowOf("expired", { expires_at: NOW }),
      grantRowOf("future", { starts_at: NOW + 1 }),
    );
    expect(await quota()).toEqual({
      ...{ remaining_micros: 55, currency: "INR", resets_at: null, blocked_by: null, topup_url: "/portal" },
    });
  });

  test("is bounded by the tightest hard limit of spend, and says when that resets", async () => {
    await giveGrants(db, grantRowOf("a", { amount: micros(1_000) }));
    await setLimits(limit({ amount: 700, window: "month" }), limit({ amount: 60 }));
    expect(await quota()).toMatchObject({ remaining_micros: 60, resets_at: "2026-11-20T18:30:00.000Z" });
    expect(await hold(45)).toBe(true);
    expect((await quota()).remaining_micros).toBe(15);
  });

  test("is not bounded by soft limits, limits of some models, other metrics or other people", async () => {
    await giveGrants(db, grantRowOf("a", { amount: micros(1_000) }));
    await setLimits(
      limit({ amount: 1, enforcement: "soft", window: "hour" }),
      limit({ amount: 1, models: ["claude-opus-*"] }),
      limit({ amount: 1, metric: "requests" }),
      limit({ amount: 1, scope: "user", subject_id: user("bob") }),
      limit({ amount: 1, scope: "key", subject_id: key("2") }),
    );
    expect((await quota()).remaining_micros).toBe(1_000);
  });

  test("names what blocks, where nothing is left", async () => {
    expect(await quota()).toMatchObject({ remaining_micros: 0, blocked_by: { kind: "grants" }, resets_at: null });
    await giveGrants(db, grantRowOf("a", { amount: micros(1_000) }));
    const blocking = limit({ amount: 10, scope: "key", subject_id: key("1") });
    await setLimits(blocking);
    expect(await hold(10)).toBe(true);
    expect(await quota()).toMatchObject({ remaining_micros: 0, blocked_by: { kind: "limit", limit_id: blocking.id } });
  });

  test("is never less than nothing, after a lowered limit", async () => {
    await giveGrants(db, grantRowOf("a", { amount: micros(1_000) }));
    const subject = { tenant_id: TENANT, scope: "tenant", subject_id: TENANT } as const;
    await setLimits(limit({ amount: 500 }));
    expect(await hold(400)).toBe(true);
    await db.transaction((tx) => replaceLimits(tx, subject, [limit({ amount: 100 })]));
    expect((await quota()).remaining_micros).toBe(0);
  });
});

describe("the number that is shown is the number that blocks", () => {
  test.each([
    ["grants alone", []],
    ["a limit of the tenant", [limit({ amount: 60 })]],
    ["a limit of each user", [limit({ amount: 60, scope: "each_user" })]],
    [
      "a user's own limit, higher than each user's",
      [limit({ amount: 10, scope: "each_user" }), limit({ amount: 70, scope: "user", subject_id: user("alice") })],
    ],
    [
      "a user's own limit, lower than each user's",
      [limit({ amount: 70, scope: "each_user" }), limit({ amount: 10, scope: "user", subject_id: user("alice") })],
    ],
    [
      "a user's own soft limit instead of each user's hard one",
      [
        limit({ amount: 10, scope: "each_user" }),
        limit({ amount: 5, scope: "user", subject_id: user("alice"), enforcement: "soft" }),
      ],
    ],
    ["a raise", [limit({ amount: 10, raise: { amount: 80, until: NOW + 1 } })]],
    ["a raise that is over", [limit({ amount: 10, raise: { amount: 80, until: NOW } })]],
    ["a limit of a minute", [limit({ amount: 33, window: "minute" })]],
  ] as const)("%s", async (_, rows) => {
    await giveGrants(db, grantRowOf("a", { amount: micros(100) }));
    if (rows.length) await setLimits(...rows);
    const { remaining_micros } = await quota();
    expect(await hold(remaining_micros + 1)).toBe(false);
    expect(await hold(remaining_micros)).toBe(true);
    expect((await quota()).remaining_micros).toBe(0);
  });
});

test("a tenant that bills each user has no quota to show without one", async () => {
  await expect(quota({ ...principal, customer_id: null })).rejects.toMatchObject({ code: "user_required" });
});
