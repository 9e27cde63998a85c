import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { receiptOf, requestIdOf, says } from "./books.ts";

/** Clients of two generations: 1.x with a bearer token and the version of 2026-10-21, 0.x with x-api-key and 2023-06-01. */

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const BODY = { model: "claude-sonnet-5-5", max_tokens: 50, messages: says("Hello") };

const post = (path: string, headers: Record<string, string>, body: unknown = BODY) =>
  fetch(world.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

/** As `@anthropic-ai/sdk` 0.x sends a beta call. */
const old = (key: string) => ({
  "x-api-key": key,
  "anthropic-version": "2023-06-01",
  "anthropic-beta": "interleaved-thinking-2025-05-14",
  "user-agent": "Anthropic/JS 0.122.0",
  "anthropic-dangerous-direct-browser-access": "true",
});

test("a client of the 0.x generation is served as it is", async () => {
  const answer = await post("/v1/messages?beta=true", old(tenant.key));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ type: "message", stop_reason: "end_turn" });
  expect(await receiptOf(world, requestIdOf(answer))).toMatchObject({ route: "/v1/messages", source: "reported" });
});

test("a client whose base URL lacks /v1 is served too", async () => {
  const answer = await post("/messages", old(tenant.key));
  expect(answer.status).toBe(200);
  expect(await receiptOf(world, requestIdOf(answer))).toMatchObject({ route: "/v1/messages" });
});

test("the version that the client names is the one that upstream hears", async () => {
  const asked = { ...BODY, temperature: 0.5 };
  const client = new Anthropic({ apiKey: tenant.key, baseURL: world.url });
  await expect(client.messages.create(asked as typeof BODY)).rejects.toThrow("temperature");
  const of2023 = new Anthropic({
    apiKey: tenant.key,
    baseURL: world.url,
    defaultHeaders: { "anthropic-version": "2023-06-01" },
  });
  expect(await of2023.messages.create(asked as typeof BODY)).toMatchObject({ stop_reason: "end_turn" });
});

test("a request without a version is answered by upstream, which wants one", async () => {
  const answer = await post("/v1/messages", { "x-api-key": tenant.key });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("anthropic-version: header is required");
});

test("the same key in both headers is one credential, two different ones are refused", async () => {
  const version = { "anthropic-version": "2023-06-01" };
  const both = { ...version, "x-api-key": tenant.key, authorization: `Bearer ${tenant.key}` };
  expect((await post("/v1/messages", both)).status).toBe(200);

  const other = await world.tenant();
  const different = await post("/v1/messages", { ...both, authorization: `Bearer ${other.key}` });
  expect(different.status).toBe(401);
  expect(await different.json()).toMatchObject({ error: { code: "invalid_credentials" } });
});

test("without a credential nothing is asked of upstream", async () => {
  const before = world.sandbox.tally.requests.length;
  const answer = await post("/v1/messages", { "anthropic-version": "2023-06-01" });
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({
    type: "error",
    error: { type: "authentication_error", code: "missing_credentials" },
    request_id: requestIdOf(answer),
  });
  expect(world.sandbox.tally.requests.length).toBe(before);
});

test("Claude Code's probe is answered without a credential", async () => {
  const answer = await fetch(`${world.url}/api/hello`, { method: "HEAD" });
  expect(answer.status).toBe(200);
});

test("a client that names no version gets the model list in OpenAI's shape", async () => {
  const headers = { authorization: `Bearer ${tenant.key}` };
  const answer = await fetch(`${world.url}/v1/models`, { headers });
  expect(await answer.json()).toMatchObject({
    object: "list",
    data: expect.arrayContaining([expect.objectContaining({ id: BODY.model, object: "model" })]),
  });
});

test("what would move the bill or the identity elsewhere is refused before anything is sent", async () => {
  const before = world.sandbox.tally.requests.length;
  const answers = await Promise.all([
    post("/v1/messages", old(tenant.key), { ...BODY, billing_policy: { type: "x", bill_to: "user_profile" } }),
    post("/v1/messages", old(tenant.key), { ...BODY, thread: { type: "create" } }),
    post("/v1/messages", old(tenant.key), { ...BODY, container: "container_1" }),
    post("/v1/messages", { ...old(tenant.key), "anthropic-user-profile-id": "uprof_1" }),
    post("/v1/messages", { ...old(tenant.key), "anthropic-workspace-id": "wrkspc_1" }),
  ]);
  for (const answer of answers) {
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "unsupported_feature" } });
  }
  expect(world.sandbox.tally.requests.length).toBe(before);
});
