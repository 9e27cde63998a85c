import { DAY, MINUTE } from "../kernel/clock.ts";
import { listMandatesToWatch } from "./collection/store.ts";
import type { BillingParts } from "./parts.ts";
import type { Appliers } from "./razorpay/inbox.ts";
import { lookAgain, type Watched } from "./razorpay/poller.ts";
import { listSubscriptionsToWatch } from "./subscriptions/store.ts";
import { listUnpaid } from "./wallet/store.ts";

const ROWS_MAX = 500;
/** What moves is looked at each time, but not twice in one round. */
const MOVING_MS = 5 * MINUTE;
/** A bank takes days to say yes to a mandate; who has not answered by then has left. */
const ASKED_MS = 8 * DAY;
/** A token has no list to be found in. Its end is told by a webhook, or else by the next debit, or else found by this. */
const RESTING_MS = 7 * DAY;

type Page<Row> = (after: string, rowsMax: number) => Promise<readonly Row[]>;

/**
 * Looks at everything of ours at Razorpay that moves, and may have done so without our hearing of it: what waits for somebody, what was to be
 * charged by now. What rests is found by the daily sweep.
 */
export async function watch(parts: BillingParts, appliers: Appliers): Promise<void> {
  const { db, clock } = parts;
  const now = clock.now();
  await each(
    (after, rowsMax) => listSubscriptionsToWatch(db.read, { now, since: now - MOVING_MS }, after, rowsMax),
    ({ account_id, razorpay_subscription_id: id }) => (id === null ? null : { entity: "subscription", account_id, id }),
  );
  await each(
    (after, rowsMax) => listUnpaid(db.read, after, rowsMax),
    ({ account_id, order_id, link_id }) =>
      order_id !== null
        ? { entity: "order", account_id, id: order_id }
        : link_id !== null
          ? { entity: "payment_link", account_id, id: link_id }
          : null,
  );
  await each(
    (after, rowsMax) =>
      listMandatesToWatch(db.read, { asked: now - ASKED_MS, resting: now - RESTING_MS }, after, rowsMax),
    ({ account_id, token_id, order_id }) =>
      token_id !== null
        ? { entity: "token", account_id, id: token_id }
        : order_id !== null
          ? { entity: "order", account_id, id: order_id }
          : null,
  );

  async function each<Row extends { readonly id: string }>(page: Page<Row>, of: (row: Row) => Watched | null) {
    for (let after = ""; ; ) {
      const rows = await page(after, ROWS_MAX);
      await lookAgain(
        parts,
        appliers,
        rows.map(of).filter((one) => one !== null),
      );
      const last = rows.at(-1);
      if (!last || rows.length < ROWS_MAX) return;
      after = last.id;
    }
  }
}
