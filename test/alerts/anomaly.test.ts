import { describe, expect, test } from "vitest";
import { anomalyOf, median } from "../../src/alerts/anomaly.ts";

const BOUNDS = { weeks_min: 4, score_min: 6, ratio_min: 2 };

describe("a day stands out", () => {
  test("when it is far above what the same weekday usually comes to", () => {
    expect(anomalyOf(500, [100, 110, 90, 105, 95], BOUNDS)).toEqual({ median: 100, score: 40, ratio: 5 });
  });

  test("though one of the days before did so as well: the median does not move", () => {
    expect(anomalyOf(500, [100, 110, 5_000, 105, 95], BOUNDS)).not.toBeNull();
  });

  test("of a tenant that usually uses nothing on that weekday", () => {
    expect(anomalyOf(500, [0, 0, 0, 0], BOUNDS)).toEqual({ median: 0, score: Infinity, ratio: null });
  });
});

describe("a day does not stand out", () => {
  test("within what is usual, or below it", () => {
    for (const spent of [0, 50, 100, 150, 199]) expect(anomalyOf(spent, [100, 110, 90, 105, 95], BOUNDS)).toBeNull();
  });

  test("where the days differ as much by themselves", () => {
    expect(anomalyOf(500, [10, 400, 60, 700, 20, 300], BOUNDS)).toBeNull();
  });

  test("where there are too few days to tell by, or none", () => {
    expect(anomalyOf(500, [1, 1, 1], BOUNDS)).toBeNull();
    expect(anomalyOf(500, [], { ...BOUNDS, weeks_min: 1 })).toBeNull();
  });

  test("by being far from nothing in deviations and close to it in money", () => {
    expect(anomalyOf(170, [100, 100, 100, 100], BOUNDS)).toBeNull();
  });

  test("by being nothing, as all the days before", () => {
    expect(anomalyOf(0, [0, 0, 0, 0], { ...BOUNDS, ratio_min: 1 })).toBeNull();
  });
});

test("the median is the middle one, or the mean of the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});
