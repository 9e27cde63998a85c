import { beforeAll, describe, expect, test } from "vitest";
import type { Step } from "../../src/billing/steps.ts";
import type { Books } from "../support/books.ts";
import { CRASH_STORIES, tellWithDeath } from "../support/crash-stories.ts";
import { openKilled } from "../support/killed.ts";
import { openMortal } from "../support/mortal.ts";

/** What crash-points.test.ts tries at every step, at the dearest of them for real: a process that ends by SIGKILL, and another that finds its database. */
const KILLED: readonly (readonly [story: string, points: readonly Step[]])[] = [
  ["a month is closed and debited", ["cycle billed", "payment.recurring sent", "payment.recurring answered"]],
  ["a month is closed and asked for by link", ["payment_link.create answered", "payment booked"]],
  ["credit is bought", ["topup credited"]],
  ["credit that was not used is refunded", ["refund.create answered"]],
  ["a subscription and a mandate are signed up for", ["subscription.create answered"]],
];

describe.each(KILLED)("%s", (name, points) => {
  const story = CRASH_STORIES.find((one) => one.name === name)!;
  let undisturbed: Books;
  beforeAll(async () => {
    undisturbed = (await tellWithDeath(story, openMortal())).books;
  });

  test.each(points)("kill -9 at: %s", async (point) => {
    expect((await tellWithDeath(story, openKilled(), point)).books).toEqual(undisturbed);
  });
});
