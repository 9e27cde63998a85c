import { and, asc, inArray, lt, lte, ne, not, notInArray } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { waitingWebhook } from "../../db/schema/razorpay.ts";
import { cycles, usageEvents, webhookEvents } from "../../db/schema.ts";
import { firstIdAt } from "../../kernel/id.ts";

/** Before which real time, and before which business time. */
export interface Before {
  readonly wall: number;
  readonly now: number;
}

/** Deletes the oldest webhooks that came before then and wait for nothing; how many. */
export async function deleteWebhooks(
  { read, transaction }: Database,
  before: Before,
  rowsMax: number,
): Promise<number> {
  const { id, received_at } = webhookEvents;
  const rows = await read
    .select({ id })
    .from(webhookEvents)
    .where(
      and(
        ...[lt(id, firstIdAt("webhook", before.wall)), lte(received_at, before.now)],
        not(waitingWebhook(webhookEvents)),
      ),
    )
    .orderBy(asc(id))
    .limit(rowsMax);
  const ids = rows.map((row) => row.id);
  if (ids.length) await transaction((tx) => tx.delete(webhookEvents).where(inArray(id, ids)));
  return ids.length;
}

/** Deletes the oldest usage events that were settled before then, unless a cycle that is not closed still counts them; how many. */
export async function deleteEvents({ read, transaction }: Database, before: Before, rowsMax: number): Promise<number> {
  const { id, settled_at, customer_id } = usageEvents;
  const counting = read
    .select({ id: cycles.customer_id })
    .from(cycles)
    .where(and(ne(cycles.state, "closed"), lt(cycles.start_at, before.now)));
  const rows = await read
    .select({ id })
    .from(usageEvents)
    .where(
      and(...[lt(id, firstIdAt("event", before.wall)), lt(settled_at, before.now)], notInArray(customer_id, counting)),
    )
    .orderBy(asc(id))
    .limit(rowsMax);
  const ids = rows.map((row) => row.id);
  if (ids.length) await transaction((tx) => tx.delete(usageEvents).where(inArray(id, ids)));
  return ids.length;
}
