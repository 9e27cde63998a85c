import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminKeys, audit } from "../../src/db/schema.ts";
import { asAdmin, ask, expectRefusal } from "../http/ask.ts";
import { ADMIN_TOKEN, openWorld, type World } from "../support/world.ts";
import { type AdminKey, adminKey, asking } from "./administrators.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const FINE = ["GET", "holds"] as const;

describe("an admin key", () => {
  test("is shown once, and kept as a hash", async () => {
    const { secret, ...made } = await adminKey(world, "owner", { name: "Asha" });
    expect(secret).toMatch(/^tg_admin_[\w-]{32}$/);
    expect(made).toMatchObject({ name: "Asha", role: "owner", prefix: secret.slice(0, 13), expires_at: null });
    expect(made.id).toMatch(/^adk_/);
    const { data } = await world.admin<{ data: AdminKey[] }>("GET", "keys");
    expect(data.find(({ id }) => id === made.id)).toEqual(made);
    const stored = JSON.stringify([
      await world.db.read.select().from(adminKeys),
      await world.db.read.select().from(audit),
    ]);
    expect(stored).not.toContain(secret);
    expect(stored).toContain(made.id);
  });

  test("is whose changes are written down by its id, with its name", async () => {
    const owner = await adminKey(world, "owner", { name: "Bela" });
    const made = await asking<{ id: string }>(world, owner.secret, ["POST", "tenants", { name: "Bela's" }]);
    expect(made.status).toBe(201);
    const { data } = await world.admin<{ data: unknown[] }>("GET", `audit?actor=${owner.id}`);
    expect(data).toMatchObject([
      { actor: owner.id, actor_name: "Bela", address: "127.0.0.1", agent: "node", subject_id: made.body.id },
    ]);
    const csv = (await asAdmin(world, "GET", `audit?format=csv&actor=${owner.id}`)).text;
    expect(csv).toContain(`,${owner.id},Bela,127.0.0.1,node,tenant.created,`);
  });

  test("is refused from the moment it is revoked, while the bootstrap token goes on; revoking it again changes nothing", async () => {
    const key = await adminKey(world, "owner");
    expect((await asking(world, key.secret, FINE)).status).toBe(200);
    expect((await asAdmin(world, "DELETE", `keys/${key.id}`)).status).toBe(204);
    expectRefusal(await asking(world, key.secret, FINE), { status: 401, code: "revoked_key" });
    expect((await asking(world, ADMIN_TOKEN, FINE)).status).toBe(200);
    expect((await asAdmin(world, "DELETE", `keys/${key.id}`)).status).toBe(204);
    const { data } = await world.admin<{ data: { action: string }[] }>("GET", `audit?subject_id=${key.id}`);
    expect(data.map(({ action }) => action)).toEqual(["admin_key.revoked", "admin_key.created"]);
  });

  test("gets another role, which holds at once, for those who are signed in with it too", async () => {
    const key = await adminKey(world, "support");
    const makes = ["POST", "tenants", { name: "made" }] as const;
    expectRefusal(await asking(world, key.secret, makes), { status: 403, code: "role_missing" });
    const changed = await asAdmin<AdminKey>(world, "PATCH", `keys/${key.id}`, { role: "owner", name: "Chandra" });
    expect(changed.body).toMatchObject({ id: key.id, role: "owner", name: "Chandra", prefix: key.prefix });
    expect((await asking(world, key.secret, makes)).status).toBe(201);
    expect((await asking(world, key.secret, ["GET", "me"])).body).toMatchObject({ role: "owner", name: "Chandra" });
    // Nothing is changed by the same once more.
    await asAdmin(world, "PATCH", `keys/${key.id}`, { role: "owner" });
    const { data } = await world.admin<{ data: object[] }>("GET", `audit?subject_id=${key.id}`);
    expect(data).toMatchObject([
      { action: "admin_key.changed", before: { role: "support" }, after: { role: "owner", name: "Chandra" } },
      { action: "admin_key.created" },
    ]);
  });

  test("is changed by owners alone, and only while it opens something", async () => {
    const [finance, gone] = [await adminKey(world, "finance"), await adminKey(world, "support")];
    expectRefusal(await asking(world, finance.secret, ["PATCH", `keys/${finance.id}`, { role: "owner" }]), {
      ...{ status: 403, code: "role_missing" },
    });
    await asAdmin(world, "DELETE", `keys/${gone.id}`);
    const change = (id: string, json: object) => asAdmin(world, "PATCH", `keys/${id}`, json);
    expectRefusal(await change(gone.id, { role: "owner" }), { status: 409, code: "conflict" });
    expectRefusal(await change("adk_unknown", { role: "owner" }), { status: 404, code: "not_found" });
    expectRefusal(await change(finance.id, { role: "king" }), { status: 400, code: "invalid_request", says: /role/ });
  });

  test("of the last owner keeps its role when it would give that up itself; another may take it", async () => {
    const { data } = await world.admin<{ data: AdminKey[] }>("GET", "keys?limit=1000");
    for (const { id } of data) await asAdmin(world, "DELETE", `keys/${id}`);
    const [one, two] = [await adminKey(world, "owner"), await adminKey(world, "owner")];
    const stepDown = (key: AdminKey) => asking(world, key.secret, ["PATCH", `keys/${key.id}`, { role: "support" }]);
    // Both at once: one of them stays.
    const answers = await Promise.all([stepDown(one), stepDown(two)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const last = answers[0].status === 409 ? one : two;
    expectRefusal(await stepDown(last), { status: 409, code: "conflict", says: /last key of an owner/ });
    expectRefusal(await asking(world, last.secret, ["DELETE", `keys/${last.id}`]), {
      ...{ status: 409, code: "conflict", says: /last key of an owner/ },
    });
    expect((await asking(world, last.secret, ["PATCH", `keys/${last.id}`, { name: "Devi" }])).status).toBe(200);
    expect((await asAdmin(world, "PATCH", `keys/${last.id}`, { role: "support" })).status).toBe(200);
  });

  test("is refused once it has expired", async () => {
    const { id, secret } = await adminKey(world, "support", { expires_at: "2100-01-01T00:00:00Z" });
    expect((await asking(world, secret, FINE)).status).toBe(200);
    const past = { expires_at: Date.now() - 1 };
    await world.db.transaction((tx) => tx.update(adminKeys).set(past).where(eq(adminKeys.id, id)));
    expectRefusal(await asking(world, secret, FINE), { status: 401, code: "expired_credentials" });
  });

  test("is no key of a tenant, and a tenant's is none of an administrator", async () => {
    const key = await adminKey(world, "owner");
    expectRefusal(await ask(world, "/api/me", { bearer: key.secret }), { status: 401, code: "invalid_credentials" });
    const tenant = await world.tenant();
    expectRefusal(await asking(world, tenant.key, FINE), { status: 401, code: "invalid_credentials" });
    // Both are revoked by the same path.
    expect((await asAdmin(world, "DELETE", `keys/${tenant.keyId}`)).status).toBe(204);
    expect((await asking(world, key.secret, FINE)).status).toBe(200);
  });

  test("wants a role that there is, a name, and a time ahead", async () => {
    const refusal = { status: 400, code: "invalid_request" };
    for (const [json, says] of [
      [{ name: "x", role: "admin" }, /role/],
      [{ name: "", role: "owner" }, /name/],
      [{ name: "x" }, /role/],
      [{ name: "x", role: "owner", expires_at: "2020-01-01T00:00:00Z" }, /expires_at/],
      [{ name: "x", role: "owner", scopes: [] }, /scopes/],
    ] as const) {
      expectRefusal(await asAdmin(world, "POST", "keys", json), { ...refusal, says });
    }
    expectRefusal(await asAdmin(world, "DELETE", "keys/adk_unknown"), { status: 404, code: "not_found" });
  });

  test("is not given to another administrator who repeats the request that made it", async () => {
    const [one, two] = [await adminKey(world, "owner"), await adminKey(world, "owner")];
    const make = (bearer: string) =>
      ask<AdminKey>(world, "/api/admin/keys", {
        ...{ bearer, json: { name: "made", role: "support" }, headers: { "idempotency-key": "make one" } },
      });
    const first = (await make(one.secret)).body;
    expect((await make(one.secret)).body).toEqual(first);
    expect((await make(two.secret)).body.id).not.toBe(first.id);
  });
});
