import { describe, expect, test } from "vitest";
import { METERS } from "../../src/catalog/meters.ts";
import { canonicalModel, MODELS, modelOf } from "../../src/catalog/models.ts";
import { seedPrices } from "../../src/catalog/seed.ts";
import { picosFromUsdPerMillion } from "../../src/kernel/money.ts";
import { costIn, SEEDED, samplingOf, TODAY } from "./book.ts";

const TOKENS = ["input", "cache_write_5m", "cache_write_1h", "cache_read", "output"] as const;

/** USD per million tokens: input, write for 5 minutes, write for an hour, read, output. As Anthropic's price list says it. */
const STANDARD = [
  ["claude-fable-5-2", "8", "10", "16", "0.20", "40"],
  ["claude-mythos-5-2", "8", "10", "16", "0.20", "40"],
  ["claude-fable-5-1", "10", "12.50", "20", "0.25", "50"],
  ["claude-mythos-5-1", "10", "12.50", "20", "0.25", "50"],
  ["claude-fable-5", "10", "12.50", "20", "1", "50"],
  ["claude-mythos-5", "10", "12.50", "20", "1", "50"],
  ["claude-opus-5-5", "4", "5", "8", "0.20", "20"],
  ["claude-opus-5", "5", "6.25", "10", "0.50", "25"],
  ["claude-opus-4-8", "5", "6.25", "10", "0.50", "25"],
  ["claude-opus-4-7", "5", "6.25", "10", "0.50", "25"],
  ["claude-opus-4-6", "5", "6.25", "10", "0.50", "25"],
  ["claude-opus-4-5", "5", "6.25", "10", "0.50", "25"],
  ["claude-sonnet-5-5", "2", "2.50", "4", "0.10", "10"],
  ["claude-sonnet-5", "2", "2.50", "4", "0.20", "10"],
  ["claude-sonnet-4-6", "3", "3.75", "6", "0.30", "15"],
  ["claude-sonnet-4-5", "3", "3.75", "6", "0.30", "15"],
  ["claude-haiku-5-5", "0.10", "0.125", "0.20", "0.01", "0.50"],
  ["claude-haiku-4-5", "1", "1.25", "2", "0.10", "5"],
] as const;
const FAST = [
  ["claude-fable-5-2", "16", "20", "32", "0.40", "80"],
  ["claude-mythos-5-2", "16", "20", "32", "0.40", "80"],
  ["claude-opus-5-5", "8", "10", "16", "0.40", "40"],
  ["claude-opus-5", "10", "12.50", "20", "1", "50"],
  ["claude-opus-4-8", "10", "12.50", "20", "1", "50"],
] as const;

const costs = (model: string, list: "standard" | "fast", tokens = 1_000) =>
  TOKENS.map((meter) => costIn(SEEDED, samplingOf(model, { [meter]: tokens }, { list })));
const listed = (usd: readonly string[], tokens = 1_000n) => usd.map((text) => picosFromUsdPerMillion(text) * tokens);

describe("the list that ships", () => {
  test.each(STANDARD)("%s costs what it says", (model, ...usd) => {
    expect(costs(model, "standard")).toEqual(listed(usd));
  });

  test.each(FAST)("%s costs what it says when it is fast", (model, ...usd) => {
    expect(costs(model, "fast")).toEqual(listed(usd));
  });

  test("has no model that is not in these tables, and none that is sold and cannot be priced", () => {
    const priced = STANDARD.map(([model]) => model as string);
    expect(SEEDED.models("ten_1", TODAY).toSorted()).toEqual(priced.toSorted());
    expect(MODELS.map(({ id }) => id).filter((id) => !priced.includes(id))).toEqual(["claude-mythos-preview"]);
    const fast = new Set(seedPrices().flatMap(({ list, model }) => (list === "fast" ? [model] : [])));
    expect([...fast].toSorted()).toEqual(FAST.map(([model]) => model as string).toSorted());
  });

  test("prices a fast call at the standard list, where a model has no fast one", () => {
    expect(costs("claude-opus-4-6", "fast")).toEqual(costs("claude-opus-4-6", "standard"));
  });

  test("charges USD 10 for a thousand searches, whatever the model, list, place or batch", () => {
    for (const [model] of STANDARD) {
      const searches = samplingOf(model, { web_search: 3 }, { list: "fast", geo: "us", batch: true });
      expect(costIn(SEEDED, searches)).toBe(30_000_000_000n);
    }
  });

  test("adds the classes up: a worked example", () => {
    // Opus 5.5: 1,200 × 4 + 300 × 5 + 100 × 8 + 50,000 × 0.20 + 700 × 20 = 31,100 USD per million, and one search
    const used = { input: 1_200, cache_write_5m: 300, cache_write_1h: 100, cache_read: 50_000, output: 700 };
    expect(costIn(SEEDED, samplingOf("claude-opus-5-5", used))).toBe(31_100_000_000n);
    expect(costIn(SEEDED, samplingOf("claude-opus-5-5", { ...used, web_search: 1 }))).toBe(41_100_000_000n);
  });
});

describe("what changed on a day", () => {
  const read = (at: number) => costIn(SEEDED, samplingOf("claude-sonnet-5-5", { cache_read: 1_000_000 }), { at });

  test("Sonnet 5.5 reads its cache at 0.20 until, and at 0.10 from, 7 October 2026 (UTC)", () => {
    expect(read(Date.UTC(2026, 9, 7) - 1)).toBe(200_000_000_000n);
    expect(read(Date.UTC(2026, 9, 7))).toBe(100_000_000_000n);
    expect(read(TODAY)).toBe(100_000_000_000n);
  });

  test("and nothing else of it changed", () => {
    const at = (at: number) => costIn(SEEDED, samplingOf("claude-sonnet-5-5", { input: 7, output: 9 }), { at });
    expect(at(Date.UTC(2026, 9, 6))).toBe(at(TODAY));
  });
});

describe("Haiku 5.5 has two tiers", () => {
  const cost = (quantities: Parameters<typeof samplingOf>[1]) =>
    costIn(SEEDED, samplingOf("claude-haiku-5-5", quantities));

  test("a prompt of 100,000 tokens is in the lower, one of 100,001 in the higher, with all its tokens", () => {
    expect(cost({ input: 100_000, output: 1_000 })).toBe(10_500_000_000n); // 100,000 × 0.10 + 1,000 × 0.50
    expect(cost({ input: 100_001, output: 1_000 })).toBe(52_500_500_000n); // 100,001 × 0.50 + 1,000 × 2.50
  });

  test("all of the prompt counts, cached or not, and the output does not", () => {
    const split = { input: 40_000, cache_read: 30_000, cache_write_5m: 20_000, cache_write_1h: 10_000 };
    expect(cost(split)).toBe(8_800_000_000n); // 4,000 + 300 + 2,500 + 2,000 USD per million
    expect(cost({ ...split, cache_read: 30_001 })).toBe(44_000_050_000n); // five times that, and one read more at 0.05
    expect(cost({ input: 100_000, output: 100_000 })).toBe(60_000_000_000n);
  });
});

describe("multipliers", () => {
  const sampling = (fields: Parameters<typeof samplingOf>[2], model = "claude-opus-5-5") =>
    costIn(SEEDED, samplingOf(model, { input: 1_000, output: 100 }, fields));

  test("a batch is half, the United States a tenth more, and they multiply with each other and with fast", () => {
    expect(sampling({})).toBe(6_000_000_000n);
    expect(sampling({ batch: true })).toBe(3_000_000_000n);
    expect(sampling({ geo: "us" })).toBe(6_600_000_000n);
    expect(sampling({ geo: "us", batch: true })).toBe(3_300_000_000n);
    expect(sampling({ geo: "us", list: "fast" })).toBe(13_200_000_000n);
  });

  test("no other place costs more, and none where upstream does not offer it", () => {
    for (const geo of ["", "global", "not_available", "eu"]) expect(sampling({ geo })).toBe(6_000_000_000n);
    expect(sampling({ geo: "us" }, "claude-haiku-4-5")).toBe(sampling({}, "claude-haiku-4-5"));
  });

  test("leave every price of the list whole, for a single token", () => {
    for (const { pico_usd, model, meter } of seedPrices()) {
      const { us_multiplier_ppm, batch_multiplier_ppm } = modelOf(model);
      for (const us of [1_000_000, us_multiplier_ppm ?? 1_000_000])
        for (const batch of [1_000_000, batch_multiplier_ppm])
          expect([model, meter, (pico_usd * BigInt(us) * BigInt(batch)) % 10n ** 12n]).toEqual([model, meter, 0n]);
    }
  });
});

describe("names of models", () => {
  test("aliases and dated forms lead to the model, and cost what it costs", () => {
    expect(canonicalModel("claude-opus-4-5-20251101")).toBe("claude-opus-4-5");
    expect(canonicalModel("claude-haiku-5-5-20261007")).toBe("claude-haiku-5-5");
    expect(canonicalModel("claude-next-1-20270101")).toBe("claude-next-1-20270101");
    expect(costs("claude-haiku-4-5-20251001", "standard")).toEqual(costs("claude-haiku-4-5", "standard"));
  });

  test("an unknown one has no price, and neither has one whose price is not public", () => {
    for (const model of ["claude-next-1", "claude-opus", "claude-mythos-preview"]) {
      expect(costIn(SEEDED, samplingOf(model, { input: 1 }))).toBeNull();
      expect(SEEDED.missingMeters(model, "ten_1", TODAY)).toEqual(METERS.filter((meter) => meter !== "web_search"));
    }
  });
});
