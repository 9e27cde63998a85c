import { SECOND } from "../kernel/clock.ts";
import { repeatedly } from "../kernel/repeatedly.ts";
import type { ReconcileParts, RunRow } from "./step.ts";
import { saveRun } from "./store.ts";

/** How long a run stays with a process that shows no sign of life (real time): then the next one goes on with it. */
const LEASE_MS = 30 * SECOND;
const BEAT_MS = LEASE_MS / 4;

export const leasedUntil = ({ clock }: Pick<ReconcileParts, "clock">): number => clock.wall() + LEASE_MS;

/** Keeps a run while one part of it is worked on, however long that takes. */
export interface Beating {
  /** Whether it is still ours, as far as we have heard. */
  held(): boolean;
  /** Stops, and answers the run with its lease as it is by then: what it is saved by. */
  end(): Promise<RunRow>;
}

export function beating(parts: Pick<ReconcileParts, "db" | "clock" | "log">, run: RunRow, everyMs = BEAT_MS): Beating {
  const { db, log } = parts;
  let own = run;
  let lost = false;
  const beats = repeatedly(
    async () => {
      const kept = await db.transaction((tx) => saveRun(tx, own, { leased_until: leasedUntil(parts) }));
      if (kept) own = { ...own, leased_until: kept.leased_until };
      else lost = true;
    },
    everyMs,
    (error) => log.warn({ err: error, run: run.id }, "the lease of a reconciliation could not be renewed"),
  );
  return {
    held: () => !lost,
    async end() {
      await beats.close();
      return own;
    },
  };
}
