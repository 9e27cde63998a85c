import { and, asc, desc, eq, gte, inArray, isNull, lte, sql } from "drizzle-orm";
import type { Reader, Tx } from "../db/database.ts";
import { alerts, deliveries, endpoints, mails } from "../db/schema.ts";
import { type PageQuery, pageClause } from "../http/paging.ts";
import { MINUTE } from "../kernel/clock.ts";
import { firstIdAt, newId, type TenantId } from "../kernel/id.ts";

export type EndpointRow = typeof endpoints.$inferSelect;
export type DeliveryRow = typeof deliveries.$inferSelect;
export type MailRow = typeof mails.$inferSelect;
type AlertRow = typeof alerts.$inferSelect;

/* Endpoints */

export async function insertEndpoint(tx: Tx, row: EndpointRow): Promise<void> {
  await tx.insert(endpoints).values(row);
}

export function listEndpoints(read: Reader, query: PageQuery, tenant_id?: TenantId): Promise<EndpointRow[]> {
  const { where, orderBy, limit } = pageClause(endpoints.id, query);
  const owner = tenant_id && eq(endpoints.tenant_id, tenant_id);
  return read
    .select()
    .from(endpoints)
    .where(and(isNull(endpoints.disabled_at), owner, where))
    .orderBy(orderBy)
    .limit(limit);
}

export async function findEndpoint(read: Reader, id: string): Promise<EndpointRow | undefined> {
  const [row] = await read
    .select()
    .from(endpoints)
    .where(and(eq(endpoints.id, id), isNull(endpoints.disabled_at)));
  return row;
}

/** Endpoints are switched off and kept: their log stays readable to the operator's database. */
export async function disableEndpoint(tx: Tx, id: string, at: number): Promise<boolean> {
  const rows = await tx
    .update(endpoints)
    .set({ disabled_at: at })
    .where(and(eq(endpoints.id, id), isNull(endpoints.disabled_at)))
    .returning({ id: endpoints.id });
  await tx.delete(deliveries).where(and(eq(deliveries.endpoint_id, id), eq(deliveries.state, "pending")));
  return rows.length > 0;
}

export const listLiveEndpoints = (read: Reader): Promise<EndpointRow[]> =>
  read.select().from(endpoints).where(isNull(endpoints.disabled_at)).orderBy(asc(endpoints.id));

/* Deliveries */

/** Ids sort by their time of making and not of commit: what is younger than this may still be joined by something older. */
const COMMIT_SKEW_MS = 10 * MINUTE;

/** The events an endpoint may not have been given yet: those since its last one, or since it exists. */
export async function listFreshAlerts(read: Reader, endpoint: EndpointRow, rowsMax: number): Promise<AlertRow[]> {
  const [last] = await read
    .select({ id: deliveries.alert_id })
    .from(deliveries)
    .where(eq(deliveries.endpoint_id, endpoint.id))
    .orderBy(desc(deliveries.alert_id))
    .limit(1);
  const since = last ? timeOfAlert(last.id) - COMMIT_SKEW_MS : 0;
  const from = firstIdAt("alert", Math.max(endpoint.created_at, since));
  const given = read
    .select({ id: deliveries.alert_id })
    .from(deliveries)
    .where(eq(deliveries.endpoint_id, endpoint.id));
  return read
    .select()
    .from(alerts)
    .where(
      and(
        gte(alerts.id, from),
        endpoint.tenant_id === null ? undefined : eq(alerts.tenant_id, endpoint.tenant_id),
        sql`${alerts.id} not in ${given}`,
      ),
    )
    .orderBy(asc(alerts.id))
    .limit(rowsMax);
}

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** The time that an id was made at: the inverse of `firstIdAt`. */
const timeOfAlert = (id: string): number =>
  [...id.slice(id.indexOf("_") + 1, id.indexOf("_") + 11)].reduce(
    (time, letter) => time * 32 + ALPHABET.indexOf(letter),
    0,
  );

export async function insertDeliveries(
  tx: Tx,
  endpoint_id: string,
  events: readonly Pick<AlertRow, "id" | "tenant_id">[],
  at: { readonly wall: number; readonly now: number },
): Promise<void> {
  if (!events.length) return;
  const rows = events.map(({ id, tenant_id }) => ({
    id: newId("delivery", at.wall),
    endpoint_id,
    alert_id: id,
    tenant_id,
    state: "pending" as const,
    attempts: 0,
    status: null,
    error: null,
    next_at: at.now,
    delivered_at: null,
    created_at: at.now,
  }));
  await tx
    .insert(deliveries)
    .values(rows)
    .onConflictDoNothing({ target: [deliveries.endpoint_id, deliveries.alert_id] });
}

/** What waits to be delivered, in the order of the events, with the event itself. */
export function listPending(
  read: Reader,
  endpoint_ids: readonly string[],
  rowsMax: number,
): Promise<{ delivery: DeliveryRow; alert: AlertRow }[]> {
  return read
    .select({ delivery: deliveries, alert: alerts })
    .from(deliveries)
    .innerJoin(alerts, eq(alerts.id, deliveries.alert_id))
    .where(and(sql`${deliveries.state} = 'pending'`, inArray(deliveries.endpoint_id, [...endpoint_ids])))
    .orderBy(asc(deliveries.alert_id))
    .limit(rowsMax);
}

export async function saveAttempt(
  tx: Tx,
  id: string,
  attempt: Pick<DeliveryRow, "state" | "attempts" | "status" | "error" | "next_at" | "delivered_at">,
): Promise<void> {
  await tx.update(deliveries).set(attempt).where(eq(deliveries.id, id));
}

export function listDeliveries(read: Reader, endpoint_id: string, query: PageQuery): Promise<DeliveryRow[]> {
  const { where, orderBy, limit } = pageClause(deliveries.id, query);
  return read
    .select()
    .from(deliveries)
    .where(and(eq(deliveries.endpoint_id, endpoint_id), where))
    .orderBy(orderBy)
    .limit(limit);
}

/** Puts a delivery back into the queue, whatever became of it. */
export async function replayDelivery(tx: Tx, id: string, at: number): Promise<DeliveryRow | undefined> {
  const [row] = await tx
    .update(deliveries)
    .set({ state: "pending", attempts: 0, next_at: at, error: null })
    .where(eq(deliveries.id, id))
    .returning();
  return row;
}

/* Mails */

export async function insertMail(tx: Tx, row: MailRow): Promise<boolean> {
  const rows = await tx
    .insert(mails)
    .values(row)
    .onConflictDoNothing({ target: mails.source })
    .returning({ id: mails.id });
  return rows.length > 0;
}

export const listDueMails = (read: Reader, now: number, rowsMax: number): Promise<MailRow[]> =>
  read
    .select()
    .from(mails)
    .where(and(sql`${mails.state} = 'pending'`, lte(mails.next_at, now)))
    .orderBy(asc(mails.id))
    .limit(rowsMax);

export async function saveMail(
  tx: Tx,
  id: string,
  change: Partial<Pick<MailRow, "state" | "attempts" | "error" | "next_at" | "sent_at" | "body">>,
): Promise<void> {
  await tx.update(mails).set(change).where(eq(mails.id, id));
}
