import { describe, expect, test } from "vitest";
import { STEPS, type Step } from "../../src/billing/steps.ts";
import type { Books } from "../support/books.ts";
import { CRASH_STORIES, tellWithDeath } from "../support/crash-stories.ts";
import { EACH, openMortal } from "../support/mortal.ts";

/**
 * Billing dies between any two of its steps and is started again: it completes what it was at, once. What "once" means is told by the same story without
 * a death: in the end the books of both are the same, ours and Razorpay's.
 */

describe.each(CRASH_STORIES)("$name", (story) => {
  let undisturbed: Books;
  test("it comes by the points where it is cut off, and by none that is not in the list of all steps", async () => {
    const { steps, books } = await tellWithDeath(story, openMortal());
    expect([...steps]).toEqual(expect.arrayContaining([...story.points]));
    expect([...steps].filter((step) => !STEPS.includes(step as Step))).toEqual([]);
    undisturbed = books;
  });

  test.each(story.points)("killed at: %s", async (point) => {
    expect((await tellWithDeath(story, openMortal(), point)).books).toEqual(undisturbed);
  });

  test("killed at every step, one life after the other", async () => {
    expect((await tellWithDeath(story, openMortal(), EACH)).books).toEqual(undisturbed);
  });
});

test("every step of billing is the end of some life", () => {
  expect(new Set(CRASH_STORIES.flatMap(({ points }) => points))).toEqual(new Set(STEPS));
});
