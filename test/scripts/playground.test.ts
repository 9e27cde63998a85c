import fc from "fast-check";
import { expect, test } from "vitest";
import { readEvents } from "../../src/web/apps/playground/sse.ts";

async function* cut(bytes: Uint8Array, lengths: number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const length of lengths) {
    yield bytes.subarray(from, from + length);
    from += length;
  }
  yield bytes.subarray(from);
}

async function read(text: string, lengths: number[] = []): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of readEvents(cut(new TextEncoder().encode(text), lengths))) events.push(event);
  return events;
}

const STREAM = [
  ": keep-alive\n\n",
  'data: {"text": "₹1 — 🚦"}\n\n',
  "data: one\r\ndata: two\r\n\r\n",
  "event: error\rdata:{}\r\rdata: last\n\n",
].join("");

const EVENTS = [
  { event: "message", data: '{"text": "₹1 — 🚦"}' },
  { event: "message", data: "one\ntwo" },
  { event: "error", data: "{}" },
  { event: "message", data: "last" },
];

test("the playground reads the same events however the bytes are cut", async () => {
  expect(await read(STREAM)).toEqual(EVENTS);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9), { maxLength: 120 }), async (lengths) => {
      expect(await read(STREAM, lengths)).toEqual(EVENTS);
    }),
  );
});

test("an event that is not closed is not given", async () => {
  expect(await read("data: whole\n\ndata: half\n")).toEqual([{ event: "message", data: "whole" }]);
});
