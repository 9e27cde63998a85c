import { afterAll, beforeAll, expect, test } from "vitest";
import { readEvents } from "../../src/web/apps/playground/sse.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { promptOf, receiptOf, receiptsOf, requestIdOf, says } from "./books.ts";

/** The simple routes: text for a page that knows no protocol, metered like any other call. */

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const post = (
  path: string,
  body: unknown,
  { key = tenant.key, headers = {} }: { key?: string; headers?: object } = {},
) =>
  fetch(world.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

interface Event {
  readonly event: string;
  readonly data: string;
}

async function eventsOf(answer: Response): Promise<Event[]> {
  expect(answer.status).toBe(200);
  const events: Event[] = [];
  for await (const event of readEvents(answer.body!)) events.push(event as Event);
  return events;
}

const FIFTY = promptOf(400, "[[output_tokens=50]]");
const COST_USD = "0.000708"; // 104 × 2 + 50 × 10 micro-USD
const MANY_LINES = "One line.\nAnother.\n\n- a list\r\n- of two";

test("/chat streams text in data lines, and says when it is done", async () => {
  const answer = await post("/chat", { message: FIFTY, system: "Be brief." });
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  expect(answer.headers.get("cache-control")).toBe("no-cache, no-transform");
  expect(answer.headers.get("x-accel-buffering")).toBe("no");
  const events = await eventsOf(answer);
  expect(events.at(-1)).toMatchObject({ event: "done" });
  expect(events.slice(0, -1).every(({ event }) => event === "message")).toBe(true);
  const whole = await world.messages(tenant.key, { system: "Be brief.", messages: says(FIFTY) });
  const { content } = (await whole.json()) as { content: { text: string }[] };
  expect(events.map(({ data }) => data).join("")).toBe(content[0]!.text);
  expect(await receiptOf(world, requestIdOf(answer))).toMatchObject({
    route: "/chat",
    model: "claude-sonnet-5-5",
    source: "reported",
    output_tokens: 50,
  });
});

test("a piece of several lines comes as several data lines of one event", async () => {
  const answer = await post("/chat", { message: MANY_LINES });
  const raw = await answer.text();
  for (const line of raw.split("\n")) expect(line).toMatch(/^(data: .*|event: done|)$/);
  expect(raw).toMatch(/data: +line\.\ndata: Another\.\n/);
  const pieces = raw.split("\n\n").map((event) => event.replace(/^data: /gm, ""));
  expect(pieces.join("")).toContain(MANY_LINES.replace("\r\n", "\n"));
});

test("/api/chat answers with the text, the tokens, the cost and the request", async () => {
  const answer = await post("/api/chat", { message: FIFTY });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    text: expect.stringContaining("You said"),
    input_tokens: 104,
    output_tokens: 50,
    model: "claude-sonnet-5-5",
    stop_reason: "end_turn",
    cost_usd: COST_USD,
    spend_micros: 708,
    currency: "USD",
    request_id: requestIdOf(answer),
  });
  expect(await receiptOf(world, requestIdOf(answer))).toMatchObject({ route: "/api/chat", cost_micros_usd: 708 });
});

test("/api/chat/stream gives pieces of text, then what they cost", async () => {
  const answer = await post("/api/chat/stream", { messages: says(FIFTY), model: "claude-sonnet-5-5", max_tokens: 100 });
  const events = (await eventsOf(answer)).map(({ data }) => JSON.parse(data) as Record<string, unknown>);
  expect(events.slice(0, -1).every((event) => typeof event.text === "string")).toBe(true);
  expect(events.length).toBeGreaterThan(5);
  expect(events.at(-1)).toEqual({
    done: true,
    usage: { input: 104, output: 50 },
    stop_reason: "end_turn",
    cost_usd: COST_USD,
    spend_micros: 708,
    currency: "USD",
    request_id: requestIdOf(answer),
  });
});

test("the caller's model and max_tokens count, and the installation's where it names none", async () => {
  const asked = {
    message: "[[output_tokens=500]]",
    model: "claude-haiku-5-5",
    max_tokens: 20,
    system_prompt: "Be brief.",
  };
  expect(await (await post("/api/chat", asked)).json()).toMatchObject({
    model: "claude-haiku-5-5",
    output_tokens: 20,
    stop_reason: "max_tokens",
  });
  const unbounded = await post("/api/chat", { message: "[[output_tokens=5000]]" });
  expect(await unbounded.json()).toMatchObject({ output_tokens: 1024, stop_reason: "max_tokens" });
});

test("a conversation is sent as messages; one of message and messages it must be", async () => {
  const messages = [...says("Hi"), { role: "assistant", content: "Hello" }, ...says(FIFTY)];
  expect((await post("/api/chat", { messages })).status).toBe(200);
  for (const body of [{}, { message: "Hi", messages }, { messages: [] }, { message: "" }, { message: 1 }]) {
    for (const path of ["/api/chat", "/api/chat/stream"]) {
      const answer = await post(path, body);
      expect(answer.status, `${path} ${JSON.stringify(body)}`).toBe(400);
      expect(await answer.json()).toMatchObject({ type: "error", error: { type: "invalid_request_error" } });
    }
  }
});

test("a field that does not exist is named, not ignored", async () => {
  const answer = await post("/chat", { message: "Hi", system_prompt: "wrong route" });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("system_prompt");
});

test("tags of the header are in the event and in the report", async () => {
  const tagged = await world.tenant();
  const headers = { "x-tollgate-tags": "feature=summary,env=prod" };
  for (const path of ["/chat", "/api/chat", "/api/chat/stream"]) {
    const answer = await post(path, { message: FIFTY }, { key: tagged.key, headers });
    await answer.text();
    expect((await receiptOf(world, requestIdOf(answer))).tags).toEqual({ feature: "summary", env: "prod" });
  }
  const { data } = await world.admin<{ data: unknown[] }>("GET", `tenants/${tagged.id}/usage?group_by=tag`);
  expect(data).toEqual([
    expect.objectContaining({ tag: "env=prod", requests: 3, spend_micros: 3 * 708 }),
    expect.objectContaining({ tag: "feature=summary", requests: 3, spend_micros: 3 * 708 }),
  ]);
});

test.each([
  ["full", ["cost_usd", "currency", "spend_micros"]],
  ["spend", ["currency", "spend_micros"]],
  ["none", []],
])("with cost_visibility %s a tenant sees %j of the money", async (cost_visibility, seen) => {
  const { key } = await world.tenant({ fields: { cost_visibility } });
  const whole = (await (await post("/api/chat", { message: FIFTY }, { key })).json()) as Record<string, unknown>;
  const streamed = await eventsOf(await post("/api/chat/stream", { message: FIFTY }, { key }));
  const closing = JSON.parse(streamed.at(-1)!.data) as Record<string, unknown>;
  const receipt = await fetch(`${world.url}/api/usage/events/${whole.request_id}`, { headers: { "x-api-key": key } });
  const { data } = (await receipt.json()) as { data: Record<string, unknown>[] };
  for (const answer of [whole, closing, data[0]!]) {
    const money = Object.keys(answer).filter((name) => ["cost_usd", "spend_micros", "currency"].includes(name));
    expect(money.sort()).toEqual(seen);
  }
});

test("a refused request is no event", async () => {
  const { key } = await world.tenant({ credit_micros: 1 });
  const answer = await post("/chat", { message: "Hi" }, { key });
  expect(answer.status).toBe(402);
  expect(await receiptsOf(world, requestIdOf(answer))).toEqual([]);
});
