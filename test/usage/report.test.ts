import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { reportOf, useOf } from "./reports.ts";
import { empty } from "./sample.ts";

let database: TestDatabase;
let use: ReturnType<typeof useOf>;
let report: ReturnType<typeof reportOf>;
beforeAll(async () => {
  database = await openTestDatabase();
  use = useOf(database.db);
  report = reportOf(database.db);
});
afterAll(() => database.close());
beforeEach(() => empty(database.db));

const counts = (rows: readonly Record<string, unknown>[], group: string) =>
  rows.map((row) => [row[group], row.requests]);

describe("by day", () => {
  test("a day begins at the tenant's midnight: in India at half past six in the evening, UTC", async () => {
    await use("2026-11-18T18:29:59.999Z");
    await use("2026-11-18T18:30:00.000Z");
    await use("2026-11-19T18:29:59.999Z");
    await use("2026-11-19T18:30:00.000Z");
    const { data, totals } = await report();
    expect(counts(data, "day")).toEqual([
      ["2026-11-18", 1],
      ["2026-11-19", 2],
      ["2026-11-20", 1],
    ]);
    expect(totals).toMatchObject([{ requests: 4, spend_micros: 320 }]);
  });

  test("in another time zone is grouped by that one's days", async () => {
    await use("2026-11-18T18:30:00.000Z");
    await use("2026-11-19T18:30:00.000Z");
    expect(counts((await report({ tz: "UTC" })).data, "day")).toEqual([
      ["2026-11-18", 1],
      ["2026-11-19", 1],
    ]);
  });

  test("a day of 25 hours is one day", async () => {
    const berlin = { timezone: "Europe/Berlin" };
    for (const time of [
      "2026-10-24T22:00Z",
      "2026-10-25T00:30Z",
      "2026-10-25T01:30Z",
      "2026-10-25T22:59Z",
      "2026-10-25T23:00Z",
    ])
      await use(time, {}, "Europe/Berlin");
    const { data } = await report({ from: "2026-10-24T22:00:00Z", to: "2026-10-27T00:00:00Z" }, berlin);
    expect(counts(data, "day")).toEqual([
      ["2026-10-25", 4],
      ["2026-10-26", 1],
    ]);
  });

  test("without a range it is the month so far, of the tenant's calendar", async () => {
    await use("2026-10-31T18:29:00Z");
    await use("2026-10-31T18:30:00Z");
    const { data, from } = await report();
    expect(counts(data, "day")).toEqual([["2026-11-01", 1]]);
    expect(from).toBe("2026-10-31T18:30:00.000Z");
  });
});

describe("by hour", () => {
  test("hours are those of the tenant's clock, with its offset", async () => {
    await use("2026-11-20T06:30:00Z");
    await use("2026-11-20T07:29:59Z");
    await use("2026-11-20T07:30:00Z");
    expect(counts((await report({ group_by: "hour" })).data, "hour")).toEqual([
      ["2026-11-20T12:00:00+05:30", 2],
      ["2026-11-20T13:00:00+05:30", 1],
    ]);
  });

  test("the hour that comes twice is two hours", async () => {
    const berlin = { timezone: "Europe/Berlin" };
    for (const time of ["2026-10-25T00:30Z", "2026-10-25T01:30Z"]) await use(time, {}, "Europe/Berlin");
    const { data } = await report(
      { group_by: "hour", from: "2026-10-25T00:00:00Z", to: "2026-10-25T03:00:00Z" },
      berlin,
    );
    expect(counts(data, "hour")).toEqual([
      ["2026-10-25T02:00:00+02:00", 1],
      ["2026-10-25T02:00:00+01:00", 1],
    ]);
  });

  test("covers a bounded range", async () => {
    const range = { group_by: "hour", from: "2026-01-01T00:00:00Z", to: "2026-11-01T00:00:00Z" };
    await expect(report(range)).rejects.toMatchObject({ code: "invalid_request" });
    expect((await report({ ...range, group_by: "day" })).data).toEqual([]);
  });
});

describe("a range", () => {
  test("is widened to whole hours of the tenant's clock, and says so", async () => {
    await use("2026-11-20T06:35:00Z");
    await use("2026-11-20T08:25:00Z");
    await use("2026-11-20T08:30:00Z");
    const { from, to, totals } = await report({ from: "2026-11-20T06:40:00Z", to: "2026-11-20T07:31:00Z" });
    expect([from, to]).toEqual(["2026-11-20T06:30:00.000Z", "2026-11-20T08:30:00.000Z"]);
    expect(totals).toMatchObject([{ requests: 2 }]);
  });

  test("of whole hours takes its first and not its last instant", async () => {
    await use("2026-11-20T06:30:00Z");
    await use("2026-11-20T07:30:00Z");
    const range = { from: "2026-11-20T06:30:00Z", to: "2026-11-20T07:30:00Z" };
    expect((await report(range)).totals).toMatchObject([{ requests: 1 }]);
    expect((await report({ from: range.to, to: range.from })).totals).toEqual([]);
  });
});
