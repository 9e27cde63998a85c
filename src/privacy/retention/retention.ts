import type { Database } from "../../db/database.ts";
import { type Clock, DAY } from "../../kernel/clock.ts";
import { type Before, deleteEvents, deleteWebhooks } from "./store.ts";

/** For how many days things are kept; without a number, for ever. Rollups, the books and the documents always are. */
export interface Keeping {
  readonly eventsDays?: number;
  readonly webhooksDays?: number;
}

const ROWS_AT_ONCE = 500;
/** Of one run: the rest is for the next, so that nobody waits for the database. */
const BATCHES_MAX = 200;

/** Deletes what has been kept for long enough, in small units of work; answers how many rows of each. */
export async function forgetOld(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  { eventsDays, webhooksDays }: Keeping,
): Promise<{ readonly events: number; readonly webhooks: number }> {
  const forget = async (work: typeof deleteEvents, days: number | undefined): Promise<number> => {
    if (days === undefined) return 0;
    const before: Before = { wall: clock.wall() - days * DAY, now: clock.now() - days * DAY };
    let deleted = 0;
    for (let batch = 0; batch < BATCHES_MAX; batch++) {
      const rows = await work(db, before, ROWS_AT_ONCE);
      deleted += rows;
      if (rows < ROWS_AT_ONCE) break;
    }
    return deleted;
  };
  return { webhooks: await forget(deleteWebhooks, webhooksDays), events: await forget(deleteEvents, eventsDays) };
}
