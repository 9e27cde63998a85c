import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Instant, instant } from "../../src/kernel/clock.ts";
import { isShort, isTimezone, type Window, windowAt } from "../../src/kernel/windows.ts";

const at = (iso: string): Instant => instant(Date.parse(iso));
const HOURS = 3_600_000;

/** `[start, end)` in UTC, short: "2026-11-19T18:30 2026-11-20T18:30". */
const span = (window: Window, time: string, timezone: string): string => {
  const { start, end } = windowAt(window, at(time), timezone);
  return [start, end!].map((ms) => new Date(ms).toISOString().replace(":00.000Z", "")).join(" ");
};
const hoursOf = (window: Window, time: string, timezone: string): number => {
  const { start, end } = windowAt(window, at(time), timezone);
  return (end! - start) / HOURS;
};

describe("in India", () => {
  const zone = "Asia/Kolkata";

  test("a day begins at local midnight, to the millisecond", () => {
    expect(span("day", "2026-11-20T18:29:59.999Z", zone)).toBe("2026-11-19T18:30 2026-11-20T18:30");
    expect(span("day", "2026-11-20T18:30:00.000Z", zone)).toBe("2026-11-20T18:30 2026-11-21T18:30");
  });

  test("an hour is one of the local clock: it begins at half past, UTC", () => {
    expect(span("hour", "2026-11-20T10:29:59.999Z", zone)).toBe("2026-11-20T09:30 2026-11-20T10:30");
    expect(span("hour", "2026-11-20T10:30:00.000Z", zone)).toBe("2026-11-20T10:30 2026-11-20T11:30");
  });

  test("a week begins on Monday, a month and a cycle on the first", () => {
    expect(span("week", "2026-11-20T12:00:00Z", zone)).toBe("2026-11-15T18:30 2026-11-22T18:30");
    expect(span("week", "2026-11-15T18:29:00Z", zone)).toBe("2026-11-08T18:30 2026-11-15T18:30");
    expect(span("month", "2026-12-31T18:29:00Z", zone)).toBe("2026-11-30T18:30 2026-12-31T18:30");
    expect(span("cycle", "2026-12-31T18:30:00Z", zone)).toBe("2026-12-31T18:30 2027-01-31T18:30");
    expect(span("month", "2028-02-10T00:00:00Z", zone)).toBe("2028-01-31T18:30 2028-02-29T18:30");
  });
});

describe("where the clocks change", () => {
  test("a day has 23 hours in spring and 25 in autumn", () => {
    expect(span("day", "2026-03-29T12:00:00Z", "Europe/Berlin")).toBe("2026-03-28T23:00 2026-03-29T22:00");
    expect(hoursOf("day", "2026-03-29T12:00:00Z", "Europe/Berlin")).toBe(23);
    expect(hoursOf("day", "2026-10-25T12:00:00Z", "Europe/Berlin")).toBe(25);
    expect(hoursOf("day", "2026-03-08T12:00:00Z", "America/New_York")).toBe(23);
    expect(span("day", "2026-11-01T12:00:00Z", "America/New_York")).toBe("2026-11-01T04:00 2026-11-02T05:00");
    expect(hoursOf("day", "2026-11-01T12:00:00Z", "America/New_York")).toBe(25);
  });

  test("a week and a month are longer or shorter by that hour", () => {
    expect(hoursOf("week", "2026-03-29T12:00:00Z", "Europe/Berlin")).toBe(7 * 24 - 1);
    expect(hoursOf("month", "2026-11-15T12:00:00Z", "America/New_York")).toBe(30 * 24 + 1);
  });

  test("an hour that comes twice is two hours", () => {
    expect(span("hour", "2026-10-25T00:30:00Z", "Europe/Berlin")).toBe("2026-10-25T00:00 2026-10-25T01:00");
    expect(span("hour", "2026-10-25T01:30:00Z", "Europe/Berlin")).toBe("2026-10-25T01:00 2026-10-25T02:00");
    expect(span("hour", "2026-11-01T05:30:00Z", "America/New_York")).toBe("2026-11-01T05:00 2026-11-01T06:00");
    expect(span("hour", "2026-11-01T06:30:00Z", "America/New_York")).toBe("2026-11-01T06:00 2026-11-01T07:00");
  });

  test("a midnight that does not exist makes the day begin when the clock starts again", () => {
    expect(span("day", "2026-04-24T12:00:00Z", "Africa/Cairo")).toBe("2026-04-23T22:00 2026-04-24T21:00");
    expect(span("day", "2026-04-24T21:30:00Z", "Africa/Cairo")).toBe("2026-04-24T21:00 2026-04-25T21:00");
  });

  test("a midnight that comes twice begins the day once", () => {
    expect(span("day", "2026-10-25T12:00:00Z", "Atlantic/Azores")).toBe("2026-10-25T00:00 2026-10-26T01:00");
    expect(span("day", "2026-11-01T12:00:00Z", "America/Havana")).toBe("2026-11-01T04:00 2026-11-02T05:00");
  });
});

const ZONES = [
  "Asia/Kolkata",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kathmandu",
  "Atlantic/Azores",
  "Africa/Cairo",
];
/** When the clocks change in one of these zones. */
const CHANGES = [
  "2026-03-08T07:00Z",
  "2026-03-29T01:00Z",
  "2026-04-23T22:00Z",
  "2026-10-25T01:00Z",
  "2026-10-29T21:00Z",
  "2026-11-01T06:00Z",
].map(at);
const SPANS: Window[] = ["minute", "hour", "day", "week", "month", "cycle"];

describe("always", () => {
  test("a window holds its instant, its first and last millisecond, and the next begins where it ends", () => {
    const time = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) }).map(instant);
    fc.assert(
      fc.property(fc.constantFrom(...SPANS), fc.constantFrom(...ZONES), time, (window, zone, time) => {
        const here = windowAt(window, time, zone);
        expect(here.start <= time && time < here.end!).toBe(true);
        expect(windowAt(window, here.start, zone)).toEqual(here);
        expect(windowAt(window, instant(here.end! - 1), zone)).toEqual(here);
        expect(windowAt(window, here.end!, zone).start).toBe(here.end);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(ZONES)("around each change of the clocks in %s, whatever was asked before", (zone) => {
    for (const window of ["hour", "day"] as const) {
      for (const change of CHANGES) {
        const times = Array.from({ length: 240 }, (_, i) => instant(change + (i - 120) * 15 * 60_000));
        const forwards = times.map((time) => windowAt(window, time, zone));
        const backwards = times.toReversed().map((time) => windowAt(window, time, zone));
        expect(backwards.toReversed()).toEqual(forwards);
        for (const [i, { start, end }] of forwards.entries()) expect(start <= times[i]! && times[i]! < end!).toBe(true);
      }
    }
  });

  test("a lifetime has no end, and a minute is a minute", () => {
    expect(windowAt("lifetime", at("2026-11-20T12:00:00Z"), "Asia/Kolkata")).toEqual({ start: 0, end: null });
    expect(span("minute", "2026-11-20T12:34:59.999Z", "Asia/Kolkata")).toBe("2026-11-20T12:34 2026-11-20T12:35");
  });

  test("only a minute and an hour are a matter of waiting", () => {
    expect([...SPANS, "lifetime" as const].filter(isShort)).toEqual(["minute", "hour"]);
  });

  test("time zones are those of the IANA", () => {
    expect(["Asia/Kolkata", "UTC", "Mars/Olympus", ""].map(isTimezone)).toEqual([true, true, false, false]);
  });
});
