import { afterAll, beforeAll, expect, test } from "vitest";
import shipped from "../../src/catalog/prices.json" with { type: "json" };
import { checkPrices } from "../../src/catalog/prices-check.ts";
import { seedPrices } from "../../src/catalog/seed.ts";
import { insertPrices, listAllPrices, seedPriceBook } from "../../src/catalog/store.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { priceOf, TODAY } from "./book.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** The list of a later build: two models are cheaper from the first of December on. */
const LATER = shipped.map((entry) =>
  ["claude-sonnet-4-5", "claude-haiku-4-5"].includes(entry.id)
    ? {
        ...entry,
        price_history: [
          { from: "2025-10-01", input: entry.input },
          { from: "2026-12-01", input: 0.5 },
        ],
      }
    : entry,
);

test("a newer list changes what it lists, and not what the operator has set: the check shows that", async () => {
  const { db } = database;
  const own = priceOf("claude-sonnet-4-5-20250929", "input", "2.5", { valid_from: TODAY });
  await db.transaction(async (tx) => {
    await seedPriceBook(tx, { source: "list of today", created_at: 0 });
    await insertPrices(tx, [{ ...own, source: "admin", created_at: 0 }]);
  });
  await db.transaction((tx) => seedPriceBook(tx, { source: "a later list", created_at: 1 }, seedPrices(LATER)));

  const { differences } = checkPrices(await listAllPrices(db.read), LATER, Date.UTC(2026, 11, 1));
  expect(differences).toEqual([
    {
      ...{ kind: "other_rate", model: "claude-sonnet-4-5", list: "standard", above_prompt_tokens: 0 },
      ...{ what: "input", book: "2.5", file: "0.5" },
    },
  ]);
});
