import Anthropic, { APIUserAbortError } from "@anthropic-ai/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSandboxAnthropic, type SandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";

let sandbox: SandboxAnthropic;
let client: Anthropic;

beforeAll(async () => {
  sandbox = await openSandboxAnthropic();
  client = new Anthropic({ apiKey: "sk-ant-sandbox", baseURL: sandbox.url, maxRetries: 0 });
});
afterAll(() => sandbox.close());

const asking = (content: string) => ({
  model: "claude-opus-5-5",
  max_tokens: 2_000,
  messages: [{ role: "user" as const, content }],
});

async function collected<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

const WEATHER: Anthropic.Tool = {
  name: "get_weather",
  input_schema: {
    type: "object",
    properties: { city: { type: "string" }, days: { type: "integer", minimum: 1 }, unit: { enum: ["C", "F"] } },
    required: ["city", "days", "unit"],
  },
};

test("the official client reads a whole message, with its full usage", async () => {
  const message = await client.messages.create(asking("Hello there"));
  expect(message.content[0]).toMatchObject({ type: "text", text: expect.stringContaining("You said: “Hello there”") });
  expect(message.stop_reason).toBe("end_turn");
  expect(message._request_id).toMatch(/^req_/);
  expect(message.usage).toEqual({
    input_tokens: 7,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: expect.any(Number),
    output_tokens_details: { thinking_tokens: 0 },
    server_tool_use: null,
    service_tier: "standard",
    inference_geo: "global",
    speed: "standard",
  });
  expect(message.usage.output_tokens).toBeGreaterThanOrEqual(40);
  expect(message.usage.output_tokens).toBeLessThanOrEqual(80);
});

test("streamed and whole, the same question has the same answer and the same usage", async () => {
  const whole = await client.messages.create(asking("Tell me of tides"));
  const streamed = await client.messages.stream(asking("Tell me of tides")).finalMessage();
  expect(streamed.content).toEqual(whole.content);
  expect(streamed.usage).toEqual(whole.usage);
});

test("the first event of a stream does not give the output tokens away", async () => {
  const events = await collected(await client.messages.create({ ...asking("Hi"), stream: true }));
  const start = events.find((event) => event.type === "message_start")!;
  const delta = events.find((event) => event.type === "message_delta")!;
  expect(start.message.usage.output_tokens).toBeLessThan(10);
  expect(delta.usage.output_tokens).toBeGreaterThanOrEqual(40);
  expect(events.at(-1)!.type).toBe("message_stop");
});

test("a number of output tokens can be asked for, and weighs about 3.5 bytes a token", async () => {
  const message = await client.messages.stream(asking("Long [[output_tokens=1500]]")).finalMessage();
  expect(message.usage.output_tokens).toBe(1_500);
  const text = message.content[0]?.type === "text" ? message.content[0].text : "";
  expect(Buffer.byteLength(text) / 1_500).toBeCloseTo(3.5, 1);
});

test.each([true, false])("max_tokens ends the answer there (stream: %s)", async (stream) => {
  const asked = { ...asking("Long [[output_tokens=500]]"), max_tokens: 17 };
  const message = stream ? await client.messages.stream(asked).finalMessage() : await client.messages.create(asked);
  expect(message).toMatchObject({ stop_reason: "max_tokens", usage: { output_tokens: 17 } });
});

test("a stop sequence ends the answer before it", async () => {
  const message = await client.messages.create({ ...asking("Stop it"), stop_sequences: ["nowhere", "said"] });
  expect(message).toMatchObject({ stop_reason: "stop_sequence", stop_sequence: "said" });
  expect(message.content[0]).toMatchObject({ text: "You " });
});

test.each([true, false])("a tool is called with an input that fits its schema (stream: %s)", async (stream) => {
  const asked = { ...asking("Weather? [[tool]]"), tools: [WEATHER] };
  const message = stream ? await client.messages.stream(asked).finalMessage() : await client.messages.create(asked);
  expect(message.stop_reason).toBe("tool_use");
  expect(message.content.at(-1)).toMatchObject({
    type: "tool_use",
    name: "get_weather",
    input: { city: "Lisbon", days: 1, unit: "C" },
  });
});

test("a tool call that max_tokens breaks off is still a stream the client accepts", async () => {
  const asked = { ...asking("Weather? [[tool]] [[output_tokens=1]]"), max_tokens: 6, tools: [WEATHER] };
  const message = await client.messages.stream(asked).finalMessage();
  expect(message).toMatchObject({ stop_reason: "max_tokens", usage: { output_tokens: 6 } });
});

test("tool_choice forces a tool, and none forbids it", async () => {
  const tools = [WEATHER];
  const forced = await client.messages.create({ ...asking("Hi"), tools, tool_choice: { type: "any" } });
  const none = await client.messages.create({ ...asking("Hi [[tool]]"), tools, tool_choice: { type: "none" } });
  expect([forced.stop_reason, none.stop_reason]).toEqual(["tool_use", "end_turn"]);
});

test("thinking is counted inside the output, and billed even when it is not shown", async () => {
  const think = (display: "summarized" | "omitted") =>
    client.messages
      .stream({ ...asking("Think [[thinking=90]] [[output_tokens=150]]"), thinking: { type: "adaptive", display } })
      .finalMessage();
  const [shown, hidden] = [await think("summarized"), await think("omitted")];
  for (const { usage } of [shown, hidden])
    expect(usage).toMatchObject({ output_tokens: 150, output_tokens_details: { thinking_tokens: 90 } });
  expect(shown.content[0]).toMatchObject({ type: "thinking", thinking: expect.stringContaining("thought") });
  expect(hidden.content[0]).toMatchObject({ type: "thinking", thinking: "", signature: expect.stringMatching(/./) });
});

test("thinking, searches, text and a tool call follow each other, and add up to the tokens asked for", async () => {
  const message = await client.messages
    .stream({
      ...asking("All of it [[thinking=50]] [[search]] [[tool]] [[output_tokens=200]]"),
      thinking: { type: "enabled", budget_tokens: 1_024 },
      tools: [{ type: "web_search_20250305", name: "web_search" }, WEATHER],
    })
    .finalMessage();
  expect(message.content.map(({ type }) => type)).toEqual([
    "thinking",
    "server_tool_use",
    "web_search_tool_result",
    "text",
    "tool_use",
  ]);
  expect(message.usage.output_tokens).toBe(200);
});

test("web searches are billed as far as the tool allows, and grow the prompt as they go", async () => {
  const tools: Anthropic.ToolUnion[] = [{ type: "web_search_20250305", name: "web_search", max_uses: 2 }];
  const stream = client.messages.stream({ ...asking("Look [[search=3]]"), tools });
  let atFirst = 0;
  stream.on("streamEvent", (event) => {
    if (event.type === "message_start") atFirst = event.message.usage.input_tokens;
  });
  const { content, usage } = await stream.finalMessage();
  expect(usage.server_tool_use).toEqual({ web_search_requests: 2, web_fetch_requests: 0 });
  expect(usage.input_tokens).toBe(atFirst + 4_000);
  expect(content.filter(({ type }) => type === "web_search_tool_result")).toHaveLength(3);
});

test("speed and geography are echoed where the bill depends on them", async () => {
  const fast = await client.messages.create({ ...asking("Hi"), speed: "fast", inference_geo: "us" });
  expect(fast.usage).toMatchObject({ speed: "fast", inference_geo: "us" });
  const standard = await client.messages.create({ ...asking("Hi"), model: "claude-opus-4-6", speed: "fast" });
  expect(standard.usage.speed).toBe("standard");
});

test("an aborted stream stops being generated at once, and the tally knows how far it came", async () => {
  const stream = client.messages.stream({ ...asking("Slow [[output_tokens=1000]] [[pace_ms=5]]") });
  const { promise: heard, resolve } = Promise.withResolvers<void>();
  stream.on("text", (_, soFar) => soFar.length > 60 && resolve());
  await heard;
  stream.abort();
  await expect(stream.done()).rejects.toThrow(APIUserAbortError);
  await expect.poll(() => sandbox.tally.inFlight).toBe(0);

  const entry = sandbox.tally.requests.at(-1)!;
  expect(entry).toMatchObject({ ended: "aborted", aborted: true, status: 200 });
  expect(entry.outputTokens).toBeGreaterThan(10);
  expect(entry.outputTokens).toBeLessThan(200);
});

test("models are listed newest first, page by page in both directions, and found by alias", async () => {
  const all = await collected(client.models.list({ limit: 4 }));
  expect(all.length).toBeGreaterThan(15);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(all[0]).toMatchObject({ id: "claude-fable-5-2", display_name: "Claude Fable 5.2", max_tokens: 128_000 });

  const back = await client.models.list({ before_id: all[5]!.id, limit: 2 });
  expect(back.data.map(({ id }) => id)).toEqual([all[3]!.id, all[4]!.id]);
  expect((await client.models.retrieve("claude-haiku-4-5-20251001")).id).toBe("claude-haiku-4-5");
  await expect(client.models.retrieve("claude-9")).rejects.toMatchObject({ status: 404 });
});
