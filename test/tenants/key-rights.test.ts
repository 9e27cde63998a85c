import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asAdmin, ask, expectRefusal, MESSAGE, me, say } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";

let world: World;
let tenant: TestTenant;
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant();
});
afterAll(() => world.close());

const keyWith = async (fields: Record<string, unknown>) =>
  (await world.admin<{ secret: string }>("POST", `tenants/${tenant.id}/keys`, { name: "test", ...fields })).secret;
const refusedModel = { status: 403, code: "model_not_allowed" };

describe("a key limited to models", () => {
  test("may use what its globs match, and nothing else", async () => {
    const key = await keyWith({ models: ["claude-haiku-*", "claude-sonnet-5"] });
    for (const model of ["claude-haiku-5-5", "claude-haiku-4-5", "claude-sonnet-5"]) {
      expect((await say(world, { key }, { model })).status, model).toBe(200);
    }
    for (const model of ["claude-sonnet-5-5", "claude-opus-5-5"]) {
      expectRefusal(await say(world, { key }, { model }), { ...refusedModel, says: model });
    }
  });

  test("is limited by the model's own id, whichever of its names is asked for", async () => {
    const key = await keyWith({ models: ["claude-haiku-4-5"] });
    for (const model of ["claude-haiku-4-5", "claude-haiku-4-5-20251001"]) {
      expect((await say(world, { key }, { model })).status, model).toBe(200);
    }
    expectRefusal(await say(world, { key }, { model: "claude-sonnet-4-5-20250929" }), {
      ...refusedModel,
      says: "claude-sonnet-4-5",
    });
  });

  test("cannot reach another model by a fallback, or by a tool that brings its own", async () => {
    const key = await keyWith({ models: ["claude-haiku-*"] });
    const model = "claude-haiku-5-5";
    for (const body of [
      { fallbacks: ["claude-opus-5-5"] },
      { fallbacks: [{ model: "claude-opus-5-5" }] },
      { tools: [{ type: "advisor_20260301", name: "advisor", model: "claude-opus-5-5" }] },
    ]) {
      expectRefusal(await say(world, { key }, { model, ...body }), { ...refusedModel, says: "claude-opus-5-5" });
    }
  });

  test("cannot count tokens of another model, nor see it in the list", async () => {
    const key = await keyWith({ models: ["claude-haiku-*"] });
    const { messages } = MESSAGE;
    const counted = (model: string) =>
      ask(world, "/v1/messages/count_tokens", {
        key,
        headers: { "anthropic-version": "2023-06-01" },
        json: { model, messages },
      });
    expect((await counted("claude-haiku-5-5")).body).toEqual({ input_tokens: expect.any(Number) });
    expectRefusal(await counted("claude-opus-5-5"), refusedModel);

    const { body } = await ask<{ data: { id: string }[] }>(world, "/v1/models?limit=100", { key });
    expect(body.data.map(({ id }) => id).sort()).toEqual(["claude-haiku-4-5", "claude-haiku-5-5"]);
    expectRefusal(await ask(world, "/v1/models/claude-opus-5-5", { key }), { status: 404, code: "not_found" });
    expect((await ask(world, "/v1/models/claude-haiku-4-5-20251001", { key })).body.id).toBe("claude-haiku-4-5");
  });

  test("is limited by its tenant's models as well: both must match", async () => {
    const narrow = await world.tenant({
      fields: { allowed_models: ["claude-*-5"] },
      key: { models: ["claude-haiku-*"] },
    });
    expect((await say(world, { key: narrow.key }, { model: "claude-haiku-4-5" })).status).toBe(200);
    const { key } = await world.tenant({
      fields: { allowed_models: ["claude-haiku-*"] },
      key: { models: ["claude-sonnet-*"] },
    });
    for (const model of ["claude-haiku-5-5", "claude-sonnet-5-5"]) {
      expectRefusal(await say(world, { key }, { model }), refusedModel);
    }
  });
});

describe("a key limited to routes", () => {
  test("may use these, and nothing else", async () => {
    const key = await keyWith({ routes: ["/v1/messages"] });
    expect((await say(world, { key })).status).toBe(200);
    expect(
      (await ask(world, "/messages", { key, headers: { "anthropic-version": "2023-06-01" }, json: MESSAGE })).status,
    ).toBe(200);
    for (const path of ["/chat", "/api/chat", "/api/chat/stream"]) {
      expectRefusal(await ask(world, path, { key, json: { message: "Hello" } }), {
        status: 403,
        code: "route_not_allowed",
        says: path,
      });
    }
    expectRefusal(await ask(world, "/v1/messages/count_tokens", { key, json: MESSAGE }), {
      status: 403,
      code: "route_not_allowed",
    });
  });

  test("by a glob may use all that it matches", async () => {
    const key = await keyWith({ routes: ["/api/*"] });
    expect((await ask(world, "/api/chat", { key, json: { message: "Hello" } })).status).toBe(200);
    expectRefusal(await say(world, { key }), { status: 403, code: "route_not_allowed", says: "/v1/messages" });
  });
});

describe("a key's scopes", () => {
  test("are inference alone where nothing else is asked for", async () => {
    const { body } = await me(world, { key: await keyWith({}) });
    expect(body.scopes).toEqual(["inference"]);
  });

  test("without inference no model can be called, streamed or not, simply or not", async () => {
    const key = await keyWith({ scopes: ["billing:read"] });
    const refusal = { status: 403, code: "scope_missing", says: "inference" };
    expectRefusal(await say(world, { key }), refusal);
    expectRefusal(await say(world, { key }, { stream: true }), refusal);
    expectRefusal(await ask(world, "/chat", { key, json: { message: "Hello" } }), refusal);
    expectRefusal(await ask(world, "/v1/messages/count_tokens", { key, json: MESSAGE }), refusal);
  });

  test("are checked when the key is made", async () => {
    for (const scopes of [["everything"], [], "inference"]) {
      const answer = await asAdmin(world, "POST", `tenants/${tenant.id}/keys`, { name: "test", scopes });
      expectRefusal(answer, { status: 400, code: "invalid_request", says: /^scopes/ });
    }
  });
});

test("what is refused for lack of rights is neither held nor sent", async () => {
  const before = world.sandbox.tally.requests.length;
  const key = await keyWith({ models: ["claude-haiku-*"], routes: ["/v1/messages"] });
  expectRefusal(await say(world, { key }), refusedModel);
  expect(world.sandbox.tally.requests).toHaveLength(before);
  expect(await world.admin("GET", "holds")).toMatchObject({ data: [] });
});
