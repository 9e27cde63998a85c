import { DateTime, IANAZone } from "luxon";
import { type Instant, instant, MINUTE } from "./clock.ts";

/** The spans over which a limit counts. `cycle` is the customer's billing cycle; without a subscription that is the calendar month. */
export const WINDOWS = ["minute", "hour", "day", "week", "month", "cycle", "lifetime"] as const;
export type Window = (typeof WINDOWS)[number];

/** `[start, end)`; `end` is null for ever. */
export interface Span {
  readonly start: Instant;
  readonly end: Instant | null;
}

export const isTimezone = (name: string): boolean => IANAZone.isValidZone(name);

const CALENDAR = { hour: "hour", day: "day", week: "week", month: "month", cycle: "month" } as const;
const spans = new Map<string, Span>();

/**
 * The window of this kind that `at` falls into, in the tenant's time zone: days and weeks (from Monday) start at local
 * midnight, and are 23 or 25 hours long where the clocks change. Hours are those of the local clock (in India they begin at
 * half past, UTC).
 */
export function windowAt(window: Window, at: Instant, timezone: string): Span {
  if (window === "lifetime") return { start: instant(0), end: null };
  if (window === "minute") return { start: instant(at - (at % MINUTE)), end: instant(at - (at % MINUTE) + MINUTE) };
  const key = `${window} ${timezone}`;
  const cached = spans.get(key);
  if (cached && at >= cached.start && at < cached.end!) return cached;
  const unit = CALENDAR[window];
  const start = firstOf(DateTime.fromMillis(at, { zone: timezone }), unit);
  const next = start.plus({ [unit]: 1 });
  const end = unit === "hour" ? next : firstOf(next, unit);
  const span = { start: instant(start.toMillis()), end: instant(end.toMillis()) };
  if (spans.size > 1_000) spans.clear();
  spans.set(key, span);
  return span;
}

/** Where a unit begins. A midnight that comes twice (the Azores, Havana) begins the day once. */
function firstOf(local: DateTime, unit: (typeof CALENDAR)[keyof typeof CALENDAR]): DateTime {
  const start = local.startOf(unit);
  const before = start.minus(1);
  return unit !== "hour" && before.day === start.day ? before.startOf("day") : start;
}

/** Whether running out of such a window is a matter of waiting (429) or of quota (402). */
export const isShort = (window: Window): boolean => window === "minute" || window === "hour";
