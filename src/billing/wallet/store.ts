import { and, asc, eq, gt, inArray, lt, sql } from "drizzle-orm";
import type { Reader, Tx } from "../../db/database.ts";
import { rowReader } from "../../db/rows.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { promotionRedemptions, promotions, topups } from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";
import type { CustomerId, TenantId, TopupId } from "../../kernel/id.ts";

export type TopupRow = typeof topups.$inferSelect;
export type PromotionRow = typeof promotions.$inferSelect;

export async function insertTopup(tx: Tx, row: TopupRow): Promise<void> {
  await tx.insert(topups).values(row);
}

const lockTopups = rowReader(topups, topups.id, { lock: true });

export async function lockedTopup(tx: Tx, id: TopupId): Promise<TopupRow | undefined> {
  return (await lockTopups(tx, [id]))[0];
}

export async function findTopup(
  read: Reader,
  tenant_id: TenantId,
  customer_id: CustomerId,
  id: string,
): Promise<TopupRow | undefined> {
  const [row] = await read
    .select()
    .from(topups)
    .where(and(eq(topups.tenant_id, tenant_id), eq(topups.customer_id, customer_id), eq(topups.id, id as TopupId)));
  return row;
}

export async function findTopupByOrder(
  read: Reader,
  account_id: AccountId,
  order_id: string,
): Promise<TopupRow | undefined> {
  const [row] = await read
    .select()
    .from(topups)
    .where(and(eq(topups.account_id, account_id), eq(topups.order_id, order_id)));
  return row;
}

export async function saveTopup(tx: Tx, id: TopupId, change: Partial<TopupRow>): Promise<TopupRow> {
  const [row] = await tx.update(topups).set(change).where(eq(topups.id, id)).returning();
  return row!;
}

export function listTopups(
  read: Reader,
  tenant_id: TenantId,
  customer_id: CustomerId,
  query: PageQuery,
): Promise<TopupRow[]> {
  const { where, orderBy, limit } = pageClause(topups.id, query);
  return read
    .select()
    .from(topups)
    .where(and(eq(topups.tenant_id, tenant_id), eq(topups.customer_id, customer_id), where))
    .orderBy(orderBy)
    .limit(limit);
}

/** Those that wait for their payment: what the poller looks at, page by page. */
export const listUnpaid = (read: Reader, after: string, rowsMax: number): Promise<TopupRow[]> =>
  read
    .select()
    .from(topups)
    .where(and(eq(topups.state, "created"), gt(topups.id, after as TopupId)))
    .orderBy(asc(topups.id))
    .limit(rowsMax);

/** Gives up those whose time is over. What is paid later all the same is credited. */
export async function expireTopups(tx: Tx, now: number): Promise<void> {
  await tx
    .update(topups)
    .set({ state: "expired", updated_at: now })
    .where(and(inArray(topups.state, ["created"]), lt(topups.expires_at, now)));
}

/** False when there is a promotion of this code already. */
export async function insertPromotion(tx: Tx, row: PromotionRow): Promise<boolean> {
  const made = await tx
    .insert(promotions)
    .values(row)
    .onConflictDoNothing({ target: promotions.code })
    .returning({ id: promotions.id });
  return made.length === 1;
}

export function listPromotions(read: Reader, query: PageQuery): Promise<PromotionRow[]> {
  const { where, orderBy, limit } = pageClause(promotions.id, query);
  return read.select().from(promotions).where(where).orderBy(orderBy).limit(limit);
}

const lockPromotions = rowReader(promotions, promotions.code, { lock: true });

export async function lockedPromotion(tx: Tx, code: string): Promise<PromotionRow | undefined> {
  return (await lockPromotions(tx, [code]))[0];
}

/** False when the customer has redeemed it before. */
export async function insertRedemption(tx: Tx, row: typeof promotionRedemptions.$inferInsert): Promise<boolean> {
  const made = await tx
    .insert(promotionRedemptions)
    .values(row)
    .onConflictDoNothing()
    .returning({ promotion_id: promotionRedemptions.promotion_id });
  return made.length === 1;
}

export async function countRedemption(tx: Tx, { id }: PromotionRow): Promise<void> {
  await tx
    .update(promotions)
    .set({ redeemed: sql`${promotions.redeemed} + 1` })
    .where(eq(promotions.id, id));
}
