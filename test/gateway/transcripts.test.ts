import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sseScanner } from "../../src/gateway/sse-scanner.ts";
import { streamMeter } from "../../src/gateway/stream-meter.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { receiptOf, requestIdOf, says } from "./books.ts";
import { openTapped, type Tapped } from "./tap.ts";

/** Streams in the provider's own layout, each with a trap in its usage. Costs are by hand, from the list prices of November 2026. */

const FOLDER = `${import.meta.dirname}/transcripts`;
const transcript = (name: string) => readFileSync(`${FOLDER}/${name}.sse`);
const NAMES = readdirSync(FOLDER).map((file) => file.replace(/\.sse$/, ""));

let world: World;
let tapped: Tapped;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tapped = await openTapped(world);
  tenant = await world.tenant();
});
afterAll(async () => {
  await tapped.close();
  await world.close();
});

async function replayed(name: string, model: string, bytes = transcript(name)) {
  tapped.line = { replay: [bytes], pieceBytes: 61 };
  const fallbacks = name === "fallback-model" ? { fallbacks: [{ model: "claude-opus-4-8" }] } : {};
  const answer = await fetch(`${tapped.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": tenant.key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({ model, max_tokens: 4_000, stream: true, messages: says("Go on"), ...fallbacks }),
  });
  const text = await answer.text();
  return { text, receipt: await receiptOf(world, requestIdOf(answer)) };
}

test.each([
  ["plain-text", "claude-opus-5-5", { input_tokens: 21, output_tokens: 46 }, 21 * 4 + 46 * 20],
  ["tool-use", "claude-sonnet-5-5", { input_tokens: 377, output_tokens: 65 }, 377 * 2 + 65 * 10],
  // The 62 tokens of thinking are among the 373.
  ["thinking", "claude-sonnet-5", { input_tokens: 47, output_tokens: 373 }, 47 * 2 + 373 * 10],
  // Only message_start splits the writes.
  [
    "cache-mixed-ttl",
    "claude-opus-5-5",
    { input_tokens: 12, cache_write_5m_tokens: 1_024, cache_write_1h_tokens: 4_096, cache_read_tokens: 88_000 },
    12 * 4 + 1_024 * 5 + 4_096 * 8 + 88_000 * 0.2 + 310 * 20,
  ],
  // The input grows with what the search found; the last message_delta counts.
  [
    "web-search",
    "claude-sonnet-5-5",
    { input_tokens: 10_682, output_tokens: 510, web_searches: 1 },
    10_682 * 2 + 510 * 10 + 10_000,
  ],
  ["refusal-mid-stream", "claude-fable-5", { output_tokens: 106, stop_reason: "refusal" }, 28 * 10 + 106 * 50],
  // The top level leaves the compaction out: 180,000 in and 3,500 out more.
  [
    "compaction-iterations",
    "claude-opus-5-5",
    { input_tokens: 203_000, output_tokens: 4_500 },
    203_000 * 4 + 4_500 * 20,
  ],
  // The declined attempt is free; the answer is at the other model's price.
  [
    "fallback-model",
    "claude-opus-5-5",
    { model: "claude-opus-4-8", input_tokens: 455, output_tokens: 88 },
    455 * 5 + 88 * 25,
  ],
  ["pause-turn", "claude-opus-5-5", { web_searches: 9, stop_reason: "pause_turn" }, 48_210 * 4 + 1_907 * 20 + 90_000],
  // 100,000 tokens of prompt are still at the lower price.
  [
    "haiku-at-100000",
    "claude-haiku-5-5",
    { input_tokens: 40_000, cache_write_5m_tokens: 10_000, cache_read_tokens: 50_000 },
    40_000 * 0.1 + 10_000 * 0.125 + 50_000 * 0.01 + 1_000 * 0.5,
  ],
])("%s of %s is billed as what it was", async (name, model, figures, cost_micros_usd) => {
  const { receipt } = await replayed(name, model);
  expect(receipt).toMatchObject({ ...figures, cost_micros_usd, source: "reported", ended: "complete" });
});

test("a count that the last message_delta gives as null stays what message_start said", async () => {
  const plain = transcript("cache-mixed-ttl").toString("utf8");
  const last = plain.lastIndexOf('"usage":');
  const nulls = plain.slice(last).replace(/("(?:input|cache_\w+)_tokens"):\d+/g, "$1:null");
  const bytes = Buffer.from(plain.slice(0, last) + nulls);
  expect(nulls.match(/null/g)).toHaveLength(3);
  const { receipt } = await replayed("cache-mixed-ttl", "claude-opus-5-5", bytes);
  expect(receipt).toMatchObject({ input_tokens: 12, cache_read_tokens: 88_000, output_tokens: 310 });
  expect(receipt.cost_micros_usd).toBe(12 * 4 + 1_024 * 5 + 4_096 * 8 + 88_000 * 0.2 + 310 * 20);
});

test("an error in the middle is billed for the input and the text that passed, as a part", async () => {
  const { text, receipt } = await replayed("midstream-overloaded", "claude-opus-5-5");
  expect(text).toBe(transcript("midstream-overloaded").toString("utf8"));
  // 59 bytes of text, at about 3.5 bytes a token; never the placeholder of message_start.
  expect(receipt.output_tokens).toBeGreaterThanOrEqual(14);
  expect(receipt.output_tokens).toBeLessThanOrEqual(21);
  expect(receipt).toMatchObject({
    ended: "upstream_error",
    source: "partial",
    unreconciled: true,
    input_tokens: 1_840,
    cost_micros_usd: 1_840 * 4 + 20_480 * 0.2 + receipt.output_tokens * 20,
  });
});

test("a stream that ends without a word is told to be cut, and billed as a part", async () => {
  const sent = transcript("truncated").toString("utf8");
  const { text, receipt } = await replayed("truncated", "claude-sonnet-5-5");
  expect(text.startsWith(sent)).toBe(true);
  expect(text.slice(sent.length)).toMatch(/^event: error\ndata: \{"type":"error".*"upstream_interrupted".*\}\n\n$/);
  expect(receipt).toMatchObject({ ended: "interrupted", source: "partial", unreconciled: true, input_tokens: 300 });
  expect(receipt.output_tokens).toBeGreaterThan(4);
});

const LINE_ENDS = { LF: "\n", CRLF: "\r\n", CR: "\r" };
const COMMENT = ": anything\n";

/** Feeds a stream in pieces of these lengths, each a copy that is overwritten afterwards, as a socket's buffer may be. */
function feedIn(feed: (piece: Buffer) => void, bytes: Buffer, lengths: readonly number[]): void {
  let from = 0;
  for (const length of lengths) {
    const piece = Buffer.from(bytes.subarray(from, from + length));
    feed(piece);
    piece.fill(0x58);
    from += length;
  }
  feed(bytes.subarray(from));
}

/** What a meter makes of a stream, and the events that it is made of. */
function meteredIn(bytes: Buffer, lengths: readonly number[]) {
  const events: string[] = [];
  const scanner = sseScanner((name, data) => void events.push(`${name} ${data}`));
  feedIn(scanner.feed, bytes, lengths);
  const meter = streamMeter("claude-asked");
  let text = "";
  meter.onText = (piece) => {
    text += piece;
  };
  feedIn(meter.feed, bytes, lengths);
  return { events, text, state: meter.state(), metered: meter.metered(), boundary: meter.atBoundary() };
}

test.each(NAMES)("%s is metered the same however its bytes are cut, whatever its line ends", (name) => {
  const plain = transcript(name).toString("utf8");
  const whole = meteredIn(Buffer.from(plain), []);
  expect(whole.metered.seen).toBe(true);
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(LINE_ENDS)),
      fc.boolean(),
      fc.array(fc.nat(120), { maxLength: 400 }),
      (eol, commented, lengths) => {
        const text = commented ? plain.replace(/^(event|data):/gm, `${COMMENT}$1:`) : plain;
        expect(meteredIn(Buffer.from(text.replaceAll("\n", eol)), lengths)).toEqual({
          ...whole,
          boundary: eol !== "\r" || expect.any(Boolean),
        });
      },
    ),
    { numRuns: 150 },
  );
});
