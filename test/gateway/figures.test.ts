import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { creditOf, promptOf, receiptOf, requestIdOf, says, servedFor } from "./books.ts";

/**
 * What is billed, class by class: streamed or not, the event has the tokens that the provider served, and their cost is what comes
 * out by hand (in micro-USD, that is tokens × USD per million).
 */

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const SONNET = "claude-sonnet-5-5"; // 2 in, 10 out, 2.50 and 4 to write, 0.10 to read
const OPUS = "claude-opus-5-5"; // 4 in, 20 out; fast 8 and 40
const HAIKU = "claude-haiku-5-5"; // 0.10 in, 0.50 out; above 100,000 tokens of prompt 0.50 and 2.50

/** 400 bytes: 104 tokens with those of the turn. */
const prompt = (directives: string) => says(promptOf(400, directives));
const FIFTY = "[[output_tokens=50]]";

async function billed(asked: Record<string, unknown>) {
  const answer = await world.messages(tenant.key, { model: SONNET, max_tokens: 1_000, ...asked });
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  const receipt = await receiptOf(world, requestIdOf(answer));
  expect(receipt).toMatchObject({ source: "reported", ended: "complete", unreconciled: false });
  expect(receipt).toMatchObject(servedFor(world, receipt));
  expect(receipt.spend_micros).toBe(receipt.cost_micros_usd);
  return { receipt, text };
}

const WEB_SEARCH = { type: "web_search_20250305", name: "web_search", max_uses: 5 };
/** The tool prompt, the tool's own 63 bytes, and 2,000 for what each of two searches found. */
const SEARCHED_TOKENS = 354 + 16 + 104 + 2 * 2_000;

test.each([
  ["input and output", { messages: prompt(FIFTY) }, {}, 104 * 2 + 50 * 10],
  [
    "an answer that max_tokens ends",
    { max_tokens: 20, messages: prompt("[[output_tokens=500]]") },
    { output_tokens: 20, stop_reason: "max_tokens" },
    104 * 2 + 20 * 10,
  ],
  [
    "a stop sequence",
    { messages: prompt(FIFTY), stop_sequences: ["never said"] },
    { stop_reason: "end_turn" },
    104 * 2 + 50 * 10,
  ],
  [
    "thinking that is shown, as output",
    { messages: prompt("[[thinking=100]] [[output_tokens=150]]"), thinking: { type: "adaptive" } },
    { output_tokens: 150 },
    104 * 2 + 150 * 10,
  ],
  [
    "thinking that is not shown, as output all the same",
    { messages: prompt("[[thinking=100]] [[output_tokens=150]]"), thinking: { type: "adaptive", display: "omitted" } },
    { output_tokens: 150 },
    104 * 2 + 150 * 10,
  ],
  [
    "two web searches, and what they found as input",
    { messages: prompt("[[search=2]] [[output_tokens=200]]"), tools: [WEB_SEARCH] },
    { input_tokens: SEARCHED_TOKENS, web_searches: 2 },
    SEARCHED_TOKENS * 2 + 200 * 10 + 2 * 10_000,
  ],
  ["fast mode", { model: OPUS, speed: "fast", messages: prompt(FIFTY) }, { list: "fast" }, 104 * 8 + 50 * 40],
  [
    "fast mode of a model that has none any more, at the standard price",
    { model: "claude-opus-4-6", speed: "fast", messages: prompt(FIFTY) },
    { list: "standard" },
    104 * 5 + 50 * 25,
  ],
  [
    "US-only inference, a tenth dearer",
    { model: OPUS, inference_geo: "us", messages: prompt(FIFTY) },
    { geo: "us" },
    Math.round((104 * 4 + 50 * 20) * 1.1),
  ],
  [
    "US-only inference in fast mode, both",
    { model: OPUS, inference_geo: "us", speed: "fast", messages: prompt(FIFTY) },
    { geo: "us", list: "fast" },
    Math.round((104 * 8 + 50 * 40) * 1.1),
  ],
  [
    "a prompt of exactly 100,000 tokens, at the lower price",
    { model: HAIKU, messages: says(promptOf(399_984, FIFTY)) },
    { input_tokens: 100_000 },
    10_000 + 25,
  ],
  [
    "a prompt of 100,001 tokens, all of it and the answer at the higher price",
    { model: HAIKU, messages: says(promptOf(399_988, FIFTY)) },
    { input_tokens: 100_001 },
    Math.round(50_000.5 + 125),
  ],
])("%s", async (_what, asked, figures, cost_micros_usd) => {
  for (const stream of [false, true]) {
    const { receipt } = await billed({ ...asked, stream });
    expect(receipt).toMatchObject({ ...figures, cost_micros_usd });
  }
});

/** A cached block of exactly so many tokens, told apart by its letter. */
const block = (letter: string, tokens: number, ttl: "5m" | "1h") => ({
  type: "text",
  text: letter.repeat(4 * tokens),
  cache_control: { type: "ephemeral", ttl },
});

test.each([false, true])("what a first call writes to the cache a second one reads (stream: %s)", async (stream) => {
  const asked = { stream, system: [block(stream ? "s" : "w", 2_000, "5m")], messages: prompt(FIFTY) };
  const { receipt: written } = await billed(asked);
  expect(written).toMatchObject({ input_tokens: 104, cache_write_5m_tokens: 2_000, cache_read_tokens: 0 });
  expect(written.cost_micros_usd).toBe(104 * 2 + 2_000 * 2.5 + 50 * 10);
  const { receipt: read } = await billed(asked);
  expect(read).toMatchObject({ input_tokens: 104, cache_write_5m_tokens: 0, cache_read_tokens: 2_000 });
  expect(read.cost_micros_usd).toBe(104 * 2 + 2_000 * 0.1 + 50 * 10);
});

test.each([false, true])("writes for an hour and for five minutes are billed apart (stream: %s)", async (stream) => {
  const [hour, minutes] = stream ? ["a", "b"] : ["c", "d"];
  const system = [block(hour!, 3_000, "1h"), block(minutes!, 1_500, "5m")];
  const { receipt } = await billed({ stream, system, messages: prompt(FIFTY) });
  expect(receipt).toMatchObject({ cache_write_1h_tokens: 3_000, cache_write_5m_tokens: 1_500 });
  expect(receipt.cost_micros_usd).toBe(104 * 2 + 3_000 * 4 + 1_500 * 2.5 + 50 * 10);
});

test("a prewarm with max_tokens: 0 is billed for what it writes, and says nothing", async () => {
  const { receipt, text } = await billed({
    max_tokens: 0,
    system: [block("p", 2_000, "1h")],
    messages: prompt("warm"),
  });
  expect(JSON.parse(text)).toMatchObject({ content: [], stop_reason: "max_tokens" });
  expect(receipt).toMatchObject({ cache_write_1h_tokens: 2_000, output_tokens: 0, stop_reason: "max_tokens" });
  expect(receipt.cost_micros_usd).toBe(104 * 2 + 2_000 * 4);
});

test.each([false, true])(
  "a refusal before any content is free, whatever its usage shows (stream: %s)",
  async (stream) => {
    const before = await creditOf(world, tenant.id);
    const { receipt, text } = await billed({ stream, messages: prompt("[[refuse]]") });
    expect(text).toMatch(/"output_tokens":[1-9]/);
    expect(receipt).toMatchObject({ stop_reason: "refusal", input_tokens: 0, output_tokens: 0, cost_micros_usd: 0 });
    expect(await creditOf(world, tenant.id)).toEqual(before);
  },
);

test.each([false, true])("a refusal in the middle is billed for what was said (stream: %s)", async (stream) => {
  const { receipt } = await billed({ stream, messages: prompt("[[refuse_after=5]] [[output_tokens=500]]") });
  expect(receipt.stop_reason).toBe("refusal");
  expect(receipt.output_tokens).toBeGreaterThan(0);
  expect(receipt.cost_micros_usd).toBe(104 * 2 + receipt.output_tokens * 10);
});

test("what was drawn from the credit is the sum of what was billed", async () => {
  const { totals } = await world.admin<{ totals: { spend_micros: number; requests: number }[] }>(
    "GET",
    `tenants/${tenant.id}/usage`,
  );
  expect(await creditOf(world, tenant.id)).toEqual({ used: totals[0]!.spend_micros, held: 0 });
  expect(totals[0]!.requests).toBeGreaterThan(20);
});
