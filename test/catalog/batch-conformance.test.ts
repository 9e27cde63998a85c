import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { costOf, priceBook } from "../../src/catalog/price-book.ts";
import { seedPrices } from "../../src/catalog/seed.ts";
import { meteredMessage } from "../../src/gateway/metered.ts";

interface Line {
  readonly custom_id: string;
  readonly result: { readonly type: string; readonly message?: Parameters<typeof meteredMessage>[0] };
}

const lines = readFileSync(new URL("../fixtures/streams/21-batch-results.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Line);

test("of a batch's results only the succeeded line has a price, and it is half of the list, whatever model name it answers with", () => {
  const book = priceBook(seedPrices().map((price) => ({ ...price, correction: 0 })));
  const context = { tenant_id: "ten_1", at: Date.parse("2026-11-20"), fallback_model: "claude-haiku-4-5" };
  const costs = lines.map(({ custom_id, result }) => {
    const samplings = result.message ? meteredMessage(result.message, "claude-haiku-4-5").samplings : [];
    return [custom_id, samplings.length ? costOf(book, samplings, context)!.pico_usd : 0n];
  });
  expect(costs).toEqual([
    ["row-2", 310_000_000n],
    ["row-1", 0n],
    ["row-3", 0n],
    ["row-4", 0n],
  ]);
});
