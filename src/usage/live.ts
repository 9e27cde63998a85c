import { z } from "zod";
import { Ref } from "../http/fields.ts";

export const LiveQuery = z.strictObject({ tenant_id: Ref.optional(), model: z.string().min(1).max(100).optional() });

/** How often what was settled is looked for. */
export const LOOK_MS = 1_000;
/**
 * A reader is answered for so long, and asks again: so a session that has ended is noticed, and a server that is to stop does not wait for
 * those who look on.
 */
export const LOOKED_ON_MS = 20_000;
/** Events have their place by when their call was admitted, and appear when it is settled: a call that took longer than this is in the list alone. */
export const LATE_MS = 10 * 60_000;
/** Of one look: where more than these are settled in a second, nobody could read them. */
export const EVENTS_MAX = 200;
/** The first look tells so many of what was there before; whoever asks again knows some of them. */
export const EVENTS_BEFORE = 50;
/** Open readers of one node. */
export const READERS_MAX = 50;

/** Which of the events of each look are new to a reader, in the order in which they were settled. Only the last look is remembered. */
export function openLooker(): <E extends { readonly id: string; readonly settled_at: number }>(
  events: readonly E[],
) => E[] {
  let seen: ReadonlySet<string> | null = null;
  return (events) => {
    const known = seen;
    seen = new Set(events.map(({ id }) => id));
    const fresh = known ? events.filter(({ id }) => !known.has(id)) : events.slice(0, EVENTS_BEFORE);
    return fresh.toSorted((a, b) => a.settled_at - b.settled_at);
  };
}
