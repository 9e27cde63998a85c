import { and, asc, count, desc, eq, inArray, isNotNull, lt, lte, ne, notInArray, type SQL } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Reader, Tx } from "../../db/database.ts";
import { openInvoice } from "../../db/schema/invoices.ts";
import { waitingWebhook } from "../../db/schema/razorpay.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import {
  claims,
  collections,
  disputes,
  invoices,
  mandates,
  payments,
  razorpayAccounts,
  refunds,
  subscriptions,
  topups,
  webhookEvents,
} from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";
import type { TenantId } from "../../kernel/id.ts";

export type AccountRow = typeof razorpayAccounts.$inferSelect;
export type ClaimRow = typeof claims.$inferSelect;
export type WebhookRow = typeof webhookEvents.$inferSelect;

/* Accounts */

export async function findAccount(read: Reader, tenant_id: TenantId): Promise<AccountRow | undefined> {
  const [row] = await read.select().from(razorpayAccounts).where(eq(razorpayAccounts.id, tenant_id));
  return row;
}

/** Tenants with an account of their own. */
export async function listAccounts(read: Reader): Promise<TenantId[]> {
  const rows = await read.select({ id: razorpayAccounts.id }).from(razorpayAccounts).orderBy(asc(razorpayAccounts.id));
  return rows.map(({ id }) => id);
}

/** The public half of the credentials of those tenants that have an account of their own. */
export async function accountKeys(read: Reader, tenant_ids: readonly TenantId[]): Promise<Map<TenantId, string>> {
  const { id, key_id } = razorpayAccounts;
  const rows = await read
    .select({ id, key_id })
    .from(razorpayAccounts)
    .where(inArray(id, [...tenant_ids]));
  return new Map(rows.map((row) => [row.id, row.key_id]));
}

export async function upsertAccount(tx: Tx, row: AccountRow): Promise<void> {
  const { id: _, created_at: __, ...set } = row;
  await tx.insert(razorpayAccounts).values(row).onConflictDoUpdate({ target: razorpayAccounts.id, set });
}

export async function deleteAccount(tx: Tx, tenant_id: TenantId): Promise<void> {
  await tx.delete(razorpayAccounts).where(eq(razorpayAccounts.id, tenant_id));
}

/** Something at Razorpay that tells one account from another: it is known to one alone. */
export interface Witness {
  readonly entity: "subscription" | "order" | "payment";
  readonly id: string;
}

/** The latest of each kind that we have at an account. */
export async function witnessesAt(read: Reader, account_id: AccountId): Promise<readonly Witness[]> {
  const { razorpay_subscription_id } = subscriptions;
  const [subscription] = await read
    .select({ id: razorpay_subscription_id })
    .from(subscriptions)
    .where(and(eq(subscriptions.account_id, account_id), isNotNull(razorpay_subscription_id)))
    .orderBy(desc(subscriptions.id))
    .limit(1);
  const [order] = await read
    .select({ id: claims.remote_id })
    .from(claims)
    .where(and(eq(claims.account_id, account_id), eq(claims.operation, "order.create"), isNotNull(claims.remote_id)))
    .orderBy(desc(claims.id))
    .limit(1);
  const [payment] = await read
    .select({ id: payments.id })
    .from(payments)
    .where(and(eq(payments.account_id, account_id), ne(payments.purpose, "manual")))
    .orderBy(desc(payments.created_at))
    .limit(1);
  const seen = { subscription, order, payment } as const;
  return (["subscription", "order", "payment"] as const).flatMap((entity) => {
    const id = seen[entity]?.id;
    return id ? [{ entity, id }] : [];
  });
}

/** How much of each kind goes on at an account, and so cannot do without it. */
export async function standingAt(read: Reader, account_id: AccountId) {
  const rows = async (table: PgTable, where: SQL | undefined): Promise<number> => {
    const [row] = await read.select({ rows: count() }).from(table).where(where);
    return row?.rows ?? 0;
  };
  const here = (column: PgColumn) => eq(column, account_id);
  return {
    subscriptions: await rows(
      subscriptions,
      and(here(subscriptions.account_id), notInArray(subscriptions.status, [...ENDED])),
    ),
    mandates: await rows(
      mandates,
      and(here(mandates.account_id), inArray(mandates.status, ["created", "confirmed", "paused"])),
    ),
    collections: await rows(collections, and(here(collections.account_id), inArray(collections.state, [...UNDER_WAY]))),
    open_invoices: await rows(invoices, and(here(invoices.seller_id), openInvoice(invoices))),
    open_topups: await rows(topups, and(here(topups.account_id), eq(topups.state, "created"))),
    refunds: await rows(refunds, and(here(refunds.account_id), inArray(refunds.state, ["claimed", "pending"]))),
    disputes: await rows(disputes, and(here(disputes.account_id), inArray(disputes.status, ["open", "under_review"]))),
  };
}

const ENDED = ["cancelled", "completed", "expired"] as const;
const UNDER_WAY = ["claimed", "order_created", "submitted", "sent", "unknown"] as const;

/* Claims: the outbox */

/** Claims an occasion; false where it was claimed before. */
export async function insertClaim(tx: Tx, row: ClaimRow): Promise<boolean> {
  const rows = await tx
    .insert(claims)
    .values(row)
    .onConflictDoNothing({ target: claims.key })
    .returning({ id: claims.id });
  return rows.length > 0;
}

export async function findClaim(read: Reader, key: string): Promise<ClaimRow | undefined> {
  const [row] = await read.select().from(claims).where(eq(claims.key, key));
  return row;
}

/** Takes a claim for a while; false where another node has it. */
export async function leaseClaim(tx: Tx, id: string, at: { wall: number; until: number }): Promise<boolean> {
  const rows = await tx
    .update(claims)
    .set({ leased_until: at.until })
    .where(and(eq(claims.id, id), lte(claims.leased_until, at.wall)))
    .returning({ id: claims.id });
  return rows.length > 0;
}

export async function saveClaim(
  tx: Tx,
  id: string,
  change: Partial<
    Pick<ClaimRow, "state" | "remote_id" | "answer" | "attempts" | "sent_at" | "leased_until" | "updated_at">
  >,
): Promise<void> {
  await tx.update(claims).set(change).where(eq(claims.id, id));
}

export function listClaims(
  read: Reader,
  query: PageQuery,
  { state }: { readonly state?: ClaimRow["state"] },
): Promise<ClaimRow[]> {
  const { where, orderBy, limit } = pageClause(claims.id, query);
  return read
    .select()
    .from(claims)
    .where(and(state && eq(claims.state, state), where))
    .orderBy(orderBy)
    .limit(limit);
}

/* Webhooks: the inbox */

/** Keeps an event, once. */
export async function insertWebhook(tx: Tx, row: WebhookRow): Promise<boolean> {
  const rows = await tx
    .insert(webhookEvents)
    .values(row)
    .onConflictDoNothing({ target: [webhookEvents.account_id, webhookEvents.event_id] })
    .returning({ id: webhookEvents.id });
  return rows.length > 0;
}

export async function isKnownWebhook(read: Reader, account_id: AccountId, event_id: string): Promise<boolean> {
  const [row] = await read
    .select({ id: webhookEvents.id })
    .from(webhookEvents)
    .where(and(eq(webhookEvents.account_id, account_id), eq(webhookEvents.event_id, event_id)));
  return row !== undefined;
}

export const listDueWebhooks = (
  read: Reader,
  at: { wall: number; now: number },
  rowsMax: number,
): Promise<WebhookRow[]> =>
  read
    .select()
    .from(webhookEvents)
    .where(
      and(waitingWebhook(webhookEvents), lte(webhookEvents.next_at, at.now), lt(webhookEvents.leased_until, at.wall)),
    )
    .orderBy(asc(webhookEvents.id))
    .limit(rowsMax);

export async function leaseWebhooks(
  tx: Tx,
  ids: readonly string[],
  at: { wall: number; until: number },
): Promise<Set<string>> {
  const rows = await tx
    .update(webhookEvents)
    .set({ leased_until: at.until })
    .where(and(inArray(webhookEvents.id, [...ids]), lt(webhookEvents.leased_until, at.wall)))
    .returning({ id: webhookEvents.id });
  return new Set(rows.map(({ id }) => id));
}

export async function saveWebhook(
  tx: Tx,
  id: string,
  change: Partial<Pick<WebhookRow, "state" | "attempts" | "error" | "applied_at" | "next_at" | "leased_until">>,
): Promise<void> {
  await tx.update(webhookEvents).set(change).where(eq(webhookEvents.id, id));
}

export function listWebhooks(
  read: Reader,
  query: PageQuery,
  filter: { readonly state?: WebhookRow["state"]; readonly type?: string; readonly account_id?: AccountId },
): Promise<WebhookRow[]> {
  const { where, orderBy, limit } = pageClause(webhookEvents.id, query);
  const { state, type, account_id } = filter;
  return read
    .select()
    .from(webhookEvents)
    .where(
      and(
        state && eq(webhookEvents.state, state),
        type ? eq(webhookEvents.type, type) : undefined,
        account_id && eq(webhookEvents.account_id, account_id),
        where,
      ),
    )
    .orderBy(orderBy)
    .limit(limit);
}

export async function findWebhook(read: Reader, id: string): Promise<WebhookRow | undefined> {
  const [row] = await read.select().from(webhookEvents).where(eq(webhookEvents.id, id));
  return row;
}

/** Puts an event back into the queue, whatever became of it. */
export async function replayWebhook(tx: Tx, id: string, now: number): Promise<WebhookRow | undefined> {
  const [row] = await tx
    .update(webhookEvents)
    .set({ state: "received", attempts: 0, error: null, next_at: now, leased_until: 0 })
    .where(eq(webhookEvents.id, id))
    .returning();
  return row;
}
