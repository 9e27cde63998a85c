import { randomUUID } from "node:crypto";
import jwt from "jsonwebtoken";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { ask, expectRefusal, MESSAGE, me, say, soon } from "../http/ask.ts";
import { openWorld, ROOT_SECRET, type TestTenant, type World } from "../support/world.ts";
import { seconds } from "./identity-provider.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant({ key: { scopes: ["inference", "tokens:issue", "users:act"] } });
});
afterAll(() => world.close());

interface Issued {
  token: string;
  token_type: string;
  expires_at: string;
}
const issue = (fields: Record<string, unknown> = {}, key = tenant.key) =>
  ask<Issued>(world, "/api/auth/token", { key, json: { sub: "ann", ...fields } });
const token = async (fields: Record<string, unknown> = {}, key = tenant.key) => {
  const { status, body } = await issue(fields, key);
  expect(status).toBe(201);
  return body.token;
};
const newKey = (fields: Record<string, unknown> = {}) =>
  world.admin<{ id: string; secret: string }>("POST", `tenants/${tenant.id}/keys`, {
    ...{ name: "issuing", scopes: ["inference", "tokens:issue"] },
    ...fields,
  });

describe("POST /api/auth/token", () => {
  test("gives a token for a user, good for as long as was asked, fifteen minutes by default", async () => {
    const lifetime = ({ body }: { body: Issued }) => {
      const { iat, exp } = jwt.decode(body.token) as { iat: number; exp: number };
      expect(Math.abs(Date.parse(body.expires_at) / 1000 - exp)).toBeLessThanOrEqual(1);
      expect(body.token_type).toBe("Bearer");
      return exp - iat;
    };
    expect(lifetime(await issue())).toBe(900);
    expect(lifetime(await issue({ ttl_seconds: 3_600 }))).toBe(3_600);
  });

  test("needs the scope tokens:issue", async () => {
    const { secret } = await newKey({ scopes: ["inference"] });
    expectRefusal(await issue({}, secret), { status: 403, code: "scope_missing", says: "tokens:issue" });
  });

  const BAD: [field: string, fields: Record<string, unknown>][] = [
    ["ttl_seconds", { ttl_seconds: 3_601 }],
    ["ttl_seconds", { ttl_seconds: 0 }],
    ["ttl_seconds", { ttl_seconds: -1 }],
    ["ttl_seconds", { ttl_seconds: 1.5 }],
    ["ttl_seconds", { ttl_seconds: "60" }],
    ["sub", { sub: undefined }],
    ["sub", { sub: "" }],
    ["sub", { sub: "x".repeat(201) }],
    ["sub", { sub: "a\u0000b" }],
    ["models", { models: "claude-haiku-5-5" }],
    ["models", { models: ["a model"] }],
    ["routes", { routes: [""] }],
    ["max_tokens", { max_tokens: 0 }],
    ["preset", { preset: "No Such" }],
    ["preset", { preset: "no-such" }],
    ["scopes", { scopes: ["inference"] }],
    ["ttl", { ttl: 60 }],
  ];
  test.each(BAD)("names the field %s of %j", async (field, fields) => {
    expectRefusal(await issue(fields), { status: 400, code: "invalid_request", says: field });
  });
});

describe("a token that Tollgate issued", () => {
  test("speaks for its user, who is created on first sight; usage is counted for user and key", async () => {
    const sub = `new ${randomUUID()}`;
    const answer = await say(world, { bearer: await token({ sub }) });
    const { data } = await world.admin<{ data: { id: string; external_id: string }[] }>(
      "GET",
      `tenants/${tenant.id}/users`,
    );
    const user = data.find(({ external_id }) => external_id === sub)!;
    const event = await world.admin<{ data: unknown[] }>("GET", `events/${answer.headers.get("request-id")}`);
    expect(event.data[0]).toMatchObject({ user_id: user.id, key_id: tenant.keyId });
  });

  test("may call models and read its user's usage, and nothing else", async () => {
    const bearer = await token({ sub: "reads" });
    expect((await me(world, { bearer })).body).toMatchObject({ scopes: ["inference"], user: { external_id: "reads" } });
    const mine = (await say(world, { bearer })).headers.get("request-id");
    const others = (await say(world, { bearer: await token({ sub: "else" }) })).headers.get("request-id");
    expect((await ask(world, `/api/usage/events/${mine}`, { bearer })).status).toBe(200);
    expectRefusal(await ask(world, `/api/usage/events/${others}`, { bearer }), { status: 404, code: "not_found" });
    expectRefusal(await ask(world, "/api/auth/token", { bearer, json: { sub: "reads" } }), {
      status: 403,
      code: "scope_missing",
    });
    expectRefusal(await ask(world, "/api/admin/tenants", { bearer }), { status: 401, code: "invalid_credentials" });
  });

  test("is bound by its models, and by those of the key that issued it", async () => {
    const { secret } = await newKey({ models: ["claude-haiku-*", "claude-sonnet-*"] });
    const bearer = await token({ models: ["claude-haiku-5-5", "claude-opus-5-5"] }, secret);
    expect((await say(world, { bearer }, { model: "claude-haiku-5-5" })).status).toBe(200);
    for (const model of ["claude-sonnet-5-5", "claude-opus-5-5"]) {
      expectRefusal(await say(world, { bearer }, { model }), { status: 403, code: "model_not_allowed" });
    }
  });

  test("is bound by its routes, and by those of the key that issued it", async () => {
    const { secret } = await newKey({ routes: ["/v1/*", "/api/chat"] });
    const bearer = await token({ routes: ["/v1/messages", "/chat"] }, secret);
    expect((await say(world, { bearer })).status).toBe(200);
    for (const path of ["/chat", "/api/chat"]) {
      expectRefusal(await ask(world, path, { bearer, json: { message: "Hello" } }), {
        status: 403,
        code: "route_not_allowed",
      });
    }
  });

  test("may not ask for more than its ceiling of max_tokens; the simple routes stay below it by themselves", async () => {
    const bearer = await token({ max_tokens: 20 });
    expect((await say(world, { bearer }, { max_tokens: 20 })).status).toBe(200);
    expectRefusal(await say(world, { bearer }, { max_tokens: 21 }), {
      status: 400,
      code: "invalid_request",
      says: /^max_tokens: 21 > 20/,
    });
    const { status, body } = await ask(world, "/api/chat", {
      bearer,
      json: { message: "[[output_tokens=500]] go on" },
    });
    expect({ status, tokens: body.output_tokens, why: body.stop_reason }).toEqual({
      status: 200,
      tokens: 20,
      why: "max_tokens",
    });
  });

  test("ends when its time is over, though it was just used", async () => {
    const bearer = await token({ ttl_seconds: 3 });
    expect((await me(world, { bearer })).status).toBe(200);
    await soon(async () => expectRefusal(await me(world, { bearer }), { status: 401, code: "expired_credentials" }));
  });

  test("ends with the key that issued it, when that is revoked or expires, but not when it is rotated", async () => {
    const [revoked, expiring, rotated] = [
      await newKey(),
      await newKey({ expires_at: new Date(Date.now() + 4_000).toISOString() }),
      await newKey(),
    ];
    const [first, second, third] = [
      await token({}, revoked.secret),
      await token({}, expiring.secret),
      await token({}, rotated.secret),
    ];
    expect((await say(world, { bearer: first })).status).toBe(200);
    await world.admin("DELETE", `keys/${revoked.id}`);
    await world.admin("POST", `keys/${rotated.id}/rotate`, { overlap_seconds: 0 });
    await soon(async () => expectRefusal(await me(world, { bearer: first }), { status: 401, code: "revoked_key" }));
    expectRefusal(await say(world, { bearer: first }), { status: 401, code: "revoked_key" });
    await soon(async () =>
      expectRefusal(await me(world, { bearer: second }), { status: 401, code: "expired_credentials" }),
    );
    expect((await me(world, { bearer: third })).status).toBe(200);
  });

  test("cannot be made by anybody who lacks the root secret, nor point to another tenant's key", async () => {
    const other = await world.tenant({ key: { scopes: ["inference", "tokens:issue"] } });
    const key = secretsFrom(ROOT_SECRET).tokenKey;
    const own = { iss: "tollgate", aud: "tollgate", sub: "ann", ten: tenant.id, key: tenant.keyId, exp: seconds(600) };
    const sign = (more: object, by: typeof key | string = key) =>
      jwt.sign({ ...own, ...more }, by, { algorithm: "HS256" });
    expect((await me(world, { bearer: sign({}) })).status).toBe(200);
    expectRefusal(await me(world, { bearer: sign({}, ROOT_SECRET) }), { status: 401, code: "invalid_credentials" });
    expectRefusal(await me(world, { bearer: sign({ aud: "else" }) }), { status: 401, code: "invalid_credentials" });
    expectRefusal(await me(world, { bearer: sign({ key: undefined }) }), { status: 401, code: "invalid_credentials" });
    expect((await me(world, { bearer: sign({ key: other.keyId }) })).status).toBeGreaterThanOrEqual(400);
  });

  test("counts tokens only of the models that it may use", async () => {
    const bearer = await token({ models: ["claude-haiku-*"] });
    const count = (model: string) =>
      ask(world, "/v1/messages/count_tokens", {
        ...{ bearer, headers: { "anthropic-version": "2023-06-01" } },
        json: { model, messages: MESSAGE.messages },
      });
    expect((await count("claude-haiku-5-5")).status).toBe(200);
    expectRefusal(await count("claude-opus-5-5"), { status: 403, code: "model_not_allowed" });
  });
});
