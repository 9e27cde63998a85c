import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forgetOld } from "../../src/privacy/retention/retention.ts";
import { DAMAGES } from "./damages.ts";
import { type Month, openMonth } from "./month.ts";

let month: Month;
beforeAll(async () => {
  month = await openMonth();
});
afterAll(() => month.close());

/** What is another product's is seen, and left alone. */
const FOREIGN = ["foreign_rows", "foreign_payments", "foreign_subscriptions", "foreign_settled"];

const shown = (run: Awaited<ReturnType<Month["prove"]>>) =>
  run.findings.map(({ kind, subject, local, remote }) => ({ kind, subject, local, remote }));

test("a month in which nothing went wrong has no finding, whatever another product did in the same accounts", async () => {
  const run = await month.prove();
  expect(run).toMatchObject({ status: "done", sides: ["books", "provider", "collector"], left_out: {} });
  expect(shown(run)).toEqual([]);
  for (const name of [
    "events",
    "transfers",
    "invoices",
    "payments",
    "metered_events",
    "settled_rows",
    "charges",
    ...FOREIGN,
  ])
    expect(run.looked_at[name], name).toBeGreaterThan(0);
});

describe("one damage is found by its name, and nothing else is:", () => {
  test.each(DAMAGES.map((damage) => [damage.what, damage] as const))(
    "%s",
    async (_what, { found, repaired, plant }) => {
      const undo = await plant(month);
      try {
        const run = await month.prove();
        expect([...new Set(run.findings.map(({ kind }) => kind))], JSON.stringify(shown(run))).toEqual([found]);
        if (!repaired) return;
        const repairing = await month.prove(true);
        expect(repairing.findings.map(({ repaired: done, repair_error }) => ({ done, repair_error }))).toEqual(
          repairing.findings.map(() => ({ done: true, repair_error: null })),
        );
        expect(shown(await month.prove())).toEqual([]);
      } finally {
        await undo();
      }
    },
  );
});

test("nor has it one when its events are deleted, because their time is over", async () => {
  const { db, clock } = month.shop;
  // Ids are of real time, in which no month has passed.
  const { events } = await forgetOld({ db, clock: { now: clock.now, wall: clock.now } }, { eventsDays: 5 });
  expect(events).toBeGreaterThan(0);
  const run = await month.prove();
  expect(shown(run)).toEqual([]);
  expect(run.left_out.books).toMatch(
    /^The events from before \S+ are no longer kept: use is compared from \d{4}-\d\d-\d\d on\.$/,
  );
  expect(run.left_out.provider).toBe(run.left_out.books);
});
