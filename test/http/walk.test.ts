import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROFILE, SELLER } from "../billing/shop.ts";
import { ADMIN_TOKEN, openWorld, type TestTenant, type World } from "../support/world.ts";
import { type Answer, asAdmin, ask, expectRefusal, MESSAGE, type Refusal } from "./ask.ts";
import { type Stop, WALK } from "./walk-table.ts";

const nameOf = ({ method, path }: Stop) => `${method} ${path}`;

let world: World;
let mine: TestTenant;
let theirs: TestTenant;
let ids: Record<string, string>;
beforeAll(async () => {
  world = await openWorld();
  [mine, theirs] = [
    await world.tenant({
      fields: { external_id: "mine" },
      key: { scopes: ["inference", "tokens:issue", "users:act"] },
    }),
    await world.tenant({ fields: { external_id: "theirs" } }),
  ];
  const user = await world.admin<{ id: string }>("POST", `tenants/${theirs.id}/users`, { external_id: "their-user" });
  const own = await world.admin<{ secret: string }>("POST", `tenants/${theirs.id}/keys`, {
    name: "own",
    user_id: user.id,
  });
  await world.admin("PUT", `tenants/${theirs.id}/presets`, {
    presets: { "their-preset": { model: "claude-haiku-5-5", max_tokens: 5, system: "their words" } },
  });
  const usd_per_million = { input: "1", cache_read: "1", cache_write_5m: "1", cache_write_1h: "1", output: "1" };
  await world.admin("POST", "prices", { model: "claude-theirs-1", tenant_id: theirs.id, usd_per_million });
  const answer = await ask(world, "/v1/messages", {
    key: own.secret,
    headers: { "anthropic-version": "2023-06-01", "x-tollgate-tags": "their=tag" },
    json: MESSAGE,
  });
  const { data } = await world.admin<{ data: { id: string }[] }>("GET", "events");
  ids = { request: answer.headers.get("request-id")!, event: data[0]!.id, user: user.id };
});
afterAll(() => world.close());

/** Nothing of the other tenant: no id of it, no word of it. */
const THEIRS = () =>
  new RegExp(`${theirs.id}|${theirs.keyId}|${ids.event}|their-user|their-preset|their words|their=tag|claude-theirs`);

describe("a tenant that asks with another's ids", () => {
  test("finds no user, no request, no model and no preset of it", async () => {
    const missing = { status: 404, code: "not_found" };
    const paths = [
      `/api/usage/events/${ids.request}`,
      `/api/usage/events/${ids.event}`,
      ...["/api/usage", "/api/usage/events"].flatMap((path) => [
        `${path}?user_id=${ids.user}`,
        `${path}?user_id=ext:their-user`,
      ]),
      "/v1/models/claude-theirs-1",
    ];
    for (const path of paths) expectRefusal(await ask(world, path, { key: mine.key }), missing);
    const priced = await ask(world, "/v1/messages", { key: mine.key, json: { ...MESSAGE, model: "claude-theirs-1" } });
    expectRefusal(priced, { status: 400, code: "model_not_priced" });
    const preset = await ask(world, "/api/auth/token", { key: mine.key, json: { sub: "ann", preset: "their-preset" } });
    expectRefusal(preset, { status: 400, code: "invalid_request" });
  });

  test("sees nothing of it in any list, however it is filtered or paged", async () => {
    const { status } = await ask(world, "/v1/messages", {
      key: mine.key,
      headers: { "anthropic-version": "2023-06-01" },
      json: MESSAGE,
    });
    expect(status).toBe(200);
    const later = ids.event!.replace(/^evt_0/, "evt_1");
    const paths = [
      ...[
        "",
        `?after_id=${later}`,
        `?before_id=${ids.event!.replace(/^evt_./, "evt_0").slice(0, 8)}`,
        "?limit=1000",
      ].map((query) => `/api/usage/events${query}`),
      ...["day", "hour", "model", "user", "key", "tag"].map((by) => `/api/usage?group_by=${by}`),
      ...["/api/me", "/api/quota", "/v1/models?limit=1000"],
    ];
    for (const path of paths) {
      const answer = await ask(world, path, { key: mine.key });
      expect(answer.status, path).toBe(200);
      expect(answer.text, path).not.toMatch(THEIRS());
    }
  });

  test("acts for a user of its own, though it names another's id", async () => {
    for (const name of [ids.user!, "ext:their-user", "their-user"]) {
      const { body } = await ask<{ tenant: { id: string }; user: { id: string } }>(world, "/api/me", {
        key: mine.key,
        headers: { "x-tollgate-user": name },
      });
      expect(body.tenant.id).toBe(mine.id);
      expect(body.user.id).not.toBe(ids.user);
      const events = await ask<{ data: unknown[] }>(world, "/api/usage/events", {
        key: mine.key,
        headers: { "x-tollgate-user": name },
      });
      expect(events.body.data).toEqual([]);
    }
  });

  test("costs the other nothing", async () => {
    const before = await world.admin("GET", `tenants/${theirs.id}/usage`);
    await ask(world, "/v1/messages", {
      key: mine.key,
      headers: { "anthropic-version": "2023-06-01", "x-tollgate-user": ids.user! },
      json: MESSAGE,
    });
    expect(await world.admin<{ totals: unknown }>("GET", `tenants/${theirs.id}/usage`)).toMatchObject({
      totals: (before as { totals: unknown }).totals,
    });
  });
});

const filled = (path: string) =>
  path.replace(/:(\w+)/g, (_, name: string) =>
    name === "id" && path.startsWith("/v1/") ? "claude-haiku-5-5" : `unknown_${name}`,
  );
/** Bodies that are good, so that only the ids are wrong. */
const BODIES: Record<string, unknown> = {
  "/users": { external_id: "x" },
  "/reconciliations": { from: "2026-01-01", to: "2026-01-02" },
  "/keys": { name: "x" },
  "/alert_settings": {},
  "/rotate": {},
  "/issuers": { issuer: "https://x.example", audience: "x", algorithms: ["HS256"], shared_secret: "s".repeat(32) },
  "/presets": { presets: {} },
  "/credits": { amount_micros: 1, reason: "x" },
  "/subscription": { plan_id: "x" },
  "/migrate": {},
  "/preview": {},
  "/cancel": {},
  "/pause": {},
  "/resume": {},
  "/replay": {},
  "/repair": {},
  "/acknowledge": {},
  "/erase": {},
  "/change": { plan_id: "x" },
  "/mandate": { max_amount_paise: 100, method: "upi" },
  "/wallet": {},
  "/payments": { amount_paise: 1, reference: "a transfer" },
  "/credit_notes": { amount_paise: 1, reason: "a mistake" },
  "/write_off": { reason: "a mistake" },
  "/billing_profile": PROFILE,
  "/:account_id": SELLER,
};
const bodyOf = (path: string) => BODIES[path.slice(path.lastIndexOf("/"))] ?? { name: "x" };
const admins = WALK.filter((stop) => stop.for === "admin");

describe("a route of the administrator refuses whoever has no token, or a tenant's key:", () => {
  test.each(admins.map(nameOf))("%s", async (route) => {
    const [method, path] = route.split(" ") as [string, string];
    const json = method === "GET" || method === "DELETE" ? undefined : bodyOf(path);
    expectRefusal(await ask(world, filled(path), { method, json }), { status: 401, code: "missing_credentials" });
    expectRefusal(await ask(world, filled(path), { method, json, key: mine.key }), {
      status: 401,
      code: "missing_credentials",
    });
    expectRefusal(await ask(world, filled(path), { method, json, bearer: mine.key }), {
      status: 401,
      code: "invalid_credentials",
    });
  });
});

describe("a route of the administrator finds nothing under an unknown id:", () => {
  test.each(admins.filter(({ path }) => path.includes("/:")).map(nameOf))("%s", async (route) => {
    const [method, path] = route.split(" ") as [string, string];
    const json = method === "GET" || method === "DELETE" ? undefined : bodyOf(path);
    expectRefusal(await asAdmin(world, method, filled(path).slice("/api/admin/".length), json), {
      status: 404,
      code: "not_found",
      says: /There is no/,
    });
  });
});

/** The one route that speaks OpenAI's language refuses in it as well. */
const expectRefusalOf = (path: string, answer: Answer, refusal: Refusal) => {
  if (path !== "/v1/chat/completions") return expectRefusal(answer, refusal);
  expect(answer).toMatchObject({
    status: refusal.status,
    body: { error: { code: refusal.code, type: "authentication_error" } },
  });
  expect(answer.headers.get("request-id")).toMatch(/^tgr_/);
};

describe("a route of tenants refuses whoever has no credential, or the administrator's:", () => {
  test.each(WALK.filter((stop) => stop.for === "tenant").map(nameOf))("%s", async (route) => {
    const [method, path] = route.split(" ") as [string, string];
    const json = method === "POST" ? MESSAGE : undefined;
    expectRefusalOf(path, await ask(world, filled(path), { method, json }), {
      status: 401,
      code: "missing_credentials",
    });
    expectRefusalOf(path, await ask(world, filled(path), { method, json, bearer: ADMIN_TOKEN }), {
      status: 401,
      code: "invalid_credentials",
    });
  });
});
