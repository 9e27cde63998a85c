import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { usageEvents, usageHours, webhookEvents } from "../../src/db/schema.ts";
import { sqlitePath } from "../../src/db/sqlite.ts";
import { DAY, HOUR } from "../../src/kernel/clock.ts";
import { firstIdAt } from "../../src/kernel/id.ts";
import { forgetOld } from "../../src/privacy/retention/retention.ts";
import { openShop, type Shop } from "../billing/shop.ts";
import { ask } from "../http/ask.ts";
import { dump, places } from "./dump.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
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
  // The answer to an Idempotency-Key is kept for a day, sealed, and says what the model said.
  expect(places(await dump(shop), [MARKER]).filter((place) => !place.startsWith("idempotency (unsealed)"))).toEqual([]);
  const { url } = shop.database;
  if (!url.startsWith("file:")) return;
  for (const file of [sqlitePath(url), `${sqlitePath(url)}-wal`].filter((path) => existsSync(path)))
    expect(readFileSync(file).includes(MARKER), file).toBe(false);
});

describe("what is kept for a time", () => {
  const later = (days: number) => ({
    db: shop.db,
    clock: {
      now: () => (shop.clock.now() + days * DAY) as ReturnType<typeof shop.clock.now>,
      wall: () => (shop.clock.wall() + days * DAY) as ReturnType<typeof shop.clock.wall>,
    },
  });
  const all = async () => ({
    events: (await shop.db.read.select().from(usageEvents)).length,
    webhooks: (await shop.db.read.select().from(webhookEvents)).length,
    rollups: await shop.db.read.select().from(usageHours),
  });
  const webhook = (state: "applied" | "failed", name: string) => ({
    ...{ id: `${firstIdAt("webhook", shop.clock.wall())}${name}`, account_id: "operator" as const, event_id: name },
    ...{ tenant_id: null, type: "payment.captured", body: "{}", state, entity_ids: {}, attempts: 1, error: null },
    ...{ made_at: null, received_at: shop.clock.now(), applied_at: null, next_at: shop.clock.now() + 999 * DAY },
    leased_until: 0,
  });

  test("goes when its time has come, and not before; what it adds up to stays", async () => {
    await shop.db.transaction((tx) =>
      tx.insert(webhookEvents).values([webhook("applied", "done"), webhook("failed", "waiting")]),
    );
    const before = await all();
    expect(before.events).toBeGreaterThan(0);
    expect(await forgetOld(later(89), { webhooksDays: 90, eventsDays: 400 })).toEqual({ events: 0, webhooks: 0 });
    expect(await all()).toEqual(before);

    const { webhooks } = await forgetOld(later(91), { webhooksDays: 90, eventsDays: 400 });
    expect(webhooks).toBe(before.webhooks - 1);
    expect((await all()).events).toBe(before.events);

    await forgetOld(later(401), { webhooksDays: 90, eventsDays: 400 });
    expect(await all()).toEqual({ events: 0, webhooks: 1, rollups: before.rollups });
  });

  test("is kept for ever where nothing else is said", async () => {
    expect(await forgetOld(later(9_999), {})).toEqual({ events: 0, webhooks: 0 });
  });
});
