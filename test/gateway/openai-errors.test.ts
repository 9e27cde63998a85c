import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { creditOf, eventually, promptOf, receiptOf, receiptsOfTenant, requestIdOf, says } from "./books.ts";

/** Whatever goes wrong reaches OpenAI's client as the error class that its users catch. */

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const MODEL = "claude-sonnet-5-5";
const clientOf = (apiKey: string, options: object = {}) =>
  new OpenAI({ apiKey, baseURL: `${world.url}/v1`, maxRetries: 0, ...options });

const ask = (client: OpenAI, prompt = "Hello", more: object = {}) =>
  client.chat.completions.create({ model: MODEL, max_tokens: 100, messages: says(prompt), ...more });

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${world.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${tenant.key}`, "content-type": "application/json", ...headers },
    body,
  });

const toolOf = (schema: string) => `{"type":"function","function":{"name":"t","parameters":{"deep":${schema}}}}`;

async function errorOf(request: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const error = await request.then(
    () => null,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(OpenAI.APIError);
  return error as InstanceType<typeof OpenAI.APIError>;
}

test("a key that nobody knows, and none, is an AuthenticationError", async () => {
  const error = await errorOf(ask(clientOf("tg_test_nobody")));
  expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
  expect(error).toMatchObject({ status: 401, code: "invalid_credentials", type: "authentication_error", param: null });
  expect(error.requestID).toMatch(/^tgr_/);
  const none = await post("{}", { authorization: "" });
  expect(none.status).toBe(401);
  expect(await none.json()).toEqual({
    error: { message: expect.any(String), type: "authentication_error", param: null, code: "missing_credentials" },
  });
});

test("a model or a route that the key may not use is a PermissionDeniedError", async () => {
  const models = await world.tenant({ key: { models: ["claude-haiku-*"] } });
  const model = await errorOf(ask(clientOf(models.key)));
  expect(model).toBeInstanceOf(OpenAI.PermissionDeniedError);
  expect(model.code).toBe("model_not_allowed");

  const routes = await world.tenant({ key: { routes: ["/v1/messages"] } });
  expect((await errorOf(ask(clientOf(routes.key)))).code).toBe("route_not_allowed");
  const route = await world.tenant({ key: { routes: ["/v1/chat/*"] } });
  expect((await ask(clientOf(route.key))).object).toBe("chat.completion");
});

test("credit that does not cover the request is a 402, which the client does not retry", async () => {
  const { key } = await world.tenant({ credit_micros: 10 });
  let sent = 0;
  const counted: typeof fetch = (...request) => {
    sent += 1;
    return fetch(...request);
  };
  const before = world.sandbox.tally.requests.length;
  const error = await errorOf(ask(clientOf(key, { maxRetries: 5, fetch: counted })));
  expect(error).toMatchObject({ status: 402, code: "quota_exhausted", type: "billing_error" });
  expect(error.error).toMatchObject({ details: { remaining_micros: 10, currency: "USD" } });
  expect(error.headers?.get("x-should-retry")).toBe("false");
  expect(sent).toBe(1);
  expect(world.sandbox.tally.requests.length).toBe(before);
});

test.each([false, true])(
  "quota that ends within an answer ends it in length, as far as it is paid (stream: %s)",
  async (stream) => {
    const { id, key } = await world.tenant({ credit_micros: 20_000 });
    const asked = { model: MODEL, max_tokens: 60_000, messages: says("[[output_tokens=5000]] [[pace_ms=1]]") };
    const client = clientOf(key);
    const { finish, usage, requestId } = stream ? await streamed(client, asked) : await whole(client, asked);
    expect(finish).toBe("length");
    expect(usage?.completion_tokens).toBeGreaterThan(500);
    const receipt = await receiptOf(world, requestId);
    expect(receipt).toMatchObject({
      ended: "quota",
      input_tokens: usage?.prompt_tokens,
      output_tokens: usage?.completion_tokens,
    });
    expect(receipt.spend_micros).toBeLessThanOrEqual(20_000);
    expect(await creditOf(world, id)).toEqual({ used: receipt.spend_micros, held: 0 });
  },
);

async function whole(client: OpenAI, asked: OpenAI.ChatCompletionCreateParamsNonStreaming) {
  const { choices, usage, _request_id } = await client.chat.completions.create(asked);
  return { finish: choices[0]!.finish_reason, usage, requestId: _request_id! };
}

async function streamed(client: OpenAI, asked: OpenAI.ChatCompletionCreateParamsNonStreaming) {
  const { data, response } = await client.chat.completions
    .create({ ...asked, stream: true, stream_options: { include_usage: true } })
    .withResponse();
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of data) chunks.push(chunk);
  const { usage } = chunks.pop()!;
  return { finish: chunks.at(-1)!.choices[0]!.finish_reason, usage, requestId: requestIdOf(response) };
}

test("an idempotency key gets the first answer again, billed once", async () => {
  const { id, key } = await world.tenant();
  const options = { headers: { "idempotency-key": "once" } };
  const asked = { model: MODEL, messages: says("Hello") };
  const client = clientOf(key);
  const first = await client.chat.completions.create(asked, options);
  const again = await client.chat.completions.create(asked, options);
  expect(again).toEqual(first);
  expect(await receiptsOfTenant(world, id)).toHaveLength(1);
  const other = await errorOf(client.chat.completions.create({ ...asked, max_tokens: 7 }, options));
  expect(other).toMatchObject({ status: 422, code: "idempotency_key_reused" });
});

test("a limit of a minute is a RateLimitError that says when to come back", async () => {
  const { id, key } = await world.tenant();
  const limits = [{ metric: "requests", window: "minute", amount: 1 }];
  await world.admin("PUT", "limits", { scope: "tenant", subject_id: id, limits });
  world.clock.advance(60_000 - (world.clock.now() % 60_000));
  await ask(clientOf(key));
  const error = await errorOf(ask(clientOf(key)));
  expect(error).toBeInstanceOf(OpenAI.RateLimitError);
  expect(error.code).toBe("rate_limited");
  expect(Number(error.headers?.get("retry-after"))).toBeGreaterThan(0);
});

describe("a bad request is a BadRequestError that names the field", () => {
  test.each<[object, string, string | null]>([
    [{ messages: [] }, "invalid_request", "messages"],
    [{ messages: [{ role: "user", content: [{ type: "file" }] }] }, "invalid_request", "messages.0.content.0.type"],
    [{ model: undefined }, "invalid_request", "model"],
    [{ model: "claude-nobody-9" }, "model_not_priced", "model"],
    [{ max_tokens: 10_000_000 }, "invalid_request", "max_tokens"],
    [{ n: 3 }, "unsupported_feature", "n"],
    [{ logprobs: true }, "unsupported_feature", "logprobs"],
  ])("%j", async (asked, code, param) => {
    for (const stream of [false, true]) {
      const error = await errorOf(ask(clientOf(tenant.key), "Hello", { ...asked, stream }));
      expect(error).toBeInstanceOf(OpenAI.BadRequestError);
      expect(error).toMatchObject({ status: 400, type: "invalid_request_error", code, param });
    }
  });

  test.each(["{", "[]", "null", ""])("%j is no body", async (body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "invalid_request", param: null } });
  });

  test.each([
    ["content", (deep: string) => `"messages":[{"role":"user","content":${deep}}]`],
    ["a schema", (deep: string) => `"messages":[{"role":"user","content":"Hi"}],"tools":[${toolOf(deep)}]`],
  ])("%s that is nested without end is refused", async (_what, within) => {
    const deep = `${'[{"type":"text","content":'.repeat(50_000)}"x"${"}]".repeat(50_000)}`;
    const answer = await post(`{"model":"${MODEL}",${within(deep)}}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "invalid_request" } });
  });

  test("a body that is too large is a 413", async () => {
    const answer = await post("", { "content-encoding": "gzip-of-sorts" });
    expect(answer.status).toBe(400);
    const large = await errorOf(ask(clientOf(tenant.key), "x".repeat(33 * 1024 * 1024)));
    expect(large).toMatchObject({ status: 413, code: "request_too_large" });
  });

  test("upstream's own complaint keeps its words", async () => {
    const messages = [{ role: "assistant" as const, content: "I begin." }];
    const error = await errorOf(ask(clientOf(tenant.key), "", { messages }));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error.message).toContain('first message must use the "user" role');
    expect(error).toMatchObject({ type: "invalid_request_error", code: null, param: null });
  });
});

describe("upstream's trouble", () => {
  test.each([false, true])("is passed on with its status and its retry-after (stream: %s)", async (stream) => {
    const { id, key } = await world.tenant();
    const busy = await errorOf(ask(clientOf(key), "[[status=429]] [[retry_after=7]]", { stream }));
    expect(busy).toBeInstanceOf(OpenAI.RateLimitError);
    expect(busy).toMatchObject({ type: "rate_limit_error" });
    expect(busy.headers?.get("retry-after")).toBe("7");
    expect(busy.headers?.get("content-type")).toBe("application/json");
    const overloaded = await errorOf(ask(clientOf(key), "[[status=529]]", { stream }));
    expect(overloaded).toMatchObject({ status: 529, type: "overloaded_error" });
    expect(overloaded).toBeInstanceOf(OpenAI.InternalServerError);
    expect(await creditOf(world, id)).toEqual({ used: 0, held: 0 });
    expect(await receiptsOfTenant(world, id)).toEqual([]);
  });

  test("is got over by the client's own retries", async () => {
    const completion = await ask(clientOf(tenant.key, { maxRetries: 2 }), "[[status=529]] [[times=2]] third time");
    expect(completion.choices[0]!.finish_reason).toBe("stop");
  });

  test("that is the operator's is not shown to be the caller's", async () => {
    const undo = world.sandbox.behave({ status: 401, match: ({ text }) => text === "operator's trouble" });
    const error = await errorOf(ask(clientOf(tenant.key), "operator's trouble"));
    undo();
    expect(error).toMatchObject({ status: 502, code: "upstream_refused" });
  });

  test.each([
    ["[[overloaded_after=20]]", "overloaded_error", "upstream_error"],
    ["[[cut_after=20]]", "api_error", "interrupted"],
  ])("in the middle of a stream (%s) is an error after the text, and no [DONE]", async (directive, type, ended) => {
    const { id, key } = await world.tenant();
    const prompt = `${directive} [[output_tokens=500]]`;
    const { data, response } = await clientOf(key)
      .chat.completions.create({ model: MODEL, max_tokens: 1000, stream: true, messages: says(prompt) })
      .withResponse();
    let text = "";
    const reading = async () => {
      for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? "";
    };
    const error = await errorOf(reading());
    expect(error.type).toBe(type);
    expect(text).toContain("You said");
    const receipt = await receiptOf(world, requestIdOf(response));
    expect(receipt).toMatchObject({ ended, source: "partial", unreconciled: true });
    expect(await creditOf(world, id)).toEqual({ used: receipt.spend_micros, held: 0 });

    const body = JSON.stringify({ model: MODEL, stream: true, messages: says(prompt) });
    const raw = await (await post(body)).text();
    expect(raw).toMatch(/data: \{"error":\{.*\}\}\n\n$/);
    expect(raw).not.toContain("[DONE]");
  });
});

describe("a client that goes away", () => {
  /** Reads a few pieces of a long stream and leaves. */
  async function leave(key: string): Promise<string> {
    const { data, response } = await clientOf(key)
      .chat.completions.create({
        model: MODEL,
        max_tokens: 1_000,
        stream: true,
        messages: says(promptOf(400, "[[output_tokens=600]] [[pace_ms=5]]")),
      })
      .withResponse();
    let pieces = 0;
    for await (const _ of data) if (++pieces === 10) break;
    return requestIdOf(response);
  }

  test("stops upstream, and pays for what came", async () => {
    const { id, key } = await world.tenant();
    const receipt = await receiptOf(world, await leave(key));
    expect(receipt).toMatchObject({ ended: "client_gone", source: "partial", input_tokens: 104 });
    expect(receipt.output_tokens).toBeLessThan(600);
    expect(receipt.output_tokens).toBeGreaterThan(0);
    expect(await creditOf(world, id)).toEqual({ used: receipt.spend_micros, held: 0 });
    const served = await eventually(() => world.sandbox.tally.find(receipt.upstream_request_id!));
    expect(served.aborted).toBe(true);
  });

  test("pays for the whole answer where its tenant drains", async () => {
    const { key } = await world.tenant({ fields: { on_disconnect: "drain" } });
    const receipt = await receiptOf(world, await leave(key));
    expect(receipt).toMatchObject({ ended: "complete", source: "reported", output_tokens: 600 });
  });

  test("pays for the prompt of an answer that had not begun", async () => {
    const { id, key } = await world.tenant();
    const client = new AbortController();
    const messages = says("[[first_byte_ms=60000]]");
    const asking = clientOf(key).chat.completions.create({ model: MODEL, messages }, { signal: client.signal });
    await eventually(() => world.sandbox.tally.inFlight === 1 || undefined);
    client.abort();
    await expect(asking).rejects.toThrow(OpenAI.APIUserAbortError);
    const [receipt] = await eventually(async () => {
      const receipts = await receiptsOfTenant(world, id);
      return receipts.length ? receipts : undefined;
    });
    expect(receipt).toMatchObject({ ended: "client_gone", source: "partial", output_tokens: 0 });
    expect(receipt!.spend_micros).toBeGreaterThan(0);
    expect(await creditOf(world, id)).toEqual({ used: receipt!.spend_micros, held: 0 });
  });
});
