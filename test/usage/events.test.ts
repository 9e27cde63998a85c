import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { pageOf } from "../../src/http/paging.ts";
import type { Payer, TenantView } from "../../src/http/principal.ts";
import {
  presentEvent,
  presentEventInFull,
  presentRequest,
  type UsageEvent,
  visibilityOf,
} from "../../src/usage/event.ts";
import { type EventFilter, findEvents, listEvents } from "../../src/usage/store.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { HOUR, HOUR_MS, key, record, settled, tenant, user } from "./sample.ts";

let database: TestDatabase;
let db: Database;
const ALL = [
  settled("1", { hour: HOUR }),
  settled("2", { hour: HOUR + HOUR_MS, user_id: user("bob") }),
  settled("3", { hour: HOUR + 2 * HOUR_MS, key_id: key("2"), model: "claude-haiku-5-5" }),
  settled("4", { hour: HOUR + 3 * HOUR_MS, user_id: null, key_id: null }),
  settled("5", { tenant_id: tenant("2") }),
];
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
  await record(db, ...ALL);
});
afterAll(() => database.close());

const short = (events: readonly { id: string }[]) => events.map(({ id }) => id.slice("evt_".length));
const list = async (filter: EventFilter = {}) => short(await listEvents(db.read, filter, { limit: 100 }));

describe("events are listed", () => {
  test("newest first, those of the tenant that asks and of no other", async () => {
    expect(await list({ tenant_id: tenant("1") })).toEqual(["4", "3", "2", "1"]);
    expect(await list({ tenant_id: tenant("2") })).toEqual(["5"]);
    expect(await list({ tenant_id: tenant("3") })).toEqual([]);
    expect(await list()).toEqual(["5", "4", "3", "2", "1"]);
  });

  test("of a user, a key, a model, and of all of these together, within the tenant", async () => {
    const one = tenant("1");
    expect(await list({ tenant_id: one, user_id: user("bob") })).toEqual(["2"]);
    expect(await list({ tenant_id: one, key_id: key("1") })).toEqual(["2", "1"]);
    expect(await list({ tenant_id: one, model: "claude-haiku-5-5" })).toEqual(["3"]);
    expect(await list({ tenant_id: one, user_id: user("alice"), key_id: key("2") })).toEqual(["3"]);
    expect(await list({ tenant_id: tenant("2"), user_id: user("bob") })).toEqual([]);
  });

  test("from an instant on, up to but not at another", async () => {
    const at = (id: number) => ALL[id - 1]!.event.admitted_at;
    expect(await list({ tenant_id: tenant("1"), from: at(2), to: at(4) })).toEqual(["3", "2"]);
    expect(await list({ tenant_id: tenant("1"), from: at(3) })).toEqual(["4", "3"]);
    expect(await list({ tenant_id: tenant("1"), to: 0 })).toEqual([]);
  });

  test("in pages that meet each other, forwards and back, and know whether there is more", async () => {
    const page = async (query: { limit: number; after_id?: string; before_id?: string }) => {
      const rows = await listEvents(db.read, { tenant_id: tenant("1") }, query);
      return pageOf(rows, query, ({ id }) => id.slice(4));
    };
    expect(await page({ limit: 3 })).toEqual({
      ...{ data: ["4", "3", "2"], has_more: true, first_id: "evt_4", last_id: "evt_2" },
    });
    expect(await page({ limit: 3, after_id: "evt_2" })).toMatchObject({ data: ["1"], has_more: false });
    expect(await page({ limit: 2, before_id: "evt_1" })).toMatchObject({ data: ["3", "2"], has_more: true });
    expect(await page({ limit: 2, before_id: "evt_3" })).toMatchObject({ data: ["4"], has_more: false });
    expect(await page({ limit: 4 })).toMatchObject({ has_more: false });
    expect(await page({ limit: 3, after_id: "evt_1" })).toMatchObject({ data: [], has_more: false, first_id: null });
  });
});

test("a request's events are found by its tenant and user, and by no other", async () => {
  const find = async (filter: EventFilter) => short(await findEvents(db.read, "tgr_2", filter));
  expect(await find({ tenant_id: tenant("1") })).toEqual(["2"]);
  expect(await find({ tenant_id: tenant("1"), user_id: user("bob") })).toEqual(["2"]);
  expect(await find({ tenant_id: tenant("1"), user_id: user("alice") })).toEqual([]);
  expect(await find({ tenant_id: tenant("2") })).toEqual([]);
});

describe("what a tenant sees of money", () => {
  const event = async (): Promise<UsageEvent> => (await findEvents(db.read, "tgr_1", {}))[0]!;

  test("is cost and spend, spend alone, or nothing", async () => {
    const money = { cost_micros_usd: 1_000, cost_usd: "0.001" };
    const spend = { spend_micros: 80, currency: "INR" };
    const full = presentEvent(await event(), "full");
    expect(full).toMatchObject({ ...money, ...spend });
    const spendOnly: Record<string, unknown> = presentEvent(await event(), "spend");
    expect(spendOnly).toMatchObject(spend);
    const none: Record<string, unknown> = presentEvent(await event(), "none");
    for (const name of Object.keys(money)) expect([spendOnly[name], none[name]]).toEqual([undefined, undefined]);
    for (const name of Object.keys(spend)) expect(none[name]).toBeUndefined();
    for (const view of [spendOnly, none]) expect(view).toMatchObject({ input_tokens: 100, output_tokens: 50 });
  });

  test("never shows how the operator works: rates, mark-up, upstream's ids, the raw usage", async () => {
    const shown = presentEvent(await event(), "full");
    const hidden = [
      "multiplier_ppm",
      "rate_micros",
      "price_version",
      "raw_usage",
      "upstream_request_id",
      "draws",
      "uncovered_micros",
    ];
    for (const name of hidden) {
      expect(shown).not.toHaveProperty(name);
      expect(presentEventInFull(await event())).toHaveProperty(name);
    }
  });

  test("is the tenant's setting; without one everything where no plan marks up, else its spend", () => {
    const view = (
      cost_visibility: string | undefined,
      default_plan_id: string | null,
      plan_version_id: string | null = null,
    ) =>
      visibilityOf({
        tenant: { settings: { cost_visibility }, default_plan_id } as unknown as TenantView,
        payer: { plan_version_id } as Payer,
      });
    expect(view(undefined, null)).toBe("full");
    expect(view(undefined, "pln_1")).toBe("spend");
    expect(view(undefined, null, "pln_2.1")).toBe("spend");
    expect(view("none", null)).toBe("none");
    expect(view("full", "pln_1")).toBe("full");
  });

  test("the totals of a request show no more than its entries do", async () => {
    const events = [await event(), { ...(await event()), spend_micros: 20 } as UsageEvent];
    const totals = (visibility: "full" | "spend" | "none") =>
      presentRequest(events, (event) => presentEvent(event, visibility)).totals;
    expect(totals("full")).toMatchObject({
      calls: 2,
      input_tokens: 200,
      cost_micros_usd: 2_000,
      spend_micros: 100,
      currency: "INR",
    });
    expect(totals("spend")).not.toHaveProperty("cost_micros_usd");
    expect(totals("none")).not.toHaveProperty("spend_micros");
    expect(totals("none")).not.toHaveProperty("currency");
  });
});
