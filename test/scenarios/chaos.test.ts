import { afterAll, beforeAll, expect, test } from "vitest";
import { runChaos } from "../../scripts/support/chaos.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** `npm run chaos` kills thirty times. */
const KILLS = 3;
/** The provider's pace is 10 ms for a delta of about four tokens: what a stream can write between two checkpoints, doubled for a slow machine. */
const TOKENS_PER_CHECKPOINT = 2 * 4 * 100;

test("a node that is killed again and again under load loses no more than a checkpoint misses, and doubles nothing", async () => {
  const figures = await runChaos({ databaseUrl: database.url, kills: KILLS, clients: 16 });
  expect(figures).toMatchObject({ doubled: 0, open_holds: 0, held_micros: 0 });
  expect(figures.used_micros).toBe(figures.spend_micros);
  expect(figures.unknown_listed).toBe(figures.unknown);
  expect(figures.recorded.recovered).toBeGreaterThan(0);
  expect(figures.recorded.reported).toBeLessThanOrEqual(figures.served.complete);
  // Every call that the provider served is in the books.
  expect(figures.recorded.calls).toBeGreaterThanOrEqual(figures.served.calls);
  // An estimate may be a little over what was served, never by much.
  expect(figures.missed_tokens).toBeGreaterThan(-0.05 * figures.served.tokens);
  expect(figures.missed_tokens).toBeLessThanOrEqual(figures.checkpointed * TOKENS_PER_CHECKPOINT);
}, 180_000);
