import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asAdmin, ask, expectRefusal, MESSAGE, me, say, soon } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";

let world: World;
let tenant: TestTenant;
const HELPER = { model: "claude-haiku-5-5", max_tokens: 30, system: "You help with orders. ".repeat(40) };
beforeAll(async () => {
  world = await openWorld();
  tenant = await world.tenant({ key: { scopes: ["inference", "tokens:issue"] } });
  await world.admin("PUT", `tenants/${tenant.id}/presets`, { presets: { helper: HELPER } });
});
afterAll(() => world.close());

const token = async (fields: Record<string, unknown> = {}) => {
  const json = { sub: "ann", preset: "helper", ...fields };
  return (await ask<{ token: string }>(world, "/api/auth/token", { key: tenant.key, json })).body.token;
};
/** What the provider was last asked for. */
const lastServed = () => world.sandbox.tally.requests.at(-1)!;

describe("a token tied to a preset", () => {
  test("sends the conversation; model, system and max_tokens are the preset's, whatever it asks for", async () => {
    const bearer = await token();
    const asked = { model: "claude-opus-5-5", max_tokens: 5_000, system: "You write poems." };
    const messages = [{ role: "user", content: "[[output_tokens=500]] Where is my order?" }];
    const { status, body } = await say(world, { bearer }, { ...asked, messages });
    expect({ status, model: body.model, why: body.stop_reason }).toEqual({
      status: 200,
      model: HELPER.model,
      why: "max_tokens",
    });
    const direct = await say(world, { key: tenant.key }, { ...HELPER, messages });
    expect(body.usage).toEqual(direct.body.usage);
  });

  test("needs to name nothing but its messages", async () => {
    const { status, body } = await ask(world, "/v1/messages", {
      ...{ bearer: await token(), headers: { "anthropic-version": "2023-06-01" } },
      json: { messages: MESSAGE.messages },
    });
    expect({ status, model: body.model }).toEqual({ status: 200, model: HELPER.model });
  });

  test("has every other field ignored: no tools, no files, nobody else's bill", async () => {
    const bearer = await token();
    const plain = await say(world, { bearer });
    const loaded = await say(
      world,
      { bearer },
      {
        tools: [{ name: "shell", description: "runs commands", input_schema: { type: "object" } }],
        container: "container_01",
        billing_policy: "other",
        temperature: 7,
        fallbacks: ["claude-opus-5-5"],
      },
    );
    expect(loaded.status).toBe(200);
    expect(loaded.body.usage).toEqual(plain.body.usage);
  });

  test("streams where it asks for it", async () => {
    const answer = await say(world, { bearer: await token() }, { stream: true });
    expect(answer.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(answer.text).toContain(`"model":"${HELPER.model}"`);
    expect(lastServed()).toMatchObject({ model: HELPER.model, stream: true });
  });

  test("says the same on the simple routes", async () => {
    const bearer = await token();
    const { status, body } = await ask(world, "/api/chat", {
      bearer,
      json: { message: "Hello", model: "claude-opus-5-5" },
    });
    expect({ status, model: body.model }).toEqual({ status: 200, model: HELPER.model });
    expect((await ask(world, "/chat", { bearer, json: { message: "Hello", system: "poems" } })).status).toBe(200);
    expect(lastServed()).toMatchObject({ model: HELPER.model });
  });

  test("can only send messages: it counts no tokens", async () => {
    expectRefusal(
      await ask(world, "/v1/messages/count_tokens", {
        ...{ bearer: await token(), headers: { "anthropic-version": "2023-06-01" } },
        json: MESSAGE,
      }),
      { status: 403, code: "route_not_allowed" },
    );
  });

  test("still must send messages that are some", async () => {
    const bearer = await token();
    expectRefusal(await ask(world, "/v1/messages", { bearer, json: {} }), {
      status: 400,
      code: "invalid_request",
      says: /^messages/,
    });
    expectRefusal(await ask(world, "/v1/messages", { bearer, json: { messages: [] } }), {
      status: 400,
      code: "invalid_request",
      says: /^messages/,
    });
  });

  test("is bound by the models of token and tenant all the same", async () => {
    expectRefusal(await say(world, { bearer: await token({ models: ["claude-sonnet-*"] }) }), {
      status: 403,
      code: "model_not_allowed",
    });
  });

  test("with a ceiling below the preset's max_tokens stays below its ceiling, and works", async () => {
    const bearer = await token({ max_tokens: 10 });
    const { status, body } = await say(
      world,
      { bearer },
      { messages: [{ role: "user", content: "[[output_tokens=500]] go on" }] },
    );
    expect({ status, tokens: (body.usage as { output_tokens?: number } | undefined)?.output_tokens }).toEqual({
      status: 200,
      tokens: 10,
    });
  });

  test("speaks in the preset's newest words within seconds, and ends when the preset is gone", async () => {
    await world.admin("PUT", `tenants/${tenant.id}/presets`, {
      presets: { helper: HELPER, brief: { model: "claude-haiku-5-5", max_tokens: 5 } },
    });
    const bearer = await token({ preset: "brief" });
    expect((await me(world, { bearer })).body.preset).toBe("brief");
    expect((await say(world, { bearer })).body.model).toBe("claude-haiku-5-5");
    await world.admin("PUT", `tenants/${tenant.id}/presets`, {
      presets: { helper: HELPER, brief: { model: "claude-sonnet-5-5", max_tokens: 5 } },
    });
    await soon(async () => expect((await say(world, { bearer })).body.model).toBe("claude-sonnet-5-5"));
    await world.admin("PUT", `tenants/${tenant.id}/presets`, { presets: { helper: HELPER } });
    await soon(async () =>
      expectRefusal(await say(world, { bearer }), { status: 401, code: "invalid_credentials", says: /preset/ }),
    );
  });
});

describe("presets", () => {
  test("are replaced as a whole, and read as they were put", async () => {
    const { id } = await world.tenant();
    expect(await world.admin("GET", `tenants/${id}/presets`)).toEqual({ presets: {} });
    const presets = { helper: HELPER, "other-1": { model: "claude-sonnet-5-5", max_tokens: 1 } };
    expect(await world.admin("PUT", `tenants/${id}/presets`, { presets })).toEqual({ presets });
    expect(await world.admin("GET", `tenants/${id}/presets`)).toEqual({ presets });
    await world.admin("PUT", `tenants/${id}/presets`, { presets: { helper: HELPER } });
    expect(await world.admin("GET", `tenants/${id}/presets`)).toEqual({ presets: { helper: HELPER } });
  });

  test("belong to their tenant: the name of another's is unknown", async () => {
    const { key } = await world.tenant({ key: { scopes: ["inference", "tokens:issue"] } });
    const answer = await ask(world, "/api/auth/token", { key, json: { sub: "ann", preset: "helper" } });
    expectRefusal(answer, { status: 400, code: "invalid_request", says: /^preset/ });
  });

  const BAD: [says: RegExp, body: unknown][] = [
    [/presets/, {}],
    [/presets/, { presets: [] }],
    [/preset/, { presets: { "Upper Case": HELPER } }],
    [/presets\.p\.model/, { presets: { p: { max_tokens: 1 } } }],
    [/presets\.p\.max_tokens/, { presets: { p: { model: "claude-haiku-5-5" } } }],
    [/presets\.p\.max_tokens/, { presets: { p: { ...HELPER, max_tokens: 0 } } }],
    [/presets\.p/, { presets: { p: { ...HELPER, messages: [] } } }],
    [/billing_policy/, { presets: { p: { ...HELPER, billing_policy: "x" } } }],
    [/tools/, { presets: { p: { ...HELPER, tools: [] } } }],
    [/temperature/, { presets: { p: { ...HELPER, temperature: 2 } } }],
  ];
  test.each(BAD)("are refused with %s of %j", async (says, body) => {
    expectRefusal(await asAdmin(world, "PUT", `tenants/${tenant.id}/presets`, body), {
      status: 400,
      code: "invalid_request",
      says,
    });
  });
});
