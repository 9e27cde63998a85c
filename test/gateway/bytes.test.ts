import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type TestTenant, times, type World } from "../support/world.ts";
import { promptOf, receiptOf, requestIdOf, says, servedFor } from "./books.ts";
import { openTapped, type Tapped } from "./tap.ts";

/** What the client gets is what upstream sent, to the byte, however it is framed and wherever it is cut. */

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

async function ask(prompt: string, body: Record<string, unknown> = { stream: true }) {
  const answer = await fetch(`${tapped.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": tenant.key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({ model: "claude-sonnet-5-5", max_tokens: 200, messages: says(prompt), ...body }),
  });
  return { answer, got: Buffer.from(await answer.arrayBuffer()), sent: tapped.heard.at(-1)!.answer };
}

/** The bytes are upstream's, and the books have what upstream served. */
async function expectFaithful({ answer, got, sent }: Awaited<ReturnType<typeof ask>>): Promise<void> {
  expect(got.toString("utf8")).toBe(sent.toString("utf8"));
  expect(got.equals(sent)).toBe(true);
  expect(sent.length).toBeGreaterThan(0);
  const receipt = await receiptOf(world, requestIdOf(answer));
  expect(receipt).toMatchObject({ source: "reported", ended: "complete", ...servedFor(world, receipt) });
}

test.each(times(24, (index) => index + 1))("a stream that upstream writes in pieces of %i bytes", async (size) => {
  tapped.line = {};
  await expectFaithful(await ask(promptOf(100, `[[split=${size}]] [[output_tokens=40]]`)));
});

test.each([
  ["with CRLF line ends, in pieces of one byte", "[[crlf]]", 1],
  ["with CRLF line ends, in pieces of seven bytes", "[[crlf]]", 7],
  ["with comments between the events", "[[comments]]", 5],
  ["with comments and CRLF", "[[comments]] [[crlf]]", 3],
  ["in one burst", "[[burst]]", undefined],
  ["in one burst that arrives in pieces of a prime number of bytes", "[[burst]]", 89],
  ["event by event", "[[pace_ms=1]]", undefined],
])("a stream %s", async (_how, directives, pieceBytes) => {
  tapped.line = { pieceBytes };
  await expectFaithful(await ask(promptOf(120, `${directives} [[output_tokens=80]]`)));
});

test("a stream of every kind of block: thinking, a search, citations, text, a tool call", async () => {
  tapped.line = { pieceBytes: 11 };
  const asked = await ask("[[thinking=60]] [[search=2]] [[tool]] [[output_tokens=150]]", {
    stream: true,
    max_tokens: 2000,
    thinking: { type: "adaptive" },
    tools: [
      { type: "web_search_20250305", name: "web_search", max_uses: 5 },
      { name: "weather", input_schema: { type: "object", properties: { city: { type: "string" } } } },
    ],
  });
  await expectFaithful(asked);
  for (const type of ["thinking_delta", "citations_delta", "text_delta", "input_json_delta", "web_search_tool_result"])
    expect(asked.got.toString("utf8")).toContain(type);
});

test("a JSON answer", async () => {
  tapped.line = { pieceBytes: 13 };
  const asked = await ask("[[output_tokens=120]] “naïve” 🚦", {});
  await expectFaithful(asked);
  expect(JSON.parse(asked.got.toString("utf8"))).toMatchObject({ type: "message" });
});

test.each([400, 404, 413, 429, 500, 503, 529])("an error answer of status %i, which costs nothing", async (status) => {
  tapped.line = {};
  for (const stream of [true, false]) {
    const { answer, got, sent } = await ask(`[[status=${status}]]`, { stream });
    expect(answer.status).toBe(status);
    expect(got.equals(sent)).toBe(true);
  }
});

test("an error event of upstream's in the middle of a stream", async () => {
  tapped.line = { pieceBytes: 17 };
  const { got, sent } = await ask("[[overloaded_after=5]] [[output_tokens=100]]");
  expect(got.equals(sent)).toBe(true);
  expect(got.toString("utf8").match(/event: error/g)).toHaveLength(1);
});

test("the headers of an answer are Tollgate's and the content's, never the operator's", async () => {
  tapped.line = {};
  for (const stream of [true, false]) {
    const { answer } = await ask("Hello", { stream });
    const names = [...answer.headers.keys()];
    expect(names.filter((name) => /organization|workspace|ratelimit|cookie|^cf-|via|server/.test(name))).toEqual([]);
    expect(answer.headers.get("request-id")).toMatch(/^tgr_/);
    expect(answer.headers.get("x-tollgate-upstream-request-id")).toMatch(/^req_/);
  }
});
