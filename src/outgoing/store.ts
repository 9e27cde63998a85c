import { and, asc, eq, gt, gte, isNull, lte, sql } from "drizzle-orm";
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

/** Where an endpoint's look at the events begins: a little before the last one that it has seen, or when it was made. */
export const lookFrom = ({ created_at, seen_alert_id }: Pick<EndpointRow, "created_at" | "seen_alert_id">): string =>
  firstIdAt("alert", Math.max(created_at, seen_alert_id === null ? 0 : timeOfAlert(seen_alert_id) - COMMIT_SKEW_MS));

/** A page of the events from `from` on that an endpoint may hear of and was not given yet, in their order. */
export function listFreshAlerts(
  read: Reader,
  endpoint: Pick<EndpointRow, "id" | "tenant_id">,
  from: string,
  rowsMax: number,
): Promise<AlertRow[]> {
  const given = read
    .select({ id: deliveries.alert_id })
    .from(deliveries)
    .where(and(eq(deliveries.endpoint_id, endpoint.id), gte(deliveries.alert_id, from)));
  return read
    .select()
    .from(alerts)
    .where(
      and(
        gte(alerts.id, from as AlertRow["id"]),
        endpoint.tenant_id === null ? undefined : eq(alerts.tenant_id, endpoint.tenant_id),
        sql`${alerts.id} not in ${given}`,
      ),
    )
    .orderBy(asc(alerts.id))
    .limit(rowsMax);
}

/** Notes how far an endpoint has looked. */
export async function saveSeen(tx: Tx, endpoint_id: string, seen_alert_id: string): Promise<void> {
  await tx.update(endpoints).set({ seen_alert_id }).where(eq(endpoints.id, endpoint_id));
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

/**
 * What is to be sent to an endpoint now, in the order of the events, with the event itself. A tenant's events go one after the other: where
 * one of them waits for its next try, none of that tenant is among these.
 */
export async function listDue(
  read: Reader,
  endpoint_id: string,
  now: number,
  rowsMax: number,
): Promise<{ delivery: DeliveryRow; alert: AlertRow }[]> {
  const pending = and(eq(deliveries.endpoint_id, endpoint_id), sql`${deliveries.state} = 'pending'`);
  const waiting = read
    .selectDistinct({ whose: sql`coalesce(${deliveries.tenant_id}, '')` })
    .from(deliveries)
    .where(and(pending, gt(deliveries.next_at, now)));
  return read
    .select({ delivery: deliveries, alert: alerts })
    .from(deliveries)
    .innerJoin(alerts, eq(alerts.id, deliveries.alert_id))
    .where(and(pending, sql`coalesce(${deliveries.tenant_id}, '') not in ${waiting}`))
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

/** Notes since when an endpoint has failed; the first failure counts. */
export async function noteFailing(tx: Tx, id: string, since: number): Promise<void> {
  await tx
    .update(endpoints)
    .set({ failing_since: since })
    .where(and(eq(endpoints.id, id), isNull(endpoints.failing_since)));
}

/** Notes that an endpoint answers; the instant since which it had failed, or null. */
export async function noteAnswering(tx: Tx, id: string): Promise<number | null> {
  const [row] = await tx.select({ since: endpoints.failing_since }).from(endpoints).where(eq(endpoints.id, id));
  if (row?.since != null) await tx.update(endpoints).set({ failing_since: null }).where(eq(endpoints.id, id));
  return row?.since ?? null;
}

/** What waits for its next try at an endpoint is due at once. */
export async function wakeDeliveries(tx: Tx, endpoint_id: string, now: number): Promise<void> {
  await tx
    .update(deliveries)
    .set({ next_at: now })
    .where(
      and(eq(deliveries.endpoint_id, endpoint_id), sql`${deliveries.state} = 'pending'`, gt(deliveries.next_at, now)),
    );
}

/** The log of an endpoint: a page of its deliveries, with the type of the event of each. */
export async function listDeliveries(
  read: Reader,
  endpoint_id: string,
  query: PageQuery,
  { state }: { readonly state?: DeliveryRow["state"] } = {},
): Promise<(DeliveryRow & { readonly type: string })[]> {
  const { where, orderBy, limit } = pageClause(deliveries.id, query);
  const rows = await read
    .select({ delivery: deliveries, type: alerts.type })
    .from(deliveries)
    .innerJoin(alerts, eq(alerts.id, deliveries.alert_id))
    .where(and(eq(deliveries.endpoint_id, endpoint_id), state && eq(deliveries.state, state), where))
    .orderBy(orderBy)
    .limit(limit);
  return rows.map(({ delivery, type }) => ({ ...delivery, type }));
}

/** Puts everything of an endpoint that failed since an instant back into the queue, and has what waits tried at once; how many. */
export async function replayFailed(tx: Tx, endpoint_id: string, since: number, at: number): Promise<number> {
  const rows = await tx
    .update(deliveries)
    .set({ ...AGAIN, next_at: at })
    .where(
      and(eq(deliveries.endpoint_id, endpoint_id), eq(deliveries.state, "failed"), gte(deliveries.created_at, since)),
    )
    .returning({ id: deliveries.id });
  await wakeDeliveries(tx, endpoint_id, at);
  return rows.length;
}

export async function findDelivery(read: Reader, id: string): Promise<DeliveryRow | undefined> {
  const [row] = await read.select().from(deliveries).where(eq(deliveries.id, id));
  return row;
}

/** Puts a delivery back into the queue, whatever became of it, and has what waits at its endpoint tried at once: it would wait behind that. */
export async function replayDelivery(tx: Tx, id: string, at: number): Promise<DeliveryRow | undefined> {
  const [row] = await tx
    .update(deliveries)
    .set({ ...AGAIN, next_at: at })
    .where(eq(deliveries.id, id))
    .returning();
  if (row) await wakeDeliveries(tx, row.endpoint_id, at);
  return row;
}

const AGAIN = { state: "pending", attempts: 0, error: null } as const;

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
