/** What a day is held against, and how far it must stand out. */
export interface AnomalyBounds {
  readonly weeks_min: number;
  readonly score_min: number;
  readonly ratio_min: number;
}

export interface Anomaly {
  /** The middle one of the days that it was held against. */
  readonly median: number;
  /** How many robust standard deviations it is above that. */
  readonly score: number;
  /** How many times the median it is; null where that is nothing. */
  readonly ratio: number | null;
}

/** The median absolute deviation of a normal distribution, times this, is its standard deviation. */
const NORMAL = 1.4826;
/** No day is so regular that a tenth more would be news: the least standard deviation, as a share of the median. */
const SPREAD_MIN = 0.1;

/**
 * Whether a day's spend so far stands out among whole days of the same weekday: (spent − median) / max(1.4826 × MAD, median / 10) of at least
 * `score_min`, and at least `ratio_min` times the median. Median and median absolute deviation do not move when one of the days was
 * an outlier itself, and the same weekday knows of weekends. A day that is not over yet is held against whole days: what stands out now will
 * do so at its end. Null where it does not, or where there are fewer days than `weeks_min` to tell by.
 */
export function anomalyOf(
  spent: number,
  history: readonly number[],
  { weeks_min, score_min, ratio_min }: AnomalyBounds,
): Anomaly | null {
  if (history.length < weeks_min) return null;
  const middle = median(history);
  const spread = NORMAL * median(history.map((day) => Math.abs(day - middle)));
  const deviation = Math.max(spread, SPREAD_MIN * middle);
  const score = deviation > 0 ? (spent - middle) / deviation : spent > 0 ? Infinity : 0;
  if (score < score_min || spent < ratio_min * middle) return null;
  return { median: middle, score, ratio: middle > 0 ? spent / middle : null };
}

/** The middle one of the values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
