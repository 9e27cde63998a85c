import { and, asc, count, eq, gt, inArray, isNotNull, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { Reader, Tx } from "../../db/database.ts";
import { rowReader } from "../../db/rows.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import {
  creditRepeats,
  customers,
  grants,
  promotionGuesses,
  promotionRedemptions,
  promotions,
  topups,
  walletSettings,
} from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";
import type { CreditRepeatId, CustomerId, GrantId, TenantId, TopupId } from "../../kernel/id.ts";
import { type Micros, micros } from "../../kernel/money.ts";
import type { GrantRow } from "../../ledger/store.ts";
import type { Wallet } from "./settings.ts";

export type TopupRow = typeof topups.$inferSelect;
export type WalletSettingsRow = typeof walletSettings.$inferSelect;
export type RepeatRow = typeof creditRepeats.$inferSelect;
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

/** A customer's own, by the order that it is paid with. */
export async function findTopupOfOrder(
  read: Reader,
  tenant_id: TenantId,
  customer_id: CustomerId,
  order_id: string,
): Promise<TopupRow | undefined> {
  const [row] = await read
    .select()
    .from(topups)
    .where(and(eq(topups.tenant_id, tenant_id), eq(topups.customer_id, customer_id), eq(topups.order_id, order_id)));
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

/** How many of a customer's wait for their payment. */
export async function countUnpaid(read: Reader, tenant_id: TenantId, customer_id: CustomerId): Promise<number> {
  const [row] = await read
    .select({ count: count() })
    .from(topups)
    .where(and(eq(topups.tenant_id, tenant_id), eq(topups.customer_id, customer_id), eq(topups.state, "created")));
  return row!.count;
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

/* Proposals: top-ups that are paid by link */

/** The proposal of a customer that waits to be paid. */
export async function liveProposal(
  read: Reader,
  tenant_id: TenantId,
  customer_id: CustomerId,
): Promise<TopupRow | undefined> {
  const [row] = await read
    .select()
    .from(topups)
    .where(
      and(
        ...[eq(topups.tenant_id, tenant_id), eq(topups.customer_id, customer_id)],
        ...[eq(topups.channel, "link"), eq(topups.state, "created")],
      ),
    );
  return row;
}

/** Proposals without their link yet. */
export const listUnlinked = (read: Reader, rowsMax: number): Promise<TopupRow[]> =>
  read
    .select()
    .from(topups)
    .where(and(eq(topups.channel, "link"), eq(topups.state, "created"), isNull(topups.link_id)))
    .orderBy(asc(topups.id))
    .limit(rowsMax);

export async function findTopupByLink(
  read: Reader,
  account_id: AccountId,
  link_id: string,
): Promise<TopupRow | undefined> {
  const [row] = await read
    .select()
    .from(topups)
    .where(and(eq(topups.account_id, account_id), eq(topups.link_id, link_id)));
  return row;
}

/* Wallets */

export async function findSettings(
  read: Reader,
  tenant_id: TenantId,
  customer_id: CustomerId,
): Promise<WalletSettingsRow | undefined> {
  const [row] = await read
    .select()
    .from(walletSettings)
    .where(and(eq(walletSettings.tenant_id, tenant_id), eq(walletSettings.customer_id, customer_id)));
  return row;
}

export async function saveSettings(
  tx: Tx,
  { tenant_id, customer_id }: Pick<WalletSettingsRow, "tenant_id" | "customer_id">,
  change: Partial<WalletSettingsRow>,
  now: number,
): Promise<WalletSettingsRow> {
  const [row] = await tx
    .insert(walletSettings)
    .values({ low_micros: null, low_since: null, ...change, tenant_id, customer_id, created_at: now, updated_at: now })
    .onConflictDoUpdate({ target: walletSettings.customer_id, set: { ...change, updated_at: now } })
    .returning();
  return row!;
}

/** A customer's prepaid credit, with what it chose for it and whether a proposal waits. */
export interface WalletRow extends Wallet {
  readonly tenant_id: TenantId;
  readonly customer_id: CustomerId;
  readonly currency: string;
  readonly settings: WalletSettingsRow | undefined;
  readonly live: boolean;
}

const exactly = (value: unknown): Micros => micros(BigInt(value as string | number));

const sums = (read: Reader, now: number) =>
  read
    .select({
      ...{ tenant_id: customers.tenant_id, customer_id: customers.id, currency: customers.currency },
      left_micros:
        sql<Micros>`coalesce(sum(case when ${grants.starts_at} <= ${now} and (${grants.expires_at} is null or ${grants.expires_at} > ${now}) then ${grants.amount} - ${grants.used} else 0 end), 0)`.mapWith(
          exactly,
        ),
      largest_micros: sql<Micros>`coalesce(max(${grants.amount}), 0)`.mapWith(exactly),
    })
    .from(customers)
    .leftJoin(grants, and(eq(grants.customer_id, customers.id), eq(grants.kind, "prepaid")))
    .leftJoin(walletSettings, eq(walletSettings.customer_id, customers.id));

const IN_USE = or(
  isNotNull(grants.id),
  isNotNull(walletSettings.auto_below_micros),
  isNotNull(walletSettings.auto_proposed_at),
);

/** Everybody who has, had or wants prepaid credit, page by page. */
export async function listWallets(read: Reader, now: number, after: string, rowsMax: number): Promise<WalletRow[]> {
  const rows = await sums(read, now)
    .where(and(gt(customers.id, after as CustomerId), IN_USE))
    .groupBy(customers.id)
    .orderBy(asc(customers.id))
    .limit(rowsMax);
  const ids = rows.map(({ customer_id }) => customer_id);
  const settings = await read.select().from(walletSettings).where(inArray(walletSettings.customer_id, ids));
  const waiting = await read
    .select({ customer_id: topups.customer_id })
    .from(topups)
    .where(and(inArray(topups.customer_id, ids), eq(topups.channel, "link"), eq(topups.state, "created")));
  const chosen = new Map(settings.map((row) => [row.customer_id, row]));
  const live = new Set(waiting.map(({ customer_id }) => customer_id));
  return rows.map((row) => ({
    ...row,
    ...{ settings: chosen.get(row.customer_id), live: live.has(row.customer_id) },
  }));
}

export async function findWallet(
  read: Reader,
  tenant_id: TenantId,
  customer_id: CustomerId,
  now: number,
): Promise<(Wallet & { readonly currency: string }) | undefined> {
  const [row] = await sums(read, now)
    .where(and(eq(customers.tenant_id, tenant_id), eq(customers.id, customer_id)))
    .groupBy(customers.id);
  return row;
}

/** Credit whose time is over and of which something is left: bought, or a gift. */
export const listLapsed = (read: Reader, now: number, after: string, rowsMax: number): Promise<GrantRow[]> =>
  read
    .select()
    .from(grants)
    .where(
      and(
        ...[inArray(grants.kind, ["prepaid", "promotional"]), lte(grants.expires_at, now), eq(grants.held, micros(0))],
        ...[sql`${grants.amount} > ${grants.used}`, gt(grants.id, after as GrantId)],
      ),
    )
    .orderBy(asc(grants.id))
    .limit(rowsMax);

/* Credit that repeats */

export async function insertRepeat(tx: Tx, row: RepeatRow): Promise<void> {
  await tx.insert(creditRepeats).values(row);
}

const lockRepeats = rowReader(creditRepeats, creditRepeats.id, { lock: true });

export async function lockedRepeat(tx: Tx, id: CreditRepeatId): Promise<RepeatRow | undefined> {
  return (await lockRepeats(tx, [id]))[0];
}

export async function findRepeat(read: Reader, customer_id: CustomerId, id: string): Promise<RepeatRow | undefined> {
  const [row] = await read
    .select()
    .from(creditRepeats)
    .where(and(eq(creditRepeats.customer_id, customer_id), eq(creditRepeats.id, id as CreditRepeatId)));
  return row;
}

export async function saveRepeat(tx: Tx, id: CreditRepeatId, change: Partial<RepeatRow>): Promise<RepeatRow> {
  const [row] = await tx.update(creditRepeats).set(change).where(eq(creditRepeats.id, id)).returning();
  return row!;
}

export function pageOfRepeats(
  read: Reader,
  tenant_id: TenantId,
  customer_id: CustomerId,
  query: PageQuery,
): Promise<RepeatRow[]> {
  const { where, orderBy, limit } = pageClause(creditRepeats.id, query);
  return read
    .select()
    .from(creditRepeats)
    .where(and(eq(creditRepeats.tenant_id, tenant_id), eq(creditRepeats.customer_id, customer_id), where))
    .orderBy(orderBy)
    .limit(limit);
}

/** Those whose period is over, or whose customer is in another cycle than the last that had it. */
export const listRepeatsDue = async (read: Reader, now: number, after: string, rowsMax: number): Promise<RepeatRow[]> =>
  (
    await read
      .select({ repeat: creditRepeats })
      .from(creditRepeats)
      .innerJoin(customers, eq(customers.id, creditRepeats.customer_id))
      .where(
        and(
          isNull(creditRepeats.cancelled_at),
          or(isNull(creditRepeats.ends_at), gt(creditRepeats.ends_at, now)),
          or(isNull(creditRepeats.times), sql`${creditRepeats.given} < ${creditRepeats.times}`),
          or(
            and(eq(creditRepeats.every, "month"), lte(creditRepeats.next_at, now)),
            and(
              ...[eq(creditRepeats.every, "cycle"), gt(customers.cycle_end, now)],
              or(isNull(creditRepeats.period_start), sql`${customers.cycle_start} <> ${creditRepeats.period_start}`),
            ),
          ),
          gt(creditRepeats.id, after as CreditRepeatId),
        ),
      )
      .orderBy(asc(creditRepeats.id))
      .limit(rowsMax)
  ).map(({ repeat }) => repeat);

/* Promotions */

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

/** The codes that a customer tried of late and that do not exist. */
export async function findGuesses(
  read: Reader,
  customer_id: CustomerId,
): Promise<typeof promotionGuesses.$inferSelect | undefined> {
  const [row] = await read.select().from(promotionGuesses).where(eq(promotionGuesses.customer_id, customer_id));
  return row;
}

export async function saveGuesses(tx: Tx, row: typeof promotionGuesses.$inferInsert): Promise<void> {
  const { wrong, since } = row;
  await tx
    .insert(promotionGuesses)
    .values(row)
    .onConflictDoUpdate({ target: promotionGuesses.customer_id, set: { wrong, since } });
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
