import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Tiers, tieredSpend } from "../../src/catalog/tiers.ts";
import { asAdmin, ask } from "../http/ask.ts";
import { openWorld, type TestTenant, times, type World } from "../support/world.ts";
import { call, correct } from "./receipt-calls.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const valid_from = "2020-01-01T00:00:00Z";
  await world.admin("POST", "fx_rates", { currency: "INR", rate_micros: 80_000_000, valid_from });
});
afterAll(() => world.close());

let made = 0;
const on = async (plan: Record<string, unknown>, fields: Record<string, unknown> = {}): Promise<TestTenant> => {
  const { id } = await world.admin<{ id: string }>("POST", "plans", { name: `Priced ${made++}`, ...plan });
  return world.tenant({ fields: { currency: "INR", default_plan_id: id, ...fields }, credit_micros: 10_000_000_000 });
};
interface Receipt {
  readonly data: {
    readonly id: string;
    readonly kind: string;
    readonly spend_micros: number;
    readonly uncovered_micros: number;
    readonly tiered: { readonly list_micros: number; readonly from_micros: number };
    readonly charges?: readonly Record<string, unknown>[];
  }[];
}
const receipt = (id: string) => world.admin<Receipt>("GET", `events/${id}`);
const usedOf = async ({ id }: TestTenant) =>
  (await world.admin<{ data: { used_micros: number }[] }>("GET", `tenants/${id}/credits`)).data[0]!.used_micros;

describe("a plan with prices of its own", () => {
  const card = {
    type: "rate_card",
    rates: [{ model: "claude-sonnet-*", per_million: { input: "300", output: "1500", cache_read: "20" } }],
  };
  const usage = { input_tokens: 1_000, cache_read_input_tokens: 3_000, output_tokens: 200 };
  // 1,000 × 300 + 3,000 × 20 + 200 × 1,500 paise-free: INR 0.3 + 0.06 + 0.3.
  const SPEND = 660_000;

  test("charges these, and its customer's receipt shows how, and nothing of the cost", async () => {
    const tenant = await on({ pricing: card });
    const id = await call(world, tenant.id, { usage });
    const { body, text } = await ask<Receipt>(world, `/api/usage/events/${id}`, { key: tenant.key });
    expect(body.data[0]).toMatchObject({
      spend_micros: SPEND,
      charges: [
        {
          ...{ model: "claude-sonnet-5-5", batch_multiplier: "1", geography_multiplier: "1", amount: "0.66" },
          lines: [
            { meter: "input", quantity: 1_000, price_per_million: "300", amount: "0.3" },
            { meter: "cache_read", quantity: 3_000, price_per_million: "20", amount: "0.06" },
            { meter: "output", quantity: 200, price_per_million: "1500", amount: "0.3" },
          ],
        },
      ],
    });
    expect(text).not.toMatch(/usd/i);
    const told = await ask(world, `/api/usage/events/${id}?explain=text`, { key: tenant.key });
    expect(told.text).toMatch(/output tokens +200 +× INR 1500 per million +INR 0\.3\n/);
    expect(told.text).toMatch(/spend, rounded once +INR 0\.66\n/);
    expect(told.text).not.toContain("USD");
  });

  test("shows the operator both sides", async () => {
    const tenant = await on({ pricing: card });
    const id = await call(world, tenant.id, { usage });
    const { data } = await receipt(id);
    expect(data[0]).toMatchObject({
      ...{ cost_micros_usd: 4_300, spend_micros: SPEND, charges: [{ amount: "0.66" }] },
      sum: { exact_cost_usd: "0.0043", exact_spend: "0.66", spend: "0.66" },
    });
    expect(data[0]).not.toHaveProperty("rate_note");
  });

  test("is not charged more where the provider's price is put right: only the cost changes", async () => {
    const tenant = await on({ pricing: { ...card, rates: [{ ...card.rates[0], model: "claude-own-*" }] } });
    const prices = { input: "1", cache_read: "1", cache_write_5m: "1", cache_write_1h: "1", output: "1" };
    await correct(world, "claude-own-1", prices, "2020-01-01T00:00:00Z");
    const id = await call(world, tenant.id, { usage, model: "claude-own-1" });
    await correct(world, "claude-own-1", { output: "9" }, "2020-01-01T00:00:00Z");
    const range = { from: "2020-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z", tenant_id: tenant.id, dry_run: false };
    await world.admin("POST", "rerate", range);
    expect((await receipt(id)).data).toMatchObject([
      { kind: "call", spend_micros: SPEND },
      { kind: "adjustment", spend_micros: 0, cost_micros_usd: 1_600 },
    ]);
  });

  test("refuses a model that it does not name, before anything is sent, and does not list it", async () => {
    const tenant = await on({ pricing: card });
    expect((await world.messages(tenant.key)).status).toBe(200);
    const refused = await world.messages(tenant.key, { model: "claude-opus-5-5" });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: { code: "model_not_priced", message: expect.stringContaining("no price on the plan") },
    });
    const { body } = await ask<{ data: { id: string }[] }>(world, "/v1/models?limit=100", { key: tenant.key });
    expect(body.data.every(({ id }) => id.startsWith("claude-sonnet-"))).toBe(true);
    expect(body.data.map(({ id }) => id)).toContain("claude-sonnet-5-5");
  });

  test("shows its prices to who may buy it, and neither mark-up nor what it falls back on", async () => {
    const tenant = await on({ pricing: { ...card, fallback_multiplier_ppm: 1_300_000 } });
    const { body, text } = await ask<{ data: { current: boolean; pricing: unknown }[] }>(
      world,
      "/api/plans?limit=100",
      {
        key: tenant.key,
      },
    );
    expect(body.data.find(({ current }) => current)).toMatchObject({
      pricing: { type: "rate_card", rates: [{ model: "claude-sonnet-*", per_million: { output: "1500" } }] },
    });
    expect(text).not.toContain("multiplier_ppm");
  });
});

describe("graduated tiers", () => {
  const tiers = [
    { up_to_micros: 2_000_000, multiplier_ppm: 1_500_000 },
    { up_to_micros: 5_000_000, multiplier_ppm: 1_000_000 },
    { multiplier_ppm: 400_000 },
  ];
  const pricing = { type: "markup", multiplier_ppm: 1_000_000 };
  const parsed = Tiers.parse(tiers);

  test("make calls at the same time come to what the cycle comes to as a whole, to the micro", async () => {
    const tenant = await on({ pricing, tiers });
    const ids = await Promise.all(
      times(24, async (i) => {
        const answer = await world.messages(tenant.key, {
          messages: [{ role: "user", content: `[[output_tokens=${100 + 37 * i}]] go` }],
          max_tokens: 2_000,
        });
        expect(answer.status).toBe(200);
        await answer.text();
        return answer.headers.get("request-id")!;
      }),
    );
    const calls = await Promise.all(ids.map(async (id) => (await receipt(id)).data[0]!));
    const list = calls.reduce((sum, { tiered }) => sum + tiered.list_micros, 0);
    const spend = calls.reduce((sum, call) => sum + call.spend_micros, 0);
    expect(list).toBeGreaterThan(5_000_000);
    expect(spend).toBe(tieredSpend(parsed, 0, list));
    expect(await usedOf(tenant)).toBe(spend);
    // One after the other, without a gap: who came when is told, and each can be checked by itself.
    let from = 0;
    for (const { tiered, spend_micros } of calls.sort((a, b) => a.tiered.from_micros - b.tiered.from_micros)) {
      expect(tiered.from_micros).toBe(from);
      expect(spend_micros).toBe(tieredSpend(parsed, from, tiered.list_micros));
      from += tiered.list_micros;
    }
  });

  test("are explained on the receipt", async () => {
    const tenant = await on({ pricing, tiers });
    const id = await call(world, tenant.id, { usage: { output_tokens: 3_000 } });
    // USD 0.03, INR 2.40 at list: 2 × 1.5 + 0.4 × 1.
    const { body } = await ask<Receipt>(world, `/api/usage/events/${id}`, { key: tenant.key });
    expect(body.data[0]).toMatchObject({
      spend_micros: 3_400_000,
      tiers: {
        ...{ list_spend: "2.4", cycle_list_spend_before: "0" },
        parts: [
          { list_spend: "2", multiplier: "1.5" },
          { list_spend: "0.4", multiplier: "1" },
        ],
      },
    });
    const told = await ask(world, `/api/usage/events/${id}?explain=text`, { key: tenant.key });
    expect(told.text).toContain("INR 2 × 1.5");
    expect(told.text).toContain("INR 0.4 × 1");
    expect(told.text).toMatch(/spend +INR 3\.4\n/);
    const full = await asAdmin(world, "GET", `events/${id}?explain=text`);
    expect(full.text).toMatch(/spend at list, rounded once +INR 2\.4\n/);
  });

  test("a corrected price changes the cycle to what it would have been, once, and a dry run says so before", async () => {
    const tenant = await on({ pricing, tiers });
    const model = "claude-tiered-1";
    const usd = (output: string) => ({ input: "1", cache_read: "1", cache_write_5m: "1", cache_write_1h: "1", output });
    await correct(world, model, usd("10"), "2020-01-01T00:00:00Z");
    const ids: string[] = [];
    for (const output_tokens of [1_000, 2_000, 1_500, 3_333])
      ids.push(await call(world, tenant.id, { model, usage: { output_tokens } }));
    expect(await usedOf(tenant)).toBe(tieredSpend(parsed, 0, 7_833 * 800));

    for (const [price, list] of [
      ["20", 7_833 * 1_600],
      ["5", 7_833 * 400],
    ] as const) {
      const before = await usedOf(tenant);
      await correct(world, model, usd(price), "2020-01-01T00:00:00Z");
      const range = { from: "2020-01-01T00:00:00Z", to: "2100-01-01T00:00:00Z", tenant_id: tenant.id };
      interface Rerated {
        readonly changed: number;
        readonly data: { old_spend_micros: number; new_spend_micros: number }[];
      }
      const dry = await world.admin<Rerated>("POST", "rerate", range);
      const posted = await world.admin<Rerated>("POST", "rerate", { ...range, dry_run: false });
      expect(posted.data).toEqual(dry.data);
      expect(posted).toMatchObject({ changed: 4 });
      expect(posted.data[0]!.old_spend_micros).toBe(before);
      expect(await usedOf(tenant)).toBe(tieredSpend(parsed, 0, list));
      expect(await world.admin("POST", "rerate", { ...range, dry_run: false })).toMatchObject({ changed: 0 });
    }
    expect((await receipt(ids[0]!)).data.map(({ kind }) => kind)).toEqual(["call", "adjustment", "adjustment"]);
  });

  test("count the calls of a cycle, and begin anew with the next", async () => {
    const tenant = await on({ pricing, tiers });
    const first = await call(world, tenant.id, { usage: { output_tokens: 10_000 } });
    const at = world.clock.now();
    const next = new Date(at + 32 * 86_400_000).getTime();
    const second = await call(world, tenant.id, { usage: { output_tokens: 1_000 }, at: next as typeof at });
    expect((await receipt(first)).data[0]!.tiered.from_micros).toBe(0);
    expect((await receipt(second)).data[0]!.tiered.from_micros).toBe(0);
  });

  test("a customer whose credit is nearly used up is served as far as the tier it is in allows", async () => {
    const { id: plan } = await world.admin<{ id: string }>("POST", "plans", {
      name: `Priced ${made++}`,
      pricing,
      tiers,
    });
    const tenant = await world.tenant({ fields: { currency: "INR", default_plan_id: plan }, credit_micros: 9_000_000 });
    const ask = {
      max_tokens: 60_000,
      stream: true,
      messages: [{ role: "user", content: "[[output_tokens=50000]] go" }],
    };
    const answer = await world.messages(tenant.key, ask);
    expect(await answer.text()).toContain('"stop_reason":"max_tokens"');
    const { data } = await receipt(answer.headers.get("request-id")!);
    expect(data[0]!.uncovered_micros).toBe(0);
    expect(data[0]!.spend_micros).toBeLessThanOrEqual(9_000_000);
    expect(data[0]!.spend_micros).toBeGreaterThan(4_500_000);
    expect(data[0]!.spend_micros).toBe(tieredSpend(parsed, 0, data[0]!.tiered.list_micros));
  });
});
