import { describe, expect, test } from "vitest";
import { METERS } from "../../src/catalog/meters.ts";
import { costOf, priceBook } from "../../src/catalog/price-book.ts";
import type { TenantId } from "../../src/kernel/id.ts";
import { allAt, costIn, priceOf, SEEDED, samplingOf, TODAY } from "./book.ts";

const ten = (id: string) => `ten_${id}` as TenantId;
/** What a million tokens of input cost, in USD. */
const usd = (prices: Parameters<typeof priceBook>[0], model: string, options: Parameters<typeof costIn>[2] = {}) => {
  const cost = costIn(priceBook(prices), samplingOf(model, { input: 1_000_000 }), options);
  return cost === null ? null : Number(cost) / 1e12;
};

describe("the most specific price wins", () => {
  test("an exact model before a glob, in whatever order they stand", () => {
    const prices = [...allAt("claude-haiku-9", "3"), ...allAt("*", "1")];
    for (const book of [prices, prices.toReversed()]) {
      expect(usd(book, "claude-haiku-9")).toBe(3);
      expect(usd(book, "claude-opus-9")).toBe(1);
    }
  });

  test("a tenant's own before everybody's, even a glob before an exact model; and nobody else has it", () => {
    const prices = [...allAt("claude-haiku-9", "3"), ...allAt("claude-*", "2", { tenant_id: ten("a") })];
    expect(usd(prices, "claude-haiku-9", { tenant: "ten_a" })).toBe(2);
    expect(usd(prices, "claude-haiku-9", { tenant: "ten_b" })).toBe(3);
  });

  test("meter by meter: a tenant's price of one class leaves the others as they are", () => {
    const own = priceOf("claude-opus-5-5", "output", "1", { tenant_id: ten("a") });
    const book = priceBook([...allAt("claude-opus-5-5", "4"), own]);
    const used = samplingOf("claude-opus-5-5", { input: 1_000_000, output: 1_000_000 });
    expect(costIn(book, used, { tenant: "ten_a" })).toBe(5_000_000_000_000n);
    expect(costIn(book, used)).toBe(8_000_000_000_000n);
  });

  test("the latest that is in force, from its instant on, and not a later one", () => {
    const change = priceOf("m", "input", "5", { valid_from: TODAY });
    const prices = [...allAt("m", "1"), change, priceOf("m", "input", "9", { valid_from: TODAY + 1_000 })];
    expect(usd(prices, "m", { at: TODAY - 1 })).toBe(1);
    expect(usd(prices, "m", { at: TODAY })).toBe(5);
    expect(usd(prices, "m", { at: TODAY + 1_000 })).toBe(9);
  });

  test("of the same instant, the last correction", () => {
    const corrected = [0, 2, 1].map((correction) => priceOf("m", "input", String(correction + 3), { correction }));
    expect(usd([...allAt("m", "1", { valid_from: -1 }), ...corrected], "m")).toBe(5);
  });

  test("the highest tier that the prompt passes", () => {
    const tier = (above_prompt_tokens: number, price: string) => priceOf("m", "input", price, { above_prompt_tokens });
    const book = priceBook([...allAt("m", "1"), tier(1_000, "2"), tier(2_000, "3")]);
    const cost = (input: number) => Number(costIn(book, samplingOf("m", { input }))) / input / 1e6;
    expect([1, 1_000, 1_001, 2_000, 2_001].map(cost)).toEqual([1, 1, 2, 2, 3]);
  });

  test("by any name of the model: a price under an alias is the model's", () => {
    expect(usd(allAt("claude-haiku-4-5-20251001", "7"), "claude-haiku-4-5")).toBe(7);
    expect(usd(allAt("claude-haiku-4-5", "7"), "claude-haiku-4-5-20251001")).toBe(7);
  });
});

describe("a model without a price", () => {
  test("is null, and never free; so is one that lacks a single meter", () => {
    expect(usd(allAt("claude-a", "1"), "claude-b")).toBeNull();
    const lacking = allAt("claude-a", "1").filter(({ meter }) => meter !== "cache_write_1h");
    expect(usd(lacking, "claude-a")).toBeNull();
    expect(priceBook(lacking).missingMeters("claude-a", "ten_1", TODAY)).toEqual(["cache_write_1h"]);
    expect(priceBook([]).missingMeters("claude-a", "ten_1", TODAY)).toEqual([...METERS]);
  });

  test("that answers all the same is priced as the one that was asked for", () => {
    const answered = samplingOf("claude-unheard-of", { input: 1_000_000 });
    expect(costIn(SEEDED, answered, { fallback: "claude-opus-5-5" })).toBe(4_000_000_000_000n);
    expect(costIn(SEEDED, answered, { fallback: "claude-unheard-of-too" })).toBeNull();
  });

  test("has no price before its first is in force", () => {
    expect(usd(allAt("m", "1", { valid_from: TODAY }), "m", { at: TODAY - 1 })).toBeNull();
    expect(priceBook(allAt("m", "1", { valid_from: TODAY })).models("ten_1", TODAY - 1)).toEqual([]);
  });

  test("and the models that can be used are those of the book by exact id, a tenant's own for it alone", () => {
    const book = priceBook([
      ...allAt("claude-a", "1"),
      ...allAt("claude-b", "1", { tenant_id: ten("a") }),
      ...allAt("x-*", "1"),
    ]);
    expect(book.models("ten_a", TODAY)).toEqual(["claude-a", "claude-b"]);
    expect(book.models("ten_b", TODAY)).toEqual(["claude-a"]);
  });
});

describe("several samplings", () => {
  const context = { tenant_id: ten("1"), at: TODAY, fallback_model: "none" };

  test("are each priced at their own model, list and tier, and added exactly", () => {
    const cost = costOf(
      SEEDED,
      [
        samplingOf("claude-opus-5-5", { input: 10 }),
        samplingOf("claude-haiku-5-5", { input: 100_001 }),
        samplingOf("claude-haiku-5-5", { input: 10 }),
      ],
      context,
    );
    expect(cost!.pico_usd).toBe(40_000_000n + 50_000_500_000n + 1_000_000n);
  });

  test("cost nothing where there are none, and null where one has no price", () => {
    expect(costOf(SEEDED, [], context)).toMatchObject({ pico_usd: 0n });
    expect(costOf(SEEDED, [samplingOf("claude-opus-5-5", {}), samplingOf("what", {})], context)).toBeNull();
  });

  test("name the newest price that was used, so that the same book can be found again", () => {
    const newer = priceOf("m", "output", "2", { id: "prc_newer", valid_from: 5 });
    const cost = costOf(priceBook([...allAt("m", "1"), newer]), [samplingOf("m", { output: 1 })], context);
    expect(cost!.version).toBe("prc_newer");
  });
});
