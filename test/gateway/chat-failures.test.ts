import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type World } from "../support/world.ts";
import { creditOf, receiptOf, receiptsOfTenant, requestIdOf } from "./books.ts";

/** The simple routes when upstream fails: they are patient where it helps, and say what happened where it does not. */

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const ROUTES = ["/chat", "/api/chat", "/api/chat/stream"];
const STREAMED = ["/chat", "/api/chat/stream"];

const post = (path: string, key: string, message: string) =>
  fetch(world.url + path, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify({ message }),
  });

test.each(ROUTES)("%s gets through where upstream recovers, and is billed once", async (path) => {
  const { id, key } = await world.tenant();
  const before = world.sandbox.tally.requests.length;
  const answer = await post(path, key, `[[status=529]] [[times=1]] [[output_tokens=20]] by ${path}`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("You said");
  expect(world.sandbox.tally.requests.slice(before).map(({ status }) => status)).toEqual([529, 200]);
  const receipts = await receiptsOfTenant(world, id);
  expect(receipts).toHaveLength(1);
  expect(await creditOf(world, id)).toEqual({ used: receipts[0]!.spend_micros, held: 0 });
});

test.each(ROUTES)("the request id of %s leads to its receipt, also after another try", async (path) => {
  const { key } = await world.tenant();
  const answer = await post(path, key, `[[status=500]] [[times=1]] the receipt of ${path}`);
  await answer.text();
  const headers = { "x-api-key": key };
  const receipt = await fetch(`${world.url}/api/usage/events/${requestIdOf(answer)}`, { headers });
  expect(receipt.status).toBe(200);
});

test.each(ROUTES)(
  "%s hands on upstream's 429 with its retry-after, where waiting would take too long",
  async (path) => {
    const { id, key } = await world.tenant();
    const answer = await post(path, key, "[[status=429]] [[retry_after=30]]");
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe("30");
    expect(await answer.json()).toMatchObject({
      type: "error",
      error: { type: "rate_limit_error", message: expect.stringContaining("rate limit") },
      request_id: requestIdOf(answer),
    });
    expect(await creditOf(world, id)).toEqual({ used: 0, held: 0 });
  },
);

test("upstream that stays overloaded is a 529 after the tries, and nothing is billed", async () => {
  const { id, key } = await world.tenant();
  const before = world.sandbox.tally.requests.length;
  const answer = await post("/api/chat", key, "[[status=529]]");
  expect(answer.status).toBe(529);
  expect(await answer.json()).toMatchObject({ error: { type: "overloaded_error" } });
  expect(world.sandbox.tally.requests.length - before).toBe(3);
  expect(await receiptsOfTenant(world, id)).toEqual([]);
  expect(await creditOf(world, id)).toEqual({ used: 0, held: 0 });
});

test.each(STREAMED)("%s ends in an error event when upstream fails after the start", async (path) => {
  const { id, key } = await world.tenant();
  for (const directives of ["[[overloaded_after=8]]", "[[cut_after=8]]"]) {
    const answer = await post(path, key, `${directives} [[output_tokens=300]]`);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toMatch(/^data: /);
    const [, data = ""] = /event: error\ndata: (.*)\n\n$/.exec(text) ?? [];
    expect(JSON.parse(data)).toMatchObject({
      type: "error",
      error: { type: expect.any(String), message: expect.any(String), code: expect.any(String) },
      request_id: requestIdOf(answer),
    });
    expect(text).not.toContain("done");
    const receipt = await receiptOf(world, requestIdOf(answer));
    expect(receipt).toMatchObject({ route: path, source: "partial", unreconciled: true });
    expect(receipt.spend_micros).toBeGreaterThan(0);
  }
  expect((await creditOf(world, id)).held).toBe(0);
});

test.each(STREAMED)("%s says that it was overload, where it was", async (path) => {
  const { key } = await world.tenant();
  const text = await (await post(path, key, "[[overloaded_after=8]] [[output_tokens=300]]")).text();
  const [, data = "{}"] = /event: error\ndata: (.*)\n\n$/.exec(text) ?? [];
  expect(JSON.parse(data)).toMatchObject({ error: { type: "overloaded_error" } });
});

test("a refused credential, a refused model and a bad body are ordinary error answers", async () => {
  const { key } = await world.tenant({ key: { models: ["claude-haiku-*"] } });
  for (const path of ROUTES) {
    const unknown = await post(path, "tg_test_nobody", "Hi");
    expect(unknown.status).toBe(401);
    const model = await post(path, key, "Hi");
    expect(model.status).toBe(403);
    expect(await model.json()).toMatchObject({ type: "error", error: { code: "model_not_allowed" } });
    const body = await fetch(world.url + path, { method: "POST", headers: { "x-api-key": key }, body: "{" });
    expect(body.status).toBe(400);
    expect(body.headers.get("content-type")).toBe("application/json");
  }
});

test("a key that may only use some routes is refused on the others", async () => {
  const { key } = await world.tenant({ key: { routes: ["/chat"] } });
  expect((await post("/chat", key, "Hi")).status).toBe(200);
  const other = await post("/api/chat", key, "Hi");
  expect(other.status).toBe(403);
  expect(await other.json()).toMatchObject({ error: { code: "route_not_allowed" } });
});
