import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type JsonSchema, jsonTextOf, outputFormat } from "../../src/gateway/chat-schema.ts";
import { openSchemaChecker } from "../../src/gateway/chat-schema-checker.ts";
import { ask, expectRefusal } from "../http/ask.ts";
import { openWorld, times, type World } from "../support/world.ts";

/** Anybody may write a schema: whatever it is, it costs a 400 and nothing else. */

let world: World;
let key: string;
beforeAll(async () => {
  world = await openWorld();
  ({ key } = await world.tenant());
});
afterAll(() => world.close());

const nested = (depth: number): JsonSchema =>
  depth ? { type: "array", items: nested(depth - 1) } : { type: "string" };

describe("a schema is refused by name, before anything is sent, where it", () => {
  test.each<[string, unknown, RegExp]>([
    ["is no object", ["string"], /^schema: must be a JSON Schema object/],
    ["is true", true, /^schema: must be a JSON Schema object/],
    ["is too large", { enum: times(10_000, (index) => `word ${index}`) }, /^schema: is larger than 64 KiB/],
    ["is too deep", nested(40), /^schema: is nested deeper than 30 levels/],
    ["is not a schema", { type: "strange" }, /^schema: cannot be used: .*type/],
    ["has a bad pattern", { type: "string", pattern: "(" }, /^schema: cannot be used: .*regular expression/i],
    ["refers to nothing", { $ref: "#/$defs/nothing" }, /^schema: cannot be used: can't resolve reference/],
    ["refers to another host", { $ref: "https://example.com/s.json" }, /^schema: cannot be used: can't resolve/],
    ["refers to the schema of schemas", { $ref: "http://json-schema.org/draft-07/schema#" }, /^schema: cannot be used/],
  ])("%s", async (_, schema, says) => {
    const before = world.sandbox.tally.requests.length;
    const answer = await ask(world, "/api/chat", { key, json: { message: "Hi", schema } });
    expectRefusal(answer, { status: 400, code: "invalid_request", says });
    expect(world.sandbox.tally.requests.length).toBe(before);
  });

  test("is sent to a stream, or with a token that is tied to a preset", async () => {
    const schema = { type: "object" };
    const streamed = await ask(world, "/api/chat/stream", { key, json: { message: "Hi", schema } });
    expectRefusal(streamed, { status: 400, code: "invalid_request", says: "schema" });

    const tenant = await world.tenant({ key: { scopes: ["inference", "tokens:issue"] } });
    const preset = { model: "claude-haiku-5-5", max_tokens: 50 };
    await world.admin("PUT", `tenants/${tenant.id}/presets`, { presets: { support: preset } });
    const issued = await ask(world, "/api/auth/token", { key: tenant.key, json: { sub: "ann", preset: "support" } });
    const bearer = String(issued.body.token ?? issued.body.access_token);
    const tied = await ask(world, "/api/chat", { bearer, json: { message: "Hi", schema } });
    expectRefusal(tied, { status: 400, code: "invalid_request", says: /^schema: this token is tied to a preset/ });
  });
});

describe("the checker", () => {
  const checker = openSchemaChecker({ checkMsMax: 1_000 });
  afterAll(() => checker.close());
  const strings = { type: "array", items: { type: "string" } };
  const isWell = async () => {
    expect(await checker.misfits(strings, '["a"]')).toEqual([]);
    expect(await checker.misfits(strings, "[1]")).toEqual([{ path: "/0", message: "must be string" }]);
  };
  const takesTooLong = { code: "invalid_request", message: expect.stringMatching(/^schema: takes too long/) };

  test("gives up a pattern that takes for ever, and goes on with the next", async () => {
    const schema = { type: "string", pattern: "^(a+)+$" };
    await expect(checker.misfits(schema, JSON.stringify(`${"a".repeat(60)}!`))).rejects.toMatchObject(takesTooLong);
    await isWell();
  });

  test("gives up references that double at every step", async () => {
    const $defs = Object.fromEntries(
      times(60, (index) => [`d${index}`, { allOf: times(2, () => ({ $ref: `#/$defs/d${index + 1}` })) }]),
    );
    const schema = { $ref: "#/$defs/d0", $defs: { ...$defs, d60: { type: "string" } } };
    await expect(checker.misfits(schema, '"x"')).rejects.toMatchObject(takesTooLong);
    await isWell();
  });

  test("survives a schema that is nothing but itself", async () => {
    await expect(checker.misfits({ $ref: "#" }, "1")).rejects.toMatchObject({ code: "invalid_request" });
    await isWell();
  });

  test("lets no schema see what another named, and does checks that come at once", async () => {
    await checker.assertUsable({ $id: "https://example.com/mine", type: "integer" });
    await expect(checker.assertUsable({ $ref: "https://example.com/mine" })).rejects.toMatchObject({
      code: "invalid_request",
    });
    const schema = { $id: "https://example.com/mine", type: "integer" };
    const found = await Promise.all(times(20, (index) => checker.misfits(schema, index % 2 ? "1" : '"one"')));
    expect(found.map(({ length }) => length)).toEqual(times(20, (index) => (index % 2 ? 0 : 1)));
  });

  test("knows the dialects of 2020-12 and of draft 7, and formats", async () => {
    const tuple = { $schema: "http://json-schema.org/draft-07/schema#", items: [{ type: "integer" }] };
    expect(await checker.misfits(tuple, '["x"]')).toEqual([{ path: "/0", message: "must be integer" }]);
    const prefix = { $schema: "https://json-schema.org/draft/2020-12/schema", prefixItems: [{ type: "integer" }] };
    expect(await checker.misfits(prefix, '["x"]')).toEqual([{ path: "/0", message: "must be integer" }]);
    expect(await checker.misfits({ format: "date" }, '"2026-02-30"')).toHaveLength(1);
    expect(await checker.misfits({ format: "our own" }, '"x"')).toEqual([]);
  });

  test("names at most twenty misfits, of a bounded length", async () => {
    const found = await checker.misfits(strings, JSON.stringify(times(1_000, (index) => index)));
    expect(found).toHaveLength(20);
    const [long] = await checker.misfits({ enum: ["x".repeat(5_000)] }, "1");
    expect(long!.message.length).toBeLessThan(310);
  });
});

test.each([
  ['{"a":1}', '{"a":1}'],
  ['```json\n{"a":1}\n```', '{"a":1}'],
  ["\n```\n[1,\n2]```\n", "[1,\n2]"],
  ["```", "```"],
  ["``````", "``````"],
])("the JSON of %j is %j", (text, json) => expect(jsonTextOf(text).trim()).toBe(json));

test.each<[string, JsonSchema, boolean]>([
  ["plain objects", { type: "object", properties: { a: { type: "string", maxLength: 3 } } }, true],
  [
    "definitions, also used twice",
    { anyOf: times(2, () => ({ $ref: "#/$defs/a" })), $defs: { a: { type: "null" } } },
    true,
  ],
  ["a tree", { $ref: "#/$defs/a", $defs: { a: { type: "array", items: { $ref: "#/$defs/a" } } } }, false],
  ["a map", { type: "object", additionalProperties: { type: "string" } }, false],
  ["anything", {}, false],
  ["draft 7's definitions", { $ref: "#/definitions/a", definitions: { a: { type: "null" } } }, false],
])("upstream's own format is used for what it can express: %s", (_, schema, expressible) => {
  expect(outputFormat(schema) !== null).toBe(expressible);
});

test("references that double at every step are looked at once each", () => {
  const $defs = Object.fromEntries(
    times(60, (i) => [`d${i}`, { anyOf: times(2, () => ({ $ref: `#/$defs/d${i + 1}` })) }]),
  );
  expect(outputFormat({ $ref: "#/$defs/d0", $defs: { ...$defs, d60: { type: "string" } } })).not.toBeNull();
});
