import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { clientOf, ended, holdsOf, lineOf, MODEL, resultsOf, servedOf, settled } from "./batches-lines.ts";
import { creditOf, receiptsOf } from "./books.ts";

/** Message batches as the official SDK uses them, and how tenants of one upstream workspace are kept apart. */

let world: World;
let tenant: TestTenant;
let client: Anthropic;
let stranger: Anthropic;
beforeAll(async () => {
  world = await openWorld({ sandbox: { batchMs: 300 } });
  tenant = await world.tenant();
  client = clientOf(world, tenant.key);
  stranger = clientOf(world, (await world.tenant()).key);
});
afterAll(() => world.close());

const created = (content = "Hi", custom_id = "only") =>
  client.messages.batches.create({ requests: [lineOf(custom_id, content)] });
const LONG = "[[batch_ms=3600000]] Hi";

test("a batch is created, ends, and its results are read from our own URL", async () => {
  const requests = [lineOf("a", "[[output_tokens=20]] one"), lineOf("b", "[[output_tokens=30]] two")];
  const { data: batch, request_id } = await client.messages.batches.create({ requests }).withResponse();
  expect(batch).toMatchObject({ type: "message_batch", processing_status: "in_progress", results_url: null });
  expect(request_id).toMatch(/^tgr_/);
  const { results_url, request_counts } = await ended(client, batch.id);
  expect(results_url).toBe(`${world.url}/v1/messages/batches/${batch.id}/results`);
  expect(request_counts).toMatchObject({ succeeded: 2, processing: 0 });

  const lines = await resultsOf(client, batch.id);
  expect(lines.map(({ custom_id, result }) => [custom_id, result.type])).toEqual([
    ["b", "succeeded"],
    ["a", "succeeded"],
  ]);
  // Whoever has read all of the results finds them in the books.
  const receipts = await receiptsOf(world, request_id!);
  expect(receipts.map(({ output_tokens }) => output_tokens).sort()).toEqual([20, 30]);
});

test("the receipt of the create lists every line, at half price, with its tags and the batch it was in", async () => {
  const headers = { "x-tollgate-tags": "feature=nightly" };
  const requests = [lineOf("x-1", "[[output_tokens=40]] one"), lineOf("x_2", "[[output_tokens=50]] two")];
  const { data: batch, request_id } = await client.messages.batches.create({ requests }, { headers }).withResponse();
  await ended(client, batch.id);
  await resultsOf(client, batch.id);

  const response = await fetch(`${world.url}/api/usage/events/${request_id}`, { headers: { "x-api-key": tenant.key } });
  const { data, totals } = (await response.json()) as {
    data: Record<string, unknown>[];
    totals: Record<string, number>;
  };
  expect(data.map(({ id }) => id)).toEqual([`evt${request_id!.slice(3)}.x-1`, `evt${request_id!.slice(3)}.x_2`]);
  for (const event of data) {
    expect(event).toMatchObject({
      ...{ request_id, route: "/v1/messages/batches", model: MODEL, key_id: tenant.keyId },
      ...{ source: "reported", ended: "complete", stop_reason: "end_turn", unreconciled: false },
      tags: { feature: "nightly" },
    });
  }
  expect(totals).toMatchObject({ calls: 2, spend_micros: servedOf(world, batch.id).micros });
  const [inFull] = await world
    .admin<{ data: { upstream_request_id: string; raw_usage: object }[] }>("GET", `events/${request_id}`)
    .then(({ data }) => data);
  expect(inFull).toMatchObject({ upstream_request_id: batch.id, raw_usage: { service_tier: "batch" } });
});

test("errored lines are not billed, a refusal is", async () => {
  const { id: tenantId, key } = await world.tenant();
  const own = clientOf(world, key);
  const { data: batch, request_id } = await own.messages.batches
    .create({ requests: [lineOf("bad", "[[batch_error]] Hi"), lineOf("refused", "[[refuse]] Hi")] })
    .withResponse();
  await settled(world, tenantId);
  const receipts = await receiptsOf(world, request_id!);
  expect(receipts).toMatchObject([{ stop_reason: "refusal", output_tokens: 4 }]);
  expect((await creditOf(world, tenantId)).used).toBe(servedOf(world, batch.id).micros);
  expect(await holdsOf(world, tenantId)).toEqual([]);
});

test("a batch of another tenant does not exist: not to look at, to list, to cancel, to delete, nor its results", async () => {
  const { id } = await created(LONG);
  const { batches } = stranger.messages;
  const gone = { status: 404, type: "not_found_error" };
  await expect(batches.retrieve(id)).rejects.toMatchObject(gone);
  await expect(batches.cancel(id)).rejects.toMatchObject(gone);
  await expect(batches.delete(id)).rejects.toMatchObject(gone);
  await expect(batches.list({ after_id: id })).rejects.toMatchObject(gone);
  expect((await batches.list()).data).toEqual([]);
  const results = await fetch(`${world.url}/v1/messages/batches/${id}/results?beta=true`, {
    headers: { "x-api-key": stranger.apiKey! },
  });
  expect(results.status).toBe(404);
  expect(await client.messages.batches.retrieve(id)).toMatchObject({ processing_status: "in_progress" });
  await expect(client.messages.batches.retrieve("msgbatch_unknown")).rejects.toMatchObject(gone);
});

test("a user's credential reaches that user's batches only, the tenant's own key all of them", async () => {
  const { id: tenantId, key } = await world.tenant({ key: { scopes: ["inference", "users:act"] } });
  const as = (user: string) =>
    new Anthropic({ apiKey: key, baseURL: world.url, maxRetries: 0, defaultHeaders: { "x-tollgate-user": user } });
  const { id } = await as("ann").messages.batches.create({ requests: [lineOf("a", "Hi")] });
  expect((await as("ann").messages.batches.list()).data.map((batch) => batch.id)).toEqual([id]);
  expect((await as("bob").messages.batches.list()).data).toEqual([]);
  await expect(as("bob").messages.batches.retrieve(id)).rejects.toMatchObject({ status: 404 });
  expect((await clientOf(world, key).messages.batches.retrieve(id)).id).toBe(id);
  await settled(world, tenantId);
});

test("batches are listed newest first, page by page, in both directions", async () => {
  const own = clientOf(world, (await world.tenant()).key);
  const ids: string[] = [];
  for (const name of ["1", "2", "3", "4", "5"]) {
    ids.unshift((await own.messages.batches.create({ requests: [lineOf(name, "Hi")] })).id);
  }
  const listed: string[] = [];
  for await (const batch of own.messages.batches.list({ limit: 2 })) listed.push(batch.id);
  expect(listed).toEqual(ids);
  const page = await own.messages.batches.list({ limit: 2, before_id: ids[3]! });
  expect(page.data.map(({ id }) => id)).toEqual([ids[1], ids[2]]);
  expect(page).toMatchObject({ has_more: true, first_id: ids[1], last_id: ids[2] });
});

test("a batch that is canceled ends, and what was not begun is given back", async () => {
  const { id: tenantId, key } = await world.tenant();
  const own = clientOf(world, key);
  const requests = [lineOf("quick", "[[batch_ms=1]] Hi"), lineOf("slow", LONG)];
  const { id } = await own.messages.batches.create({ requests });
  expect((await creditOf(world, tenantId)).held).toBeGreaterThan(0);
  await expect(own.messages.batches.delete(id)).rejects.toMatchObject({ status: 409, type: "conflict_error" });
  expect((await own.messages.batches.cancel(id)).processing_status).toBe("canceling");
  expect((await ended(own, id)).request_counts).toMatchObject({ succeeded: 1, canceled: 1 });
  await settled(world, tenantId);
  expect((await creditOf(world, tenantId)).used).toBe(servedOf(world, id).micros);
});

test("a batch that is deleted the moment it has ended is settled first", async () => {
  const { id: tenantId, key } = await world.tenant();
  const own = clientOf(world, key);
  const { id } = await own.messages.batches.create({
    requests: [lineOf("a", "[[batch_ms=1]] [[output_tokens=9]] Hi")],
  });
  await ended(own, id);
  expect(await own.messages.batches.delete(id)).toEqual({ id, type: "message_batch_deleted" });
  expect(await creditOf(world, tenantId)).toEqual({ held: 0, used: servedOf(world, id).micros });
  expect(servedOf(world, id)).toMatchObject({ lines: 1, output: 9 });
  await expect(own.messages.batches.retrieve(id)).rejects.toMatchObject({ status: 404 });
  expect((await own.messages.batches.list()).data).toEqual([]);
});

test("results are refused until the batch has ended, in upstream's own words", async () => {
  const { id } = await created(LONG);
  const response = await fetch(`${world.url}/v1/messages/batches/${id}/results`, {
    headers: { "x-api-key": tenant.key, "anthropic-version": "2023-06-01" },
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining("no results yet") } });
});

test("behind a proxy that speaks TLS, our own URL does too", async () => {
  const { id } = await created("[[batch_ms=1]] Hi");
  await ended(client, id);
  const response = await fetch(`${world.url}/v1/messages/batches/${id}`, {
    headers: { "x-api-key": tenant.key, "anthropic-version": "2023-06-01", "x-forwarded-proto": "https" },
  });
  const { results_url } = (await response.json()) as { results_url: string };
  expect(results_url).toBe(`${world.url.replace("http:", "https:")}/v1/messages/batches/${id}/results`);
});

test("the same Idempotency-Key creates one batch", async () => {
  const headers = { "idempotency-key": "nightly-2026-11-21" };
  const requests = [lineOf("once", LONG)];
  const first = await client.messages.batches.create({ requests }, { headers });
  const again = await client.messages.batches.create({ requests }, { headers });
  expect(again.id).toBe(first.id);
});

test("nothing of the operator is in an answer", async () => {
  const { response } = await created(LONG)
    .asResponse()
    .then((response) => ({ response }));
  for (const name of ["anthropic-organization-id", "anthropic-workspace-id", "set-cookie"]) {
    expect(response.headers.get(name)).toBeNull();
  }
  expect(response.headers.get("x-tollgate-upstream-request-id")).toMatch(/^req_/);
});

const post = (body: string, key = tenant.key, headers: Record<string, string> = {}) =>
  fetch(`${world.url}/v1/messages/batches`, {
    method: "POST",
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json", ...headers },
    body,
  });

test.each([
  ["no list", {}, "requests: a list of at least one request is required"],
  ["no request", { requests: [] }, "requests: a list of at least one request is required"],
  ["something else", { requests: "all" }, "requests: must be a list"],
  ["a bad name", { requests: [lineOf("no good", "Hi")] }, "requests.0.custom_id: must be"],
  ["no name", { requests: [{ params: lineOf("a", "Hi").params }] }, "requests.0.custom_id: Field required"],
  ["a name twice", { requests: [lineOf("a", "Hi"), lineOf("a", "Hi")] }, "requests.1.custom_id: a is not unique"],
  ["no params", { requests: [{ custom_id: "a" }] }, "requests.0.params: Field required"],
  ["params of another kind", { requests: [{ custom_id: "a", params: [] }] }, "requests.0.params: The body must be"],
  ["a stream", { requests: [lineOf("a", "Hi", { stream: true })] }, "requests.0.params.stream:"],
  ["a speed", { requests: [lineOf("a", "Hi"), lineOf("b", "Hi", { speed: "fast" })] }, "requests.1.params.speed:"],
  ["no tokens", { requests: [lineOf("a", "Hi", { max_tokens: 0 })] }, "requests.0.params.max_tokens:"],
  ["fallbacks", { requests: [lineOf("a", "Hi", { fallbacks: [{ model: MODEL }] })] }, "requests.0.params.fallbacks:"],
  ["a thread", { requests: [lineOf("a", "Hi", { thread: { type: "create" } })] }, "requests.0.params.thread:"],
  [
    "no such price",
    { requests: [lineOf("a", "Hi", { model: "gpt-9" })] },
    "requests.0.params.model: gpt-9 has no price",
  ],
  ["a bill elsewhere", { requests: [lineOf("a", "Hi")], billing_policy: {} }, "billing_policy: cannot be used"],
])("a batch with %s is refused, and names the place", async (_, body, message) => {
  const before = world.sandbox.tally.requests.length;
  const response = await post(JSON.stringify(body));
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining(message) } });
  expect(world.sandbox.tally.requests.length).toBe(before);
});

test("a body that is not JSON, or says something twice, is refused", async () => {
  const line = JSON.stringify(lineOf("a", "Hi"));
  for (const body of ["", "[]", "{", '{"requests":[', `{"requests":[${line},]}`, `{"requests":[${line}]} x`]) {
    expect((await post(body)).status).toBe(400);
  }
  const twice = await post(`{"requests":[${line}],"re\\u0071uests":[${line}]}`);
  expect(await twice.json()).toMatchObject({ error: { message: "requests: is given twice" } });
});

test("what the credential may not do it may not do in a batch", async () => {
  const models = await world.tenant({ key: { models: ["claude-haiku-*"] } });
  const body = JSON.stringify({ requests: [lineOf("a", "Hi")] });
  const refused = await post(body, models.key);
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ error: { code: "model_not_allowed" } });
  const routes = await world.tenant({ key: { routes: ["/v1/messages"] } });
  expect(await (await post(body, routes.key)).json()).toMatchObject({ error: { code: "route_not_allowed" } });
  const elsewhere = await post(body, tenant.key, { "anthropic-workspace-id": "wrkspc_01" });
  expect(await elsewhere.json()).toMatchObject({ error: { code: "unsupported_feature" } });
});
