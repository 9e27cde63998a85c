import Anthropic from "@anthropic-ai/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSandboxAnthropic, type SandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";

const MINUTE_MS = 60_000;
let nowMs: number;
let sandbox: SandboxAnthropic;
let client: Anthropic;

const clientWith = (apiKey: string) => new Anthropic({ apiKey, baseURL: sandbox.url, maxRetries: 0 });

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 20);
  sandbox = await openSandboxAnthropic({ keys: ["sk-one", "sk-two"], now: () => nowMs });
  client = clientWith("sk-one");
});
afterEach(() => sandbox.close());

type Ttl = "5m" | "1h";
const block = (tokens: number, ttl?: Ttl): Anthropic.TextBlockParam => ({
  type: "text",
  text: "abc ".repeat(tokens),
  ...(ttl && { cache_control: { type: "ephemeral", ttl } }),
});
const asking = (...system: Anthropic.TextBlockParam[]) => ({
  model: "claude-sonnet-5",
  max_tokens: 100,
  system,
  messages: [{ role: "user" as const, content: "Hi" }],
});
const usageOf = async (asked: Anthropic.MessageCreateParamsNonStreaming, by = client) => {
  const { usage } = await by.messages.create(asked);
  return {
    input: usage.input_tokens,
    write5m: usage.cache_creation?.ephemeral_5m_input_tokens,
    write1h: usage.cache_creation?.ephemeral_1h_input_tokens,
    read: usage.cache_read_input_tokens,
  };
};

async function collected<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

test("the first call writes, the second reads, and reading keeps the prefix alive", async () => {
  const written = { input: 5, write5m: 2_000, write1h: 0, read: 0 };
  const read = { input: 5, write5m: 0, write1h: 0, read: 2_000 };
  const ask = () => usageOf(asking(block(2_000, "5m")));
  expect(await ask()).toEqual(written);
  expect(await ask()).toEqual(read);
  nowMs += 4 * MINUTE_MS;
  expect(await ask()).toEqual(read);
  nowMs += 4 * MINUTE_MS;
  expect(await ask()).toEqual(read);
  nowMs += 5 * MINUTE_MS;
  expect(await ask()).toEqual(written);
});

test("lifetimes of one hour and of five minutes are written, billed and forgotten apart", async () => {
  const asked = asking(block(3_000, "1h"), block(1_500, "5m"));
  expect(await usageOf(asked)).toEqual({ input: 5, write5m: 1_500, write1h: 3_000, read: 0 });
  nowMs += 30 * MINUTE_MS;
  expect(await usageOf(asked)).toEqual({ input: 5, write5m: 1_500, write1h: 0, read: 3_000 });
});

test("the split of the writes is in message_start, and their sum in message_delta", async () => {
  const stream = await client.messages.create({ ...asking(block(3_000, "1h"), block(1_500, "5m")), stream: true });
  const events = await collected(stream);
  expect(events.find((event) => event.type === "message_start")!.message.usage.cache_creation).toEqual({
    ephemeral_5m_input_tokens: 1_500,
    ephemeral_1h_input_tokens: 3_000,
  });
  const { usage } = events.find((event) => event.type === "message_delta")!;
  expect(usage).toMatchObject({ input_tokens: 5, cache_creation_input_tokens: 4_500 });
  expect(usage).not.toHaveProperty("cache_creation");
});

test("a growing conversation reads what it wrote before and writes only what is new", async () => {
  const turn = (role: "user" | "assistant", tokens: number) => ({ role, content: "abc ".repeat(tokens) });
  const asked = { model: "claude-sonnet-5", max_tokens: 100, cache_control: { type: "ephemeral" as const } };
  const first = await usageOf({ ...asked, messages: [turn("user", 2_000)] });
  const second = await usageOf({
    ...asked,
    messages: [turn("user", 2_000), turn("assistant", 500), turn("user", 300)],
  });
  expect(first).toEqual({ input: 0, write5m: 2_004, write1h: 0, read: 0 });
  expect(second).toEqual({ input: 0, write5m: 808, write1h: 0, read: 2_004 });
});

test("a prefix below the model's minimum is not cached", async () => {
  const asked = asking(block(1_000, "5m"));
  expect(await usageOf(asked)).toEqual({ input: 1_005, write5m: 0, write1h: 0, read: 0 });
  expect(await usageOf({ ...asked, model: "claude-opus-5" })).toMatchObject({ write5m: 1_000 });
});

test("one key never reads what another wrote", async () => {
  const asked = asking(block(2_000, "5m"));
  await usageOf(asked);
  expect(await usageOf(asked, clientWith("sk-two"))).toMatchObject({ write5m: 2_000, read: 0 });
});

test("max_tokens 0 warms the cache: the writes are billed and nothing is said", async () => {
  const warmed = await client.messages.create({ ...asking(block(2_000, "5m")), max_tokens: 0 });
  expect(warmed).toMatchObject({ content: [], stop_reason: "max_tokens", usage: { output_tokens: 0 } });
  expect(warmed.usage.cache_creation_input_tokens).toBe(2_000);
  expect(await usageOf(asking(block(2_000, "5m")))).toMatchObject({ read: 2_000 });
});

test("a request that fails writes nothing", async () => {
  const asked = asking(block(2_000, "5m"));
  const undo = sandbox.behave({ status: 529 });
  await expect(client.messages.create(asked)).rejects.toMatchObject({ status: 529 });
  undo();
  expect(await usageOf(asked)).toMatchObject({ write5m: 2_000, read: 0 });
});

test("with caching, what a search adds to the prompt is written for five minutes", async () => {
  const { usage } = await client.messages.create({
    ...asking(block(2_000, "1h")),
    messages: [{ role: "user", content: "[[search]]" }],
    tools: [{ type: "web_search_20250305", name: "web_search" }],
  });
  expect(usage.cache_creation).toMatchObject({ ephemeral_5m_input_tokens: 2_000 });
});

test("lifetimes in the wrong order, and more than four breakpoints, are refused", async () => {
  await expect(usageOf(asking(block(10, "5m"), block(10, "1h")))).rejects.toThrow("must not come after");
  const five = Array.from({ length: 5 }, () => block(10, "5m"));
  await expect(usageOf(asking(...five))).rejects.toThrow("A maximum of 4 blocks with cache_control");
});
