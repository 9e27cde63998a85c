import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_TOKEN, openWorld, type TestTenant, type World } from "../support/world.ts";
import { ask, expectRefusal, say, soon } from "./ask.ts";

const APP = "https://app.example.com";
const OTHER = "https://other.example.org";
const STRANGER = "https://stranger.example.net";

let world: World;
let tenant: TestTenant;
let other: TestTenant;
let closedToPages: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant({ fields: { allowed_origins: [APP] } });
  other = await world.tenant({ fields: { allowed_origins: [OTHER] } });
  closedToPages = await world.tenant({ fields: { allowed_origins: [] } });
});
afterAll(() => world.close());

const preflight = (origin: string, path = "/v1/messages", more: Record<string, string> = {}) =>
  ask(world, path, { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST", ...more } });
const refused = { status: 403, code: "origin_not_allowed" };

describe("a preflight", () => {
  test("is answered for an origin that some tenant allows, without a credential", async () => {
    const headers = { "access-control-request-headers": "content-type,x-api-key,anthropic-version" };
    for (const origin of [APP, OTHER]) {
      const answer = await preflight(origin, "/v1/messages", headers);
      expect(answer.status).toBe(204);
      expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
      expect(answer.headers.get("access-control-allow-methods")).toMatch(/POST/);
      expect(answer.headers.get("access-control-allow-headers")).toBe(headers["access-control-request-headers"]);
      expect(answer.headers.get("vary")).toMatch(/origin/i);
      expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
    }
  });

  test("is refused for an origin that no tenant allows, and for all that only look like one", async () => {
    for (const origin of [
      STRANGER,
      `${APP}.evil.example`,
      "http://app.example.com",
      `${APP}:8443`,
      "https://example.com",
      "https://localhost.evil.example",
    ]) {
      const answer = await preflight(origin);
      expectRefusal(answer, { ...refused, says: origin });
      expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    }
  });

  test("is answered on every route, also where Express answers", async () => {
    for (const path of ["/v1/messages", "/chat", "/api/chat/stream", "/v1/models", "/api/usage", "/api/quota"]) {
      expect((await preflight(APP, path)).status, path).toBe(204);
    }
  });

  test("costs nothing and reaches nobody", async () => {
    const before = world.sandbox.tally.requests.length;
    await preflight(APP);
    expect(world.sandbox.tally.requests).toHaveLength(before);
  });

  test("learns of a new origin, and of one taken away, within seconds", async () => {
    const origin = "https://new.example.com";
    await world.admin("PATCH", `tenants/${other.id}`, { allowed_origins: [OTHER, origin] });
    await soon(async () => expect((await preflight(origin)).status).toBe(204));
    await world.admin("PATCH", `tenants/${other.id}`, { allowed_origins: [OTHER] });
    await soon(async () => expect((await preflight(origin)).status).toBe(403));
  });
});

describe("the real request", () => {
  test("may come from an origin of its own tenant, whose page may read the answer and our headers", async () => {
    const { status, headers } = await say(world, { key: tenant.key, headers: { origin: APP } });
    expect(status).toBe(200);
    expect(headers.get("access-control-allow-origin")).toBe(APP);
    const exposed = headers.get("access-control-expose-headers")!.split(/, ?/);
    expect(exposed).toEqual(
      expect.arrayContaining([
        "request-id",
        "retry-after",
        "anthropic-ratelimit-requests-remaining",
        "x-tollgate-upstream-request-id",
      ]),
    );
    expect(headers.get("vary")).toMatch(/origin/i);
  });

  test("is refused from an origin that only another tenant allows, on every kind of route", async () => {
    for (const path of ["/v1/messages", "/chat", "/api/chat", "/v1/messages/count_tokens"]) {
      expectRefusal(await ask(world, path, { key: tenant.key, headers: { origin: OTHER }, json: {} }), {
        ...refused,
        says: OTHER,
      });
    }
    for (const path of ["/v1/models", "/api/usage", "/api/me"]) {
      expectRefusal(await ask(world, path, { key: tenant.key, headers: { origin: OTHER } }), refused);
    }
  });

  test("is refused from a page anywhere where allowed_origins is empty, and passes without an Origin", async () => {
    for (const origin of [APP, STRANGER]) {
      expectRefusal(await say(world, { key: closedToPages.key, headers: { origin } }), refused);
    }
    expect((await say(world, { key: closedToPages.key })).status).toBe(200);
  });

  test("from our own pages is no matter of origins", async () => {
    const answer = await ask(world, "/api/me", { key: closedToPages.key, headers: { origin: world.url } });
    expect(answer.status).toBe(200);
  });

  test("of a stream may be read by the page as well", async () => {
    const { headers } = await say(world, { key: tenant.key, headers: { origin: APP } }, { stream: true });
    expect(headers.get("access-control-allow-origin")).toBe(APP);
  });
});

describe("an error", () => {
  test("can be read by a page of an allowed origin, whatever it is and wherever it comes from", async () => {
    const from = { origin: APP };
    const errors = [
      await say(world, { key: "garbage", headers: from }),
      await say(world, { key: tenant.key, headers: from }, { model: "gpt-5" }),
      await say(world, { key: tenant.key, headers: from }, { messages: [{ role: "user", content: "[[status=529]]" }] }),
      await ask(world, "/api/unknown", { key: tenant.key, headers: from }),
      await ask(world, "/unknown", { headers: from }),
      await ask(world, "/api/usage", { headers: from }),
    ];
    expect(errors.map(({ status }) => status)).toEqual([401, 400, 529, 404, 404, 401]);
    for (const { headers } of errors) {
      expect(headers.get("access-control-allow-origin")).toBe(APP);
      expect(headers.get("access-control-expose-headers")).toMatch(/request-id/);
    }
  });

  test("cannot be read by a page of a stranger", async () => {
    const { status, headers } = await say(world, { key: "garbage", headers: { origin: STRANGER } });
    expect(status).toBe(401);
    expect(headers.has("access-control-allow-origin")).toBe(false);
  });
});

test("a tenant's own origin must be one: no path, no wildcard", async () => {
  for (const origin of [
    "*",
    "https://*.example.com/",
    `${APP}/`,
    `${APP}/path`,
    "app.example.com",
    "HTTPS://app.example.com",
  ]) {
    const answer = await ask(world, `/api/admin/tenants/${tenant.id}`, {
      ...{ method: "PATCH", bearer: ADMIN_TOKEN, json: { allowed_origins: [origin] } },
    });
    expectRefusal(answer, {
      status: 400,
      code: "invalid_request",
      says: /^allowed_origins\.0: .*https:\/\/app\.example\.com/,
    });
  }
});

const LOCAL = [
  "null",
  "http://localhost",
  "http://localhost:3000",
  "https://localhost:8443",
  "http://127.0.0.1:5173",
  "http://[::1]:3000",
];

describe("in sandbox mode, where a page on this machine may try things out,", () => {
  test.each(LOCAL)("%s may call for any tenant", async (origin) => {
    expect((await preflight(origin)).status).toBe(204);
    const { status, headers } = await say(world, { key: closedToPages.key, headers: { origin } });
    expect(status).toBe(200);
    expect(headers.get("access-control-allow-origin")).toBe(origin);
  });

  test.each([
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://127.0.0.2",
    "http://notlocalhost",
    "file://",
  ])("%s may not", async (origin) => {
    expectRefusal(await say(world, { key: closedToPages.key, headers: { origin } }), refused);
  });
});
