import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, expectRefusal, type Fields } from "../http/ask.ts";
import { mostAtOnce } from "../support/at-once.ts";
import { openWorld, type TestTenant, times, type World } from "../support/world.ts";
import { creditOf, eventually, receiptsOf, receiptsOfTenant } from "./books.ts";

/** `POST /api/chat/batch`: many asks at once, each answered, held and billed by itself. */

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

interface Result extends Fields {
  readonly index: number;
  readonly ok: boolean;
  readonly request_id: string;
  readonly spend_micros?: number;
  readonly error?: {
    readonly type: string;
    readonly code: string;
    readonly message: string;
    readonly details?: Fields;
  };
}
interface BatchAnswer extends Fields {
  readonly results: readonly Result[];
}
const batch = (tasks: readonly unknown[], more: Fields = {}, { key = tenant.key, headers = {} } = {}) =>
  ask<BatchAnswer>(world, "/api/chat/batch", { key, headers, json: { tasks, ...more } });

test("every task has its answer, in order, and its own receipt; the totals are their sum", async () => {
  const { id, key } = await world.tenant();
  const tasks = times(8, (index) => ({
    message: `[[first_byte_ms=${(8 - index) * 30}]] number ${index}`,
    model: index % 2 ? "claude-haiku-5-5" : "claude-sonnet-5-5",
    max_tokens: 50,
  }));
  const { status, body } = await batch(tasks, {}, { key });
  expect(status).toBe(200);
  expect(body).toMatchObject({ succeeded: 8, failed: 0, currency: "USD" });
  for (const [index, result] of body.results.entries()) {
    expect(result).toMatchObject({ index, ok: true, stop_reason: expect.any(String), model: tasks[index]!.model });
    expect(result.text).toContain(`number ${index}`);
    const [receipt, ...others] = await receiptsOf(world, result.request_id);
    expect(others).toEqual([]);
    expect(receipt).toMatchObject({ route: "/api/chat/batch", spend_micros: result.spend_micros });
  }
  const receipts = await receiptsOfTenant(world, id);
  const spend = receipts.reduce((sum, receipt) => sum + receipt.spend_micros, 0);
  const cost = receipts.reduce((sum, receipt) => sum + receipt.cost_micros_usd, 0);
  expect(body.total_spend_micros).toBe(spend);
  expect(Number(body.total_cost_usd) * 1e6).toBeCloseTo(cost, 3);
  expect(await creditOf(world, id)).toEqual({ used: spend, held: 0 });
});

test("a task that fails fails alone, and says why in the words of any refusal", async () => {
  const { id, key } = await world.tenant({ key: { models: ["claude-sonnet-*"] } });
  const answer = await batch(
    [
      { message: "Fine" },
      { message: "[[status=400]] bad" },
      { message: "Not mine", model: "claude-haiku-5-5" },
      { message: "[[bad_json]] x", schema: { type: "object", properties: { a: { type: "string" } } } },
      { message: "Fits", schema: { type: "object", properties: { a: { type: "string" } }, required: ["a"] } },
      { message: "No schema", schema: { type: "strange" } },
      { messages: [{ role: "user", content: "Fine too" }] },
    ],
    {},
    { key },
  );
  expect(answer.status).toBe(200);
  const { results } = answer.body;
  expect(results.map(({ ok, error }) => (ok ? "ok" : error!.code))).toEqual([
    "ok",
    "invalid_request",
    "model_not_allowed",
    "schema_mismatch",
    "ok",
    "invalid_request",
    "ok",
  ]);
  expect(answer.body).toMatchObject({ succeeded: 3, failed: 4 });
  expect(results[2]!.error).toEqual({
    type: "permission_error",
    code: "model_not_allowed",
    message: expect.stringContaining("claude-haiku-5-5"),
    details: { model: "claude-haiku-5-5" },
  });
  expect(results[4]!.data).toEqual({ a: "a likely a" });
  expect(results[0]).not.toHaveProperty("data");
  // What failed after it was answered was paid for, and counts.
  expect(results[3]!.spend_micros).toBeGreaterThan(0);
  expect(results[1]).not.toHaveProperty("spend_micros");
  expect(answer.body.total_spend_micros).toBe((await creditOf(world, id)).used);
  expect(await receiptsOfTenant(world, id)).toHaveLength(5);
});

test("no more than max_concurrent are under way, five where it is not said", async () => {
  for (const [asked, expected] of [
    [{ max_concurrent: 2 }, 2],
    [{}, 5],
    [{ max_concurrent: 20 }, 12],
  ] as const) {
    const before = world.sandbox.tally.requests.length;
    const { body } = await batch(
      times(12, (index) => ({ message: `[[first_byte_ms=${expected * 40}]] ${index}` })),
      asked,
    );
    expect(body).toMatchObject({ succeeded: 12 });
    expect(mostAtOnce(world.sandbox.tally.requests.slice(before)), JSON.stringify(asked)).toBe(expected);
  }
});

test("what runs out in the middle is refused for the rest, and nothing stays held", async () => {
  const { id, key } = await world.tenant({ credit_micros: 30_000 });
  const { body } = await batch(
    times(10, (index) => ({ message: `[[output_tokens=900]] ${index}`, max_tokens: 1000 })),
    { max_concurrent: 1 },
    { key },
  );
  const codes = body.results.map(({ ok, error }) => (ok ? "ok" : error!.code));
  expect(codes.slice(0, 3)).toEqual(["ok", "ok", "ok"]);
  expect(codes.at(-1)).toBe("quota_exhausted");
  const credit = await creditOf(world, id);
  expect(credit).toEqual({ used: body.total_spend_micros, held: 0 });
  expect(credit.used).toBeLessThanOrEqual(30_000);
});

test("when the client goes, no further task is begun, and what is held is given back", async () => {
  const { id, key } = await world.tenant();
  const before = world.sandbox.tally.requests.length;
  const leaving = new AbortController();
  const request = fetch(`${world.url}/api/chat/batch`, {
    method: "POST",
    headers: { "x-api-key": key },
    body: JSON.stringify({
      tasks: times(20, (index) => ({ message: `[[first_byte_ms=400]] ${index}` })),
      max_concurrent: 2,
    }),
    signal: leaving.signal,
  });
  await eventually(() => (world.sandbox.tally.inFlight === 2 ? true : undefined));
  leaving.abort();
  await expect(request).rejects.toThrow();
  await world.app.idle();
  await eventually(() => (world.sandbox.tally.inFlight === 0 ? true : undefined));
  expect(world.sandbox.tally.requests.length - before).toBe(2);
  expect((await creditOf(world, id)).held).toBe(0);
  const receipts = await receiptsOfTenant(world, id);
  expect(receipts.map(({ ended }) => ended)).toEqual(["client_gone", "client_gone"]);
});

test("tags mark every task, and the money is shown as the tenant may see it", async () => {
  const { id, key } = await world.tenant({ fields: { cost_visibility: "none" } });
  const { body } = await batch(
    [{ message: "a" }, { message: "b" }],
    {},
    { key, headers: { "x-tollgate-tags": "a=b" } },
  );
  expect(JSON.stringify(body)).not.toMatch(/cost_usd|spend_micros|currency/);
  expect((await receiptsOfTenant(world, id)).map(({ tags }) => tags)).toEqual([{ a: "b" }, { a: "b" }]);
});

test("with an idempotency key a batch is answered and billed once", async () => {
  const { id, key } = await world.tenant();
  const headers = { "idempotency-key": "a batch" };
  const tasks = times(3, (index) => ({ message: `once ${index}` }));
  const [first, second] = [await batch(tasks, {}, { key, headers }), await batch(tasks, {}, { key, headers })];
  expect(second.text).toBe(first.text);
  expect(second.headers.get("idempotent-replayed")).toBe("true");
  expect(await receiptsOfTenant(world, id)).toHaveLength(3);
});

test.each<[string, unknown, RegExp]>([
  ["no tasks", { tasks: [] }, /^tasks: /],
  ["too many", { tasks: times(101, () => ({ message: "x" })) }, /^tasks: /],
  ["a task without a message", { tasks: [{ message: "x" }, {}] }, /^tasks\.1: give either message or messages/],
  ["a field that there is not", { tasks: [{ message: "x", temperature: 1 }] }, /^tasks\.0: .*temperature/],
  ["no concurrency", { tasks: [{ message: "x" }], max_concurrent: 0 }, /^max_concurrent: /],
  ["too much of it", { tasks: [{ message: "x" }], max_concurrent: 21 }, /^max_concurrent: /],
])("a batch with %s is refused as a whole, before anything is sent", async (_, json, says) => {
  const before = world.sandbox.tally.requests.length;
  expectRefusal(await ask(world, "/api/chat/batch", { key: tenant.key, json }), {
    status: 400,
    code: "invalid_request",
    says,
  });
  expect(world.sandbox.tally.requests.length).toBe(before);
});
