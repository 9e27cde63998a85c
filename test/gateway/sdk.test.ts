import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { creditOf, eventually, promptOf, receiptOf, says } from "./books.ts";

/** The official SDK, of which only the base URL and the key are changed. */

let world: World;
let tenant: TestTenant;
let client: Anthropic;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
  client = new Anthropic({ apiKey: tenant.key, baseURL: world.url });
});
afterAll(() => world.close());

const MODEL = "claude-sonnet-5-5";
const WEATHER: Anthropic.Tool = {
  name: "weather",
  description: "The weather in a city.",
  input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

test("a message comes back with its text, its usage and Tollgate's own request id", async () => {
  const messages = says(promptOf(400, "[[output_tokens=50]]"));
  const message = await client.messages.create({ model: MODEL, max_tokens: 100, messages });
  expect(message).toMatchObject({ type: "message", role: "assistant", model: MODEL, stop_reason: "end_turn" });
  expect(message.content).toMatchObject([{ type: "text", text: expect.stringContaining("You said") }]);
  expect(message.usage).toMatchObject({ input_tokens: 104, output_tokens: 50 });
  expect(message._request_id).toMatch(/^tgr_/);
  expect(await receiptOf(world, message._request_id!)).toMatchObject({
    route: "/v1/messages",
    model: MODEL,
    key_id: tenant.keyId,
    input_tokens: 104,
    output_tokens: 50,
    source: "reported",
    ended: "complete",
    stop_reason: "end_turn",
    unreconciled: false,
  });
});

test("a stream adds up to the message that would have come whole", async () => {
  const messages = says("[[output_tokens=300]] Tell me about tides");
  const asked = { model: MODEL, max_tokens: 1000, messages };
  const pieces: string[] = [];
  const streamed = await client.messages
    .stream(asked)
    .on("text", (text) => void pieces.push(text))
    .finalMessage();
  const whole = await client.messages.create(asked);
  expect(streamed.content).toEqual(whole.content);
  expect(pieces.join("")).toBe((whole.content[0] as Anthropic.TextBlock).text);
  expect(pieces.length).toBeGreaterThan(10);
  expect(streamed.usage.output_tokens).toBe(300);
});

test("the raw events of a stream come with the headers of a stream that nobody may hold back", async () => {
  const { data, response } = await client.messages
    .create({ model: MODEL, max_tokens: 100, stream: true, messages: says("Hello") })
    .withResponse();
  const types: string[] = [];
  for await (const event of data) types.push(event.type);
  expect(types[0]).toBe("message_start");
  expect(types.at(-1)).toBe("message_stop");
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  });
});

test("counting tokens costs nothing and gives the number that the message is billed for", async () => {
  const before = await creditOf(world, tenant.id);
  const messages = says(promptOf(4_000));
  const { input_tokens } = await client.messages.countTokens({ model: MODEL, messages });
  expect(input_tokens).toBe(1_004);
  expect(await creditOf(world, tenant.id)).toEqual(before);
  const { usage } = await client.messages.create({ model: MODEL, max_tokens: 10, messages });
  expect(usage.input_tokens).toBe(input_tokens);
});

test("the models that are listed can be retrieved by id and by alias, page by page", async () => {
  const ids: string[] = [];
  for await (const model of client.models.list({ limit: 3 })) ids.push(model.id);
  expect(ids).toContain(MODEL);
  expect(new Set(ids).size).toBe(ids.length);
  expect((await client.models.list({ limit: 1000 })).data.map(({ id }) => id)).toEqual(ids);
  expect(await client.models.retrieve(MODEL)).toMatchObject({ id: MODEL, display_name: "Claude Sonnet 5.5" });
  const [listed] = (await client.models.list({ before_id: ids[4], limit: 2 })).data;
  expect(listed?.id).toBe(ids[2]);
});

test("a key that is limited to some models is shown no others", async () => {
  const { key } = await world.tenant({ key: { models: ["claude-haiku-*"] } });
  const limited = new Anthropic({ apiKey: key, baseURL: world.url });
  const { data } = await limited.models.list({ limit: 1000 });
  expect(data.length).toBeGreaterThan(0);
  expect(data.every(({ id }) => id.startsWith("claude-haiku-"))).toBe(true);
  await expect(limited.models.retrieve(MODEL)).rejects.toThrow(Anthropic.NotFoundError);
});

test("a tool is called, and its result is answered", async () => {
  const asked = { model: MODEL, max_tokens: 200, tools: [WEATHER] };
  const question = says("Is it raining in Pune?");
  const stream = client.messages.stream({ ...asked, tool_choice: { type: "any" }, messages: question });
  const call = await stream.finalMessage();
  expect(call.stop_reason).toBe("tool_use");
  const use = call.content.find((block) => block.type === "tool_use");
  expect(use).toMatchObject({ name: "weather", input: { city: expect.any(String) } });

  const answer = await client.messages.create({
    ...asked,
    messages: [
      ...question,
      { role: "assistant", content: call.content },
      { role: "user", content: [{ type: "tool_result", tool_use_id: use!.id, content: "Yes, heavily." }] },
    ],
  });
  expect(answer.stop_reason).toBe("end_turn");
  expect(await receiptOf(world, stream.request_id!)).toMatchObject({
    input_tokens: call.usage.input_tokens,
    output_tokens: call.usage.output_tokens,
  });
});

test("a stream that is aborted stops upstream, and what was generated is billed as a part", async () => {
  const messages = says("[[output_tokens=2000]] [[pace_ms=5]] A long one, please");
  const stream = client.messages.stream({ model: MODEL, max_tokens: 4000, messages });
  stream.on("text", (_piece, text) => text.length > 200 && stream.abort());
  await expect(stream.done()).rejects.toThrow(Anthropic.APIUserAbortError);

  const receipt = await receiptOf(world, stream.request_id!);
  expect(receipt).toMatchObject({ source: "partial", ended: "client_gone", unreconciled: true });
  expect(receipt.output_tokens).toBeGreaterThan(0);
  expect(receipt.output_tokens).toBeLessThan(2000);
  expect(receipt.spend_micros).toBeGreaterThan(0);
  const served = await eventually(() => world.sandbox.tally.find(receipt.upstream_request_id!));
  expect(served).toMatchObject({ aborted: true, inputTokens: receipt.input_tokens });
});
