import type { Catalogs } from "../catalog/catalog.ts";
import type { Database } from "../db/database.ts";
import { type Clock, DAY, HOUR, SECOND } from "../kernel/clock.ts";
import { repeatedly } from "../kernel/repeatedly.ts";
import type { HoldRow } from "../ledger/books.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { listAbandonedHolds, purgeLedger } from "../ledger/store.ts";
import type { UsageDraft } from "../usage/event.ts";
import type { HeldCall } from "./admit.ts";
import type { Checkpoint } from "./checkpoints.ts";
import { type Metered, NOTHING_SEEN } from "./metered.ts";
import { settle } from "./settle.ts";

export interface RecoverParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly catalogs: Catalogs;
  readonly ledger: Ledger<UsageDraft>;
}

const HOLDS_PER_ROUND = 500;
const EVERY_MS = 5 * SECOND;
/** Longer than any hold lives, and long enough to look into what happened. */
const KEPT_MS = 7 * DAY;

/**
 * Settles the holds that a dead node left open: a stream from its last checkpoint; a call without one with no spend (its tenant
 * got no answer) and an estimated cost. Both are marked `unreconciled`. Any node may do it, and twice is harmless. Returns how many.
 */
export async function recoverHolds(parts: RecoverParts): Promise<number> {
  let recovered = 0;
  for (;;) {
    const at = { wall: parts.clock.wall(), now: parts.clock.now() };
    const holds = await listAbandonedHolds(parts.db.read, at, HOLDS_PER_ROUND);
    const catalog = await parts.catalogs.current();
    await Promise.all(
      holds.map((hold) => {
        const call = hold.call as HeldCall;
        const metered = recoveredFrom(hold, call);
        return settle(parts, catalog, {
          hold,
          call,
          metered,
          ended: "node_lost",
          upstream_request_id: (hold.checkpoint as Checkpoint | null)?.upstream_request_id ?? null,
          first_byte_ms: null,
        });
      }),
    );
    recovered += holds.length;
    if (holds.length < HOLDS_PER_ROUND) return recovered;
  }
}

function recoveredFrom({ checkpoint }: HoldRow, call: HeldCall): Metered {
  if (checkpoint === null) return { ...NOTHING_SEEN(call.model), source: "recovered" };
  return { ...(checkpoint as Checkpoint), source: "recovered", seen: true };
}

/** Looks for abandoned holds every few seconds, and once an hour forgets what is long over. */
export function keepRecovering(
  parts: RecoverParts,
  { onRecovered, onError }: { onRecovered: (holds: number) => void; onError: (error: unknown) => void },
): { close(): Promise<void> } {
  const recover = async () => {
    const holds = await recoverHolds(parts);
    if (holds) onRecovered(holds);
  };
  const purge = () => {
    const before = { wall: parts.clock.wall() - KEPT_MS, now: parts.clock.now() - KEPT_MS };
    return parts.db.transaction((tx) => purgeLedger(tx, before));
  };
  const tasks = [repeatedly(recover, EVERY_MS, onError), repeatedly(purge, HOUR, onError)];
  return {
    async close() {
      await Promise.all(tasks.map((task) => task.close()));
    },
  };
}
