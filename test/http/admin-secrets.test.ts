import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiKeys, audit, issuers, keySecrets, tenants } from "../../src/db/schema.ts";
import { openWorld, type World } from "../support/world.ts";
import { asAdmin, ask, expectRefusal, me } from "./ask.ts";

const UPSTREAM_KEY = "sk-ant-of-the-tenant-0123456789";
const SHARED_SECRET = "a shared secret of thirty-two characters, or more";

let world: World;
let id: string;
let key: { id: string; secret: string; prefix: string };
let rotated: { id: string; secret: string; prefix: string };
let issuer: { id: string };
beforeAll(async () => {
  world = await openWorld();
  ({ id } = await world.admin<{ id: string }>("POST", "tenants", {
    name: "Acme",
    currency: "USD",
    upstream_api_key: UPSTREAM_KEY,
  }));
  key = await world.admin("POST", `tenants/${id}/keys`, { name: "one", scopes: ["inference", "tokens:issue"] });
  rotated = await world.admin("POST", `keys/${key.id}/rotate`, { overlap_seconds: 600 });
  issuer = await world.admin("POST", `tenants/${id}/issuers`, {
    ...{ issuer: "https://idp.example", audience: "app", algorithms: ["HS256"], shared_secret: SHARED_SECRET },
  });
});
afterAll(() => world.close());

test("a key's secret is shown when it is made, and when it is rotated, and never again", async () => {
  expect(key.secret).toMatch(/^tg_test_[0-9A-Za-z]{40}$/);
  expect(key.secret.startsWith(key.prefix)).toBe(true);
  const list = await asAdmin<{ data: object[] }>(world, "GET", `tenants/${id}/keys`);
  expect(list.body.data).toHaveLength(1);
  expect(list.body.data[0]).toEqual({
    ...{ id: key.id, tenant_id: id, user_id: null, name: "one", prefix: rotated.prefix, models: null, routes: null },
    ...{
      scopes: ["inference", "tokens:issue"],
      expires_at: null,
      revoked_at: null,
      created_at: expect.stringMatching(/Z$/),
    },
  });
});

describe("no answer to an administrator contains", () => {
  const paths = () => [
    "tenants",
    `tenants/${id}`,
    `tenants/${id}/keys`,
    `tenants/${id}/issuers`,
    `tenants/${id}/users`,
    "issuers",
    "events",
    "holds",
  ];
  test.each(["a key's secret", "a tenant's upstream key", "an issuer's shared secret", "anything sealed or hashed"])(
    "%s",
    async (what) => {
      const texts = await Promise.all(paths().map(async (path) => (await asAdmin(world, "GET", path)).text));
      texts.push((await asAdmin(world, "PATCH", `tenants/${id}`, { name: "Acme" })).text);
      const all = texts.join("\n");
      expect(all).toContain("Acme");
      const secrets: Record<string, RegExp> = {
        "a key's secret": new RegExp(`${key.secret}|${rotated.secret}|${key.secret.slice(13)}`),
        "a tenant's upstream key": /sk-ant|0123456789/,
        "an issuer's shared secret": /a shared secret/,
        "anything sealed or hashed": /_sealed|"hash"|"v1\.|[0-9a-f]{64}/,
      };
      expect(all).not.toMatch(secrets[what]!);
    },
  );
});

test("that there is an upstream key, or a shared secret, is said; and the key can be taken away", async () => {
  expect(issuer).toMatchObject({ has_shared_secret: true, public_key: null, jwks_url: null });
  const has = async (fields: object) =>
    (await asAdmin(world, "PATCH", `tenants/${id}`, fields)).body.has_upstream_api_key;
  expect(await has({})).toBe(true);
  expect(await has({ upstream_api_key: null })).toBe(false);
  expect(await has({ upstream_api_key: UPSTREAM_KEY })).toBe(true);
});

test("on which account of Razorpay's a tenant collects is said and written down, and its secrets are not", async () => {
  const account = (key_id: string) => ({ key_id, key_secret: "a razorpay secret", webhook_secret: "a webhook secret" });
  const made = await world.admin<{ id: string }>("POST", "tenants", {
    ...{ name: "Own", razorpay: account("rzp_test_first000000") },
  });
  expect(made).toMatchObject({ razorpay: { key_id: "rzp_test_first000000" } });
  const next = { razorpay: { key_id: "rzp_test_second00000" } };
  const patched = await asAdmin(world, "PATCH", `tenants/${made.id}`, { razorpay: account("rzp_test_second00000") });
  expect(patched.body).toMatchObject(next);
  expect((await asAdmin(world, "GET", `tenants/${made.id}`)).body).toMatchObject(next);
  const list = await asAdmin<{ data: { id: string }[] }>(world, "GET", "tenants?limit=1000");
  expect(list.body.data.find((one) => one.id === made.id)).toMatchObject(next);
  expect(patched.text + list.text).not.toMatch(/a razorpay secret|a webhook secret/);
  const changes = await world.db.read.select().from(audit).where(eq(audit.subject_id, made.id));
  expect(changes.find(({ action }) => action === "tenant.changed")).toMatchObject({
    ...{ before: { razorpay: { key_id: "rzp_test_first000000" } }, after: next },
  });
  expect(JSON.stringify(changes)).not.toMatch(/a razorpay secret|a webhook secret/);
  expect((await asAdmin(world, "PATCH", `tenants/${made.id}`, { razorpay: null })).body).toMatchObject({
    razorpay: null,
  });
});

test("the database has neither keys nor secrets in clear, the audit log included", async () => {
  const bearer = (await ask<{ token: string }>(world, "/api/auth/token", { key: rotated.secret, json: { sub: "ann" } }))
    .body.token;
  expect((await me(world, { bearer })).status).toBe(200);
  const rows = await Promise.all(
    [tenants, apiKeys, keySecrets, issuers, audit].map((table) => world.db.read.select().from(table)),
  );
  expect(rows.every((table) => table.length > 0)).toBe(true);
  const stored = JSON.stringify(rows);
  expect(stored).toContain("https://idp.example");
  for (const secret of [UPSTREAM_KEY, SHARED_SECRET, key.secret, rotated.secret, key.secret.slice(13), bearer]) {
    expect(stored).not.toContain(secret);
  }
});

test("the secret of one tenant's upstream key is no other's: it is sealed to its owner", async () => {
  const rows = await world.db.read.select({ sealed: tenants.upstream_api_key_sealed }).from(tenants);
  const other = await world.admin<{ id: string }>("POST", "tenants", { name: "Bolt", upstream_api_key: UPSTREAM_KEY });
  const all = await world.db.read.select({ id: tenants.id, sealed: tenants.upstream_api_key_sealed }).from(tenants);
  expect(all.find((row) => row.id === other.id)!.sealed).not.toBe(rows[0]!.sealed);
});

test("a key's old prefix, shown in the list, is no credential", async () => {
  for (const prefix of [key.prefix, rotated.prefix, key.id]) {
    expectRefusal(await me(world, { key: prefix }), { status: 401, code: "invalid_credentials" });
  }
});
