import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, type World } from "../support/world.ts";
import { asAdmin, ask, expectRefusal, say } from "./ask.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const wrong = (says: string | RegExp) => ({ status: 400, code: "invalid_request", says });
interface List {
  data: Record<string, unknown>[];
}
const ALL = { input: "4", cache_read: "0.4", cache_write_5m: "5", cache_write_1h: "8", output: "20" };

describe("prices", () => {
  test("ship with Tollgate, and are listed by model", async () => {
    const { data } = (await asAdmin<List>(world, "GET", "prices?model=claude-haiku-5-5&limit=100")).body;
    expect(data.length).toBeGreaterThanOrEqual(5);
    expect(new Set(data.map((row) => row.model))).toEqual(new Set(["claude-haiku-5-5"]));
    expect(data[0]).toMatchObject({
      tenant_id: null,
      usd_per_million: expect.stringMatching(/^\d+(\.\d+)?$/),
      valid_from: expect.stringMatching(/Z$/),
    });
  });

  test("of a new model make it usable once every meter has one, and say which are missing", async () => {
    const { key } = await world.tenant();
    const post = (usd_per_million: object) =>
      asAdmin<{ missing_meters: string[] } & List>(world, "POST", "prices", { model: "claude-new-1", usd_per_million });
    const { output, ...first } = ALL;
    const some = await post(first);
    expect(some.status).toBe(201);
    expect(some.body.missing_meters).toEqual(["output"]);
    expectRefusal(await say(world, { key }, { model: "claude-new-1" }), { status: 400, code: "model_not_priced" });
    expect((await ask(world, "/v1/models/claude-new-1", { key })).status).toBe(404);
    const rest = await post({ output });
    expect(rest.body).toMatchObject({
      missing_meters: [],
      data: [{ meter: "output", usd_per_million: "20", model: "claude-new-1" }],
    });
    expect((await ask(world, "/v1/models/claude-new-1", { key })).status).toBe(200);
  });

  test("of one tenant are its alone: cheaper for it, unchanged for others", async () => {
    const [special, usual] = [await world.tenant(), await world.tenant()];
    const usd_per_million = {
      input: "0",
      cache_read: "0",
      cache_write_5m: "0",
      cache_write_1h: "0",
      output: "0.000001",
    };
    const answer = await asAdmin<List>(world, "POST", "prices", {
      model: "claude-sonnet-5-5",
      tenant_id: special.id,
      usd_per_million,
    });
    expect(answer.body.data[0]).toMatchObject({ tenant_id: special.id });
    const cost = async (key: string) => {
      const request = (await say(world, { key })).headers.get("request-id");
      return (await world.admin<{ totals: { cost_micros_usd: number } }>("GET", `events/${request}`)).totals
        .cost_micros_usd;
    };
    expect(await cost(special.key)).toBe(0);
    expect(await cost(usual.key)).toBeGreaterThan(0);
    const listed = (await asAdmin<List>(world, "GET", `prices?tenant_id=${special.id}`)).body.data;
    expect(listed).toHaveLength(5);
  });

  test("are never changed: the past is refused, and so is the same instant twice", async () => {
    const at = new Date(world.clock.now() + 3_600_000).toISOString();
    const post = (valid_from: string) =>
      asAdmin(world, "POST", "prices", { model: "claude-future-1", usd_per_million: { input: "1" }, valid_from });
    expectRefusal(await post("2020-01-01T00:00:00Z"), wrong(/^valid_from/));
    expect((await post(at)).status).toBe(201);
    expectRefusal(await post(at), { status: 409, code: "conflict" });
  });

  test("announced for later hold from then on", async () => {
    const { key } = await world.tenant();
    const valid_from = new Date(world.clock.now() + 3_600_000).toISOString();
    await world.admin("POST", "prices", { model: "claude-haiku-5-5", usd_per_million: { output: "1000" }, valid_from });
    const cost = async () => {
      const request = (await say(world, { key }, { model: "claude-haiku-5-5" })).headers.get("request-id");
      return (await world.admin<{ totals: { cost_micros_usd: number } }>("GET", `events/${request}`)).totals
        .cost_micros_usd;
    };
    const before = await cost();
    world.clock.advance(3_700_000);
    expect(await cost()).toBeGreaterThan(before);
  });

  test.each([
    ["model", { model: undefined }],
    ["model", { model: "a model" }],
    ["usd_per_million", { usd_per_million: {} }],
    ["usd_per_million", { usd_per_million: undefined }],
    ["usd_per_million", { usd_per_million: { words: "1" } }],
    ["usd_per_million.input", { usd_per_million: { input: 3 } }],
    ["usd_per_million.input", { usd_per_million: { input: "-3" } }],
    ["usd_per_million.input", { usd_per_million: { input: "0.1234567" } }],
    ["list", { list: "cheap" }],
    ["above_prompt_tokens", { above_prompt_tokens: -1 }],
    ["valid_from", { valid_from: "tomorrow" }],
    ["price", { price: "3" }],
  ])("with a bad or unknown %s (%j) are refused by its name", async (field, fields) => {
    expectRefusal(
      await asAdmin(world, "POST", "prices", { model: "claude-x-1", usd_per_million: ALL, ...fields }),
      wrong(field),
    );
  });

  test("of a tenant that there is none of are not found", async () => {
    const missing = { status: 404, code: "not_found" };
    expectRefusal(
      await asAdmin(world, "POST", "prices", { model: "claude-x-1", usd_per_million: ALL, tenant_id: "ten_unknown" }),
      missing,
    );
    expectRefusal(await asAdmin(world, "GET", "prices?tenant_id=ten_unknown"), missing);
  });
});

describe("exchange rates", () => {
  test("are needed before a tenant can spend its currency", async () => {
    const { key } = await world.tenant({ fields: { currency: "JPY" } });
    expectRefusal(await say(world, { key }), {
      status: 503,
      code: "fx_rate_missing",
      type: "api_error",
      says: /JPY.*fx_rates/,
    });
    const { status, body } = await asAdmin(world, "POST", "fx_rates", { currency: "JPY", rate_micros: 150_000_000 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ id: expect.stringMatching(/^fxr_/), currency: "JPY", rate_micros: 150_000_000 });
    expect((await asAdmin<List>(world, "GET", "fx_rates")).body.data).toContainEqual(body);
    const request = (await say(world, { key })).headers.get("request-id");
    const { data } = await world.admin<{ data: { spend_micros: number; cost_micros_usd: number; currency: string }[] }>(
      "GET",
      `events/${request}`,
    );
    expect(data[0]!.currency).toBe("JPY");
    expect(Math.abs(data[0]!.spend_micros / 150 - data[0]!.cost_micros_usd)).toBeLessThanOrEqual(1);
  });

  test("may reach back where they are the first, and never after that", async () => {
    const post = (valid_from: string) =>
      asAdmin(world, "POST", "fx_rates", { currency: "GBP", rate_micros: 800_000, valid_from });
    expect((await post("2020-01-01T00:00:00Z")).status).toBe(201);
    expectRefusal(await post("2021-01-01T00:00:00Z"), wrong(/^valid_from/));
    const later = new Date(world.clock.now() + 3_600_000).toISOString();
    expect((await post(later)).status).toBe(201);
    expectRefusal(await post(later), { status: 409, code: "conflict" });
  });

  test.each([
    ["currency", { currency: "USD" }],
    ["currency", { currency: "inr" }],
    ["rate_micros", { rate_micros: 0 }],
    ["rate_micros", { rate_micros: 84.5 }],
    ["valid_from", { valid_from: "2020-13-01T00:00:00Z" }],
    ["rate", { rate: 84 }],
  ])("with a bad or unknown %s (%j) are refused by its name", async (field, fields) => {
    expectRefusal(
      await asAdmin(world, "POST", "fx_rates", { currency: "INR", rate_micros: 84_500_000, ...fields }),
      wrong(field),
    );
  });
});
