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
const PAGES_MAX = 200;

/** Deletes what has been kept for long enough and is needed no more, in small units of work; answers how many rows of each. */
export async function forgetOld(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  { eventsDays, webhooksDays }: Keeping,
): Promise<{ readonly events: number; readonly webhooks: number }> {
  const forget = async (work: typeof deleteEvents, days: number | undefined): Promise<number> => {
    if (days === undefined) return 0;
    const ago = (at: number) => Math.max(0, at - days * DAY);
    const before: Before = { wall: ago(clock.wall()), now: ago(clock.now()) };
    let deleted = 0;
    let after: string | null = "";
    for (let page = 0; page < PAGES_MAX && after !== null; page++) {
      const of: Awaited<ReturnType<typeof work>> = await work(db, before, after, ROWS_AT_ONCE);
      deleted += of.deleted;
      after = of.next;
    }
    return deleted;
  };
  return { webhooks: await forget(deleteWebhooks, webhooksDays), events: await forget(deleteEvents, eventsDays) };
}
