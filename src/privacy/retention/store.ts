import { aliasedTable, and, asc, eq, exists, gt, gte, inArray, isNotNull, lt, lte, ne, not, sql } from "drizzle-orm";
import type { Database, Tx } from "../../db/database.ts";
import { rowWriter } from "../../db/rows.ts";
import { waitingWebhook } from "../../db/schema/razorpay.ts";
import {
  customers,
  cycles,
  installation,
  usageCarried,
  usageEvents,
  usageTail,
  webhookEvents,
} from "../../db/schema.ts";
import { type EventId, firstIdAt } from "../../kernel/id.ts";
import { carriedOf } from "./carried.ts";

/** Before which real time, and before which business time. */
export interface Before {
  readonly wall: number;
  readonly now: number;
}

/** The oldest rows, a page at a time: how many went, and after which id the next page begins; null after the last. */
export interface Page {
  readonly deleted: number;
  readonly next: string | null;
}

/** Deletes the oldest webhooks that came before then and wait for nothing. */
export async function deleteWebhooks(db: Database, before: Before, after: string, rowsMax: number): Promise<Page> {
  const t = webhookEvents;
  const rows = await db.read
    .select({ id: t.id })
    .from(t)
    .where(
      and(
        ...[gt(t.id, after), lt(t.id, firstIdAt("webhook", before.wall)), lte(t.received_at, before.now)],
        not(waitingWebhook(t)),
      ),
    )
    .orderBy(asc(t.id))
    .limit(rowsMax);
  const ids = rows.map(({ id }) => id);
  // One that is to be applied again (a replay) has begun to wait in the meantime.
  const gone = ids.length
    ? await db.transaction((tx) =>
        tx
          .delete(t)
          .where(and(inArray(t.id, ids), not(waitingWebhook(t))))
          .returning({ id: t.id }),
      )
    : [];
  return { deleted: gone.length, next: ids.length < rowsMax ? null : ids.at(-1)! };
}

const addCarried = rowWriter(usageCarried, {
  key: [usageCarried.tenant_id, usageCarried.customer_id, usageCarried.kind, usageCarried.subject_id],
  add: ["amount"],
});

/**
 * Deletes the oldest usage events that were settled before then and that nothing needs any more: their month is booked, their customer has no
 * unclosed cycle that counts them, no adjustment of them is younger, and the rollups have them. What they came to is carried in the same unit of work.
 */
export async function deleteEvents(db: Database, before: Before, after: string, rowsMax: number): Promise<Page> {
  const t = usageEvents;
  const { id, tenant_id, customer_id, draws, tiered } = t;
  return db.transaction(async (tx) => {
    const rows = await tx
      .select({ id, tenant_id, customer_id, draws, tiered })
      .from(t)
      .where(
        and(
          ...[gt(id, after as EventId), lt(id, firstIdAt("event", before.wall)), lt(t.settled_at, before.now)],
          ...[isBooked(tx), not(isCounted(tx)), not(isAdjustedSince(tx, before.now))],
          ...[sql`${t.rolled_up}`, not(isInTail(tx))],
        ),
      )
      .orderBy(asc(id))
      .limit(rowsMax);
    const last = rows.at(-1);
    if (!last) return { deleted: 0, next: null };
    await addCarried(tx, carriedOf(rows));
    await saveWholeFrom(tx, before.now);
    const ids = rows.map((row) => row.id);
    await tx.delete(t).where(inArray(id, ids));
    return { deleted: ids.length, next: ids.length < rowsMax ? null : last.id };
  });
}

/** What is not folded yet is joined to its event. */
const isInTail = (tx: Tx) => inArray(usageEvents.id, tx.select({ id: usageTail.event_id }).from(usageTail));

/** What its customer used is booked further than the event: see billing/cycles/unplanned.ts. */
const isBooked = (tx: Tx) =>
  exists(
    tx
      .select({ one: sql`1` })
      .from(customers)
      .where(
        and(
          eq(customers.id, usageEvents.customer_id),
          isNotNull(customers.booked_until),
          gt(customers.booked_until, usageEvents.settled_at),
        ),
      ),
  );

/** A cycle that is not closed may count it: by its admission, or an adjustment by its settlement. */
const isCounted = (tx: Tx) =>
  exists(
    tx
      .select({ one: sql`1` })
      .from(cycles)
      .where(
        and(
          eq(cycles.customer_id, usageEvents.customer_id),
          ne(cycles.state, "closed"),
          lte(cycles.start_at, usageEvents.settled_at),
        ),
      ),
  );

/** An adjustment needs the call that it puts right for as long as it is kept itself. */
function isAdjustedSince(tx: Tx, since: number) {
  const adjustment = aliasedTable(usageEvents, "adjustment");
  return exists(
    tx
      .select({ one: sql`1` })
      .from(adjustment)
      .where(and(eq(adjustment.adjusts, usageEvents.id), gte(adjustment.settled_at, since))),
  );
}

/** From when on events are whole: whoever holds them against something else begins there. It never goes back. */
async function saveWholeFrom(tx: Tx, at: number): Promise<void> {
  const name = "events_whole_from";
  const [row] = await tx.select().from(installation).where(eq(installation.name, name));
  if (row && Number(row.value) >= at) return;
  const value = String(at);
  await tx
    .insert(installation)
    .values({ name, value })
    .onConflictDoUpdate({ target: installation.name, set: { value } });
}
