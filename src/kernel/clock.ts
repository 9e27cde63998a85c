/** Epoch milliseconds, a whole number. */
export type Instant = number & { readonly unit: "ms" };

/**
 * Two times. `now` is business time: windows, cycles, prices, jobs; the sandbox can move it. `wall` is real time: leases,
 * time-outs, credentials; nothing can move it, so a test of a billing year cannot expire anybody's token.
 */
export interface Clock {
  now(): Instant;
  wall(): Instant;
}

export const instant = (ms: number): Instant => Math.trunc(ms) as Instant;

/** The only place of the product that reads the time. */
const wall = () => Date.now() as Instant;

export const systemClock: Clock = { now: wall, wall };

export interface MovableClock extends Clock {
  /** Moves business time on; it never goes back. */
  advance(ms: number): Instant;
}

/** Business time that runs like real time and can be moved ahead: the sandbox's and the tests'. */
export function movableClock(start?: Instant): MovableClock {
  let offset = start === undefined ? 0 : start - wall();
  const now = () => instant(wall() + offset);
  return {
    now,
    wall,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`time only moves ahead: ${ms}`);
      offset += ms;
      return now();
    },
  };
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** ISO 8601 in UTC, as every answer of ours gives times. */
export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null | undefined): string | null => (at == null ? null : iso(at));
