import type { Report } from "../../shared/usage.ts";

export const RANGES = [
  ["month", "This month"],
  ["7", "7 days"],
  ["30", "30 days"],
  ["90", "90 days"],
] as const;
export type Range = (typeof RANGES)[number][0];

/** The beginning of the first day of a range of days that ends now, in the reader's zone. */
export function rangeStart(range: Exclude<Range, "month">, now: string): string {
  const start = new Date(now);
  start.setMilliseconds(-1);
  start.setHours(0, 0, 0, 0);
  start.setDate(start.getDate() - Number(range) + 1);
  return start.toISOString();
}

/** Every day of a report, those on which nothing was used too. They are days of the reader's zone, as `2026-11-21`. */
export function daysOf({ from, to }: Pick<Report, "from" | "to">): string[] {
  const days: string[] = [];
  const end = Date.parse(to);
  const at = new Date(from);
  at.setHours(0, 0, 0, 0);
  for (; at.getTime() < end; at.setDate(at.getDate() + 1)) days.push(isoDay(at));
  return days;
}

const isoDay = (at: Date): string =>
  [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");

/** Noon, so that it is that day in every zone of the reader. */
const noon = (day: string): Date => new Date(`${day}T12:00:00`);

export const shortDay = (day: string): string =>
  new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" }).format(noon(day));
export const longDay = (day: string): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: "full" }).format(noon(day));
