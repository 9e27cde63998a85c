import type { TallyEntry } from "../../src/sandbox/anthropic/server.ts";

/** How many of these were under way together, by the provider's own clock. */
export function mostAtOnce(requests: readonly TallyEntry[]): number {
  const changes = requests.flatMap(({ startedAt, endedAt }) => [[startedAt, 1] as const, [endedAt, -1] as const]);
  // Of one instant, what ended goes first: it made the room.
  changes.sort(([a, one], [b, other]) => a - b || one - other);
  let [now, most] = [0, 0];
  for (const [, change] of changes) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}
