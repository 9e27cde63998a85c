import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_TOKEN, openWorld, type TestTenant, type World } from "../support/world.ts";
import { ask, expectRefusal, MESSAGE } from "./ask.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const missing = { status: 404, code: "not_found", type: "not_found_error" };

const UNKNOWN: [method: string, path: string][] = [
  ["POST", "/v1/complete"],
  ["POST", "/v1/messages/"],
  ["POST", "/v1/messages/other"],
  ["POST", "/V1/MESSAGES"],
  ["POST", "//v1/messages"],
  ["POST", "/v1/files"],
  ["GET", "/v1/files/file_011"],
  ["POST", "/v1/organizations/api_keys"],
  ["GET", "/v1/messages"],
  ["PUT", "/v1/messages"],
  ["DELETE", "/v1/messages"],
  ["GET", "/chat"],
  ["GET", "/messages"],
  ["POST", "/v1/models"],
  ["DELETE", "/v1/models/claude-sonnet-5-5"],
  ["GET", "/api/chat"],
  ["GET", "/api/unknown"],
  ["POST", "/api/usage"],
  ["DELETE", "/api/me"],
  ["GET", "/api/auth/token"],
  ["GET", "/v1/models/a/b"],
  ["POST", "/webhooks/unknown"],
];

describe("a route that there is none of is refused, with a good key:", () => {
  test.each(UNKNOWN)("%s %s", async (method, path) => {
    const json = method === "POST" || method === "PUT" ? MESSAGE : undefined;
    const answer = await ask(world, path, { method, key: tenant.key, json });
    expectRefusal(answer, { ...missing, says: /route/ });
  });

  test.each([
    ["GET", "unknown"],
    ["PUT", "tenants"],
    ["DELETE", "tenants/ten_x"],
    ["POST", "events"],
    ["PATCH", "plans"],
    ["POST", "holds"],
  ])("%s /api/admin/%s, as administrator", async (method, path) => {
    expectRefusal(await ask(world, `/api/admin/${path}`, { method, bearer: ADMIN_TOKEN }), {
      ...missing,
      says: /route/,
    });
  });
});

test("an unknown route costs nothing and reaches nobody", async () => {
  for (const [method, path] of UNKNOWN) {
    await ask(world, path, { method, key: tenant.key, json: method === "POST" ? MESSAGE : undefined });
  }
  expect(world.sandbox.tally.requests).toHaveLength(0);
  expect(await world.admin("GET", "holds")).toMatchObject({ data: [] });
});

test("whoever has no key learns nothing of which routes below /api there are", async () => {
  for (const path of ["/api/unknown", "/api/usage", "/api/admin/unknown", "/api/admin/tenants"]) {
    expectRefusal(await ask(world, path), { status: 401, code: "missing_credentials" });
  }
});

/** Addresses that no browser would make: each is refused, or finds nothing. */
const ODD = [
  "/%",
  "/%ZZ",
  "/v1/models/%ZZ",
  "/v1/models/%00",
  "/v1/models/..%2f..%2fetc%2fpasswd",
  "/api/usage/events/%ZZ",
  "/api/usage/events/%00",
  "/api/usage/events/%F0%9F",
  `/api/usage/events/${"x".repeat(5_000)}`,
  "/api/usage?user_id=%00",
  "/api/usage/events?after_id=%00",
  "/api/usage/events?limit=-1",
  "/api/usage?tz=Mars%2FOlympus",
  "/api/usage?from=yesterday",
  "/api/usage?group_by=__proto__",
  "/../../etc/passwd",
  "/assets/..%2f..%2fpackage.json",
];

describe("an odd address breaks nothing:", () => {
  test.each(ODD)("%s", async (path) => {
    const { status, text } = await ask(world, path, { key: tenant.key });
    expect(text).not.toMatch(/at .*\.ts:\d|SQLITE|Failed query/);
    expect(status, text).toBeLessThan(500);
  });

  const admin = [
    "tenants/%00",
    "tenants/ext:%00",
    "tenants/%ZZ",
    "users/%00",
    "users/ext:%00",
    "tenants?after_id=%00",
    "events/%00",
    "events?model=%00",
    "holds?tenant_id=%00",
    "prices?model=%00",
  ];
  test.each(admin)("/api/admin/%s", async (path) => {
    const { status, text } = await ask(world, `/api/admin/${path}`, { bearer: ADMIN_TOKEN });
    expect(status, text).toBeLessThan(500);
  });
});
