import { GRAINS, type Grain } from "../../db/schema.ts";
import { DAY, HOUR, type Instant, instant, MINUTE } from "../../kernel/clock.ts";
import { windowAt } from "../../kernel/windows.ts";

/** The finest grain: the hours of every time zone begin at one of these. */
export const SLOT = 15 * MINUTE;
export const slotOf = (at: number): Instant => instant(at - (at % SLOT));

export const UNITS = ["hour", "day", "week", "month"] as const;
export type Unit = (typeof UNITS)[number];

/** `[start, end)`, in whole slots. */
export interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * What a report shows as one: a stretch of a unit, which the ends of the range may cut. `label` is where the uncut unit begins. With a
 * `step` it is several, each so long, from the label on.
 */
export interface Bucket extends Range {
  readonly label: Instant;
  readonly step?: number;
}

/** The slots that a range touches. */
export const widened = (from: number, to: number): Range => ({
  from: slotOf(from),
  to: instant(Math.max(slotOf(from), slotOf(to - 1) + SLOT)),
});

/**
 * The stretches of a range by this unit of a time zone, one after the other; without a unit the range is one. The hours of a day come
 * together, unless the clocks change in it.
 */
export function* bucketsOf({ from, to }: Range, unit: Unit | null, timezone: string): Generator<Bucket> {
  if (unit === null) {
    if (from < to) yield { label: from, from, to };
    return;
  }
  for (let at = from; at < to; ) {
    const day = unit === "hour" ? windowAt("day", at, timezone) : null;
    const step = day && day.end! - day.start === DAY ? HOUR : 0;
    const { start, end } = day && step ? day : windowAt(unit, at, timezone);
    const until = instant(Math.min(end!, to));
    yield { label: start, from: at, to: until, ...(step && { step }) };
    at = until;
  }
}

/** Rows of one grain that begin in `[from, to)`. */
export interface Piece extends Range {
  readonly grain: Grain;
}

/** A range in as few rows as can be: whole months, days and hours of the time zone, and slots at the ends. */
export function piecesOf(
  { label, from, to, step }: Bucket,
  timezone: string,
  { hours = true }: { readonly hours?: boolean } = {},
): Piece[] {
  const pieces: Piece[] = [];
  const add = (grain: Grain, from: number, to: number) => {
    const last = pieces.at(-1);
    if (from >= to) return;
    if (last?.grain === grain && last.to === from) pieces[pieces.length - 1] = { ...last, to: instant(to) };
    else pieces.push({ grain, from: instant(from), to: instant(to) });
  };
  for (let at = from; at < to; ) {
    const day = windowAt("day", at, timezone);
    const month = windowAt("month", at, timezone);
    if (!step && month.start === at && month.end! <= to) {
      add(GRAINS.month, at, month.end!);
      at = month.end!;
      continue;
    }
    const until = instant(Math.min(day.end!, to));
    if (!step && day.start === at && day.end! <= to) add(GRAINS.day, at, until);
    else if (hours && (!step || (step % HOUR === 0 && (day.start - label) % step === 0))) {
      // Hours are counted from where the day begins.
      const hour = (at: number, round: (hours: number) => number) => day.start + round((at - day.start) / HOUR) * HOUR;
      const [first, last] = [Math.min(hour(at, Math.ceil), until), hour(until, Math.floor)];
      add(GRAINS.slot, at, first);
      add(GRAINS.hour, first, last);
      add(GRAINS.slot, Math.max(first, last), until);
    } else add(GRAINS.slot, at, until);
    at = until;
  }
  return pieces;
}
