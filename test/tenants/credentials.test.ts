import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, expectRefusal, me, say } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";

let world: World;
let one: TestTenant;
let other: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  [one, other] = [await world.tenant(), await world.tenant()];
});
afterAll(() => world.close());

const whoIs = async (asked: Parameters<typeof me>[1]) => ((await me(world, asked)).body.tenant as { id: string }).id;

describe("an API key is accepted", () => {
  test("in x-api-key", async () => {
    expect((await say(world, { key: one.key })).status).toBe(200);
    expect(await whoIs({ key: one.key })).toBe(one.id);
  });

  test("in Authorization: Bearer", async () => {
    expect((await say(world, { bearer: one.key })).status).toBe(200);
    expect(await whoIs({ bearer: one.key })).toBe(one.id);
  });

  test("in both, where it is the same", async () => {
    expect(await whoIs({ key: one.key, bearer: one.key })).toBe(one.id);
  });

  test("with any case of the scheme, and spaces around it", async () => {
    for (const authorization of [`bearer ${one.key}`, `BEARER   ${one.key} `]) {
      expect(await whoIs({ headers: { authorization } })).toBe(one.id);
    }
  });

  test("beside an Authorization of another scheme, which is none of ours", async () => {
    expect(await whoIs({ key: one.key, headers: { authorization: "Basic dTpw" } })).toBe(one.id);
  });

  test("and tells apart whose it is", async () => {
    expect(await whoIs({ key: other.key })).toBe(other.id);
  });
});

test("two different credentials are refused, in whichever header each is, because a guess could bill the wrong tenant", async () => {
  const refusal = { status: 401, code: "invalid_credentials", says: /x-api-key.*Authorization/ };
  expectRefusal(await say(world, { key: one.key, bearer: other.key }), refusal);
  expectRefusal(await say(world, { key: other.key, bearer: one.key }), refusal);
  expectRefusal(await me(world, { key: one.key, bearer: "garbage" }), refusal);
});

test("no credential is refused by name, on the data plane and the control plane", async () => {
  const refusal = { status: 401, code: "missing_credentials", says: /x-api-key/ };
  const none = [
    {},
    { key: "" },
    { key: "   " },
    { headers: { authorization: "Bearer" } },
    { headers: { authorization: "Bearer " } },
    { headers: { authorization: "Basic dTpw" } },
  ];
  for (const asked of none) {
    expectRefusal(await say(world, asked), refusal);
    expectRefusal(await ask(world, "/api/usage", asked), refusal);
  }
});

test("a route that costs nothing needs a credential too, but /api/hello does not", async () => {
  expectRefusal(await ask(world, "/v1/models"), { status: 401, code: "missing_credentials" });
  expectRefusal(await ask(world, "/v1/messages/count_tokens", { json: {} }), {
    status: 401,
    code: "missing_credentials",
  });
  expect((await ask(world, "/api/hello", { method: "HEAD" })).status).toBe(200);
});

const almost = (key: string) => key.slice(0, -1) + (key.endsWith("A") ? "B" : "A");
const GARBAGE: Record<string, (key: string) => string> = {
  "a key with one letter changed": almost,
  "a key with a letter missing": (key) => key.slice(0, -1),
  "a key with a letter more": (key) => `${key}A`,
  "the prefix that lists show": (key) => key.slice(0, 12),
  "a key in other case": (key) => key.toUpperCase(),
  "a live key of this shape in sandbox mode": (key) => key.replace("tg_test_", "tg_live_"),
  "a key of the provider": () => "sk-ant-sandbox",
  "a word": () => "garbage",
  "three dots": () => "...",
  "something like a JWT": () => "e30.e30.e30",
  "a JWT whose payload is no object": () => `${btoa('{"alg":"HS256"}')}.${btoa('"text"')}.x`,
  "a quote and a semicolon": () => "' or 1=1; --",
  "a name of JavaScript's": () => "__proto__",
};

describe("a credential that is none is refused, whatever it looks like:", () => {
  test.each(Object.entries(GARBAGE))("%s", async (_name, make) => {
    const secret = make(one.key);
    expectRefusal(await say(world, { key: secret }), { status: 401, code: "invalid_credentials" });
    expectRefusal(await me(world, { bearer: secret }), { status: 401, code: "invalid_credentials" });
  });
});

test("a credential that is too long is refused before it is looked at", async () => {
  const refusal = { status: 401, code: "invalid_credentials", says: /too long/ };
  expectRefusal(await say(world, { key: "x".repeat(8_193) }), refusal);
  expectRefusal(await me(world, { bearer: `${one.key}${"x".repeat(9_000)}` }), refusal);
});

test("the answer to a bad credential does not repeat it", async () => {
  const secret = almost(one.key);
  expect((await me(world, { key: secret })).text).not.toContain(secret.slice(12));
});

test("a bad credential never reaches the provider", async () => {
  const before = world.sandbox.tally.requests.length;
  for (const key of ["", "garbage", almost(one.key)]) await say(world, { key });
  expect(world.sandbox.tally.requests).toHaveLength(before);
});
