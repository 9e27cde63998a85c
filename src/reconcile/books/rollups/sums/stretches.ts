import { DAY, instant } from "../../../../kernel/clock.ts";
import { windowAt } from "../../../../kernel/windows.ts";
import type { Stretch } from "./row.ts";

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The days of these zones that end in some days of UTC, of those that lie in a span as a whole: their quarters have all been proved. */
export const daysEnding = (days: Span, zones: readonly string[], { from, to }: Span): readonly Stretch[] =>
  stretchesIn("day", { from: days.from - 2 * DAY, to: days.to }, zones).filter(
    (one) => one.to > days.from && one.to <= days.to && one.from >= from && one.to <= to,
  );

/** The months of these zones that a span touches. */
export const monthsOf = (span: Span, zones: readonly string[]): readonly Stretch[] => stretchesIn("month", span, zones);

/** The days of a month of a zone. */
export const daysIn = ({ zone, ...month }: Stretch): readonly Stretch[] => stretchesIn("day", month, [zone]);

function stretchesIn(unit: "day" | "month", { from, to }: Span, zones: readonly string[]): readonly Stretch[] {
  return zones.flatMap((zone) => {
    const found: Stretch[] = [];
    for (let at = instant(from); at < to; ) {
      const { start, end } = windowAt(unit, at, zone);
      found.push({ zone, from: start, to: end! });
      at = end!;
    }
    return found;
  });
}

/** In pieces of so long. */
export const cutInto = ({ zone, from, to }: Stretch, length: number): readonly Stretch[] => {
  const pieces: Stretch[] = [];
  for (let at = from; at < to; at += length) pieces.push({ zone, from: at, to: Math.min(at + length, to) });
  return pieces;
};
