import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { receiptsOfTenant } from "../gateway/books.ts";
import { openWorld, type TestTenant, times, type World } from "../support/world.ts";
import { type Answer, expectRefusal, type Fields, MESSAGE, say, soon } from "./ask.ts";

/** `Idempotency-Key` on the data plane: what is asked twice is done, recorded and billed once. */

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const keyed = (idempotency: string, body: Fields = {}, key = tenant.key): Promise<Answer> =>
  say(world, { key, headers: { "idempotency-key": idempotency } }, body);
const saying = (content: string) => ({ messages: [{ role: "user", content }] });
const served = () => world.sandbox.tally.requests.length;

test("the same request again gets the first answer, byte for byte, and is served and billed once", async () => {
  const before = served();
  const first = await keyed("again");
  const second = await keyed("again");
  expect(first.status).toBe(200);
  expect(first.headers.has("idempotent-replayed")).toBe(false);
  expect(second.status).toBe(200);
  expect(second.headers.get("idempotent-replayed")).toBe("true");
  expect(second.text).toBe(first.text);
  for (const name of ["content-type", "content-length", "request-id", "x-tollgate-upstream-request-id"])
    expect(second.headers.get(name), name).toBe(first.headers.get(name));
  expect(served() - before).toBe(1);
  const receipts = await receiptsOfTenant(world, tenant.id);
  expect(receipts.map(({ request_id }) => request_id)).toEqual([first.headers.get("request-id")]);
});

test("of twenty at once one is served; the others are told to wait, or get its answer", async () => {
  const { id, key } = await world.tenant();
  const before = served();
  const body = saying("[[first_byte_ms=300]] all at once");
  const answers = await Promise.all(times(20, () => keyed("race", body, key)));
  const [waiting, answered] = [
    answers.filter(({ status }) => status === 409),
    answers.filter(({ status }) => status === 200),
  ];
  expect(answered.length).toBeGreaterThan(0);
  expect(waiting.length + answered.length).toBe(20);
  for (const answer of waiting) {
    expectRefusal(answer, { status: 409, code: "idempotency_in_progress" });
    expect(answer.headers.get("retry-after")).toBe("1");
  }
  expect(new Set(answered.map(({ text }) => text)).size).toBe(1);
  expect((await keyed("race", body, key)).text).toBe(answered[0]!.text);
  expect(served() - before).toBe(1);
  expect(await receiptsOfTenant(world, id)).toHaveLength(1);
});

test("a key is refused for another body, and for another path", async () => {
  await keyed("taken");
  const refusal = { status: 422, code: "idempotency_key_reused", type: "invalid_request_error" };
  expectRefusal(await keyed("taken", saying("Something else")), refusal);
  const elsewhere = await fetch(`${world.url}/v1/messages?beta=true`, {
    method: "POST",
    headers: { "x-api-key": tenant.key, "anthropic-version": "2023-06-01", "idempotency-key": "taken" },
    body: JSON.stringify(MESSAGE),
  });
  expect(elsewhere.status).toBe(422);
});

test("the same key of another credential, or of another user of it, is another key", async () => {
  const { key } = await world.tenant({ key: { scopes: ["inference", "users:act"] } });
  const as = (user?: string) =>
    say(world, { key, headers: { "idempotency-key": "mine", ...(user && { "x-tollgate-user": user }) } });
  const answers = [await keyed("mine"), await as(), await as("ann"), await as("ben")];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(answers.some(({ headers }) => headers.has("idempotent-replayed"))).toBe(false);
  expect((await as("ann")).text).toBe(answers[2]!.text);
});

describe("the key is free again after", () => {
  test.each([500, 529, 429])("upstream's %i", async (status) => {
    const body = saying(`[[status=${status}]] [[times=1]] not this time`);
    expect((await keyed(`status ${status}`, body)).status).toBe(status);
    const second = await keyed(`status ${status}`, body);
    expect(second.status).toBe(200);
    expect(second.headers.has("idempotent-replayed")).toBe(false);
  });

  test("a refusal for want of money: with new credit the same request goes through", async () => {
    const { id, key } = await world.tenant({ credit_micros: 1 });
    expect((await keyed("poor", {}, key)).status).toBe(402);
    await world.admin("POST", `tenants/${id}/credits`, { amount_micros: 1_000_000_000, reason: "more" });
    expect((await keyed("poor", {}, key)).status).toBe(200);
  });

  test("a client that left before its answer", async () => {
    const leaving = new AbortController();
    const headers = { "x-api-key": tenant.key, "anthropic-version": "2023-06-01", "idempotency-key": "left" };
    const body = JSON.stringify({ ...MESSAGE, ...saying("[[first_byte_ms=500]] too slow") });
    const first = fetch(`${world.url}/v1/messages`, { method: "POST", headers, body, signal: leaving.signal });
    setTimeout(() => leaving.abort(), 100);
    await expect(first).rejects.toThrow();
    await soon(async () => expect((await keyed("left", saying("[[first_byte_ms=500]] too slow"))).status).toBe(200));
  });
});

test("a refusal that will not change is kept: upstream is asked once", async () => {
  const before = served();
  const body = { messages: [{ role: "assistant", content: "I begin" }] };
  const [first, second] = [await keyed("wrong", body), await keyed("wrong", body)];
  expect([first.status, second.status]).toEqual([400, 400]);
  expect(second.text).toBe(first.text);
  expect(second.headers.get("idempotent-replayed")).toBe("true");
  expect(served() - before).toBe(1);
});

test("keys have 1 to 255 printable characters", async () => {
  for (const bad of ["", "x".repeat(256), "tab\there", "caf\u00e9"]) {
    expectRefusal(await keyed(bad), { status: 400, code: "invalid_request", says: /^idempotency-key: / });
  }
  expect((await keyed(`~ ${"x".repeat(253)}`)).status).toBe(200);
});

test("a stream is not kept: the header is ignored", async () => {
  const before = served();
  const streams = [await keyed("stream", { stream: true }), await keyed("stream", { stream: true })];
  for (const answer of streams) {
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    expect(answer.headers.has("idempotent-replayed")).toBe(false);
    expect(answer.text).toContain("message_stop");
  }
  expect(served() - before).toBe(2);
});
