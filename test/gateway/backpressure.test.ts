import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { creditOf, receiptOf, says } from "./books.ts";
import { openTapped, type Tapped } from "./tap.ts";

/** A client that does not read stops the provider; our memory does not fill in its stead. */

let world: World;
let tapped: Tapped;
let tenant: TestTenant;
let asking: ClientRequest | undefined;
beforeAll(async () => {
  world = await openWorld();
  tapped = await openTapped(world);
});
beforeEach(async () => {
  tenant = await world.tenant();
});
afterEach(() => asking?.destroy());
afterAll(async () => {
  await tapped.close();
  await world.close();
});

const event = (type: string, more: object) =>
  Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
const START = event("message_start", {
  message: { model: "claude-sonnet-5-5", content: [], usage: { input_tokens: 1_000, output_tokens: 1 } },
});
const BLOCK = event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
const DELTA = event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "x".repeat(16_000) } });
const END = event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 50_000 } });
const STOP = event("message_stop", {});

/** 160 MB: more than the kernel keeps on the way, so that a gateway that does not stop reading must keep it itself. */
const DELTAS = 10_000;
/** What a gateway may keep for a client: a few chunks. */
const WAITING_BYTES_MAX = 1_048_576;
const STREAM_BYTES = START.length + BLOCK.length + DELTAS * DELTA.length + END.length + STOP.length;

function* hugeStream() {
  yield START;
  yield BLOCK;
  for (let delta = 0; delta < DELTAS; delta++) yield DELTA;
  yield END;
  yield STOP;
}

/** Asks for the stream and reads nothing of its body. */
async function askAndWait(path: string, body: object) {
  tapped.line = { replay: hugeStream() };
  const headers = { "x-api-key": tenant.key, "anthropic-version": "2023-06-01", "content-type": "application/json" };
  asking = request(tapped.url + path, { method: "POST", headers }).end(JSON.stringify(body));
  const [answer] = (await once(asking, "response")) as [IncomingMessage];
  const { pieces } = tapped.heard.at(-1)!;
  const sent = () => pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { answer, sent, requestId: String(answer.headers["request-id"]) };
}

/** The size at which something has stopped growing. */
async function restingSize(sizeOf: () => number): Promise<number> {
  let size = -1;
  for (let still = 0; still < 10; ) {
    await sleep(30);
    still = sizeOf() === size ? still + 1 : 0;
    size = sizeOf();
  }
  return size;
}

test.each([
  ["/v1/messages", { model: "claude-sonnet-5-5", max_tokens: 60_000, stream: true, messages: says("Go on") }],
  ["/chat", { message: "Go on" }],
])("%s: a reader that pauses stops the provider's writing, and gets everything once it goes on", async (path, body) => {
  const { answer, sent, requestId } = await askAndWait(path, body);
  expect(await restingSize(sent)).toBeLessThan(STREAM_BYTES);
  expect(tapped.waitingBytes()).toBeLessThan(WAITING_BYTES_MAX);
  expect((await creditOf(world, tenant.id)).held).toBeGreaterThan(0);

  let received = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) received += chunk.length;
  expect(sent()).toBe(STREAM_BYTES);
  expect(received).toBeGreaterThanOrEqual(DELTAS * 16_000);
  if (path === "/v1/messages") expect(received).toBe(STREAM_BYTES);
  expect(await receiptOf(world, requestId)).toMatchObject({
    route: path,
    source: "reported",
    ended: "complete",
    input_tokens: 1_000,
    output_tokens: 50_000,
  });
  expect((await creditOf(world, tenant.id)).held).toBe(0);
});

test("a reader that pauses and then leaves is settled like any other", async () => {
  const body = { model: "claude-sonnet-5-5", max_tokens: 60_000, stream: true, messages: says("Go on") };
  const { answer, sent, requestId } = await askAndWait("/v1/messages", body);
  await restingSize(sent);
  answer.destroy();
  expect(await receiptOf(world, requestId)).toMatchObject({ ended: "client_gone", source: "partial" });
  expect(await restingSize(sent), "upstream is left, not read to its end").toBeLessThan(STREAM_BYTES);
  expect((await creditOf(world, tenant.id)).held).toBe(0);
});
