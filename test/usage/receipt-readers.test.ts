import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../http/ask.ts";
import { openWorld, type TestTenant, type World } from "../support/world.ts";
import { call, correct } from "./receipt-calls.ts";

let world: World;
let plan: string;
beforeAll(async () => {
  world = await openWorld();
  await world.admin("POST", "fx_rates", {
    ...{ currency: "INR", rate_micros: 84_500_000 },
    valid_from: "2020-01-01T00:00:00Z",
  });
  const pricing = { type: "markup", multiplier_ppm: 1_200_000 };
  plan = (await world.admin<{ id: string }>("POST", "plans", { name: "Reader", pricing })).id;
});
afterAll(() => world.close());

const reader = (fields: Record<string, unknown>): Promise<TestTenant> =>
  world.tenant({ fields: { currency: "INR", default_plan_id: plan, ...fields } });
const used = { usage: { input_tokens: 1_000, cache_read_input_tokens: 3_000, output_tokens: 200 } };
const read = async (tenant: TestTenant, query = "") =>
  ask<{ data: Record<string, unknown>[]; totals: Record<string, unknown> }>(
    world,
    `/api/usage/events/${await call(world, tenant.id, used)}${query}`,
    { key: tenant.key },
  );

test("an administrator's receipt says what the user and the key are called, while there are such", async () => {
  const tenant = await reader({});
  const answer = await world.messages(tenant.key, {});
  await answer.text();
  const id = answer.headers.get("request-id")!;
  const receipt = () => world.admin<{ data: Record<string, unknown>[] }>("GET", `events/${id}`);
  await expect.poll(async () => (await receipt().catch(() => ({ data: [] }))).data.length).toBe(1);
  expect((await receipt()).data[0]).toMatchObject({ key_id: tenant.keyId, key_name: "test", user_external_id: null });
});

describe("a tenant's receipt", () => {
  test("with cost_visibility full shows rates, cost, exchange rate and mark-up", async () => {
    const { body } = await read(await reader({ cost_visibility: "full" }));
    expect(body.data[0]).toMatchObject({
      cost_micros_usd: 4_300,
      spend_micros: 436_020,
      terms: { currency: "INR", fx_rate: "84.5", mark_up: "1.2" },
      sum: { exact_cost_usd: "0.0043", exact_spend: "0.43602", spend: "0.43602" },
      uncovered_micros: 0,
    });
    expect(body.totals).toMatchObject({ calls: 1, cost_micros_usd: 4_300, spend_micros: 436_020, currency: "INR" });
  });

  test("with spend shows quantities, spend and draws, and nothing by which the mark-up could be reckoned", async () => {
    const { body, text } = await read(await reader({}));
    expect(body.data[0]).toMatchObject({
      spend_micros: 436_020,
      grants_drawn: [{ amount_micros: 436_020 }],
      samplings: [
        {
          model: "claude-sonnet-5-5",
          lines: expect.arrayContaining([{ meter: "cache_read", quantity: 3_000 }]),
        },
      ],
    });
    expect(text).not.toMatch(/cost|rate|mark_up|price|usd|0\.0043|4300|84\.5/i);
  });

  test("with none shows quantities and timings alone", async () => {
    const { body, text } = await read(await reader({ cost_visibility: "none" }));
    expect(body.data[0]).toMatchObject({
      ...{ input_tokens: 1_000, output_tokens: 200, first_byte_ms: 120, ended: "complete", source: "reported" },
      samplings: [{ lines: expect.arrayContaining([{ meter: "output", quantity: 200 }]) }],
    });
    expect(text).not.toMatch(/cost|spend|micros|price|usd|grant|grt_|INR|rate/i);
  });
});

describe("a receipt in words", () => {
  test("tells the sum in the tenant's currency and time zone, in aligned lines", async () => {
    const { text, headers } = await read(await reader({ cost_visibility: "full" }), "?explain=text");
    expect(headers.get("content-type")).toMatch(/^text\/plain/);
    expect(text).toMatch(/claude-sonnet-5-5 read 4,000 tokens and wrote 200/);
    expect(text).toMatch(/\(Asia\/Kolkata\)/);
    expect(text).toMatch(
      /it cost USD 0\.0043; with a mark-up of ×1\.2, at INR 84\.5 to the dollar that is INR 0\.43602/,
    );
    expect(text).toMatch(/drawn from INR 0\.43602 of grant grt_/);
    const lines = text.split("\n").filter((line) => line.startsWith("  "));
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/input tokens +1,000 +× USD 2 per million +USD 0\.002$/);
    expect(lines[1]).toMatch(/read from the cache +3,000 +× USD 0\.1 per million +USD 0\.0003$/);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  test("hides what the tenant may not see", async () => {
    const spend = (await read(await reader({}), "?explain=text")).text;
    expect(spend).toMatch(/The spend is INR 0\.43602/);
    expect(spend).not.toMatch(/USD|mark-up|84\.5|0\.0043/);
    const none = (await read(await reader({ cost_visibility: "none" }), "?explain=text")).text;
    expect(none).toMatch(/output tokens +200/);
    expect(none).not.toMatch(/USD|INR|grant|spend/);
  });

  test("tells of the adjustment that put a price right", async () => {
    const tenant = await world.tenant();
    const request = await call(world, tenant.id, { ...used, model: "claude-sonnet-4-6" });
    await correct(world, "claude-sonnet-4-6", { output: "10" }, "1970-01-01T00:00:00Z");
    const range = { from: "2020-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z", reason: "a typing error" };
    await world.admin("POST", "rerate", { ...range, tenant_id: tenant.id, dry_run: false });
    const { text } = await ask(world, `/api/usage/events/${request}?explain=text`, { key: tenant.key });
    expect(text).toMatch(/was corrected after.*posted as an adjustment/);
    expect(text).toMatch(
      /put right: a typing error\. The cost changed by USD -0\.001\. The spend changed by USD -0\.001\./,
    );
    expect(text).toMatch(/In all 1 call, adjustments included: USD 0\.0059\./);
  });

  test("is refused by its name where it is asked for in another form", async () => {
    const { status, body } = await read(await reader({}), "?explain=pdf");
    expect([status, JSON.stringify(body)]).toEqual([400, expect.stringMatching(/explain/)]);
  });
});
