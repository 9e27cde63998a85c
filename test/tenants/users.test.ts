import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, expectRefusal, me, say, soon } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant({ key: { scopes: ["inference", "users:act", "tokens:issue"] } });
});
afterAll(() => world.close());

interface User {
  id: string;
  external_id: string;
  status: string;
}
const newUser = (external_id: string) => world.admin<User>("POST", `tenants/${tenant.id}/users`, { external_id });
const keyWith = async (fields: Record<string, unknown>) =>
  (await world.admin<{ secret: string }>("POST", `tenants/${tenant.id}/keys`, { name: "test", ...fields })).secret;
const users = async () => (await world.admin<{ data: User[] }>("GET", `tenants/${tenant.id}/users?limit=1000`)).data;
const acting = (user: string) => ({ key: tenant.key, headers: { "x-tollgate-user": user } });
const receiptOf = async (answer: { headers: Headers }) =>
  (await world.admin<{ data: { user_id: string }[] }>("GET", `events/${answer.headers.get("request-id")}`)).data[0]!;

describe("a key of a user", () => {
  test("speaks for that user: what it uses is the user's", async () => {
    const user = await newUser("of-a-key");
    const key = await keyWith({ user_id: user.id });
    expect((await me(world, { key })).body.user).toEqual({ id: user.id, external_id: "of-a-key" });
    expect(await receiptOf(await say(world, { key }))).toMatchObject({ user_id: user.id });
  });

  test("reads that user's usage alone, while the tenant's own key reads all", async () => {
    const ann = await newUser("ann");
    await newUser("bob");
    const [annKey, bobKey] = [await keyWith({ user_id: ann.id }), await keyWith({ user_id: "ext:bob" })];
    const request = (await say(world, { key: annKey })).headers.get("request-id");
    const eventsOf = async (key: string, query = "") =>
      (await ask<{ data: { request_id: string }[] }>(world, `/api/usage/events${query}`, { key })).body.data.map(
        (event) => event.request_id,
      );
    expect(await eventsOf(annKey)).toEqual([request]);
    expect(await eventsOf(bobKey)).toEqual([]);
    expect(await eventsOf(tenant.key, "?user_id=ext:ann")).toEqual([request]);
    for (const path of [
      `/api/usage/events/${request}`,
      `/api/usage?user_id=${ann.id}`,
      "/api/usage/events?user_id=ext:ann",
    ]) {
      expectRefusal(await ask(world, path, { key: bobKey }), { status: 404, code: "not_found" });
    }
    expect((await ask(world, `/api/usage/events/${request}`, { key: tenant.key })).status).toBe(200);
  });

  test("cannot act for others, even with the scope", async () => {
    const user = await newUser("cannot-act");
    const key = await keyWith({ user_id: user.id, scopes: ["inference", "users:act"] });
    expectRefusal(await say(world, { key, headers: { "x-tollgate-user": "ann" } }), {
      status: 403,
      code: "scope_missing",
    });
  });

  test("cannot issue tokens for others", async () => {
    const user = await newUser("cannot-issue");
    const key = await keyWith({ user_id: user.id, scopes: ["tokens:issue"] });
    expectRefusal(await ask(world, "/api/auth/token", { key, json: { sub: "ann" } }), {
      status: 403,
      code: "scope_missing",
    });
    expect((await ask(world, "/api/auth/token", { key, json: { sub: "cannot-issue" } })).status).toBe(201);
  });
});

describe("acting for a user with x-tollgate-user", () => {
  test("makes the usage that user's, in the same tenant's books", async () => {
    const user = await newUser("acted-for");
    const answer = await say(world, acting("acted-for"));
    expect(answer.status).toBe(200);
    expect(await receiptOf(answer)).toMatchObject({ user_id: user.id, tenant_id: tenant.id, key_id: tenant.keyId });
  });

  test("creates a user that is not known yet, once, however many requests come at once", async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => me(world, acting("brand new"))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await users()).filter((user) => user.external_id === "brand new")).toHaveLength(1);
  });

  test("needs the scope users:act, and without it creates nobody", async () => {
    const key = await keyWith({ scopes: ["inference"] });
    expectRefusal(await say(world, { key, headers: { "x-tollgate-user": "nobody" } }), {
      status: 403,
      code: "scope_missing",
      says: "users:act",
    });
    expect((await users()).map((user) => user.external_id)).not.toContain("nobody");
  });

  test("leaves no other right than inference and the user's own usage", async () => {
    expect((await me(world, acting("acted-for"))).body.scopes).toEqual(["inference"]);
    expectRefusal(await ask(world, "/api/auth/token", { ...acting("acted-for"), json: { sub: "ann" } }), {
      status: 403,
      code: "scope_missing",
    });
    const all = await ask<{ data: { user_id: string }[] }>(world, "/api/usage/events", acting("brand new"));
    expect(all.body.data).toEqual([]);
  });

  test("the name of a user has a bound", async () => {
    expectRefusal(await me(world, acting("x".repeat(201))), { status: 401, code: "invalid_credentials", says: /user/ });
  });

  test("the user that was acted for does not stick to the key", async () => {
    await me(world, acting("ann"));
    expect((await me(world, { key: tenant.key })).body.user).toBe(null);
    expect((await me(world, acting("bob"))).body.user).toMatchObject({ external_id: "bob" });
  });
});

describe("a blocked user", () => {
  test("is refused within seconds, whichever way it comes, and let in again when it is unblocked", async () => {
    const user = await newUser("blocked");
    const own = await keyWith({ user_id: user.id });
    const { body } = await ask<{ token: string }>(world, "/api/auth/token", {
      key: tenant.key,
      json: { sub: "blocked" },
    });
    const ways = [acting("blocked"), { key: own }, { bearer: body.token }];
    for (const way of ways) expect((await say(world, way)).status).toBe(200);

    await world.admin("PATCH", `users/${user.id}`, { status: "blocked" });
    for (const way of ways) {
      await soon(async () => expectRefusal(await me(world, way), { status: 403, code: "user_blocked" }));
      expectRefusal(await say(world, way), { status: 403, code: "user_blocked" });
    }
    expect((await me(world, acting("ann"))).status).toBe(200);

    await world.admin("PATCH", `users/${user.id}`, { status: "active" });
    for (const way of ways) await soon(async () => expect((await say(world, way)).status).toBe(200));
  });
});
