import { describe, expect, test } from "vitest";
import { type Charge, chargeOf, holdFor, type Pricer } from "../../src/catalog/charge.ts";
import type { PlanVersion } from "../../src/catalog/plan.ts";
import { NewRateCard } from "../../src/catalog/rate-card.ts";
import type { PlanTerms } from "../../src/db/schema.ts";
import { ONE_PPM, type RateMicros, spendOf } from "../../src/kernel/money.ts";
import { SEEDED, samplingOf, TODAY } from "./book.ts";

const SONNET = "claude-sonnet-5-5";
const OPUS = "claude-opus-5-5";

const cardOf = (rates: unknown[], fallback_multiplier_ppm: number | null = null): Pricer => {
  const pricing = NewRateCard.parse({ type: "rate_card", rates, fallback_multiplier_ppm });
  const version = { terms: { pricing } as unknown as PlanTerms } as PlanVersion;
  return { book: SEEDED, planVersion: (id) => (id === "pln_1.1" ? version : undefined) };
};
const context = (fallback_model: string) => ({
  ...{ tenant_id: "ten_1", at: TODAY, fallback_model },
  terms: { plan_version_id: "pln_1.1", rate_micros: 85_000_000 as RateMicros, multiplier_ppm: ONE_PPM },
});
const charged = (pricer: Pricer, sampling: ReturnType<typeof samplingOf>, asked = sampling.model): Charge =>
  chargeOf(pricer, [sampling], context(asked))!;
const spent = (...of: Parameters<typeof charged>): number => spendOf(charged(...of).exact);

const rate = (model: string, input: string, output: string, fields: Record<string, unknown> = {}) => ({
  ...{ model, per_million: { input, output } },
  ...fields,
});

describe("a rate card", () => {
  test("charges each class of token by its own price, whatever the provider charges", () => {
    const card = cardOf([
      {
        model: SONNET,
        per_million: { input: "300", output: "1500", cache_read: "10", cache_write_5m: "400", cache_write_1h: "700" },
        per_request: { web_search: "0.85" },
      },
    ]);
    const one = (meter: string) => spent(card, samplingOf(SONNET, { [meter]: 1_000_000 }));
    expect(one("input")).toBe(300_000_000);
    expect(one("output")).toBe(1_500_000_000);
    expect(one("cache_read")).toBe(10_000_000);
    expect(one("cache_write_5m")).toBe(400_000_000);
    expect(one("cache_write_1h")).toBe(700_000_000);
    expect(spent(card, samplingOf(SONNET, { web_search: 2 }))).toBe(1_700_000);
    expect(charged(card, samplingOf(SONNET, { output: 1_000 })).pico_usd).toBe(10_000n * 1_000_000n);
  });

  test("fills in the cache's prices by the provider's proportions, and says so", () => {
    expect(NewRateCard.parse({ type: "rate_card", rates: [rate(SONNET, "300", "1500")] })).toEqual({
      type: "rate_card",
      fallback_multiplier_ppm: null,
      rates: [
        {
          ...{ model: SONNET, list: "standard", above_prompt_tokens: 0, per_request: { web_search: null } },
          per_million: { input: "300", cache_read: "30", cache_write_5m: "375", cache_write_1h: "600", output: "1500" },
        },
      ],
    });
  });

  test("gives the batch discount and the surcharge for geography as the provider does", () => {
    const card = cardOf([rate("*", "100", "100")]);
    expect(spent(card, samplingOf(SONNET, { output: 1_000_000 }, { batch: true }))).toBe(50_000_000);
    expect(spent(card, samplingOf(SONNET, { output: 1_000_000 }, { geo: "us" }))).toBe(110_000_000);
  });

  test("rounds once: a call of many small parts loses nothing", () => {
    const card = cardOf([rate("*", "0.4", "0.4", { per_request: { web_search: "0" } })]);
    expect(spent(card, samplingOf(SONNET, { input: 1, output: 1 }))).toBe(1);
    expect(spent(card, samplingOf(SONNET, { input: 1 }))).toBe(0);
  });

  test("takes the most specific rate, in whatever order they stand", () => {
    const card = cardOf([
      rate("*", "1", "1", { per_request: { web_search: "2" } }),
      rate("claude-sonnet-*", "3", "3"),
      rate(SONNET, "5", "5"),
      rate(SONNET, "7", "7", { above_prompt_tokens: 200_000 }),
    ]);
    expect(spent(card, samplingOf(OPUS, { output: 1_000_000 }))).toBe(1_000_000);
    expect(spent(card, samplingOf("claude-sonnet-4-6", { output: 1_000_000 }))).toBe(3_000_000);
    expect(spent(card, samplingOf(SONNET, { output: 1_000_000 }))).toBe(5_000_000);
    expect(spent(card, samplingOf(SONNET, { input: 200_001 }))).toBe(Math.round(200_001 * 7));
    expect(spent(card, samplingOf(SONNET, { web_search: 1 }))).toBe(2_000_000);
  });

  test("refuses to hold for what it does not name: a model, the fast list, a search", () => {
    const card = cardOf([rate("claude-opus-*", "1", "1")]);
    const hold = (sampling: ReturnType<typeof samplingOf>) => () => holdFor(card, [sampling], context(sampling.model));
    const refusal = (text: RegExp) =>
      expect.objectContaining({ code: "model_not_priced", message: expect.stringMatching(text) });
    expect(hold(samplingOf(SONNET, { output: 1 }))).toThrow(refusal(/claude-sonnet-5-5 has no price on the plan/));
    expect(hold(samplingOf(OPUS, { output: 1 }, { list: "fast" }))).toThrow(refusal(/fast list/));
    expect(hold(samplingOf(OPUS, { web_search: 1 }))).toThrow(refusal(/web search/));
    expect(hold(samplingOf(OPUS, { output: 1_000_000 }))()).toBe(1_000_000);
    expect(hold(samplingOf("claude-nobody-9", { output: 1 }))).toThrow(refusal(/claude-nobody-9/));
  });

  test("charges what it does not name by its mark-up over cost, where it has one", () => {
    const card = cardOf([rate(OPUS, "1", "1")], 2_000_000);
    const sampling = samplingOf(SONNET, { output: 1_000_000 });
    expect(spent(card, sampling)).toBe(10 * 85_000_000 * 2);
    expect(holdFor(card, [sampling], context(SONNET))).toBe(10 * 85_000_000 * 2);
  });

  test("charges an answer by another model than what was asked for, and that it does not name, like what was asked for", () => {
    const card = cardOf([rate(OPUS, "1", "1")]);
    expect(spent(card, samplingOf(SONNET, { output: 1_000_000 }), OPUS)).toBe(1_000_000);
  });

  test.each([
    ["no rates", { rates: [] }],
    ["no price of output", { rates: [{ model: "*", per_million: { input: "1" } }] }],
    ["a price that is a number", { rates: [{ model: "*", per_million: { input: 1, output: 1 } }] }],
    ["a price below zero", { rates: [rate("*", "-1", "1")] }],
    ["a price of seven places", { rates: [rate("*", "0.0000001", "1")] }],
    ["a class that there is not", { rates: [{ model: "*", per_million: { input: "1", output: "1", thinking: "1" } }] }],
    ["one model twice", { rates: [rate(SONNET, "1", "1"), rate(SONNET, "2", "2")] }],
    ["long prompts without short ones", { rates: [rate(SONNET, "1", "1", { above_prompt_tokens: 200_000 })] }],
  ])("is refused with %s", (_, fields) =>
    expect(NewRateCard.safeParse({ type: "rate_card", ...fields }).success).toBe(false),
  );
});
