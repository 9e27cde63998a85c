import { existsSync, readFileSync } from "node:fs";
import { and, eq } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as schema from "../../src/db/schema.ts";
import { sqlitePath } from "../../src/db/sqlite.ts";
import { DAY, HOUR, type Instant } from "../../src/kernel/clock.ts";
import { type EventId, firstIdAt } from "../../src/kernel/id.ts";
import { micros } from "../../src/kernel/money.ts";
import { forgetOld } from "../../src/privacy/retention/retention.ts";
import { openShop, type Shop } from "../billing/shop.ts";
import { ask } from "../http/ask.ts";
import { dump, places } from "./dump.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ keep: { answersHours: 2 } });
});
afterAll(() => shop.close());

const MARKER = "periwinkle-quokka-7741";

test("the text of a message is stored nowhere, whichever way it comes", async () => {
  const { key } = await shop.tenant();
  const messages = [{ role: "user", content: `${MARKER} says hello` }];
  const headers = { "anthropic-version": "2023-06-01" };
  const message = { model: "claude-sonnet-5-5", max_tokens: 50, system: `be like ${MARKER}`, messages };
  const line = { custom_id: "one", params: message };
  for (const [path, json, more] of [
    ["/v1/messages", message, {}],
    ["/v1/messages", { ...message, stream: true }, {}],
    ["/v1/messages", message, { "idempotency-key": "kept" }],
    ["/v1/messages/batches", { requests: [line] }, {}],
    ["/api/chat", { message: MARKER, system_prompt: MARKER }, {}],
    ["/api/chat/stream", { message: MARKER }, {}],
    ["/v1/chat/completions", { model: "claude-sonnet-5-5", max_tokens: 50, messages }, {}],
  ] as const) {
    const { status } = await ask(shop, path, { json, key, headers: { ...headers, ...more } });
    expect(status, path).toBe(200);
  }
  await shop.pass(HOUR);
  // The answer to an Idempotency-Key is kept for some hours, sealed, and says what the model said.
  expect(places(await dump(shop), [MARKER]).filter((place) => !place.startsWith("idempotency (unsealed)"))).toEqual([]);
  const { url } = shop.database;
  if (!url.startsWith("file:")) return;
  for (const file of [sqlitePath(url), `${sqlitePath(url)}-wal`].filter((path) => existsSync(path)))
    expect(readFileSync(file).includes(MARKER), file).toBe(false);
});

describe("what is kept for a time", () => {
  /** What is deleted when so many days have passed, of which nothing else is done than this. */
  const forgotten = (
    days: number,
    keeping: Parameters<typeof forgetOld>[1] = { eventsDays: 400, webhooksDays: 90 },
  ) => {
    const later = (ms: number) => (ms + days * DAY) as Instant;
    const clock = { now: () => later(shop.clock.now()), wall: () => later(shop.clock.now()) };
    return forgetOld({ db: shop.db, clock }, keeping);
  };
  const { usageEvents, webhookEvents, cycles } = schema;
  const events = (tenant_id: string) =>
    shop.db.read
      .select()
      .from(usageEvents)
      .where(eq(usageEvents.tenant_id, tenant_id as never));
  /** In an order of their own: Postgres gives a row that was changed another place. */
  const rowsOf = async (table: PgTable) => {
    const rows = await shop.db.read.select().from(table);
    return rows.map((row) => JSON.stringify(row)).sort();
  };
  const sums = async () => ({
    whole: await rowsOf(schema.usageWhole),
    detail: await rowsOf(schema.usageDetail),
    entries: await rowsOf(schema.entries),
    cycles: await rowsOf(cycles),
  });
  /** By grant: what events that are there and events that are gone drew of it is what it says. */
  async function expectWhole(): Promise<void> {
    const drawn = new Map<string, number>();
    const add = (id: string, amount: number) => drawn.set(id, (drawn.get(id) ?? 0) + amount);
    for (const { draws } of await shop.db.read.select().from(usageEvents))
      for (const { grant_id, amount } of draws) add(grant_id, amount);
    for (const { kind, subject_id, amount } of await shop.db.read.select().from(schema.usageCarried))
      if (kind === "drawn") add(subject_id, amount);
    const grants = await shop.db.read.select().from(schema.grants);
    const used = grants.filter((grant) => grant.used > 0).map((grant) => [grant.id, grant.used] as const);
    expect(Object.fromEntries(drawn)).toEqual(Object.fromEntries(used));
  }
  const webhook = (state: "applied" | "failed", name: string) => ({
    ...{ id: `${firstIdAt("webhook", shop.clock.wall())}${name}`, account_id: "operator" as const, event_id: name },
    ...{ tenant_id: null, type: "payment.captured", body: "{}", state, entity_ids: {}, attempts: 1, error: null },
    ...{ made_at: null, received_at: shop.clock.now(), applied_at: null, next_at: shop.clock.now() + 999 * DAY },
    leased_until: 0,
  });

  test("an answer, for as long as the setting says", async () => {
    const [kept] = await shop.db.read.select().from(schema.idempotency);
    const left = kept!.expires_at - shop.clock.wall();
    expect(left).toBeGreaterThan(HOUR);
    expect(left).toBeLessThanOrEqual(2 * HOUR);
  });

  test("a webhook, unless it still waits to be applied", async () => {
    await shop.db.transaction((tx) =>
      tx.insert(webhookEvents).values([webhook("applied", "done"), webhook("failed", "waiting")]),
    );
    expect((await forgotten(89)).webhooks).toBe(0);
    expect((await forgotten(91)).webhooks).toBe(1);
    expect((await shop.db.read.select().from(webhookEvents)).map(({ event_id }) => event_id)).toEqual(["waiting"]);
  });

  test("an event: until its time is over, its month booked, its cycle closed, and no adjustment needs it", async () => {
    const unplanned = await shop.customer();
    await shop.admin("POST", `tenants/${unplanned.id}/credits`, { amount_micros: 900_000_000, reason: "test" });
    const plan = await shop.plan({ collection: "prepaid", included_micros: 900_000_000 });
    const planned = await shop.customer({ tenant: { default_plan_id: plan } });
    for (const { key } of [unplanned, planned]) expect((await shop.messages(key)).status).toBe(200);
    await shop.pass(0);
    // Nothing of this month is booked, and its cycle is open: however old it is.
    expect((await forgotten(4_000)).events).toBe(0);

    await shop.pass(40 * DAY);
    expect((await shop.messages(planned.key)).status).toBe(200);
    await shop.pass(0);
    const before = await sums();
    const [first, second] = (await events(planned.id)).toSorted((a, b) => a.admitted_at - b.admitted_at);
    expect((await forgotten(300)).events).toBe(0);

    // The first cycle could not be closed.
    const [cycle] = await shop.db.read
      .select()
      .from(cycles)
      .where(and(eq(cycles.tenant_id, planned.id as never), eq(cycles.state, "closed")));
    const save = (state: "ended" | "closed") =>
      shop.db.transaction((tx) => tx.update(cycles).set({ state }).where(eq(cycles.id, cycle!.id)));
    await save("ended");
    // Of the call without a plan there is an adjustment of today.
    const [call] = await events(unplanned.id);
    const id = `${call!.id}.adj001` as EventId;
    const adjustment = { ...call!, id, kind: "adjustment" as const, adjusts: call!.id, settled_at: shop.clock.now() };
    await shop.db.transaction((tx) =>
      tx.insert(usageEvents).values({ ...adjustment, draws: [], tiered: null, cost_micros_usd: 0 as never }),
    );
    await forgotten(399);
    expect((await events(planned.id)).map((event) => event.id)).toEqual([first!.id, second!.id]);
    expect((await events(unplanned.id)).map((event) => event.id)).toEqual([call!.id, id]);

    await save("closed");
    await shop.db.transaction((tx) => tx.delete(usageEvents).where(eq(usageEvents.id, id)));
    expect((await forgotten(399)).events).toBe(2);
    expect(await events(unplanned.id)).toEqual([]);
    // What is of the open cycle stays.
    expect((await events(planned.id)).map((event) => event.id)).toEqual([second!.id]);
    expect((await forgotten(4_000)).events).toBe(0);

    expect(await sums()).toEqual(before);
    await expectWhole();
    await shop.balanced();
    const [from] = await shop.db.read
      .select()
      .from(schema.installation)
      .where(eq(schema.installation.name, "events_whole_from"));
    expect(Number(from!.value)).toBeGreaterThan(first!.settled_at);
  });

  test("an event that is in no rollup yet, until it is: it would be missing there", async () => {
    const other = await openShop();
    try {
      const customer = await other.customer();
      await other.admin("POST", `tenants/${customer.id}/credits`, { amount_micros: 900_000_000, reason: "test" });
      expect((await other.messages(customer.key)).status).toBe(200);
      await other.pass(70 * DAY);
      // Nobody folds from here on.
      await other.app.jobs.close();
      const [event] = await other.db.read.select().from(usageEvents);
      expect(await other.db.read.select().from(schema.usageTail)).toEqual([]);
      const waits = {
        ...{ id: "tail", tenant_id: event!.tenant_id, event_id: event!.id, part: "" as const, slice: "" },
        ...{ zone: "Asia/Kolkata", slot: 0, day: 0, month: 0, cost_micros: micros(0), folding: 0 },
        ...{ included_micros: micros(0), prepaid_micros: micros(0) },
        ...{ promotional_micros: micros(0), overage_micros: micros(0) },
      };
      await other.db.transaction((tx) => tx.insert(schema.usageTail).values(waits));
      const later = () => (other.clock.now() + 500 * DAY) as Instant;
      const forget = () => forgetOld({ db: other.db, clock: { now: later, wall: later } }, { eventsDays: 400 });
      expect((await forget()).events).toBe(0);
      await other.db.transaction((tx) => tx.delete(schema.usageTail));
      expect((await forget()).events).toBe(1);
    } finally {
      await other.close();
    }
  });

  test("a tenant whose events are gone keeps its currency and who pays", async () => {
    const { id } = await shop.customer();
    const { data } = await shop.admin<{ data: { id: string }[] }>("GET", `tenants/${id}/keys`);
    expect(data).toHaveLength(1);
    await shop.db.transaction((tx) =>
      tx.insert(schema.usageCarried).values({
        ...{ tenant_id: id as never, customer_id: "cus_old" as never, kind: "events" as const },
        ...{ subject_id: "cus_old", amount: 1 },
      }),
    );
    await expect(shop.admin("PATCH", `tenants/${id}`, { billing: "user" })).rejects.toThrow(/409/);
  });

  test("is kept for ever where nothing else is said", async () => {
    expect(await forgotten(9_999, {})).toEqual({ events: 0, webhooks: 0 });
  });
});
