import { DAY, iso } from "../kernel/clock.ts";

/** The days of a span, in UTC: `2026-11-01`, … */
export function daysOf({ from_at, to_at }: { readonly from_at: number; readonly to_at: number }): string[] {
  const days: string[] = [];
  for (let at = from_at; at < to_at; at += DAY) days.push(iso(at).slice(0, 10));
  return days;
}

export const dayAt = (day: string): number => Date.parse(`${day}T00:00:00Z`);
