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

/** Rows of one grain that begin in `[from, to)`: to be added, or (`sign` -1) taken away from what was added too much. */
export interface Piece extends Range {
  readonly grain: Grain;
  readonly sign: 1 | -1;
}

interface Rows {
  /** Coarse first. */
  readonly grains: readonly Grain[];
  readonly timezone: string;
  readonly sign: Piece["sign"];
}

/**
 * A range in few rows: whole months, days and hours of the time zone, and slots at the ends. Where it has most of a month, a day or an
 * hour, this is added whole, and what of it lies outside is taken away.
 */
export function piecesOf(
  bucket: Bucket,
  timezone: string,
  { hours = true }: { readonly hours?: boolean } = {},
): readonly Piece[] {
  const all = bucket.step ? [] : [GRAINS.month, GRAINS.day];
  const grains = [...all, ...(hours && hasHours(bucket, timezone) ? [GRAINS.hour] : []), GRAINS.slot];
  const joined: Piece[] = [];
  for (const piece of cut(bucket, { grains, timezone, sign: 1 })) {
    const last = joined.at(-1);
    if (last?.grain === piece.grain && last.sign === piece.sign && last.to === piece.from)
      joined[joined.length - 1] = { ...last, to: piece.to };
    else joined.push(piece);
  }
  return joined;
}

function* cut({ from, to }: Range, rows: Rows): Generator<Piece> {
  const { grains, timezone, sign } = rows;
  const [grain = GRAINS.slot, ...finer] = grains;
  if (grain === GRAINS.slot) {
    if (from < to) yield { grain, from, to, sign };
    return;
  }
  for (let at = from; at < to; ) {
    const window = spanAt(grain, at, timezone);
    const part = { from: at, to: earlier(window.to, to) };
    const has = part.to - part.from;
    const inner: Rows = { grains: finer, timezone, sign };
    if (2 * has <= window.to - window.from) yield* cut(part, inner);
    else {
      yield { grain, ...window, sign };
      const outer: Rows = { ...inner, sign: sign === 1 ? -1 : 1 };
      yield* cut({ from: window.from, to: part.from }, outer);
      yield* cut({ from: part.to, to: window.to }, outer);
    }
    at = part.to;
  }
}

/** Where the days begin, in the time zone, that a range lies in. */
export function* daysOf({ from, to }: Range, timezone: string): Generator<Instant> {
  for (let at = from; at < to; ) {
    const day = spanAt(GRAINS.day, at, timezone);
    yield day.from;
    at = day.to;
  }
}

function spanAt(grain: Grain, at: Instant, timezone: string): Range {
  const { start, end } = windowAt(grain === GRAINS.month ? "month" : "day", at, timezone);
  if (grain !== GRAINS.hour) return { from: start, to: end! };
  // Hours are counted from where the day begins.
  const from = instant(start + Math.floor((at - start) / HOUR) * HOUR);
  return { from, to: earlier(instant(from + HOUR), end!) };
}

const earlier = (one: number, other: number): Instant => instant(Math.min(one, other));

/** Whether no hour of the time zone lies in two steps. */
const hasHours = ({ label, from, step }: Bucket, timezone: string): boolean =>
  !step || (step % HOUR === 0 && (windowAt("day", from, timezone).start - label) % step === 0);
