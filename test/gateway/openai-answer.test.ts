import { describe, expect, test } from "vitest";
import { meteredMessage } from "../../src/gateway/metered.ts";
import { completionOf } from "../../src/gateway/openai/answer.ts";
import { chunkWriter } from "../../src/gateway/openai/chunks.ts";
import { upstreamErrorBody } from "../../src/gateway/openai/errors.ts";
import { streamMeter } from "../../src/gateway/stream-meter.ts";

/** Claude's answers as OpenAI's, whole and in pieces. */

const MODEL = "claude-sonnet-5-5";
const NAMED = { id: "chatcmpl-1", created: 1_700_000_000 };
const USAGE = {
  input_tokens: 10,
  cache_read_input_tokens: 200,
  cache_creation_input_tokens: 3_000,
  cache_creation: { ephemeral_5m_input_tokens: 1_000, ephemeral_1h_input_tokens: 2_000 },
  output_tokens: 40,
  output_tokens_details: { thinking_tokens: 15 },
};
const TOLD = {
  prompt_tokens: 3_210,
  completion_tokens: 40,
  total_tokens: 3_250,
  prompt_tokens_details: { cached_tokens: 200, cache_write_tokens: 3_000 },
  completion_tokens_details: { reasoning_tokens: 15 },
};

const complete = (message: object) => {
  const whole = { model: MODEL, usage: USAGE, content: [], stop_reason: "end_turn", ...message };
  return completionOf(whole, meteredMessage(whole, MODEL), NAMED);
};

describe("a whole answer", () => {
  test("has its text, its reason to end and its usage", () => {
    const content = [
      { type: "thinking", thinking: "Hm.", signature: "" },
      { type: "text", text: "One " },
      { type: "text", text: "two" },
    ];
    expect(complete({ content })).toEqual({
      ...NAMED,
      object: "chat.completion",
      model: MODEL,
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: "One two", refusal: null },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage: TOLD,
    });
  });

  test("has tool calls with their arguments spelled out, and no content where there is no text", () => {
    const content = [
      { type: "tool_use", id: "toolu_1", name: "weather", input: { city: "Pune" } },
      { type: "tool_use", id: "toolu_2", name: "clock", input: {} },
    ];
    expect(complete({ content, stop_reason: "tool_use" }).choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: {
        content: null,
        tool_calls: [
          { id: "toolu_1", type: "function", function: { name: "weather", arguments: '{"city":"Pune"}' } },
          { id: "toolu_2", type: "function", function: { name: "clock", arguments: "{}" } },
        ],
      },
    });
  });

  test.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["pause_turn", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["tool_use", "tool_calls"],
    ["refusal", "content_filter"],
    ["something_new", "stop"],
    [null, "stop"],
  ])("that stopped for %s finishes for %s", (stop_reason, finish_reason) => {
    expect(complete({ stop_reason }).choices[0]).toMatchObject({ finish_reason });
  });

  test("that is a refusal says so, and is as free as it is", () => {
    const stop_details = { type: "refusal", category: null, explanation: "Not this." };
    const { choices, usage } = complete({ stop_reason: "refusal", stop_details });
    expect(choices[0]!.message).toEqual({ role: "assistant", content: "", refusal: "Not this." });
    expect(usage).toMatchObject({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 });
    expect(complete({ stop_reason: "refusal" }).choices[0]!.message.refusal).toMatch(/declined/);
  });
});

const START = { type: "message_start", message: { model: MODEL, usage: { ...USAGE, output_tokens: 1 } } };
const END = (stop_reason: string, more: object = {}) => ({
  type: "message_delta",
  delta: { stop_reason, ...more },
  usage: { output_tokens: 40, output_tokens_details: { thinking_tokens: 15 } },
});
const block = (index: number, content_block: object, ...deltas: object[]) => [
  { type: "content_block_start", index, content_block },
  ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
  { type: "content_block_stop", index },
];
const text = (text: string) => ({ type: "text_delta", text });
const json = (partial_json: string) => ({ type: "input_json_delta", partial_json });

/** What these events become: the data of each chunk, parsed. */
function chunksOf(events: readonly { type: string }[], { includeUsage = false } = {}) {
  const chunks = chunkWriter({ ...NAMED, model: "asked", includeUsage });
  const meter = streamMeter(MODEL);
  let sent = "";
  for (const event of events) {
    const data = JSON.stringify(event);
    meter.feed(Buffer.from(`event: ${event.type}\ndata: ${data}\n\n`));
    sent += chunks.take(Buffer.from(data));
  }
  sent += chunks.finish(meter.metered());
  const data = sent.match(/^data: .*\n\n/gm)!;
  expect(data.join("")).toBe(sent);
  expect(data.pop()).toBe("data: [DONE]\n\n");
  return data.map((line) => JSON.parse(line.slice(6)) as Chunk);
}
interface Chunk extends Record<string, unknown> {
  readonly choices: readonly { readonly delta: unknown; readonly finish_reason: unknown }[];
}
const deltasOf = (chunks: Chunk[]) => chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));

describe("a stream", () => {
  test("says who speaks, then the text, then why it ended", () => {
    const chunks = chunksOf([
      START,
      ...block(0, { type: "thinking", thinking: "" }, { type: "thinking_delta", thinking: "Hm." }),
      { type: "ping" },
      ...block(1, { type: "text", text: "" }, text("One "), text(""), text("two")),
      END("end_turn"),
      { type: "message_stop" },
    ]);
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      ...NAMED,
      object: "chat.completion.chunk",
      model: MODEL,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    });
    expect(chunks).toEqual([
      chunk({ role: "assistant", content: "", refusal: null }),
      chunk({ content: "One " }),
      chunk({ content: "two" }),
      chunk({}, "stop"),
    ]);
  });

  test("counts its tool calls, whatever blocks stand between them", () => {
    const chunks = chunksOf([
      START,
      ...block(0, { type: "text", text: "Let me see." }),
      ...block(
        1,
        { type: "tool_use", id: "a", name: "weather", input: {} },
        json(""),
        json('{"city":'),
        json('"Pune"}'),
      ),
      ...block(2, { type: "server_tool_use", id: "s", name: "web_search", input: {} }, json('{"query":"x"}')),
      ...block(3, { type: "tool_use", id: "b", name: "clock", input: {} }, json("")),
      END("tool_use"),
    ]);
    const started = (index: number, id: string, name: string) => ({
      tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }],
    });
    const spelled = (index: number, args: string) => ({ tool_calls: [{ index, function: { arguments: args } }] });
    expect(deltasOf(chunks).slice(1)).toEqual([
      { content: "Let me see." },
      started(0, "a", "weather"),
      spelled(0, '{"city":'),
      spelled(0, '"Pune"}'),
      started(1, "b", "clock"),
      spelled(1, "{}"),
      {},
    ]);
    expect(chunks.at(-1)!.choices[0]!.finish_reason).toBe("tool_calls");
  });

  test("tells its usage at the end where that was asked for, and null before", () => {
    const events = [START, ...block(0, { type: "text", text: "" }, text("Hi")), END("max_tokens")];
    const chunks = chunksOf(events, { includeUsage: true });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: TOLD });
    for (const chunk of chunks.slice(0, -1)) expect(chunk.usage).toBeNull();
    expect(chunks.at(-2)!.choices[0]!.finish_reason).toBe("length");
    for (const chunk of chunksOf(events)) expect(chunk).not.toHaveProperty("usage");
  });

  test("says why it was refused", () => {
    const chunks = chunksOf([START, END("refusal", { stop_details: { explanation: "Not this." } })]);
    expect(deltasOf(chunks).slice(1)).toEqual([{ refusal: "Not this." }, {}]);
    expect(chunks.at(-1)!.choices[0]!.finish_reason).toBe("content_filter");
  });
});

test("upstream's errors keep their words, readable or not", () => {
  const error = { type: "rate_limit_error", message: "Slow down.", details: { error_code: "ramp_limit_exceeded" } };
  const body = Buffer.from(JSON.stringify({ type: "error", error }));
  expect(upstreamErrorBody(body)).toEqual({
    error: { message: "Slow down.", type: "rate_limit_error", param: null, code: "ramp_limit_exceeded" },
  });
  for (const odd of ["<html>", "null", "{}", '{"error":"text"}']) {
    expect(upstreamErrorBody(Buffer.from(odd)).error).toMatchObject({ type: "api_error", code: null });
  }
});
