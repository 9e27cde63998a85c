import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openSandboxAnthropic, type SandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";

let sandbox: SandboxAnthropic;
let client: Anthropic;

beforeAll(async () => {
  sandbox = await openSandboxAnthropic();
  client = new Anthropic({ apiKey: "sk-ant-sandbox", baseURL: sandbox.url, maxRetries: 0 });
});
beforeEach(() => fetch(`${sandbox.url}/sandbox/reset`, { method: "POST" }));
afterAll(() => sandbox.close());

const asking = (content: string) => ({
  model: "claude-sonnet-5-5",
  max_tokens: 2_000,
  messages: [{ role: "user" as const, content }],
});
const streamed = (content: string) => client.messages.stream(asking(content)).finalMessage();
const whole = (content: string) => client.messages.create(asking(content));
const rawStream = (content: string) =>
  fetch(`${sandbox.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": "sk-ant-sandbox", "anthropic-version": "2023-06-01" },
    body: JSON.stringify({ ...asking(content), stream: true }),
  });
const lastEntry = async () => {
  await expect.poll(() => sandbox.tally.inFlight).toBe(0);
  return sandbox.tally.requests.at(-1)!;
};

describe("however the bytes of a stream fall, the client reads the same message", () => {
  test.each([
    "[[burst]]",
    "[[split=1]]",
    "[[split=7]]",
    "[[split=7]] [[pace_ms=1]]",
    "[[crlf]]",
    "[[comments]]",
    "[[crlf]] [[comments]] [[split=3]]",
    "[[pace_ms=1]]",
  ])("%s", async (framing) => {
    const { content, usage } = await streamed("Café?");
    const framed = await streamed(`Café? ${framing}`);
    expect(framed.content).toEqual(content);
    expect(framed.usage.output_tokens).toBe(usage.output_tokens);
  });
});

test("a split stream arrives in chunks of that size, cut inside characters too", async () => {
  const response = await rawStream("Café? [[split=64]]");
  const sizes: number[] = [];
  for await (const chunk of response.body!) sizes.push(chunk.length);
  expect(sizes.length).toBeGreaterThan(20);
  expect(sizes.slice(0, -1).every((size) => size % 64 === 0)).toBe(true);
});

test("padding, ping, CRLF and comments are on the wire as asked", async () => {
  const text = await (await rawStream("Hi [[crlf]] [[comments]]")).text();
  expect(text).toContain('event: ping\r\ndata: {"type": "ping"}\r\n\r\n');
  expect(text).toMatch(/^: /m);
  expect(text).toMatch(/ +\}\r\n/);
  expect(text.replaceAll("\r\n", "")).not.toContain("\n");
});

test.each([
  [400, "invalid_request_error"],
  [401, "authentication_error"],
  [402, "billing_error"],
  [429, "rate_limit_error"],
  [500, "api_error"],
  [529, "overloaded_error"],
])("status %i answers with %s, and nothing is billed", async (status, type) => {
  const error = await streamed(`Fail [[status=${status}]] [[retry_after=3]]`).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ status, type });
  expect((error as InstanceType<typeof Anthropic.APIError>).headers?.get("retry-after")).toBe("3");
  expect(await lastEntry()).toMatchObject({ status, ended: "errored", inputTokens: 0, outputTokens: 0 });
});

test("with times, the first requests fail and a retry succeeds", async () => {
  const patient = client.withOptions({ maxRetries: 1 });
  const message = await patient.messages.create(asking("Again [[status=529]] [[times=1]]"));
  expect(message.stop_reason).toBe("end_turn");
  expect(sandbox.tally.requests.map(({ status }) => status)).toEqual([529, 200]);
});

test("an overload in mid-stream is an error event after so many deltas", async () => {
  await expect(streamed("Break [[overloaded_after=2]]")).rejects.toMatchObject({ type: "overloaded_error" });
  const entry = await lastEntry();
  expect(entry).toMatchObject({ status: 200, ended: "errored", deltas: 2 });
  expect(entry.outputTokens).toBeGreaterThan(0);
});

test("an overload of a whole message is a 529, and nothing is billed", async () => {
  await expect(whole("Break [[overloaded_after=2]]")).rejects.toMatchObject({ status: 529 });
  expect(await lastEntry()).toMatchObject({ ended: "errored", inputTokens: 0, outputTokens: 0 });
});

test("a cut stream ends without a word after so many deltas", async () => {
  const response = await rawStream("Cut [[cut_after=3]]");
  const decoder = new TextDecoder();
  let text = "";
  await expect(async () => {
    for await (const chunk of response.body!) text += decoder.decode(chunk);
  }).rejects.toThrow("terminated");
  expect(text.match(/event: content_block_delta/g)).toHaveLength(3);
  expect(text).not.toContain("message_stop");
  expect(await lastEntry()).toMatchObject({ ended: "cut", deltas: 3, aborted: false });
});

test("a cut whole message is a broken body", async () => {
  await expect(whole("Cut [[cut_after=3]]")).rejects.toThrow();
  expect(await lastEntry()).toMatchObject({ ended: "cut", deltas: 3 });
});

test.each([true, false])("a stall lasts until the client leaves (stream: %s)", async (stream) => {
  const signal = AbortSignal.timeout(60);
  const asked = asking("Wait [[stall_after=2]]");
  const waiting = stream
    ? client.messages.stream(asked, { signal }).finalMessage()
    : client.messages.create(asked, { signal });
  await expect(waiting).rejects.toThrow();
  expect(await lastEntry()).toMatchObject({ ended: "aborted", deltas: 2 });
});

test("the first byte can be made to wait, and leaving meanwhile costs the prompt", async () => {
  const before = performance.now();
  await whole("Slow [[first_byte_ms=40]]");
  expect(performance.now() - before).toBeGreaterThanOrEqual(39);

  const signal = AbortSignal.timeout(20);
  await expect(client.messages.create(asking("Slow [[first_byte_ms=5000]]"), { signal })).rejects.toThrow();
  expect(await lastEntry()).toMatchObject({ ended: "aborted", status: 499, deltas: 0, outputTokens: 0 });
  expect((await lastEntry()).inputTokens).toBeGreaterThan(0);
});

test.each([streamed, whole])("a refusal before any content shows usage and is not billed", async (ask) => {
  const message = await ask("No [[refuse]]");
  expect(message).toMatchObject({ stop_reason: "refusal", content: [], stop_details: { type: "refusal" } });
  expect(message.usage.input_tokens).toBeGreaterThan(0);
  expect(message.usage.output_tokens).toBeGreaterThan(0);
  expect(await lastEntry()).toMatchObject({ ended: "refused", inputTokens: 0, outputTokens: 0 });
});

test.each([streamed, whole])("a refusal in mid-answer is billed as far as it came", async (ask) => {
  const { stop_reason, usage, content } = await ask("No [[refuse_after=2]]");
  expect([stop_reason, content.length]).toEqual(["refusal", 1]);
  const { input_tokens: inputTokens, output_tokens: outputTokens } = usage;
  expect(await lastEntry()).toMatchObject({ ended: "refused", deltas: 2, inputTokens, outputTokens });
});

test("a rule imposes what a directive would, as often as it says, on the requests it matches", async () => {
  sandbox.behave({ match: ({ text }) => text.includes("unlucky"), status: 500, times: 1 });
  await whole("lucky");
  await expect(whole("unlucky")).rejects.toMatchObject({ status: 500 });
  await whole("unlucky");

  const undo = sandbox.behave({ on: "models", status: 529 });
  await expect(client.models.list()).rejects.toMatchObject({ status: 529 });
  await whole("lucky");
  undo();
  await client.models.list();
});

test("marks in a text that are no directives are plain text", async () => {
  const { content } = await whole("See [[Wiki]] and [[status]]");
  expect(content[0]).toMatchObject({ text: expect.stringContaining("You said") });
});
