import type { Database } from "../db/database.ts";
import { addToTail } from "./record.ts";
import { foldUsage } from "./rollups/fold.ts";
import { takeUnrolled, zonesOfTenants } from "./store.ts";

/** Events of one transaction: so few that nobody who writes has to wait for long. */
const EVENTS_MAX = 250;
/** Of one run: other timed work waits meanwhile. */
const BATCHES_MAX = 20;

interface Bounds {
  readonly eventsMax?: number;
  readonly batchesMax?: number;
}

/**
 * Folds the newest usage, and brings in what was used before there were these rollups: its events, newest first, some at a time. An
 * event is marked in the transaction that adds it, so each is counted once, whoever dies and however many do this at once.
 */
export async function keepRollups(db: Database, { eventsMax = EVENTS_MAX, batchesMax = BATCHES_MAX }: Bounds = {}) {
  let refilled = 0;
  for (let batch = 0; batch < batchesMax; batch++) {
    await foldUsage(db);
    const added = await refill(db, eventsMax);
    if (added === 0) return refilled;
    refilled += added;
  }
  await foldUsage(db);
  return refilled;
}

/** By the days of where its tenant is now: where it was then, nobody knows any more. */
async function refill(db: Database, eventsMax: number): Promise<number> {
  return db.transaction(async (tx) => {
    const events = await takeUnrolled(tx, eventsMax);
    if (!events.length) return 0;
    const zones = await zonesOfTenants(tx, [...new Set(events.map(({ tenant_id }) => tenant_id))]);
    await addToTail(
      tx,
      events.map((event) => ({ event, timezone: zones.get(event.tenant_id) ?? "UTC" })),
    );
    return events.length;
  });
}
