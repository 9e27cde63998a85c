import { describe, expect, test } from "vitest";
import { unusedOf, withinMoney } from "../../../src/billing/subscriptions/unused.ts";
import { DAY, HOUR } from "../../../src/kernel/clock.ts";
import { micros, paise } from "../../../src/kernel/money.ts";

describe("what is unused of a cycle", () => {
  const cycle = { paid_paise: paise(118_000), start: 0, end: 30 * DAY, at: 10 * DAY, included: null };

  test("is the share of whole days that are left, rounded down", () => {
    expect(unusedOf(cycle)).toEqual({ days: 30, days_left: 20, gross_paise: 78_666 });
    expect(unusedOf({ ...cycle, at: 10 * DAY + HOUR })).toMatchObject({ days_left: 19 });
    expect(unusedOf({ ...cycle, at: 0 })).toMatchObject({ gross_paise: 118_000 });
  });

  test("is nothing at the end, and nothing after it", () => {
    expect(unusedOf({ ...cycle, at: 30 * DAY })).toMatchObject({ days_left: 0, gross_paise: 0 });
    expect(unusedOf({ ...cycle, at: 31 * DAY })).toMatchObject({ days_left: 0, gross_paise: 0 });
  });

  test("is no more than the share of the included spend that is left", () => {
    const included = { amount: micros(800_000_000), free: micros(200_000_000) };
    expect(unusedOf({ ...cycle, included })).toMatchObject({ days_left: 20, gross_paise: 29_500 });
    expect(unusedOf({ ...cycle, included: { ...included, free: micros(0) } })).toMatchObject({ gross_paise: 0 });
    expect(unusedOf({ ...cycle, included: { ...included, free: micros(-5) } })).toMatchObject({ gross_paise: 0 });
  });
});

test("what was written off, kept back as tax or credited before is not given once more", () => {
  const unused = { days: 30, days_left: 30, gross_paise: paise(118_000) };
  const none = { credited_paise: paise(0), tds_paise: paise(0), written_off_paise: paise(0) };
  const invoice = { total_paise: paise(118_000), ...none };
  expect(withinMoney(unused, invoice)).toEqual(unused);
  expect(withinMoney(unused, { ...invoice, tds_paise: paise(10_000) }).gross_paise).toBe(108_000);
  expect(withinMoney(unused, { ...invoice, written_off_paise: paise(118_000) }).gross_paise).toBe(0);
  expect(withinMoney(unused, { ...invoice, credited_paise: paise(100_000) }).gross_paise).toBe(18_000);
});
