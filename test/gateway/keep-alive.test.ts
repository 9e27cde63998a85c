import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { openWorld, type World } from "../support/world.ts";
import { says } from "./books.ts";
import { openTapped, type Tapped } from "./tap.ts";

/** While upstream is silent a comment keeps the client's proxies awake: between events, never inside of one. */

let world: World;
let tapped: Tapped;
beforeAll(async () => {
  world = await openWorld();
  tapped = await openTapped(world);
});
afterEach(() => void vi.useRealTimers());
afterAll(async () => {
  await tapped.close();
  await world.close();
});

const STREAM = readFileSync(`${import.meta.dirname}/transcripts/plain-text.sse`);
const KEEP_ALIVE = ": keep-alive\n\n";
const SILENCE_MS = 17_000;

/** Streams up to a place, is silent there for a while, and goes on. The gateway's own clock is moved, nobody waits. */
async function streamWithSilenceAt(place: number): Promise<string> {
  const { key } = await world.tenant();
  let goOn = () => {};
  const silence = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  async function* halting() {
    yield STREAM.subarray(0, place);
    await silence;
    yield STREAM.subarray(place);
  }
  tapped.line = { replay: halting() };
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  const answer = await fetch(`${tapped.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({ model: "claude-opus-5-5", max_tokens: 100, stream: true, messages: says("Hello") }),
  });
  let got = "";
  let silent = false;
  for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
    got += piece;
    if (silent || got.length < place) continue;
    silent = true;
    vi.advanceTimersByTime(SILENCE_MS);
    goOn();
  }
  return got;
}

const BETWEEN = STREAM.indexOf("event: content_block_delta");

test("between two events", async () => {
  const got = await streamWithSilenceAt(BETWEEN);
  const sent = STREAM.toString("utf8");
  expect(got).toBe(sent.slice(0, BETWEEN) + KEEP_ALIVE + sent.slice(BETWEEN));
});

test.each([
  ["after the name of an event", BETWEEN + "event: content_block_delta\n".length],
  ["in the middle of its data", BETWEEN + 60],
  ["in the middle of its name", BETWEEN + 9],
  ["before the empty line that ends it", BETWEEN - 1],
])("not %s", async (_where, place) => {
  expect(await streamWithSilenceAt(place)).toBe(STREAM.toString("utf8"));
});
