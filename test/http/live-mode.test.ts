import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApp } from "../../src/app.ts";
import { openClaude } from "../../src/gateway/upstream.ts";
import { prepareInstallation } from "../../src/installation.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { openSandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { openTestDatabase } from "../support/database.ts";
import { noCollectors } from "../support/no-collectors.ts";
import { serve } from "../support/serve.ts";
import { ADMIN_TOKEN, ROOT_SECRET } from "../support/world.ts";
import { ask, expectRefusal, MESSAGE } from "./ask.ts";

/** A Tollgate that takes its provider for the real one: what sandbox mode allows must not be allowed here. */
let live: Awaited<ReturnType<typeof openLive>>;
beforeAll(async () => {
  live = await openLive();
});
afterAll(() => live.close());

const admin = async <T>(path: string, json: unknown) =>
  (await ask<T>(live, `/api/admin/${path}`, { bearer: ADMIN_TOKEN, json })).body;

async function newTenant(fields: object = {}) {
  const { id } = await admin<{ id: string }>("tenants", { name: "Live", currency: "USD", ...fields });
  await admin(`tenants/${id}/credits`, { amount_micros: 1_000_000_000, reason: "test" });
  const { secret } = await admin<{ secret: string }>(`tenants/${id}/keys`, { name: "live" });
  return { id, key: secret };
}
const say = (key: string, headers: Record<string, string> = {}) =>
  ask(live, "/v1/messages", { key, headers: { "anthropic-version": "2023-06-01", ...headers }, json: MESSAGE });

test("keys say that they are live ones", async () => {
  const { key } = await newTenant();
  expect(key).toMatch(/^tg_live_[0-9A-Za-z]{40}$/);
  expect((await say(key)).status).toBe(200);
});

describe("a page on somebody's machine", () => {
  test.each(["null", "http://localhost:3000", "http://127.0.0.1:5173"])(
    "of the origin %s may not call",
    async (origin) => {
      const { key } = await newTenant();
      expectRefusal(await say(key, { origin }), { status: 403, code: "origin_not_allowed" });
      const preflight = await ask(live, "/v1/messages", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
      expectRefusal(preflight, { status: 403, code: "origin_not_allowed" });
    },
  );

  test("may where its tenant says so, for whatever it is", async () => {
    const { key } = await newTenant({ allowed_origins: ["null", "http://localhost:3000"] });
    for (const origin of ["null", "http://localhost:3000"]) expect((await say(key, { origin })).status).toBe(200);
  });
});

test("the sandbox's own routes are not there", async () => {
  for (const path of ["sandbox/clock", "sandbox/tally"]) {
    expectRefusal(await ask(live, `/api/admin/${path}`, { bearer: ADMIN_TOKEN }), { status: 404, code: "not_found" });
  }
});

test("the playground carries nobody's key", async () => {
  const page = await ask(live, "/");
  expect(page.status).toBe(200);
  expect(page.text).not.toMatch(/tg_(test|live)_[0-9A-Za-z]{40}/);
});

async function openLive() {
  const database = await openTestDatabase();
  const { db } = database;
  const clock = systemClock;
  const provider = await openSandboxAnthropic();
  await prepareInstallation({ db, clock }, { sandbox: false, TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN });
  const claude = openClaude({
    baseUrl: provider.url,
    apiKey: "sk-ant-sandbox",
    timeoutMs: 60_000,
    retriesMax: 0,
    connectionsMax: 10,
  });
  const app = await openApp({
    collectors: noCollectors,
    ...{ db, clock, claude },
    secrets: secretsFrom(ROOT_SECRET),
    log: pino({ level: "silent" }),
    nodeName: "live",
    sandbox: false,
    playgroundKey: `tg_live_${"A".repeat(40)}`,
    allowPrivateKeySets: false,
    concurrency: { insideMax: 10, tenantInsideMax: 10, tenantWaitingMax: 10, waitMs: 30_000 },
    defaults: { onDisconnect: "abort", model: "claude-sonnet-5-5", max_tokens: 1024, retriesMax: 0 },
  });
  const server = await serve(app.handler);
  return {
    url: server.url,
    async close() {
      for (const part of [server, app, claude, provider, database]) await part.close();
    },
  };
}
