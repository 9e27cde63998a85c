import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { Governor } from "../../src/gateway/governor.ts";
import { relayChunks } from "../../src/gateway/openai/relay-chunks.ts";
import { streamMeter } from "../../src/gateway/stream-meter.ts";
import { serve, type TestServer } from "../support/serve.ts";
import { eventually } from "./books.ts";

/** The passing on of a stream in other words: at the reader's pace, to the reader's end. */

let server: TestServer;
afterEach(() => server.close());

const TEXT = "x".repeat(64 * 1024);
const DELTA = { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: TEXT } };
const CHUNK = Buffer.from(`event: content_block_delta\ndata: ${JSON.stringify(DELTA)}\n\n`);
const CHUNKS = 500;
const FREE: Governor = { check: () => "go", onChange: () => {}, stop: () => {}, reason: () => null };

/** Relays this stream to a client that has asked and not yet read. */
async function relayed(
  body: Readable,
  { onDisconnect = "abort", governor = FREE }: { onDisconnect?: "abort" | "drain"; governor?: Governor } = {},
) {
  let end: string | undefined;
  const meter = streamMeter("claude-sonnet-5-5");
  const said: string[] = [];
  meter.onText = (text) => said.push(text);
  server = await serve(async (_req, res) => {
    res.flushHeaders();
    end = await relayChunks(body, res, () => said.splice(0).join(""), { meter, governor, onDisconnect });
    res.end();
  });
  const asking = get(server.url);
  const [answer] = (await once(asking, "response")) as [IncomingMessage];
  return { answer, end: () => eventually(() => end) };
}

function counted() {
  const source = { given: 0, stream: Readable.from(chunks()) };
  async function* chunks() {
    for (; source.given < CHUNKS; source.given++) yield CHUNK;
  }
  return source;
}

test("a reader that pauses stops the source, and gets everything once it goes on", async () => {
  const source = counted();
  const { answer, end } = await relayed(source.stream);
  await sleep(300);
  expect(source.given).toBeLessThan(CHUNKS);
  let received = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) received += chunk.length;
  expect(received).toBe(CHUNKS * TEXT.length);
  expect(await end()).toBe("ended");
});

test("a reader that leaves ends the reading of the source, even while it pauses", async () => {
  const source = counted();
  const { answer, end } = await relayed(source.stream);
  await sleep(100);
  answer.destroy();
  expect(await end()).toBe("client_gone");
  expect(source.stream.destroyed).toBe(true);
  expect(source.given).toBeLessThan(CHUNKS);
});

test("with drain, the source is read to its end all the same", async () => {
  const source = counted();
  const { answer, end } = await relayed(source.stream, { onDisconnect: "drain" });
  await sleep(100);
  answer.destroy();
  expect(await end()).toBe("client_gone");
  expect(source.given).toBe(CHUNKS);
});

test("a source that breaks is told apart from one that ends", async () => {
  const breaking = Readable.from(
    (async function* () {
      yield Buffer.from("some");
      throw new Error("cut");
    })(),
  );
  const { answer, end } = await relayed(breaking);
  answer.resume();
  expect(await end()).toBe("broken");
});

test.each([
  ["end", "quota"],
  ["stop", "stopped"],
] as const)("a governor that says %s after some chunks is obeyed", async (verdict, how) => {
  const source = counted();
  const governor: Governor = { ...FREE, check: () => (source.given < 3 ? "go" : verdict) };
  const { answer, end } = await relayed(source.stream, { governor });
  answer.resume();
  expect(await end()).toBe(how);
  expect(source.given).toBeLessThan(CHUNKS);
  expect(source.stream.destroyed).toBe(true);
});
