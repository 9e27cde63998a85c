import { type Clock, instant } from "../../src/kernel/clock.ts";

/** The same business time, at a later hour of real time. */
export const later = <C extends Clock>(clock: C, ms: number): C => ({
  ...clock,
  wall: () => instant(clock.wall() + ms),
});
