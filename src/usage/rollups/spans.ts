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

/** A range in as few rows as can be: whole months and days of the time zone, and slots at the ends. */
export function piecesOf({ from, to, step }: Range & Pick<Bucket, "step">, timezone: string): Piece[] {
  if (step) return [{ grain: GRAINS.slot, from, to }];
  const pieces: Piece[] = [];
  const add = (grain: Grain, from: Instant, to: Instant) => {
    const last = pieces.at(-1);
    if (last?.grain === grain && last.to === from) pieces[pieces.length - 1] = { ...last, to };
    else pieces.push({ grain, from, to });
  };
  for (let at = from; at < to; ) {
    const day = windowAt("day", at, timezone);
    const month = windowAt("month", at, timezone);
    const [grain, until] =
      month.start === at && month.end! <= to
        ? [GRAINS.month, month.end!]
        : day.start === at && day.end! <= to
          ? [GRAINS.day, day.end!]
          : [GRAINS.slot, instant(Math.min(day.end!, to))];
    add(grain, at, until);
    at = until;
  }
  return pieces;
}
