import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, expectRefusal, type Fields } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { creditOf, type Receipt, receiptsOf } from "./books.ts";

/** `POST /api/chat` with a schema: the answer is JSON that fits, or it is said why not. */

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const PERSON = {
  type: "object",
  properties: {
    name: { type: "string" },
    age: { type: "integer", minimum: 0, maximum: 150 },
    tags: { type: "array", items: { type: "string" } },
    home: { $ref: "#/$defs/place" },
  },
  required: ["name", "age", "home"],
  $defs: { place: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
};

const chat = (body: Fields, key = tenant.key) =>
  ask<Fields & { data: Fields; request_id: string }>(world, "/api/chat", { key, json: { message: "Who?", ...body } });

const sum = (receipts: readonly Receipt[], of: keyof Receipt) =>
  receipts.reduce((total, receipt) => total + (receipt[of] as number), 0);

test("the answer has the validated object, beside its text and what it cost", async () => {
  const answer = await chat({ schema: PERSON });
  expect(answer.status).toBe(200);
  expect(answer.body.data).toEqual({ name: "a likely name", age: 7, home: { city: "Lisbon" } });
  expect(JSON.parse(String(answer.body.text))).toEqual(answer.body.data);
  expect(answer.body).toMatchObject({ stop_reason: "end_turn", cost_usd: expect.any(String), currency: "USD" });
  const receipts = await receiptsOf(world, answer.body.request_id);
  expect(receipts).toHaveLength(1);
  expect(receipts[0]).toMatchObject({ route: "/api/chat", spend_micros: answer.body.spend_micros });
});

test("without a schema there is no data", async () => {
  expect((await chat({})).body).not.toHaveProperty("data");
});

test("an answer that does not fit is repaired once, and the bill is of both calls", async () => {
  const { id, key } = await world.tenant();
  const before = world.sandbox.tally.requests.length;
  const { status, body } = await chat({ message: "[[bad_json]] [[times=1]] Who first?", schema: PERSON }, key);
  expect(status).toBe(200);
  expect(body.data).toMatchObject({ name: "a likely name" });
  expect(world.sandbox.tally.requests.length - before).toBe(2);

  const receipts = await receiptsOf(world, body.request_id);
  expect(receipts).toHaveLength(2);
  expect(receipts.every(({ request_id }) => request_id === body.request_id)).toBe(true);
  // The second call repeats the first, its answer and what was wrong with it.
  expect(receipts[1]!.input_tokens).toBeGreaterThan(receipts[0]!.input_tokens + receipts[0]!.output_tokens);
  for (const figure of ["input_tokens", "output_tokens", "spend_micros"] as const)
    expect(body[figure], figure).toBe(sum(receipts, figure));
  expect(await creditOf(world, id)).toEqual({ used: body.spend_micros, held: 0 });
  expect(Number(body.cost_usd) * 1e6).toBeCloseTo(sum(receipts, "cost_micros_usd"), 3);
});

test("after one repair it is a 422 that says what does not fit, and both calls are billed", async () => {
  const { id, key } = await world.tenant();
  const answer = await chat({ message: "[[bad_json]] Who, twice?", schema: PERSON }, key);
  expectRefusal(answer, { status: 422, code: "schema_mismatch", type: "invalid_request_error" });
  const { error, request_id } = answer.body as unknown as { error: { details: Fields }; request_id: string };
  expect(error.details).toMatchObject({
    attempts: 2,
    errors: [{ path: "", message: expect.stringMatching(/^is not JSON: /) }],
    text: expect.stringContaining("You said"),
  });
  const receipts = await receiptsOf(world, request_id);
  expect(receipts).toHaveLength(2);
  expect(await creditOf(world, id)).toEqual({ used: sum(receipts, "spend_micros"), held: 0 });
});

test("what upstream cannot be held to is checked here, and each misfit has its path", async () => {
  const schema = {
    type: "object",
    properties: { id: { type: "string", pattern: "^[0-9]{4}$" }, mail: { type: "string", format: "email" } },
    required: ["id", "mail"],
  };
  const answer = await chat({ schema });
  expectRefusal(answer, { status: 422, code: "schema_mismatch", type: "invalid_request_error" });
  expect((answer.body as unknown as { error: { details: Fields } }).error.details.errors).toEqual([
    { path: "/id", message: 'must match pattern "^[0-9]{4}$"' },
  ]);
});

test("a schema that upstream cannot express is asked for in words", async () => {
  const open = { type: "object", additionalProperties: { type: "integer" } };
  const before = world.sandbox.tally.requests.length;
  const answer = await chat({ schema: open });
  // The sandbox only answers JSON when it is asked by output_config.
  expectRefusal(answer, { status: 422, code: "schema_mismatch", type: "invalid_request_error" });
  const [asked] = world.sandbox.tally.requests.slice(before);
  const plain = await chat({});
  const [receipt] = await receiptsOf(world, plain.body.request_id);
  expect(asked!.inputTokens).toBeGreaterThan(receipt!.input_tokens + JSON.stringify(open).length / 4);
});

test("where upstream does not take the format it is asked in words, at no cost, and not tried again with it", async () => {
  const before = world.sandbox.tally.requests.length;
  const answer = await chat({ schema: { type: ["object", "null"], properties: { a: { type: "string" } } } });
  expectRefusal(answer, { status: 422, code: "schema_mismatch", type: "invalid_request_error" });
  expect(world.sandbox.tally.requests.slice(before).map(({ status }) => status)).toEqual([400, 200, 200]);
  const { request_id } = answer.body;
  expect(await receiptsOf(world, request_id)).toHaveLength(2);
});

test("a refusal is not asked again", async () => {
  const before = world.sandbox.tally.requests.length;
  const answer = await chat({ message: "[[refuse]] no", schema: PERSON });
  expectRefusal(answer, { status: 422, code: "schema_mismatch", type: "invalid_request_error" });
  expect((answer.body as unknown as { error: { details: Fields } }).error.details).toMatchObject({
    stop_reason: "refusal",
    attempts: 1,
  });
  expect(world.sandbox.tally.requests.length - before).toBe(1);
});

test("an answer that is cut off says so", async () => {
  const { status, body } = await chat({ schema: PERSON, max_tokens: 4 });
  expect(status).toBe(422);
  expect(JSON.stringify(body)).toContain("was cut off: max_tokens was used up");
});

test("with an idempotency key a 422 that was paid for is given again, and not paid for again", async () => {
  const { id, key } = await world.tenant();
  const twice = () =>
    ask(world, "/api/chat", {
      key,
      headers: { "idempotency-key": "once" },
      json: { message: "[[bad_json]] Once?", schema: PERSON },
    });
  const [first, second] = [await twice(), await twice()];
  const { used } = await creditOf(world, id);
  expect(first.status).toBe(422);
  expect(second.text).toBe(first.text);
  expect(used).toBeGreaterThan(0);
  expect(await creditOf(world, id)).toEqual({ used, held: 0 });
});
