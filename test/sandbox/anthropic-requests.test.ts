import { gzipSync } from "node:zlib";
import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSandboxAnthropic, type SandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";

let sandbox: SandboxAnthropic;
beforeAll(async () => {
  sandbox = await openSandboxAnthropic({ keys: ["sk-ant-sandbox", "sk-other"] });
});
afterAll(() => sandbox.close());

const HEADERS = { "x-api-key": "sk-ant-sandbox", "anthropic-version": "2023-06-01" };
const GOOD = { model: "claude-opus-5-5", max_tokens: 50, messages: [{ role: "user", content: "Hi" }] };

type Sent = string | Uint8Array<ArrayBuffer>;
interface Answer {
  stop_reason: string;
  usage: { input_tokens: number; output_tokens: number };
  error: { type: string; message: string; details: { error_code: string } };
}

async function post(body: Sent, headers: Record<string, string> = HEADERS, path = "/v1/messages?beta=true") {
  const response = await fetch(`${sandbox.url}${path}`, { method: "POST", headers, body });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
}
const errorOf = (type: string, message: unknown) => ({
  type: "error",
  error: { type, message, details: null },
  request_id: expect.stringMatching(/^req_/),
});

const WITHOUT = (name: keyof typeof GOOD) => ({ ...GOOD, [name]: undefined });

test.each<[object, string]>([
  [WITHOUT("model"), "model: Field required"],
  [WITHOUT("max_tokens"), "max_tokens: Field required"],
  [WITHOUT("messages"), "messages: Field required"],
  [{ ...GOOD, messages: [] }, "messages: at least one message is required"],
  [{ ...GOOD, messages: "Hi" }, "messages: Input should be a valid list"],
  [{ ...GOOD, messages: [{ role: "user" }] }, "messages.0.content: Field required"],
  [
    { ...GOOD, messages: [{ role: "robot", content: "x" }] },
    "messages.0.role: Input should be 'user', 'assistant' or 'system'",
  ],
  [{ ...GOOD, messages: [{ role: "assistant", content: "x" }] }, 'messages: first message must use the "user" role'],
  [
    { ...GOOD, max_tokens: 200_000 },
    "max_tokens: 200000 > 128000, which is the maximum allowed number of output tokens for claude-opus-5-5",
  ],
  [{ ...GOOD, max_tokens: 0, stream: true }, "max_tokens: 0 cannot be combined with `stream: true`"],
  [{ ...GOOD, temperature: 2 }, "temperature: Input should be less than or equal to 1"],
  [{ ...GOOD, stream: "yes" }, "stream: Input should be a valid boolean"],
  [{ ...GOOD, tools: [{ name: "x" }] }, "tools.0.custom.input_schema: Field required"],
  [{ ...GOOD, tool_choice: { type: "any" } }, "tool_choice: tool_choice may only be specified while providing tools."],
  [{ ...GOOD, model: "claude-opus-4-5", inference_geo: "us" }, "inference_geo: not supported for claude-opus-4-5"],
  [{ ...GOOD, model: "claude-opus-4-7", speed: "fast" }, "speed: fast mode is not supported for claude-opus-4-7"],
])("%o is refused: %s", async (body, message) => {
  expect(await post(JSON.stringify(body))).toMatchObject({
    status: 400,
    body: errorOf("invalid_request_error", message),
  });
});

test("malformed JSON, an unknown model and an unknown path are refused in the API's own shape", async () => {
  expect(await post("{")).toMatchObject({ status: 400, body: { error: { type: "invalid_request_error" } } });
  expect(await post(JSON.stringify({ ...GOOD, model: "claude-9" }))).toMatchObject({
    status: 404,
    body: errorOf("not_found_error", "model: claude-9"),
  });
  expect(await post("{}", HEADERS, "/v1/complete")).toMatchObject({
    status: 404,
    body: errorOf("not_found_error", "Not Found"),
  });
});

test("a prompt that does not fit the context window is refused with both numbers", async () => {
  const content = "abc ".repeat(200_001);
  const long = { ...GOOD, model: "claude-haiku-4-5", messages: [{ role: "user", content }] };
  expect((await post(JSON.stringify(long))).body.error.message).toBe(
    "prompt is too long: 200005 tokens > 200000 maximum",
  );
});

test("an answer that does not fit the context window ends where the window does", async () => {
  const content = `[[output_tokens=900]]${"abc ".repeat(199_800)}`;
  const long = { ...GOOD, model: "claude-haiku-4-5", max_tokens: 1_000, messages: [{ role: "user", content }] };
  const { body } = await post(JSON.stringify(long));
  expect(body.stop_reason).toBe("model_context_window_exceeded");
  expect(body.usage.input_tokens + body.usage.output_tokens).toBe(200_000);
});

test("both credentials are accepted, and x-api-key is the one that counts", async () => {
  const body = JSON.stringify(GOOD);
  const version = { "anthropic-version": "2023-06-01" };
  expect((await post(body, { ...version, authorization: "Bearer sk-other" })).status).toBe(200);
  expect(sandbox.tally.requests.at(-1)!.key).toBe("sk-other");
  await post(body, { ...HEADERS, authorization: "Bearer sk-other" });
  expect(sandbox.tally.requests.at(-1)!.key).toBe("sk-ant-sandbox");

  const wrongs: Record<string, string>[] = [{}, { "x-api-key": "sk-wrong" }, { authorization: "Bearer sk-wrong" }];
  for (const wrong of wrongs) {
    const refused = await post(body, { ...version, ...wrong });
    expect(refused).toMatchObject({ status: 401, body: { error: { type: "authentication_error" } } });
  }
});

test("both API versions work; the newer one refuses sampling parameters; none, or an unknown one, is refused", async () => {
  const withVersion = (version: string | undefined, body: object = GOOD) =>
    post(JSON.stringify(body), {
      "x-api-key": "sk-ant-sandbox",
      ...(version && { "anthropic-version": version }),
    });
  const warm = { ...GOOD, temperature: 1 };
  expect((await withVersion("2023-06-01", warm)).status).toBe(200);
  expect((await withVersion("2026-10-21")).status).toBe(200);
  expect((await withVersion("2026-10-21", warm)).body.error.message).toContain("temperature");
  expect((await withVersion(undefined)).body.error.message).toBe("anthropic-version: header is required");
  expect((await withVersion("2020-01-01")).status).toBe(400);
});

test("a gzipped body is read; a broken or unknown encoding is named", async () => {
  const send = (body: Sent, encoding: string) => post(body, { ...HEADERS, "content-encoding": encoding });
  const zipped = new Uint8Array(gzipSync(JSON.stringify(GOOD)));
  expect((await send(zipped, "gzip")).status).toBe(200);
  expect((await send("not gzip", "gzip")).body.error.details.error_code).toBe("request_body_encoding_invalid");
  expect((await send(zipped, "br")).body.error.details.error_code).toBe("request_body_encoding_unsupported");
});

test("a body above 32 MB is too large, also when it only becomes so by decompression", async () => {
  const large = JSON.stringify({ ...GOOD, system: "x".repeat(32 * 1024 * 1024) });
  expect(await post(large)).toMatchObject({ status: 413, body: { error: { type: "request_too_large" } } });
  const bomb = new Uint8Array(gzipSync(large));
  expect((await post(bomb, { ...HEADERS, "content-encoding": "gzip" })).status).toBe(413);
});

test("every answer carries the operator's own headers, which a gateway has to drop", async () => {
  const { headers } = await post(JSON.stringify(GOOD));
  for (const name of [
    "request-id",
    "anthropic-organization-id",
    "anthropic-workspace-id",
    "anthropic-ratelimit-input-tokens-remaining",
    "anthropic-ratelimit-requests-reset",
    "set-cookie",
    "cf-ray",
  ])
    expect(headers.get(name), name).toBeTruthy();
});

test("count_tokens says what a message is billed, and is never more than its bytes and the hidden tokens", async () => {
  const client = new Anthropic({ apiKey: "sk-ant-sandbox", baseURL: sandbox.url, maxRetries: 0 });
  const prompt = {
    model: "claude-opus-4-8",
    system: "Be brief.",
    messages: [
      { role: "user" as const, content: "Grüße 👋" },
      { role: "assistant" as const, content: [{ type: "text" as const, text: "Hello" }] },
      {
        role: "user" as const,
        content: [
          { type: "image" as const, source: { type: "url" as const, url: "https://www.example.org/a.png" } },
          { type: "text" as const, text: "What is it?" },
        ],
      },
    ],
    tools: [{ name: "look", input_schema: { type: "object" as const } }],
  };
  const { input_tokens } = await client.messages.countTokens(prompt);
  const { usage } = await client.messages.create({ ...prompt, max_tokens: 10 });
  expect(input_tokens).toBe(usage.input_tokens);
  expect(input_tokens).toBeGreaterThan(1_568 + 290);
  expect(input_tokens).toBeLessThan(1_568 + 290 + Buffer.byteLength(JSON.stringify(prompt)));
});

test("the connectivity probe needs no credential", async () => {
  expect((await fetch(`${sandbox.url}/api/hello`, { method: "HEAD" })).status).toBe(200);
  expect((await fetch(`${sandbox.url}/api/hello`)).status).toBe(200);
});
