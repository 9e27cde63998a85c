import { DateTime } from "luxon";
import type { PlanTerms } from "../../db/schema/catalog.ts";
import { type Instant, instant } from "../../kernel/clock.ts";
import { windowAt } from "../../kernel/windows.ts";

/** All of Razorpay's schedules are reckoned in Indian time. */
export const IST = "Asia/Kolkata";
export const UNITS = {
  daily: "days",
  weekly: "weeks",
  monthly: "months",
  quarterly: "quarters",
  yearly: "years",
} as const;

export interface CycleSpan {
  readonly start: Instant;
  readonly end: Instant;
}

/**
 * The cycle that `at` lies in, of a subscription that began at `anchor`: its first begins with the second, all others at the Indian midnight of the
 * anniversary. That is how Razorpay reckons; where it says otherwise, its own dates are taken over.
 */
export function cycleAt(
  anchor: number,
  at: number,
  { period, interval }: Pick<PlanTerms, "period" | "interval">,
): CycleSpan {
  const start = DateTime.fromMillis(anchor, { zone: IST });
  const edge = (count: number) =>
    instant(
      count === 0
        ? anchor
        : start
            .plus({ [UNITS[period]]: interval * count })
            .startOf("day")
            .toMillis(),
    );
  // A guess from the average length, put right by at most a few steps.
  const whole = Math.floor(DateTime.fromMillis(at).diff(start, UNITS[period]).as(UNITS[period]) / interval);
  let count = Math.max(0, whole - 1);
  while (edge(count + 1) <= at) count += 1;
  return { start: edge(count), end: edge(count + 1) };
}

/** The calendar month in the tenant's own time zone: the cycle of who is on a plan without a subscription. */
export function monthAt(at: number, timezone: string): CycleSpan {
  const { start, end } = windowAt("month", instant(at), timezone);
  return { start, end: end! };
}
