import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { type Asked, ask, expectRefusal, MESSAGE, type Refusal } from "./ask.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const HEADERS = { "anthropic-version": "2023-06-01" };
const send = (asked: Asked & { path?: string }) =>
  ask(world, asked.path ?? "/v1/messages", { key: tenant.key, ...asked, headers: { ...HEADERS, ...asked.headers } });
const invalid = (says: RegExp | string): Refusal => ({ status: 400, code: "invalid_request", says });
const { model: _model, ...NO_MODEL } = MESSAGE;
const { max_tokens: _max, ...NO_MAX } = MESSAGE;
const { messages: _messages, ...NO_MESSAGES } = MESSAGE;

const BODIES: Record<string, [bytes: string, says: RegExp]> = {
  "nothing at all": ["", /JSON/],
  "half of JSON": ['{"model": "claude-son', /JSON/],
  "JSON with a comma too many": ['{"model": "claude-sonnet-5-5",}', /JSON/],
  "single quotes": ["{'model': 'claude-sonnet-5-5'}", /JSON/],
  "two values": ["{} {}", /JSON/],
  "a form": ["model=claude-sonnet-5-5", /JSON/],
  "a list": ["[]", /object/],
  "a text": ['"hello"', /object/],
  "a number": ["1", /object/],
  null: ["null", /object/],
  "an empty object": ["{}", /^model/],
};

describe("POST /v1/messages refuses a body of", () => {
  test.each(Object.entries(BODIES))("%s", async (_name, [bytes, says]) => {
    expectRefusal(await send({ method: "POST", bytes }), invalid(says));
  });
});

const nested = (depth: number) => `${'[{"type":"x","content":'.repeat(depth)}"x"${"}]".repeat(depth)}`;
const FIELDS: Record<string, [body: unknown, refusal: Refusal]> = {
  "no model": [NO_MODEL, invalid(/^model: Field required/)],
  "a model that is null": [{ ...MESSAGE, model: null }, invalid(/^model/)],
  "a model that is a number": [{ ...MESSAGE, model: 5 }, invalid(/^model/)],
  "an empty model": [{ ...MESSAGE, model: "" }, invalid(/^model/)],
  "an endless model": [{ ...MESSAGE, model: "x".repeat(201) }, invalid(/^model/)],
  "a model that nobody knows": [
    { ...MESSAGE, model: "claude-unknown-9" },
    { status: 400, code: "model_not_priced", says: /^model: claude-unknown-9/ },
  ],
  "a model of another maker": [
    { ...MESSAGE, model: "gpt-5" },
    { status: 400, code: "model_not_priced", says: /^model: gpt-5/ },
  ],
  "a name of JavaScript's as the model": [
    { ...MESSAGE, model: "__proto__" },
    { status: 400, code: "model_not_priced", says: /^model/ },
  ],
  "a fallback that nobody knows": [
    { ...MESSAGE, fallbacks: ["claude-unknown-9"] },
    { status: 400, code: "model_not_priced", says: /claude-unknown-9/ },
  ],
  "no max_tokens": [NO_MAX, invalid(/^max_tokens: Field required/)],
  "max_tokens that are null": [{ ...MESSAGE, max_tokens: null }, invalid(/^max_tokens/)],
  "max_tokens as a text": [{ ...MESSAGE, max_tokens: "100" }, invalid(/^max_tokens/)],
  "negative max_tokens": [{ ...MESSAGE, max_tokens: -1 }, invalid(/^max_tokens/)],
  "fractional max_tokens": [{ ...MESSAGE, max_tokens: 1.5 }, invalid(/^max_tokens/)],
  "more max_tokens than the model can say": [
    { ...MESSAGE, max_tokens: 128_001 },
    invalid(/^max_tokens: 128001 > 128000/),
  ],
  "absurd max_tokens": [{ ...MESSAGE, max_tokens: Number.MAX_SAFE_INTEGER }, invalid(/^max_tokens/)],
  "max_tokens beyond exact numbers": [{ ...MESSAGE, max_tokens: 1e300 }, invalid(/^max_tokens/)],
  "no messages": [NO_MESSAGES, invalid(/^messages: Field required/)],
  "messages that are null": [{ ...MESSAGE, messages: null }, invalid(/^messages/)],
  "messages that are a text": [{ ...MESSAGE, messages: "Hello" }, invalid(/^messages/)],
  "an empty list of messages": [{ ...MESSAGE, messages: [] }, invalid(/^messages: at least one/)],
  "a stream that is neither true nor false": [{ ...MESSAGE, stream: "yes" }, invalid(/^stream/)],
  "content nested without end": [
    `{"model":"claude-sonnet-5-5","max_tokens":9,"messages":[{"role":"user","content":${nested(50_000)}}]}`,
    invalid(/nested/),
  ],
};

describe("POST /v1/messages refuses, by the name of the field,", () => {
  test.each(Object.entries(FIELDS))("%s", async (_name, [body, refusal]) => {
    expectRefusal(await send(typeof body === "string" ? { bytes: body } : { json: body }), refusal);
  });

  test("content nested without end, also on a simple route, in a token's preset and for counting", async () => {
    await world.admin("PUT", `tenants/${tenant.id}/presets`, {
      presets: { p: { model: "claude-haiku-5-5", max_tokens: 5 } },
    });
    const issuing = await world.admin<{ secret: string }>("POST", `tenants/${tenant.id}/keys`, {
      name: "issuing",
      scopes: ["inference", "tokens:issue"],
    });
    const { body } = await ask<{ token: string }>(world, "/api/auth/token", {
      key: issuing.secret,
      json: { sub: "ann", preset: "p" },
    });
    const messages = `"messages":[{"role":"user","content":${nested(50_000)}}]`;
    expectRefusal(await send({ path: "/api/chat", bytes: `{${messages}}` }), invalid(/nested/));
    expectRefusal(await send({ key: undefined, bearer: body.token, bytes: `{${messages}}` }), invalid(/nested/));
    expectRefusal(
      await send({ path: "/v1/messages/count_tokens", bytes: `{"model":"claude-haiku-5-5",${messages}}` }),
      invalid(/nested/),
    );
  });

  test("absurd max_tokens, also for a model whose own bound nobody knows", async () => {
    await world.admin("POST", "prices", {
      model: "claude-odd-1",
      usd_per_million: { input: "3", cache_read: "1", cache_write_5m: "3", cache_write_1h: "3", output: "15" },
    });
    for (const model of ["claude-odd-1", "claude-mythos-preview"]) {
      for (const max_tokens of [10 ** 12, Number.MAX_SAFE_INTEGER]) {
        const { status, text } = await send({ json: { ...MESSAGE, model, max_tokens } });
        expect(Math.floor(status / 100), `${model} ${max_tokens}: ${text}`).toBe(4);
      }
    }
  });
});

const TAGS: Record<string, string> = {
  "a word": "summary",
  "no name": "=summary",
  "no value": "feature=",
  "a space in a name": "my feature=summary",
  "nine pairs": Array.from({ length: 9 }, (_, i) => `t${i}=x`).join(","),
  "a value too long": `feature=${"x".repeat(129)}`,
  "a name too long": `${"x".repeat(65)}=summary`,
  "two equals signs": "feature=a=b",
};

describe("x-tollgate-tags are refused with", () => {
  test.each(Object.entries(TAGS))("%s", async (_name, tags) => {
    expectRefusal(
      await send({ json: MESSAGE, headers: { "x-tollgate-tags": tags } }),
      invalid(/^x-tollgate-tags: .*feature=summary/),
    );
  });
});

test("whatever was refused here was refused before it cost anything", async () => {
  for (const json of [{}, { ...MESSAGE, model: "gpt-5" }, { ...MESSAGE, container: "c" }]) await send({ json });
  const billed = world.sandbox.tally.requests.filter(({ inputTokens, outputTokens }) => inputTokens + outputTokens > 0);
  expect(billed).toEqual([]);
  expect(await world.admin("GET", "holds")).toMatchObject({ data: [] });
  const { data } = await world.admin<{ data: unknown[] }>("GET", `tenants/${tenant.id}/credits`);
  expect(data).toMatchObject([{ held_micros: 0, used_micros: 0 }]);
});
