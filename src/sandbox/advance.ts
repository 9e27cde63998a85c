import { HOUR, type Instant, MINUTE, type MovableClock } from "../kernel/clock.ts";

/** What lives by business time: the simulated Razorpay, and our own timed work. */
export interface Advancing {
  readonly clock: MovableClock;
  readonly razorpay: { nextDue(): number | null; run(): Promise<void> } | null;
  readonly jobs: { runDue(): Promise<unknown> };
}

/** Nothing of ours waits longer than `max` for its turn, and nothing needs to be exact to less than `min`. */
export interface Steps {
  readonly minMs: number;
  readonly maxMs: number;
}
const FINE: Steps = { minMs: 10 * MINUTE, maxMs: 6 * HOUR };

/**
 * Moves business time ahead as it would pass: in steps, at each of which the simulated Razorpay does what is due (and sends its webhooks), and then
 * our timed work does.
 */
export async function advance(
  { clock, razorpay, jobs }: Advancing,
  ms: number,
  { minMs, maxMs }: Steps = FINE,
): Promise<Instant> {
  const target = clock.now() + ms;
  for (;;) {
    await razorpay?.run();
    await jobs.runDue();
    const left = target - clock.now();
    if (left <= 0) return clock.now();
    const due = razorpay?.nextDue() ?? Number.POSITIVE_INFINITY;
    const step = Math.min(maxMs, Math.max(minMs, due - clock.now()));
    clock.advance(Math.min(left, step));
  }
}
