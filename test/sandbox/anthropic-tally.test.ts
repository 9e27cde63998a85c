import Anthropic from "@anthropic-ai/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSandboxAnthropic, type SandboxAnthropic, type TallyTotals } from "../../src/sandbox/anthropic/server.ts";

let sandbox: SandboxAnthropic;
beforeEach(async () => {
  sandbox = await openSandboxAnthropic({ keys: ["sk-one", "sk-two"] });
});
afterEach(() => sandbox.close());

const clientWith = (apiKey: string) => new Anthropic({ apiKey, baseURL: sandbox.url, maxRetries: 0 });
const asking = (content: string) => ({
  model: "claude-haiku-5-5",
  max_tokens: 500,
  system: [{ type: "text" as const, text: "abc ".repeat(1_100), cache_control: { type: "ephemeral" as const } }],
  messages: [{ role: "user" as const, content }],
});

test("the tally is what the usage said, request by request and in total", async () => {
  const client = clientWith("sk-one");
  const messages = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      index % 2
        ? client.messages.create(asking(`Question ${index}`)).withResponse()
        : client.messages.stream(asking(`Question ${index} [[output_tokens=${index}]]`)).withResponse(),
    ),
  );
  const total = { input: 0, output: 0, cached: 0 };
  for (const { data, request_id } of messages) {
    const { usage } = "finalMessage" in data ? await data.finalMessage() : data;
    expect(sandbox.tally.find(request_id!)).toMatchObject({
      key: "sk-one",
      status: 200,
      ended: "complete",
      inputTokens: usage.input_tokens,
      cacheRead: usage.cache_read_input_tokens,
      cacheWrite5m: usage.cache_creation_input_tokens,
      outputTokens: usage.output_tokens,
    });
    total.input += usage.input_tokens;
    total.output += usage.output_tokens;
    total.cached += (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  }
  const totals = sandbox.tally.totals["sk-one"]!;
  expect(totals).toMatchObject({ requests: 40, inputTokens: total.input, outputTokens: total.output });
  expect(totals.cacheRead + totals.cacheWrite5m).toBe(total.cached);
});

test("keys are tallied apart, and a wrong key under none", async () => {
  await clientWith("sk-one").messages.create(asking("Hi"));
  await clientWith("sk-two").messages.create(asking("Hi"));
  await expect(clientWith("sk-wrong").messages.create(asking("Hi"))).rejects.toMatchObject({ status: 401 });
  expect(Object.keys(sandbox.tally.totals)).toEqual(["sk-one", "sk-two"]);
  expect(sandbox.tally.requests.map(({ key, status }) => [key, status])).toEqual([
    ["sk-one", 200],
    ["sk-two", 200],
    [null, 401],
  ]);
});

test("the tally can be read and reset from outside", async () => {
  await clientWith("sk-one").messages.create(asking("Hi"));
  const read = async () =>
    (await (await fetch(`${sandbox.url}/sandbox/tally`)).json()) as {
      totals: Record<string, TallyTotals>;
      requests: object[];
      in_flight: number;
    };
  expect(await read()).toEqual({ totals: sandbox.tally.totals, requests: sandbox.tally.requests, in_flight: 0 });
  await fetch(`${sandbox.url}/sandbox/reset`, { method: "POST" });
  expect(await read()).toEqual({ totals: {}, requests: [], in_flight: 0 });
});

test("five hundred streams at once are all answered in full", async () => {
  const client = clientWith("sk-two");
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, index) =>
      client.messages.stream({ ...asking(`Stream ${index} [[output_tokens=60]]`), system: "Hi" }).finalMessage(),
    ),
  );
  expect(answers.every(({ usage }) => usage.output_tokens === 60)).toBe(true);
  expect(sandbox.tally.totals["sk-two"]).toMatchObject({ requests: 500, outputTokens: 30_000 });
});
