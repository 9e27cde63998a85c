import { describe, expect, test } from "vitest";
import { type PriceList, parsePriceList } from "../../src/catalog/price-list.ts";
import shipped from "../../src/catalog/prices.json" with { type: "json" };
import { checkPrices, tellPriceCheck } from "../../src/catalog/prices-check.ts";
import { seedPrices } from "../../src/catalog/seed.ts";
import type { TenantId } from "../../src/kernel/id.ts";
import { allAt, priceOf, TODAY } from "./book.ts";

const LIST: PriceList = shipped;
const SEEDED = seedPrices();
const check = (prices = SEEDED, list = LIST, at = TODAY) => checkPrices(prices, list, at).differences;
/** The shipped list with one model changed. */
const listWith = (id: string, fields: object): PriceList =>
  LIST.map((entry) => (entry.id === id ? { ...entry, ...fields } : entry));
const NOTHING = { list: "standard", above_prompt_tokens: 0, what: null, book: null, file: null };

describe("the book in force and a price list", () => {
  test("agree where nothing was changed", () => {
    expect(check()).toEqual([]);
    expect(tellPriceCheck(checkPrices(SEEDED, LIST, TODAY))).toMatch(/agree on all \d\d models/);
  });

  test("differ in a rate that the operator has set, from its instant on", () => {
    const own = priceOf("claude-opus-5-5", "output", "18.5", { valid_from: TODAY });
    expect(check([...SEEDED, own], LIST, TODAY - 1)).toEqual([]);
    const differences = check([...SEEDED, own]);
    expect(differences).toEqual([
      { ...NOTHING, kind: "other_rate", model: "claude-opus-5-5", what: "output", book: "18.5", file: "20" },
    ]);
    expect(tellPriceCheck({ models: 1, differences })).toMatch(/output is 18\.5 in the book and 20 in the list/);
  });

  test("are compared for everybody: what one tenant pays is no difference", () => {
    expect(check([...SEEDED, priceOf("claude-opus-5-5", "output", "1", { tenant_id: "ten_1" as TenantId })])).toEqual(
      [],
    );
  });

  test("differ in a model that only one of them has", () => {
    const without = LIST.filter(({ id }) => id !== "claude-haiku-4-5");
    expect(check(SEEDED, without)).toEqual([{ ...NOTHING, kind: "model_not_in_file", model: "claude-haiku-4-5" }]);
    expect(check(seedPrices(without))).toEqual([{ ...NOTHING, kind: "model_not_in_book", model: "claude-haiku-4-5" }]);
    expect(check([...SEEDED, ...allAt("claude-own", "1")])).toEqual([
      { ...NOTHING, kind: "model_not_in_file", model: "claude-own" },
    ]);
  });

  test("differ in a fast list that only one of them has", () => {
    const model = "claude-opus-5-5";
    const slow = listWith(model, { fast: null });
    expect(check(SEEDED, slow)).toEqual([{ ...NOTHING, kind: "list_not_in_file", model, list: "fast" }]);
    expect(check(seedPrices(slow))).toEqual([{ ...NOTHING, kind: "list_not_in_book", model, list: "fast" }]);
  });

  test("differ in a rate of the fast list, and in one of a prompt tier", () => {
    const { fast } = LIST.find(({ id }) => id === "claude-opus-5")!;
    expect(check(SEEDED, listWith("claude-opus-5", { fast: { ...fast, input: 11 } }))).toMatchObject([
      { kind: "other_rate", list: "fast", above_prompt_tokens: 0, what: "input", book: "10", file: "11" },
    ]);
    const { long_context } = LIST.find(({ id }) => id === "claude-haiku-5-5")!;
    expect(check(SEEDED, listWith("claude-haiku-5-5", { long_context: { ...long_context, output: 3 } }))).toMatchObject(
      [{ kind: "other_rate", above_prompt_tokens: 100_000, what: "output", book: "2.5", file: "3" }],
    );
  });

  test("differ in a prompt tier that only one of them has, and in where it begins", () => {
    const model = "claude-haiku-5-5";
    const { long_context } = LIST.find(({ id }) => id === model)!;
    expect(check(SEEDED, listWith(model, { long_context: null }))).toMatchObject([
      { kind: "tier_not_in_file", above_prompt_tokens: 100_000 },
    ]);
    const later = listWith(model, { long_context: { ...long_context, threshold_tokens: 200_000 } });
    expect(check(SEEDED, later).map(({ kind, above_prompt_tokens }) => [kind, above_prompt_tokens])).toEqual([
      ["tier_not_in_file", 100_000],
      ["tier_not_in_book", 200_000],
    ]);
  });

  test("are compared at one instant, where a price has changed over time", () => {
    const before = listWith("claude-sonnet-5-5", { price_history: undefined, cache_read: 0.2 });
    expect(check(SEEDED, before, Date.UTC(2026, 9, 6, 23, 59))).toEqual([]);
    expect(check(SEEDED, before, Date.UTC(2026, 9, 7))).toMatchObject([
      { what: "cache_read", book: "0.1", file: "0.2" },
    ]);
  });

  test("differ in multipliers that this build does not know", () => {
    const other = listWith("claude-opus-4-5", { batch_multiplier: 0.4, us_only_multiplier: 1.1 });
    expect(check(SEEDED, other)).toMatchObject([
      { kind: "other_multiplier", what: "batch", book: "0.5", file: "0.4" },
      { kind: "other_multiplier", what: "geography", book: null, file: "1.1" },
    ]);
  });
});

describe("a file that is no price list is refused by what is wrong with it", () => {
  test.each([
    ["is not JSON", "prices"],
    ["0.id", '[{"input": 3}]'],
    ["0.input", '[{"id": "claude-x", "input": "3"}]'],
    ["0.long_context.threshold_tokens", '[{"id": "claude-x", "long_context": {"input": 1}}]'],
  ])("%s", (says, text) => {
    expect(() => parsePriceList(text, "mine.json")).toThrow(says);
  });
});
