import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { promptOf, receiptOf, says, servedFor } from "./books.ts";

/** OpenAI's official client, of which only the base URL and the key are changed. */

let world: World;
let tenant: TestTenant;
let client: OpenAI;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
  client = new OpenAI({ apiKey: tenant.key, baseURL: `${world.url}/v1` });
});
afterAll(() => world.close());

const MODEL = "claude-sonnet-5-5";
const WEATHER: OpenAI.ChatCompletionTool = {
  type: "function",
  function: {
    name: "weather",
    description: "The weather in a city.",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg==";

/** A token for a user, issued by the tenant's key. */
async function tokenOf(key: string, restrictions: object): Promise<string> {
  const answer = await fetch(`${world.url}/api/auth/token`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify({ sub: "ada", ttl_seconds: 600, ...restrictions }),
  });
  return ((await answer.json()) as { token: string }).token;
}

/** The usage in OpenAI's words that a receipt comes to; the receipt is what the provider served. */
async function billed(requestId: string) {
  const receipt = await receiptOf(world, requestId);
  expect(receipt).toMatchObject({ ...servedFor(world, receipt), source: "reported", ended: "complete" });
  const { input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens } = receipt;
  const prompt_tokens = input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens;
  return {
    prompt_tokens,
    completion_tokens: output_tokens,
    total_tokens: prompt_tokens + output_tokens,
    prompt_tokens_details: {
      cached_tokens: cache_read_tokens,
      cache_write_tokens: cache_write_5m_tokens + cache_write_1h_tokens,
    },
  };
}

test("a completion comes back with its text, its usage and Tollgate's own request id", async () => {
  const completion = await client.chat.completions.create({
    model: MODEL,
    max_tokens: 100,
    temperature: 0.3,
    messages: says(promptOf(400, "[[output_tokens=50]]")),
  });
  expect(completion).toMatchObject({
    id: expect.stringMatching(/^chatcmpl-/),
    object: "chat.completion",
    model: MODEL,
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", refusal: null } }],
    usage: { prompt_tokens: 104, completion_tokens: 50, total_tokens: 154 },
  });
  expect(completion.choices[0]!.message.content).toContain("You said");
  expect(completion._request_id).toMatch(/^tgr_/);
  expect(completion.usage).toMatchObject(await billed(completion._request_id!));
  expect(await receiptOf(world, completion._request_id!)).toMatchObject({
    route: "/v1/chat/completions",
    model: MODEL,
    key_id: tenant.keyId,
    stop_reason: "end_turn",
    unreconciled: false,
  });
});

test("a stream adds up to the completion that would have come whole", async () => {
  const asked = { model: MODEL, max_tokens: 1000, messages: says("[[output_tokens=300]] Tell me about tides") };
  const pieces: string[] = [];
  const streamed = await client.chat.completions
    .stream({ ...asked, stream_options: { include_usage: true } })
    .on("content", (piece) => void pieces.push(piece))
    .finalChatCompletion();
  const whole = await client.chat.completions.create(asked);
  expect(streamed.choices[0]!.message.content).toBe(whole.choices[0]!.message.content);
  expect(streamed.choices[0]!.finish_reason).toBe("stop");
  expect(streamed.usage).toEqual(whole.usage);
  expect(pieces.join("")).toBe(whole.choices[0]!.message.content);
  expect(pieces.length).toBeGreaterThan(10);
});

test("the chunks of a stream: the role, the text, the reason, and the usage only where it was asked for", async () => {
  for (const include_usage of [true, false]) {
    const { data, response } = await client.chat.completions
      .create({ model: MODEL, stream: true, stream_options: { include_usage }, messages: says("Hello") })
      .withResponse();
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      "request-id": expect.stringMatching(/^tgr_/),
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of data) chunks.push(chunk);
    // Whoever has read it to its end finds it in the books.
    const usage = await billed(response.headers.get("request-id")!);

    expect(chunks[0]!.choices[0]!.delta).toMatchObject({ role: "assistant", content: "" });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    const last = include_usage ? chunks.pop() : undefined;
    if (last) expect(last).toMatchObject({ choices: [], usage });
    expect(chunks.at(-1)!.choices[0]!.finish_reason).toBe("stop");
    for (const chunk of chunks) expect(chunk.usage).toBe(include_usage ? null : undefined);
  }
});

test("the raw end of a stream is [DONE]", async () => {
  const answer = await fetch(`${world.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${tenant.key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: MODEL, stream: true, messages: says("[[crlf]] [[split=7]] [[comments]] Hello") }),
  });
  const text = await answer.text();
  expect(text).toMatch(/^(data: \{.*\}\n\n)+data: \[DONE\]\n\n$/);
});

test("a completion ends in length where its bound is reached", async () => {
  const { choices, usage } = await client.chat.completions.create({
    model: MODEL,
    max_completion_tokens: 5,
    messages: says("[[output_tokens=50]]"),
  });
  expect(choices[0]!.finish_reason).toBe("length");
  expect(usage!.completion_tokens).toBe(5);
});

test("a completion without a bound of its own gets the installation's", async () => {
  const { choices, usage } = await client.chat.completions.create({
    model: MODEL,
    messages: says("[[output_tokens=5000]]"),
  });
  expect(choices[0]!.finish_reason).toBe("length");
  expect(usage!.completion_tokens).toBe(1024);
});

test("a tool is called, and its result is answered", async () => {
  const asked = { model: MODEL, tools: [WEATHER] };
  const question = says("[[tool]] Is it raining in Pune?");
  const called = await client.chat.completions.create({ ...asked, messages: question });
  const { message, finish_reason } = called.choices[0]!;
  expect(finish_reason).toBe("tool_calls");
  const [call] = message.tool_calls as OpenAI.ChatCompletionMessageFunctionToolCall[];
  expect(call).toMatchObject({ type: "function", function: { name: "weather" } });
  expect(JSON.parse(call!.function.arguments)).toEqual({ city: expect.any(String) });
  expect(called.usage).toMatchObject(await billed(called._request_id!));

  const answered = await client.chat.completions.create({
    ...asked,
    messages: [...question, message, { role: "tool", tool_call_id: call!.id, content: "Yes, heavily." }],
  });
  expect(answered.choices[0]).toMatchObject({ finish_reason: "stop", message: { role: "assistant" } });
  expect(answered.choices[0]!.message.content).toContain("Yes, heavily.");
});

test("a streamed tool call adds up to the one that comes whole", async () => {
  const asked = { model: MODEL, tools: [WEATHER], tool_choice: "required" as const, messages: says("Is it raining?") };
  const streamed = await client.chat.completions.stream(asked).finalChatCompletion();
  const whole = await client.chat.completions.create(asked);
  const callsOf = ({ choices }: OpenAI.ChatCompletion) =>
    (choices[0]!.message.tool_calls as OpenAI.ChatCompletionMessageFunctionToolCall[]).map((call) => call.function);
  expect(callsOf(streamed).map(({ name, arguments: args }) => ({ name, args: JSON.parse(args) }))).toEqual(
    callsOf(whole).map(({ name, arguments: args }) => ({ name, args: JSON.parse(args) })),
  );
  expect(streamed.choices[0]!.finish_reason).toBe("tool_calls");
});

test("the client's own tool runner goes both ways", async () => {
  const asked: unknown[] = [];
  const runner = client.chat.completions.runTools({
    model: MODEL,
    messages: says("[[tool]] [[times=1]] Is it raining in Pune?"),
    tools: [
      {
        type: "function",
        function: {
          ...WEATHER.function,
          parse: JSON.parse,
          function: (input: object) => {
            asked.push(input);
            return "Yes, heavily.";
          },
        },
      } as never,
    ],
  });
  expect(await runner.finalContent()).toContain("Yes, heavily.");
  expect(asked).toEqual([{ city: "Lisbon" }]);
});

test("images are seen, by data and by URL", async () => {
  for (const url of [PIXEL, "https://example.org/tide.png"]) {
    const completion = await client.chat.completions.create({
      model: MODEL,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url } },
          ],
        },
      ],
    });
    expect(completion.usage!.prompt_tokens).toBeGreaterThan(1_000);
    expect(completion.usage).toMatchObject(await billed(completion._request_id!));
  }
});

test("a prompt that is marked for the cache is written once, then read", async () => {
  const ask = () =>
    client.chat.completions.create({
      model: MODEL,
      messages: [
        {
          role: "system",
          content: [{ type: "text", text: promptOf(8_000), cache_control: { type: "ephemeral" } } as never],
        },
        ...says("Hello"),
      ],
    });
  const [first, second] = [await ask(), await ask()];
  expect(first.usage!.prompt_tokens_details).toEqual({ cached_tokens: 0, cache_write_tokens: 2_000 });
  expect(second.usage!.prompt_tokens_details).toEqual({ cached_tokens: 2_000, cache_write_tokens: 0 });
  expect(second.usage!.prompt_tokens).toBe(first.usage!.prompt_tokens);
  expect(first.usage).toMatchObject(await billed(first._request_id!));
  expect(second.usage).toMatchObject(await billed(second._request_id!));
});

test("thinking is billed and counted as reasoning, and not shown", async () => {
  const asked = {
    model: MODEL,
    messages: says("[[thinking=60]] [[output_tokens=100]] Think"),
    thinking: { type: "adaptive" },
  };
  const whole = await client.chat.completions.create(asked as OpenAI.ChatCompletionCreateParamsNonStreaming);
  expect(whole.usage).toMatchObject({
    completion_tokens: 100,
    completion_tokens_details: { reasoning_tokens: 60 },
  });
  expect(whole.choices[0]!.message.content).toMatch(/^You said/);
});

test("a refusal is a content_filter, and free", async () => {
  const { choices, usage } = await client.chat.completions.create({ model: MODEL, messages: says("[[refuse]]") });
  expect(choices[0]).toMatchObject({ finish_reason: "content_filter", message: { refusal: expect.any(String) } });
  expect(usage!.total_tokens).toBe(0);
});

test("a user's token with a ceiling is bounded by it", async () => {
  const { key } = await world.tenant({ key: { scopes: ["inference", "tokens:issue"] } });
  const token = await tokenOf(key, { max_tokens: 20 });
  const ada = new OpenAI({ apiKey: token, baseURL: `${world.url}/v1` });
  const { usage } = await ada.chat.completions.create({ model: MODEL, messages: says("[[output_tokens=50]]") });
  expect(usage!.completion_tokens).toBe(20);
});

test("a token that is tied to a preset says what, and the preset says how", async () => {
  const { id, key } = await world.tenant({ key: { scopes: ["inference", "tokens:issue"] } });
  const presets = { helper: { model: "claude-haiku-5-5", max_tokens: 5 } };
  await world.admin("PUT", `tenants/${id}/presets`, { presets });
  const ann = new OpenAI({ apiKey: await tokenOf(key, { preset: "helper" }), baseURL: `${world.url}/v1` });
  const completion = await ann.chat.completions.create({ model: MODEL, max_tokens: 900, messages: says("Hello") });
  expect(completion).toMatchObject({ model: "claude-haiku-5-5", usage: { completion_tokens: 5 } });
});

test("tags are noted with the call", async () => {
  const options = { headers: { "x-tollgate-tags": "feature=summary" } };
  const completion = await client.chat.completions.create({ model: MODEL, messages: says("Hello") }, options);
  expect(await receiptOf(world, completion._request_id!)).toMatchObject({ tags: { feature: "summary" } });
});

test("upstream is asked in the version that takes temperatures, and told nothing of the client", async () => {
  let heard: Readonly<Record<string, unknown>> = {};
  const undo = world.sandbox.behave({
    match: ({ headers }) => {
      heard = headers;
      return false;
    },
  });
  const named = new OpenAI({
    apiKey: tenant.key,
    baseURL: `${world.url}/v1`,
    organization: "org-x",
    project: "proj-x",
  });
  await named.chat.completions.create({ model: MODEL, temperature: 2, top_p: 0.9, messages: says("Hello") });
  undo();
  expect(heard["anthropic-version"]).toBe("2023-06-01");
  expect(heard.authorization).toBeUndefined();
  expect(Object.keys(heard).filter((name) => name.startsWith("openai-"))).toEqual([]);
});

test("the models are listed, and retrieved one by one", async () => {
  const models: OpenAI.Model[] = [];
  for await (const model of client.models.list()) models.push(model);
  expect(models.map(({ id }) => id)).toContain(MODEL);
  expect(await client.models.retrieve(MODEL)).toMatchObject({ id: MODEL, object: "model", owned_by: "anthropic" });
});
