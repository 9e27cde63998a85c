import { expect, test } from "vitest";
import { daysOf, rangeStart } from "../../src/web/apps/portal/usage/range.ts";
import { csv } from "../../src/web/apps/shared/csv.ts";
import { exact } from "../../src/web/apps/shared/format.ts";

/** Figures as the pages show and save them. */

test("what is saved as CSV is read back as it was, and no cell of it is a formula", async () => {
  const text = await csv([
    ["Name", "Spend"],
    ['a "quoted", one', 1.5],
    ["=1+1", null],
    ["@cmd", -2],
    ["two\nlines", 0],
  ]).text();
  expect(text.replace("\uFEFF", "")).toBe(
    ["Name,Spend", '"a ""quoted"", one",1.5', "'=1+1,", "'@cmd,-2", '"two\nlines",0', ""].join("\r\n"),
  );
});

test("a small amount is shown with the digits that count, a large one with two", () => {
  expect([0, 1, 708, 1_548, 18_460, 999_300, 1_000_000, 1_234_567_000].map((amount) => exact(amount, "INR"))).toEqual(
    ["0.00", "0.000001", "0.000708", "0.001548", "0.01846", "0.9993", "1.00", "1,234.57"].map((text) => `₹${text}`),
  );
});

test("a range of days has every day, ends with the day that it is, and none twice", () => {
  for (const now of ["2026-11-21T10:00:00.000Z", "2027-01-01T00:00:00.000Z", "2026-03-30T12:00:00.000Z"]) {
    for (const range of ["7", "30", "90"] as const) {
      const days = daysOf({ from: rangeStart(range, now), to: now });
      expect(days).toHaveLength(Number(range));
      expect(new Set(days).size).toBe(days.length);
      expect(days).toEqual([...days].sort());
    }
  }
});
