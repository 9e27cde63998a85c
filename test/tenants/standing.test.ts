import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asAdmin, ask, expectRefusal, me, say, soon } from "../http/ask.ts";
import { openWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const set = (id: string, fields: Record<string, unknown>) => world.admin("PATCH", `tenants/${id}`, fields);

describe("a suspended tenant", () => {
  test("cannot call any model within seconds, and can again when it is active", async () => {
    const { id, key } = await world.tenant();
    expect((await say(world, { key })).status).toBe(200);
    await set(id, { status: "suspended" });
    const refusal = { status: 403, code: "tenant_suspended" };
    await soon(async () => expectRefusal(await say(world, { key }), refusal));
    expectRefusal(await say(world, { key }, { stream: true }), refusal);
    expectRefusal(await ask(world, "/api/chat", { key, json: { message: "Hello" } }), refusal);

    await set(id, { status: "active" });
    await soon(async () => expect((await say(world, { key })).status).toBe(200));
  });

  test("still reads its usage: that is how it learns what it owes", async () => {
    const { id, key } = await world.tenant();
    const request = (await say(world, { key })).headers.get("request-id");
    await set(id, { status: "suspended" });
    await soon(async () => expect((await me(world, { key })).body.tenant).toMatchObject({ status: "suspended" }));
    expect((await ask(world, `/api/usage/events/${request}`, { key })).status).toBe(200);
    expect((await ask(world, "/api/quota", { key })).status).toBe(200);
  });

  test("issues no tokens, and those that it issued no longer call models", async () => {
    const { id, key } = await world.tenant({ key: { scopes: ["inference", "tokens:issue"] } });
    const issue = () => ask<{ token: string }>(world, "/api/auth/token", { key, json: { sub: "ann" } });
    const bearer = (await issue()).body.token;
    expect((await say(world, { bearer })).status).toBe(200);
    await set(id, { status: "suspended" });
    await soon(async () => expectRefusal(await issue(), { status: 403, code: "tenant_suspended" }));
    await soon(async () => expectRefusal(await say(world, { bearer }), { status: 403, code: "tenant_suspended" }));
  });
});

test("a closed tenant can do nothing at all", async () => {
  const { id, key } = await world.tenant();
  await set(id, { status: "closed" });
  await soon(async () =>
    expectRefusal(await say(world, { key }), { status: 403, code: "tenant_suspended", says: /closed/ }),
  );
  for (const path of ["/api/me", "/api/usage", "/api/quota", "/v1/models"]) {
    expectRefusal(await ask(world, path, { key }), { status: 403, code: "tenant_suspended", says: /closed/ });
  }
});

describe("a tenant that bills each user", () => {
  const openTenant = () => world.tenant({ fields: { billing: "user" }, key: { scopes: ["inference", "users:act"] } });
  const required = { status: 403, code: "user_required" };

  test("must say which user a request is for", async () => {
    const { key } = await openTenant();
    expectRefusal(await say(world, { key }), required);
    expectRefusal(await ask(world, "/chat", { key, json: { message: "Hello" } }), required);
    expectRefusal(await ask(world, "/api/quota", { key }), required);
  });

  test("draws on that user's credit alone", async () => {
    const { id, key } = await openTenant();
    const acting = (user: string) => ({ key, headers: { "x-tollgate-user": user } });
    const { id: ann } = await world.admin<{ id: string }>("POST", `tenants/${id}/users`, { external_id: "ann" });
    await world.admin("POST", `users/${ann}/credits`, { amount_micros: 1_000_000_000, reason: "test" });

    expect((await say(world, acting("ann"))).status).toBe(200);
    expectRefusal(await say(world, acting("bob")), { status: 402, code: "quota_exhausted" });
    const { body } = await ask<{ remaining_micros: number }>(world, "/api/quota", acting("ann"));
    const { data } = await world.admin<{ data: { used_micros: number }[] }>("GET", `users/${ann}/credits`);
    expect(data[0]!.used_micros).toBeGreaterThan(0);
    expect(body.remaining_micros).toBe(1_000_000_000 - data[0]!.used_micros);
  });

  test("takes no credit for itself, and a tenant that pays for all takes none for a user", async () => {
    const credit = { amount_micros: 1, reason: "test" };
    const perUser = await openTenant();
    expectRefusal(await asAdmin(world, "POST", `tenants/${perUser.id}/credits`, credit), {
      status: 409,
      code: "conflict",
      says: /user/,
    });
    const whole = await world.tenant();
    const user = await world.admin<{ id: string }>("POST", `tenants/${whole.id}/users`, { external_id: "carl" });
    expectRefusal(await asAdmin(world, "POST", `users/${user.id}/credits`, credit), {
      status: 409,
      code: "conflict",
      says: /tenant/,
    });
  });
});

test("who may call is decided before what is asked: a suspended tenant learns nothing of its body", async () => {
  const { key } = await world.tenant({ fields: { status: "closed" } });
  expectRefusal(await ask(world, "/v1/messages", { key, bytes: "{not json" }), {
    status: 403,
    code: "tenant_suspended",
  });
});
