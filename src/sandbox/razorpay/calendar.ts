import { DateTime } from "luxon";

/** All schedules of Razorpay are reckoned in Indian time. Instants here are Unix seconds, as on its wire. */
const ZONE = "Asia/Kolkata";
export const DAY = 86_400;

export type Period = "daily" | "weekly" | "monthly" | "quarterly" | "yearly";
const UNITS = { daily: "days", weekly: "weeks", monthly: "months", quarterly: "quarters", yearly: "years" } as const;

export const istMidnight = (at: number): number =>
  DateTime.fromSeconds(at, { zone: ZONE }).startOf("day").toUnixInteger();

/** The edge between the cycle number `count` (from 1) and the next: midnight of the anniversary date. */
export function cycleEdge(start: number, period: Period, interval: number, count: number): number {
  const anniversary = DateTime.fromSeconds(start, { zone: ZONE }).plus({ [UNITS[period]]: interval * count });
  return istMidnight(anniversary.toUnixInteger());
}

/** Two working days after: Saturdays and Sundays are none. */
export function settlementDay(at: number): number {
  let day = DateTime.fromSeconds(at, { zone: ZONE }).startOf("day");
  for (let left = 2; left > 0; ) {
    day = day.plus({ days: 1 });
    if (day.weekday <= 5) left -= 1;
  }
  return day.toUnixInteger();
}

export const istDate = (at: number): { year: number; month: number; day: number } => {
  const { year, month, day } = DateTime.fromSeconds(at, { zone: ZONE });
  return { year, month, day };
};
