import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listRecentAudit } from "../../src/db/audit.ts";
import { ask, expectRefusal, me, say } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";

/** A tenant sees to its own keys. */

let world: World;
let acme: TestTenant;
let other: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  acme = await world.tenant({ key: { scopes: ["inference", "billing:read", "keys:write"] } });
  other = await world.tenant({ key: { scopes: ["keys:write"] } });
});
afterAll(() => world.close());

interface Key {
  readonly id: string;
  readonly secret: string;
  readonly prefix: string;
  readonly user_id: string | null;
  readonly scopes: readonly string[];
  readonly models: readonly string[] | null;
  readonly routes: readonly string[] | null;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
}

const make = (key: string, fields: Record<string, unknown> = {}) =>
  ask<Key>(world, "/api/keys", { key, json: { name: "made", ...fields } });
const list = async (key: string) => (await ask<{ data: Key[] }>(world, "/api/keys?limit=1000", { key })).body.data;
const revoke = (key: string, id: string) => ask(world, `/api/keys/${id}`, { method: "DELETE", key });
const keyOf = async (tenant: TestTenant, fields: Record<string, unknown>) =>
  (await world.admin<Key>("POST", `tenants/${tenant.id}/keys`, { name: "given", ...fields })).secret;
const beyond = { status: 403, code: "scope_missing" };

test("a key is made, works at once, is listed without its secret, and is revoked", async () => {
  const { status, body } = await make(acme.key, { name: "Staging" });
  expect(status).toBe(201);
  expect((await say(world, { key: body.secret })).status).toBe(200);
  const listed = (await list(acme.key)).find(({ id }) => id === body.id);
  expect(listed).toMatchObject({ name: "Staging", prefix: body.secret.slice(0, 12), scopes: ["inference"] });
  expect(JSON.stringify(await list(acme.key))).not.toContain(body.secret);

  expect((await revoke(acme.key, body.id)).status).toBe(204);
  expect((await list(acme.key)).find(({ id }) => id === body.id)?.revoked_at).not.toBeNull();
  await expect.poll(async () => (await me(world, { key: body.secret })).status, { timeout: 15_000 }).toBe(401);
});

test("who made and who revoked it stands in the audit log", async () => {
  const { body } = await make(acme.key);
  await revoke(acme.key, body.id);
  const lines = (await listRecentAudit(world.db.read, 0)).filter(({ subject_id }) => subject_id === body.id);
  expect(lines).toMatchObject(
    ["key.created", "key.revoked"].map((action) => ({ action, actor: acme.keyId, tenant_id: acme.id })),
  );
  expect(JSON.stringify(lines)).not.toContain(body.secret);
  expect(lines[0]).toMatchObject({ address: "127.0.0.1", agent: expect.any(String) });
});

describe("it takes the scope keys:write, which", () => {
  test("a key may lack", async () => {
    const key = await keyOf(acme, {});
    for (const answer of [await ask(world, "/api/keys", { key }), await make(key), await revoke(key, acme.keyId)])
      expectRefusal(answer, { ...beyond, says: "keys:write" });
  });

  test("no token of a user has, nor a backend that acts for one", async () => {
    const key = await keyOf(acme, { scopes: ["inference", "tokens:issue", "users:act", "keys:write"] });
    const { body } = await ask<{ token: string }>(world, "/api/auth/token", { key, json: { sub: "ann" } });
    expectRefusal(await ask(world, "/api/keys", { bearer: body.token }), beyond);
    expectRefusal(await ask(world, "/api/keys", { key, headers: { "x-tollgate-user": "ann" } }), beyond);
  });

  test("does not help a key that is limited to other routes", async () => {
    const key = await keyOf(acme, { scopes: ["keys:write"], routes: ["/v1/messages"] });
    expectRefusal(await ask(world, "/api/keys", { key }), { status: 403, code: "route_not_allowed" });
  });
});

describe("a key begets none that may do more:", () => {
  test("no scope that it lacks", async () => {
    expectRefusal(await make(acme.key, { scopes: ["inference", "billing:write"] }), {
      ...beyond,
      says: "billing:write",
    });
  });

  test("no model and no route beyond its own, which are taken where none are named", async () => {
    const limits = { models: ["claude-haiku-*"], routes: ["/v1/*", "/api/keys"] };
    const key = await keyOf(acme, { scopes: ["inference", "keys:write"], ...limits });
    expect((await make(key)).body).toMatchObject(limits);
    expect((await make(key, { models: ["claude-haiku-5-5"], routes: ["/v1/messages"] })).status).toBe(201);
    for (const models of [["claude-opus-5-5"], ["claude-*"], ["claude-haiku-5-5", "*"]])
      expectRefusal(await make(key, { models }), { ...beyond, says: /models: .*claude-haiku-\*/ });
    expectRefusal(await make(key, { routes: ["/chat"] }), { ...beyond, says: "routes" });
  });

  test("none that outlives it", async () => {
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const key = await keyOf(acme, { scopes: ["inference", "keys:write"], expires_at: soon });
    expect((await make(key)).body.expires_at).toBe(soon);
    const later = new Date(Date.now() + 7_200_000).toISOString();
    expectRefusal(await make(key, { expires_at: later }), { ...beyond, says: "expires_at" });
  });

  test("and one of a user reaches that user's keys alone", async () => {
    await world.admin("POST", `tenants/${acme.id}/users`, { external_id: "maya" });
    await world.admin("POST", `tenants/${acme.id}/users`, { external_id: "ravi" });
    const scopes = ["inference", "keys:write"];
    const key = await keyOf(acme, { scopes, user_id: "ext:maya" });
    const { body } = await make(key);
    const mine = await list(key);
    expect(mine.length).toBeGreaterThanOrEqual(2);
    expect(new Set(mine.map(({ user_id }) => user_id))).toEqual(new Set([body.user_id]));
    expectRefusal(await make(key, { user_id: "ext:ravi" }), { status: 404, code: "not_found" });
    expectRefusal(await revoke(key, acme.keyId), { status: 404, code: "not_found" });
    const lines = (await listRecentAudit(world.db.read, 0)).filter(({ subject_id }) => subject_id === body.id);
    expect(lines, "where a user was is not kept").toMatchObject([{ address: null, agent: null }]);
    expect((await make(acme.key, { user_id: "ext:ravi" })).status).toBe(201);
  });
});

test("another tenant's keys are neither seen nor revoked", async () => {
  expect((await list(other.key)).map(({ id }) => id)).toEqual([other.keyId]);
  expectRefusal(await revoke(other.key, acme.keyId), { status: 404, code: "not_found" });
  expectRefusal(await make(other.key, { scopes: ["keys:write"], user_id: "ext:maya" }), {
    status: 404,
    code: "not_found",
  });
  expect((await me(world, { key: acme.key })).status).toBe(200);
});

test("what is wrong with a key is said by its field", async () => {
  expectRefusal(await make(acme.key, { name: "" }), { status: 400, code: "invalid_request", says: "name" });
  expectRefusal(await make(acme.key, { scope: ["inference"] }), {
    status: 400,
    code: "invalid_request",
    says: "scope",
  });
});
