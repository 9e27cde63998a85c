import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { asAdmin, expectRefusal, me } from "./ask.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant({ fields: { external_id: "acme" } });
});
afterAll(() => world.close());

const wrong = (says: string | RegExp) => ({ status: 400, code: "invalid_request", says });
const missing = { status: 404, code: "not_found" };
interface User {
  id: string;
  external_id: string;
  [field: string]: unknown;
}

describe("users", () => {
  test("are created, read by id and by ext:, and changed", async () => {
    const created = await asAdmin<User>(world, "POST", "tenants/ext:acme/users", { external_id: "ann", name: "Ann" });
    expect(created.status).toBe(201);
    const ann = {
      id: expect.stringMatching(/^usr_/),
      tenant_id: tenant.id,
      external_id: "ann",
      name: "Ann",
      status: "active",
      created_at: expect.stringMatching(/Z$/),
    };
    expect(created.body).toEqual(ann);
    for (const ref of [created.body.id, "ext:ann"])
      expect((await asAdmin(world, "GET", `users/${ref}`)).body).toEqual(created.body);
    const changed = await asAdmin(world, "PATCH", "users/ext:ann", { status: "blocked" });
    expect(changed.body).toEqual({ ...created.body, status: "blocked" });
    expect((await asAdmin(world, "PATCH", `users/${created.body.id}`, { name: null })).body).toEqual({
      ...changed.body,
      name: null,
    });
    expect((await asAdmin<{ data: User[] }>(world, "GET", `tenants/${tenant.id}/users`)).body.data).toContainEqual({
      ...changed.body,
      name: null,
    });
  });

  test("are put: created where there is none, changed where there is one; what is not given stays", async () => {
    const put = (fields: object) =>
      asAdmin<User>(world, "PUT", `tenants/${tenant.id}/users`, { external_id: "put", ...fields });
    const first = await put({ name: "First" });
    const second = await put({ name: "Second", status: "blocked" });
    expect(second.body).toEqual({ ...first.body, name: "Second", status: "blocked" });
    expect((await put({})).body).toEqual(second.body);
  });

  test("with an external_id that is taken are refused, and told which; in another tenant it is free", async () => {
    const fields = { external_id: "shared" };
    const { body } = await asAdmin<User>(world, "POST", `tenants/${tenant.id}/users`, fields);
    const again = await asAdmin(world, "POST", `tenants/${tenant.id}/users`, fields);
    expectRefusal(again, { status: 409, code: "conflict", says: /shared/ });
    expect(again.body).toMatchObject({ error: { details: { id: body.id } } });
    const other = await world.tenant();
    expect((await asAdmin(world, "POST", `tenants/${other.id}/users`, fields)).status).toBe(201);
    expectRefusal(await asAdmin(world, "GET", "users/ext:shared"), { status: 409, code: "conflict", says: /tenants/ });
    expect((await asAdmin(world, "GET", `users/${body.id}`)).body).toEqual(body);
  });

  test.each([
    ["external_id", {}],
    ["external_id", { external_id: "" }],
    ["external_id", { external_id: "tab\there" }],
    ["name", { external_id: "x", name: "" }],
    ["status", { external_id: "x", status: "gone" }],
    ["email", { external_id: "x", email: "ann@example.com" }],
  ])("with a bad %s (%j) are refused by its name", async (field, body) => {
    for (const method of ["POST", "PUT"])
      expectRefusal(await asAdmin(world, method, `tenants/${tenant.id}/users`, body), wrong(field));
  });

  test("cannot change their external_id: a token names them by it", async () => {
    await asAdmin(world, "POST", `tenants/${tenant.id}/users`, { external_id: "fixed" });
    expectRefusal(await asAdmin(world, "PATCH", "users/ext:fixed", { external_id: "other" }), wrong("external_id"));
  });

  test("that there are none of, and those of no tenant, are not found", async () => {
    for (const ref of ["usr_unknown", "ext:unknown"]) {
      expectRefusal(await asAdmin(world, "GET", `users/${ref}`), missing);
      expectRefusal(await asAdmin(world, "PATCH", `users/${ref}`, { name: "New" }), missing);
    }
    for (const method of ["POST", "PUT"])
      expectRefusal(await asAdmin(world, method, "tenants/ten_unknown/users", { external_id: "x" }), missing);
  });
});

describe("keys", () => {
  test("are made with every field, and say what they may", async () => {
    await asAdmin(world, "PUT", `tenants/${tenant.id}/users`, { external_id: "keyed" });
    const fields = {
      ...{
        name: "nightly",
        scopes: ["inference", "billing:read"],
        models: ["claude-haiku-*"],
        routes: ["/v1/messages"],
      },
      expires_at: "2099-01-01T00:00:00+05:30",
    };
    const { status, body } = await asAdmin(world, "POST", "tenants/ext:acme/keys", { ...fields, user_id: "ext:keyed" });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...fields,
      expires_at: "2098-12-31T18:30:00.000Z",
      tenant_id: tenant.id,
      user_id: expect.stringMatching(/^usr_/),
      revoked_at: null,
    });
    expect((await me(world, { key: body.secret as string })).body).toMatchObject({
      scopes: fields.scopes,
      user: { external_id: "keyed" },
    });
  });

  test.each([
    ["name", {}],
    ["name", { name: "" }],
    ["scopes", { name: "x", scopes: [] }],
    ["scopes.0", { name: "x", scopes: ["admin"] }],
    ["models", { name: "x", models: "claude-*" }],
    ["models.0", { name: "x", models: ["[a-z]"] }],
    ["routes.0", { name: "x", routes: ["/v1 messages"] }],
    ["expires_at", { name: "x", expires_at: "tomorrow" }],
    ["expires_at", { name: "x", expires_at: "2099-01-01T00:00:00" }],
    ["user_id", { name: "x", user_id: 7 }],
    ["secret", { name: "x", secret: "tg_test_mine" }],
  ])("with a bad %s (%j) are refused by its name", async (field, body) => {
    expectRefusal(await asAdmin(world, "POST", `tenants/${tenant.id}/keys`, body), wrong(field));
  });

  test.each([
    ["overlap_seconds", { overlap_seconds: -1 }],
    ["overlap_seconds", { overlap_seconds: 1.5 }],
    ["overlap_seconds", { overlap_seconds: 31 * 86_400 }],
    ["overlap", { overlap: 60 }],
  ])("are not rotated with a bad %s (%j), and go on working", async (field, body) => {
    expectRefusal(await asAdmin(world, "POST", `keys/${tenant.keyId}/rotate`, body), wrong(field));
    expect((await me(world, { key: tenant.key })).status).toBe(200);
  });

  test("for a user that is unknown, or another tenant's, are refused", async () => {
    const other = await world.tenant();
    const { id } = await world.admin<User>("POST", `tenants/${other.id}/users`, { external_id: "foreign" });
    for (const user_id of ["usr_unknown", "ext:unknown", id, "ext:foreign"]) {
      expectRefusal(await asAdmin(world, "POST", `tenants/${tenant.id}/keys`, { name: "x", user_id }), missing);
    }
  });

  test("that there are none of are not found", async () => {
    expectRefusal(await asAdmin(world, "POST", "keys/key_unknown/rotate", {}), missing);
    expectRefusal(await asAdmin(world, "DELETE", "keys/key_unknown"), missing);
    expectRefusal(await asAdmin(world, "POST", "tenants/ten_unknown/keys", { name: "x" }), missing);
  });
});

test("nobody is created by a change that fails half-way", async () => {
  const { id } = await world.tenant();
  const count = async () =>
    (await world.admin<{ data: unknown[] }>("GET", `tenants/${id}/keys?limit=1000`)).data.length;
  const before = await count();
  expect((await asAdmin(world, "POST", `tenants/${id}/keys`, { name: "x", user_id: "usr_unknown" })).status).toBe(404);
  expect(await count()).toBe(before);
});
