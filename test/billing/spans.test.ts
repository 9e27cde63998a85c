import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { cycleAt, monthAt } from "../../src/billing/cycles/span.ts";
import { gapsBetween } from "../../src/billing/cycles/unplanned.ts";
import { DAY, HOUR } from "../../src/kernel/clock.ts";

/** When cycles begin and end. */

const IST = "Asia/Kolkata";
const PERIODS = [
  ...[
    { period: "monthly", interval: 1 },
    { period: "monthly", interval: 3 },
    { period: "quarterly", interval: 1 },
  ],
  ...[
    { period: "weekly", interval: 1 },
    { period: "daily", interval: 10 },
    { period: "yearly", interval: 1 },
  ],
] as const;
/** Beginnings that calendars are wrong about: ends of months, leap days, minutes around an Indian midnight. */
const ANCHORS = [
  ...["2026-01-31T10:00:00+05:30", "2024-02-29T12:00:00+05:30", "2026-08-31T23:59:59+05:30", "2026-12-31T23:30:00Z"],
  ...["2026-11-20T18:29:59.999Z", "2026-11-20T18:30:00.000Z", "2026-11-20T18:30:00.001Z", "2027-01-30T00:00:00+05:30"],
];
const ist = (at: number) => DateTime.fromMillis(at, { zone: IST });

describe("cycles of a subscription", () => {
  test.each(ANCHORS)("that began at %s touch without gap or overlap, and begin at Indian midnights", (text) => {
    const anchor = Date.parse(text);
    for (const terms of PERIODS) {
      let at = anchor;
      for (let count = 0; count < 24; count++) {
        const span = cycleAt(anchor, at, terms);
        expect(span.start).toBe(at);
        expect(span.end).toBeGreaterThan(span.start);
        if (count > 0) expect(ist(span.start).toFormat("HH:mm:ss.SSS")).toBe("00:00:00.000");
        // Whatever the moment that asks, the answer is the same.
        for (const inside of [span.start, span.end - 1, Math.floor((span.start + span.end) / 2)])
          expect(cycleAt(anchor, inside, terms)).toEqual(span);
        at = span.end;
      }
    }
  });

  test("that begin on the 31st end on the last day of a shorter month, and come back to the 31st", () => {
    const anchor = Date.parse("2026-01-31T10:00:00+05:30");
    const days = [];
    for (let at = anchor; days.length < 13; ) {
      const { end } = cycleAt(anchor, at, { period: "monthly", interval: 1 });
      days.push(ist(end).toFormat("dd LLL"));
      at = end;
    }
    expect(days).toEqual([
      ...["28 Feb", "31 Mar", "30 Apr", "31 May", "30 Jun", "31 Jul"],
      ...["31 Aug", "30 Sep", "31 Oct", "30 Nov", "31 Dec", "31 Jan", "28 Feb"],
    ]);
  });

  test("on either side of an Indian midnight end on different days", () => {
    const end = (text: string) =>
      ist(cycleAt(Date.parse(text), Date.parse(text), { period: "monthly", interval: 1 }).end);
    expect(end("2026-11-20T18:29:59.999Z").toISODate()).toBe("2026-12-20");
    expect(end("2026-11-20T18:30:00.000Z").toISODate()).toBe("2026-12-21");
  });
});

describe("cycles without a subscription", () => {
  test.each(["Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])(
    "are the calendar months of %s: they touch without gap or overlap, for 24 months of clocks that change",
    (timezone) => {
      const first = Date.parse("2026-01-15T00:00:00Z");
      let { start, end } = monthAt(first, timezone);
      for (let month = 0; month < 24; month++) {
        const local = DateTime.fromMillis(start, { zone: timezone });
        expect([local.day, local.hour, local.minute]).toEqual([1, 0, 0]);
        expect((end - start) / DAY).toBeGreaterThan(27.9);
        expect((end - start) / DAY).toBeLessThan(31.1);
        for (const inside of [start, end - 1, start + 14 * DAY])
          expect(monthAt(inside, timezone)).toEqual({ start, end });
        const next = monthAt(end, timezone);
        expect(next.start).toBe(end);
        ({ start, end } = next);
      }
    },
  );

  test("are an hour shorter or longer where the clocks change, half an hour on Lord Howe", () => {
    const hours = (at: string, timezone: string) => {
      const { start, end } = monthAt(Date.parse(at), timezone);
      return (end - start) / HOUR;
    };
    expect(hours("2026-03-15T00:00:00Z", "America/New_York")).toBe(31 * 24 - 1);
    expect(hours("2026-11-15T00:00:00Z", "America/New_York")).toBe(30 * 24 + 1);
    expect(hours("2026-04-15T00:00:00Z", "Australia/Lord_Howe")).toBe(30 * 24 + 0.5);
    expect(hours("2026-10-15T00:00:00Z", "Australia/Lord_Howe")).toBe(31 * 24 - 0.5);
    expect(hours("2026-03-15T00:00:00Z", "Asia/Kolkata")).toBe(31 * 24);
  });
});

describe("what lies between cycles", () => {
  const gaps = (...cycles: [number, number][]) =>
    gapsBetween(
      cycles.map(([start_at, end_at]) => ({ start_at, end_at })),
      { from: 10, until: 100 },
    ).map(({ start_at, end_at }) => [start_at, end_at]);

  test("is all of it where there is none", () => expect(gaps()).toEqual([[10, 100]]));
  test("is what none of them covers, in whatever order they come", () => {
    expect(gaps([50, 60], [20, 30])).toEqual([
      ...[
        [10, 20],
        [30, 50],
      ],
      [60, 100],
    ]);
    expect(gaps([0, 40], [40, 90])).toEqual([[90, 100]]);
  });
  test("is nothing where they touch and go on", () => expect(gaps([0, 40], [40, 200])).toEqual([]));
  test("ends where it is asked for, though a later one begins after", () => {
    expect(gaps([20, 30], [120, 150])).toEqual([
      [10, 20],
      [30, 100],
    ]);
  });
});
