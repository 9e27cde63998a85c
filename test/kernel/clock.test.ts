import { expect, test } from "vitest";
import { DAY, instant, iso, isoOrNull, movableClock, systemClock } from "../../src/kernel/clock.ts";

test("business time can be moved ahead, wall time cannot", () => {
  const clock = movableClock(instant(Date.UTC(2027, 0, 1)));
  const wall = clock.wall();
  clock.advance(30 * DAY);
  expect(new Date(clock.now()).getUTCMonth()).toBe(0);
  expect(clock.now()).toBeGreaterThanOrEqual(Date.UTC(2027, 0, 31));
  expect(clock.wall() - wall).toBeLessThan(DAY);
});

test("time never goes back", () => {
  const clock = movableClock();
  for (const back of [-1, Number.NaN]) expect(() => clock.advance(back)).toThrow(RangeError);
});

test("the system's two times are one", () => {
  const before = Date.now();
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  expect(systemClock.now() - systemClock.wall()).toBeLessThan(DAY);
});

test("answers give times in ISO 8601, UTC; an instant is a whole millisecond", () => {
  expect(iso(0)).toBe("1970-01-01T00:00:00.000Z");
  expect([isoOrNull(null), isoOrNull(undefined), isoOrNull(0)]).toEqual([null, null, "1970-01-01T00:00:00.000Z"]);
  expect(instant(1.9)).toBe(1);
});
