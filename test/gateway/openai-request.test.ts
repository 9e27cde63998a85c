import { describe, expect, test } from "vitest";
import { translateRequest } from "../../src/gateway/openai/request.ts";
import { Problem } from "../../src/kernel/problems.ts";

/** OpenAI's request as Claude's: every field that means something to both. */

const MODEL = "claude-sonnet-5-5";
const HELLO = [{ role: "user", content: "Hello" }];
const text = (text: string, more: object = {}) => ({ type: "text", text, ...more });
const user = (...content: object[]) => ({ role: "user", content });
const assistant = (...content: object[]) => ({ role: "assistant", content });
const EPHEMERAL = { cache_control: { type: "ephemeral" } };

const translate = (asked: object) =>
  translateRequest({ model: MODEL, messages: HELLO, ...asked }, { max_tokens: 1024 });
const bodyOf = (asked: object) => translate(asked).body;
const turnsOf = (...messages: object[]) => bodyOf({ messages }).messages;

test("the least that can be asked", () => {
  expect(translate({})).toEqual({
    body: { model: MODEL, max_tokens: 1024, messages: [user(text("Hello"))], stream: false },
    includeUsage: false,
  });
});

describe("messages", () => {
  test("what the system and the developer say goes to the top, in order", () => {
    const messages = [
      { role: "system", content: "Be brief." },
      ...HELLO,
      { role: "developer", content: [text("Be kind.")] },
      { role: "system", content: "" },
    ];
    expect(bodyOf({ messages })).toMatchObject({
      system: [text("Be brief."), text("Be kind.")],
      messages: [user(text("Hello"))],
    });
  });

  test("neighbours of the same side become one turn", () => {
    expect(
      turnsOf(
        { role: "user", content: "One" },
        { role: "user", content: [text("Two"), text("")] },
        { role: "assistant", content: "Three" },
        { role: "assistant", content: [text("Four"), { type: "refusal", refusal: "No." }] },
      ),
    ).toEqual([user(text("One"), text("Two")), assistant(text("Three"), text("Four"), text("No."))]);
  });

  test("tool calls and their results, of which all are in the next turn", () => {
    const call = (id: string, args: string) => ({
      id,
      type: "function",
      function: { name: "weather", arguments: args },
    });
    expect(
      turnsOf(
        ...HELLO,
        { role: "assistant", content: null, tool_calls: [call("a", '{"city":"Pune"}'), call("b", "")] },
        { role: "tool", tool_call_id: "a", content: "Rain" },
        { role: "tool", tool_call_id: "b", content: "" },
        { role: "user", content: "And?" },
      ),
    ).toEqual([
      user(text("Hello")),
      assistant(
        { type: "tool_use", id: "a", name: "weather", input: { city: "Pune" } },
        { type: "tool_use", id: "b", name: "weather", input: {} },
      ),
      user(
        { type: "tool_result", tool_use_id: "a", content: [text("Rain")] },
        { type: "tool_result", tool_use_id: "b" },
        text("And?"),
      ),
    ]);
  });

  test("an answer of nothing is left out of the history", () => {
    const nothing = { role: "assistant", content: "", tool_calls: null, refusal: null };
    expect(turnsOf(...HELLO, nothing, ...HELLO)).toEqual([user(text("Hello"), text("Hello"))]);
  });

  test.each([
    ["https://example.org/a.png", { type: "url", url: "https://example.org/a.png" }],
    ["data:image/png;base64,AAAA", { type: "base64", media_type: "image/png", data: "AAAA" }],
    ["data:IMAGE/JPG;name=a;base64,BB==", { type: "base64", media_type: "image/jpeg", data: "BB==" }],
  ])("the image %s", (url, source) => {
    const part = { type: "image_url", image_url: { url, detail: "high" } };
    expect(turnsOf({ role: "user", content: [text("Look"), part] })).toEqual([
      user(text("Look"), { type: "image", source }),
    ]);
  });

  test("cache_control stays where it was put: on parts, messages, tools, the request", () => {
    const { system, messages, tools, cache_control } = bodyOf({
      ...EPHEMERAL,
      messages: [
        { role: "system", content: [text("Long", EPHEMERAL)] },
        { role: "user", content: "Marked", ...EPHEMERAL },
        { role: "assistant", content: null, tool_calls: [{ id: "a", function: { name: "t", arguments: "{}" } }] },
        { role: "tool", tool_call_id: "a", content: "Done", ...EPHEMERAL },
      ],
      tools: [
        { type: "function", function: { name: "t" }, ...EPHEMERAL },
        { type: "function", function: { name: "u", ...EPHEMERAL } },
      ],
    });
    expect(cache_control).toEqual({ type: "ephemeral" });
    expect(system).toEqual([text("Long", EPHEMERAL)]);
    expect(messages).toMatchObject([
      user(text("Marked", EPHEMERAL)),
      {},
      user({ type: "tool_result", tool_use_id: "a", content: [text("Done")], ...EPHEMERAL }),
    ]);
    expect(tools).toMatchObject([EPHEMERAL, EPHEMERAL]);
  });
});

describe("tools", () => {
  const tools = [{ type: "function", function: { name: "weather", description: "Rain?", strict: true } }];

  test("a function is a tool with an input schema", () => {
    const parameters = { type: "object", properties: { city: { type: "string" } }, additionalProperties: false };
    expect(bodyOf({ tools: [...tools, { type: "function", function: { name: "t", parameters } }] }).tools).toEqual([
      { name: "weather", description: "Rain?", input_schema: { type: "object", properties: {} }, strict: true },
      { name: "t", input_schema: parameters },
    ]);
  });

  test.each([
    [{}, undefined],
    [{ tool_choice: "auto" }, { type: "auto" }],
    [{ tool_choice: "none" }, { type: "none" }],
    [{ tool_choice: "none", parallel_tool_calls: false }, { type: "none" }],
    [{ tool_choice: "required" }, { type: "any" }],
    [{ tool_choice: { type: "function", function: { name: "weather" } } }, { type: "tool", name: "weather" }],
    [{ parallel_tool_calls: true }, undefined],
    [{ parallel_tool_calls: false }, { type: "auto", disable_parallel_tool_use: true }],
    [
      { tool_choice: "required", parallel_tool_calls: false },
      { type: "any", disable_parallel_tool_use: true },
    ],
  ])("%j is the choice %j", (asked, tool_choice) => {
    expect(bodyOf({ tools, ...asked }).tool_choice).toEqual(tool_choice);
  });

  test("a choice among no tools is no choice", () => {
    const body = bodyOf({ tools: [], tool_choice: "auto", parallel_tool_calls: false });
    expect(body).not.toHaveProperty("tools");
    expect(body).not.toHaveProperty("tool_choice");
  });
});

const SCHEMA = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };

test.each([
  [{ max_tokens: 7 }, { max_tokens: 7 }],
  [{ max_completion_tokens: 8, max_tokens: 7 }, { max_tokens: 8 }],
  [
    { temperature: 0, top_p: 0.5 },
    { temperature: 0, top_p: 0.5 },
  ],
  [{ temperature: 1.7 }, { temperature: 1 }],
  [{ stop: "END" }, { stop_sequences: ["END"] }],
  [{ stop: ["A", "B"] }, { stop_sequences: ["A", "B"] }],
  [{ user: "u-1", safety_identifier: "s-1" }, { metadata: { user_id: "u-1" } }],
  [{ safety_identifier: "s-1" }, { metadata: { user_id: "s-1" } }],
  [{ reasoning_effort: "high" }, { output_config: { effort: "high" } }],
  [{ reasoning_effort: "minimal" }, { output_config: { effort: "low" } }],
  [{ thinking: { type: "adaptive" } }, { thinking: { type: "adaptive" } }],
  [{ stream: true }, { stream: true }],
  [
    { response_format: { type: "json_schema", json_schema: { name: "it", strict: true, schema: SCHEMA } } },
    { output_config: { format: { type: "json_schema", schema: SCHEMA } } },
  ],
  [{ response_format: { type: "json_object" } }, { system: [text(expect.stringContaining("JSON") as string)] }],
])("%j becomes %j", (asked, expected) => {
  expect(bodyOf(asked)).toMatchObject(expected);
});

test("the default bound is never above the model's own", () => {
  const { body } = translateRequest({ model: MODEL, messages: HELLO }, { max_tokens: 10_000_000 });
  expect(body.max_tokens).toBe(128_000);
});

test("usage is only told where it was asked for", () => {
  expect(translate({ stream: true, stream_options: { include_usage: true } }).includeUsage).toBe(true);
  expect(translate({ stream: true, stream_options: null }).includeUsage).toBe(false);
});

test("what Claude has no word for is left out, and so is what nobody knows", () => {
  const ignored = {
    ...{ seed: 1, presence_penalty: 1, frequency_penalty: 1, logit_bias: { 1: 2 }, store: true, metadata: { a: "b" } },
    ...{ service_tier: "flex", verbosity: "low", prediction: { type: "content", content: "x" }, prompt_cache_key: "k" },
    ...{ n: 1, logprobs: false, top_logprobs: 0, modalities: ["text"], functions: [], audio: null },
    ...{ container: "c", billing_policy: "b", mcp_servers: [{}], fallbacks: ["claude-opus-5-5"], unheard_of: 1 },
    ...{
      stop: null,
      temperature: null,
      top_p: null,
      tools: null,
      tool_choice: null,
      response_format: { type: "text" },
    },
    ...{ max_tokens: null, user: null, reasoning_effort: null, stream: null, parallel_tool_calls: null },
  };
  expect(translate(ignored)).toEqual(translate({}));
});

/** What is wrong, and the field that the answer must name. */
const WRONG: [string, object, string][] = [
  ["no messages", { messages: undefined }, "messages"],
  ["an empty list of messages", { messages: [] }, "messages"],
  ["messages that are a text", { messages: "Hello" }, "messages"],
  ["only the system speaking", { messages: [{ role: "system", content: "Hello" }] }, "messages"],
  ["a role that nobody has", { messages: [{ role: "function", name: "f", content: "x" }] }, "messages.0.role"],
  ["a message that is a text", { messages: ["Hello"] }, "messages.0"],
  ["a user who says nothing", { messages: [{ role: "user", content: "" }] }, "messages.0.content"],
  ["content that is a number", { messages: [{ role: "user", content: 7 }] }, "messages.0.content"],
  [
    "a sound",
    { messages: [{ role: "user", content: [{ type: "input_audio", input_audio: {} }] }] },
    "messages.0.content.0.type",
  ],
  [
    "a picture in a picture format of its own",
    { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/tiff;base64,AA" } }] }] },
    "messages.0.content.0.image_url.url",
  ],
  [
    "a picture on a disk",
    { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "file:///etc/passwd" } }] }] },
    "messages.0.content.0.image_url.url",
  ],
  [
    "a data URL that is not in base64",
    { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png,AA" } }] }] },
    "messages.0.content.0.image_url.url",
  ],
  [
    "arguments that are no JSON",
    { messages: [{ role: "assistant", tool_calls: [{ id: "a", function: { name: "t", arguments: '{"a":' } }] }] },
    "messages.0.tool_calls.0.function.arguments",
  ],
  [
    "arguments that are a list",
    { messages: [{ role: "assistant", tool_calls: [{ id: "a", function: { name: "t", arguments: "[1]" } }] }] },
    "messages.0.tool_calls.0.function.arguments",
  ],
  ["a result of no call", { messages: [...HELLO, { role: "tool", content: "x" }] }, "messages.1.tool_call_id"],
  ["a bound of nothing", { max_tokens: 0 }, "max_tokens"],
  ["a bound in words", { max_completion_tokens: "many" }, "max_completion_tokens"],
  ["too hot", { temperature: 2.5 }, "temperature"],
  ["an empty stop", { stop: "" }, "stop"],
  ["a stream that is perhaps", { stream: "yes" }, "stream"],
  ["a tool of another kind", { tools: [{ type: "custom", custom: { name: "c" } }] }, "tools.0.type"],
  ["a tool without a name", { tools: [{ type: "function", function: {} }] }, "tools.0.function.name"],
  ["a choice that must be and cannot", { tool_choice: "required" }, "tool_choice"],
  ["a choice of another kind", { tool_choice: { type: "allowed_tools", allowed_tools: {} } }, "tool_choice"],
  ["a format that nobody has", { response_format: { type: "xml" } }, "response_format.type"],
  [
    "a schema that is not there",
    { response_format: { type: "json_schema", json_schema: { name: "it" } } },
    "response_format.json_schema.schema",
  ],
  ["an effort that nobody makes", { reasoning_effort: "heroic" }, "reasoning_effort"],
];

test.each(WRONG)("%s is refused, and the field is named", (_what, asked, path) => {
  const problem = problemOf(() => translate(asked));
  expect(problem).toMatchObject({ status: 400, code: "invalid_request" });
  expect(problem.details?.issues).toMatchObject([{ path }]);
  expect(problem.message).toMatch(new RegExp(`^${path}: ..`));
  expect(problem.message).not.toMatch(/Invalid input$/);
});

test.each([
  { n: 2 },
  { logprobs: true },
  { top_logprobs: 3 },
  { audio: { voice: "alloy", format: "mp3" } },
  { modalities: ["text", "audio"] },
  { functions: [{ name: "f" }] },
  { function_call: "auto" },
  { web_search_options: {} },
  { moderation: {} },
])("%j is refused: the answer would be another", (asked) => {
  const [field] = Object.keys(asked);
  const problem = problemOf(() => translate(asked));
  expect(problem).toMatchObject({ status: 400, code: "unsupported_feature", details: { field } });
  expect(problem.message).toMatch(new RegExp(`^${field}: cannot be honoured: .+\\.$`));
});

function problemOf(attempt: () => unknown): Problem {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
