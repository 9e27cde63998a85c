import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { creditOf, receiptOf, receiptsOf, says } from "./books.ts";

/** Whatever goes wrong reaches the official SDK as the error class that its users catch. */

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const clientOf = (apiKey: string, options: Partial<ConstructorParameters<typeof Anthropic>[0]> = {}) =>
  new Anthropic({ apiKey, baseURL: world.url, maxRetries: 0, ...options });

const ask = (client: Anthropic, prompt = "Hello", more: Partial<Anthropic.MessageCreateParamsNonStreaming> = {}) =>
  client.messages.create({ model: "claude-sonnet-5-5", max_tokens: 100, messages: says(prompt), ...more });

/** The error that a request ends in. */
async function errorOf(request: Promise<unknown>): Promise<InstanceType<typeof Anthropic.APIError>> {
  const error = await request.then(
    () => null,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(Anthropic.APIError);
  return error as InstanceType<typeof Anthropic.APIError>;
}
const bodyOf = (error: { error: unknown }) => error.error as { error: Record<string, unknown>; request_id: string };

test("a key that nobody knows is an AuthenticationError, and so is a revoked one", async () => {
  const unknown = await errorOf(ask(clientOf("tg_test_nobody")));
  expect(unknown).toBeInstanceOf(Anthropic.AuthenticationError);
  expect(bodyOf(unknown).error).toMatchObject({ type: "authentication_error", code: "invalid_credentials" });

  const { key, keyId } = await world.tenant();
  await world.admin("DELETE", `keys/${keyId}`);
  const revoked = await errorOf(ask(clientOf(key)));
  expect(revoked).toBeInstanceOf(Anthropic.AuthenticationError);
  expect(bodyOf(revoked).error).toMatchObject({ type: "authentication_error", code: "revoked_key" });
});

test("a model that the key may not use is a PermissionDeniedError", async () => {
  const { key } = await world.tenant({ key: { models: ["claude-haiku-*"] } });
  const error = await errorOf(ask(clientOf(key)));
  expect(error).toBeInstanceOf(Anthropic.PermissionDeniedError);
  expect(bodyOf(error).error).toMatchObject({ type: "permission_error", code: "model_not_allowed" });
});

test("a request that makes no sense is a BadRequestError, in our words or upstream's", async () => {
  const ours = await errorOf(ask(clientOf(tenant.key), "Hello", { max_tokens: -1 }));
  expect(ours).toBeInstanceOf(Anthropic.BadRequestError);
  expect(bodyOf(ours).error).toMatchObject({ type: "invalid_request_error", code: "invalid_request" });

  const theirs = await errorOf(ask(clientOf(tenant.key), "", {}));
  expect(theirs).toBeInstanceOf(Anthropic.BadRequestError);
  expect(theirs.message).toContain("messages.0: all messages must have non-empty content");
  expect(await receiptsOf(world, theirs.requestID!)).toEqual([]);
});

test("a model without a price is refused, never free", async () => {
  const error = await errorOf(ask(clientOf(tenant.key), "Hello", { model: "claude-nobody-9" }));
  expect(error).toBeInstanceOf(Anthropic.BadRequestError);
  expect(bodyOf(error).error).toMatchObject({ code: "model_not_priced", details: { model: "claude-nobody-9" } });
});

test("what is not there is a NotFoundError", async () => {
  const models = await errorOf(clientOf(tenant.key).models.retrieve("claude-nobody-9"));
  expect(models).toBeInstanceOf(Anthropic.NotFoundError);
  const route = await errorOf(clientOf(tenant.key).beta.files.list().then());
  expect(route).toBeInstanceOf(Anthropic.NotFoundError);
});

test("a limit of a minute is a RateLimitError that says when to come back", async () => {
  const { id, key } = await world.tenant();
  const limits = [{ metric: "requests", window: "minute", amount: 1 }];
  await world.admin("PUT", "limits", { scope: "tenant", subject_id: id, limits });
  world.clock.advance(60_000 - (world.clock.now() % 60_000));
  await ask(clientOf(key));
  const error = await errorOf(ask(clientOf(key)));
  expect(error).toBeInstanceOf(Anthropic.RateLimitError);
  expect(Number(error.headers?.get("retry-after"))).toBeGreaterThan(0);
  expect(Number(error.headers?.get("retry-after"))).toBeLessThanOrEqual(60);
});

test("upstream's own rate limit is passed on, with its retry-after and its words", async () => {
  const error = await errorOf(ask(clientOf(tenant.key), "[[status=429]] [[retry_after=7]]"));
  expect(error).toBeInstanceOf(Anthropic.RateLimitError);
  expect(error.headers?.get("retry-after")).toBe("7");
  expect(error.message).toContain("Please try again later.");
});

test("the SDK's own retries get through, each of them a request of its own", async () => {
  const client = clientOf(tenant.key, { maxRetries: 2 });
  const message = await ask(client, "[[status=529]] [[times=2]] third time lucky");
  expect(message.stop_reason).toBe("end_turn");
});

test("credit that does not cover the request is a PaymentRequiredError, which the SDK does not retry", async () => {
  const { key } = await world.tenant({ credit_micros: 10 });
  let sent = 0;
  const counted: typeof fetch = (...request) => {
    sent += 1;
    return fetch(...request);
  };
  const error = await errorOf(ask(clientOf(key, { maxRetries: 5, fetch: counted })));
  expect(error).toBeInstanceOf(Anthropic.PaymentRequiredError);
  expect(bodyOf(error).error).toMatchObject({
    type: "billing_error",
    code: "quota_exhausted",
    details: { remaining_micros: 10, currency: "USD", blocked_by: { kind: "grants" } },
  });
  expect(sent).toBe(1);
});

test("a provider that is overloaded before it starts is an OverloadedError, and costs nothing", async () => {
  const { id, key } = await world.tenant();
  const stream = clientOf(key).messages.stream({
    model: "claude-sonnet-5-5",
    max_tokens: 100,
    messages: says("[[status=529]]"),
  });
  const error = await errorOf(stream.finalMessage());
  expect(error).toBeInstanceOf(Anthropic.OverloadedError);
  expect(error.status).toBe(529);
  expect(await creditOf(world, id)).toEqual({ used: 0, held: 0 });
});

test("a provider that is overloaded in the middle is an APIError after the text that came", async () => {
  const stream = clientOf(tenant.key).messages.stream({
    model: "claude-sonnet-5-5",
    max_tokens: 1000,
    messages: says("[[overloaded_after=20]] [[output_tokens=500]]"),
  });
  let text = "";
  stream.on("text", (piece) => {
    text += piece;
  });
  const error = await errorOf(stream.finalMessage());
  expect(error.type).toBe("overloaded_error");
  expect(text).toContain("You said");
  expect(await receiptOf(world, stream.request_id!)).toMatchObject({ ended: "upstream_error", source: "partial" });
});

test("every error carries the request id in its header and in its body", async () => {
  for (const error of [
    await errorOf(ask(clientOf("tg_test_nobody"))),
    await errorOf(ask(clientOf(tenant.key), "Hello", { max_tokens: -1 })),
  ]) {
    expect(error.requestID).toMatch(/^tgr_/);
    expect(bodyOf(error).request_id).toBe(error.requestID);
  }
});

test("the operator's own trouble upstream is not shown to be the caller's", async () => {
  const undo = world.sandbox.behave({ status: 401, match: ({ text }) => text === "operator's trouble" });
  const error = await errorOf(ask(clientOf(tenant.key), "operator's trouble"));
  undo();
  expect(error).toBeInstanceOf(Anthropic.InternalServerError);
  expect(error.status).toBe(502);
  expect(bodyOf(error).error).toMatchObject({ code: "upstream_refused" });
});
