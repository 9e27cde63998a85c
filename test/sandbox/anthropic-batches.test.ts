import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { movableClock } from "../../src/kernel/clock.ts";
import { openSandboxAnthropic, type SandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";

const DAY_MS = 86_400_000;
const clock = movableClock();
let sandbox: SandboxAnthropic;
let client: Anthropic;
beforeAll(async () => {
  sandbox = await openSandboxAnthropic({ keys: ["sk-one", "sk-two"], batchMs: 1_000, now: clock.now });
  client = clientWith("sk-one");
});
afterAll(() => sandbox.close());

const clientWith = (apiKey: string) => new Anthropic({ apiKey, baseURL: sandbox.url, maxRetries: 0 });
const lineOf = (custom_id: string, content: string, more: object = {}) => ({
  custom_id,
  params: { model: "claude-sonnet-5-5", max_tokens: 100, messages: [{ role: "user" as const, content }], ...more },
});

async function resultsOf(id: string) {
  const lines: Anthropic.Messages.MessageBatchIndividualResponse[] = [];
  for await (const line of await client.messages.batches.results(id)) lines.push(line);
  return lines;
}

test("a batch is in progress, then ended, and its results come in another order, tallied as billed", async () => {
  const asked = ["a", "b", "c", "d"].map((id, index) => lineOf(id, `[[output_tokens=${10 + index}]] ${id}`));
  const created = await client.messages.batches.create({ requests: asked });
  expect(created).toMatchObject({
    id: expect.stringMatching(/^msgbatch_/),
    type: "message_batch",
    processing_status: "in_progress",
    request_counts: { processing: 4, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
    results_url: null,
    ended_at: null,
  });
  expect(Date.parse(created.expires_at) - Date.parse(created.created_at)).toBe(DAY_MS);
  const early = await fetch(`${sandbox.url}/v1/messages/batches/${created.id}/results`, {
    headers: { "x-api-key": "sk-one", "anthropic-version": "2023-06-01" },
  });
  expect(early.status).toBe(400);

  clock.advance(1_000);
  const ended = await client.messages.batches.retrieve(created.id);
  expect(ended).toMatchObject({
    processing_status: "ended",
    request_counts: { processing: 0, succeeded: 4 },
    results_url: `${sandbox.url}/v1/messages/batches/${created.id}/results`,
  });
  const lines = await resultsOf(created.id);
  expect(lines.map(({ custom_id }) => custom_id)).toEqual(["b", "d", "a", "c"]);
  for (const { custom_id, result } of lines) {
    if (result.type !== "succeeded") throw new Error(result.type);
    const { usage } = result.message;
    expect(usage).toMatchObject({ service_tier: "batch", output_tokens: 10 + "abcd".indexOf(custom_id) });
    expect(sandbox.tally.find(`${created.id}/${custom_id}`)).toMatchObject({
      ...{ batch: true, key: "sk-one", ended: "complete" },
      ...{ inputTokens: usage.input_tokens, outputTokens: usage.output_tokens },
    });
  }
  const served = sandbox.tally.requests.length;
  await resultsOf(created.id);
  expect(sandbox.tally.requests.length).toBe(served);
});

test("a line that is wrong, or asked to fail, is errored: the others succeed, and a refusal is a success", async () => {
  const { id } = await client.messages.batches.create({
    requests: [
      lineOf("wrong", "Hi", { max_tokens: 10_000_000 }),
      lineOf("asked", "Hi [[batch_error]]"),
      lineOf("streamed", "Hi", { stream: true }),
      lineOf("refused", "Hi [[refuse]]"),
      lineOf("fine", "Hi"),
    ],
  });
  clock.advance(1_000);
  const lines = await resultsOf(id);
  const fates = Object.fromEntries(lines.map(({ custom_id, result }) => [custom_id, result.type]));
  expect(fates).toEqual({
    ...{ wrong: "errored", asked: "errored", streamed: "errored" },
    ...{ refused: "succeeded", fine: "succeeded" },
  });
  const wrong = lines.find(({ custom_id }) => custom_id === "wrong")!.result;
  expect(wrong).toMatchObject({ error: { type: "error", error: { type: "invalid_request_error" } } });
  expect(sandbox.tally.find(`${id}/refused`)).toMatchObject({ ended: "refused", outputTokens: 4 });
  expect(sandbox.tally.find(`${id}/asked`)).toBeUndefined();
});

test("a batch that is canceled ends soon: what was through has succeeded, the rest is canceled", async () => {
  const requests = [lineOf("quick", "Hi [[batch_ms=10]]"), lineOf("slow", "Hi [[batch_ms=60000]]")];
  const { id } = await client.messages.batches.create({ requests });
  clock.advance(500);
  expect(await client.messages.batches.cancel(id)).toMatchObject({ processing_status: "canceling" });
  await expect(client.messages.batches.delete(id)).rejects.toMatchObject({ status: 409 });
  clock.advance(100);
  const fates = (await resultsOf(id)).map(({ custom_id, result }) => [custom_id, result.type]);
  expect(Object.fromEntries(fates)).toEqual({ quick: "succeeded", slow: "canceled" });
  expect(await client.messages.batches.delete(id)).toEqual({ id, type: "message_batch_deleted" });
  await expect(client.messages.batches.retrieve(id)).rejects.toMatchObject({ status: 404 });
});

test("after a day what is not through has expired, after 29 the results are gone", async () => {
  const { id } = await client.messages.batches.create({ requests: [lineOf("slow", "Hi [[batch_ms=999999999]]")] });
  clock.advance(DAY_MS);
  expect((await resultsOf(id)).map(({ result }) => result)).toEqual([{ type: "expired" }]);
  clock.advance(28 * DAY_MS);
  expect(await client.messages.batches.retrieve(id)).toMatchObject({
    archived_at: expect.any(String),
    results_url: null,
  });
});

test("any key of the workspace sees every batch, newest first", async () => {
  const { id } = await client.messages.batches.create({ requests: [lineOf("mine", "Hi")] });
  const other = clientWith("sk-two");
  expect((await other.messages.batches.retrieve(id)).id).toBe(id);
  const ids: string[] = [];
  for await (const batch of other.messages.batches.list({ limit: 2 })) ids.push(batch.id);
  expect(ids[0]).toBe(id);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each([
  [{}, "requests: Field required"],
  [{ requests: [] }, "requests: List should have at least 1 item after validation, not 0"],
  [{ requests: [lineOf("no good", "Hi")] }, "requests.0.custom_id: String should match pattern"],
  [{ requests: [lineOf("twice", "Hi"), lineOf("twice", "Hi")] }, "requests.1.custom_id: must be unique"],
])("a body that is no batch is refused: %j", async (body, message) => {
  const refused = client.messages.batches.create(body as Anthropic.Messages.BatchCreateParams);
  await expect(refused).rejects.toMatchObject({ status: 400, message: expect.stringContaining(message) });
});
