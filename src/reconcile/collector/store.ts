import { and, asc, eq, gt, gte, inArray, isNotNull, lt, ne } from "drizzle-orm";
import { type PaymentRow, paymentsOf } from "../../billing/payments/store.ts";
import type { Reader } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { collections, disputes, mandates, payments, refunds, subscriptions, topups } from "../../db/schema.ts";

/** Our rows of what an account at Razorpay has, page by page in the order of their ids. */

export interface Mine {
  readonly account_id: AccountId;
  readonly from: number;
  readonly to: number;
}

const PAGE = 200;
/** Of rows that Razorpay is asked about one by one, so many at a time. */
const ASKED_PAGE = 50;

/** Our rows of so many of Razorpay's ids, some ids at a time. */
export async function ofIds<Row>(
  ids: readonly string[],
  find: (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  for (let first = 0; first < ids.length; first += PAGE)
    for (const [id, row] of await find(ids.slice(first, first + PAGE))) rows.set(id, row);
  return rows;
}

/** Those of Razorpay's payments that are ours. */
export const ourPayments = (
  read: Reader,
  account_id: AccountId,
  ids: readonly string[],
): Promise<Map<string, PaymentRow>> => ofIds(ids, (some) => paymentsOf(read, account_id, some));

/** All pages of a list of ours. */
export async function allOf<Row extends { readonly id: string }>(
  page: (after: string) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const all: Row[] = [];
  for (let after = ""; ; ) {
    const rows = await page(after);
    all.push(...rows);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return all;
    after = last.id;
  }
}

export const subscriptionsAt = (read: Reader, account_id: AccountId) =>
  allOf((after) =>
    read
      .select()
      .from(subscriptions)
      .where(
        and(
          ...[eq(subscriptions.account_id, account_id), isNotNull(subscriptions.razorpay_subscription_id)],
          gt(subscriptions.id, after as never),
        ),
      )
      .orderBy(asc(subscriptions.id))
      .limit(PAGE),
  );

export const paymentsAt = (read: Reader, { account_id, from, to }: Mine) =>
  allOf((after) =>
    read
      .select()
      .from(payments)
      .where(
        and(
          ...[eq(payments.account_id, account_id), ne(payments.purpose, "manual"), gt(payments.id, after)],
          ...[gte(payments.created_at, from), lt(payments.created_at, to)],
        ),
      )
      .orderBy(asc(payments.id))
      .limit(PAGE),
  );

/** Those that were captured in a span: what is to be settled. */
export const capturedAt = (read: Reader, { account_id, from, to }: Mine) =>
  allOf((after) =>
    read
      .select()
      .from(payments)
      .where(
        and(
          ...[eq(payments.account_id, account_id), ne(payments.purpose, "manual"), gt(payments.id, after)],
          ...[gte(payments.captured_at, from), lt(payments.captured_at, to)],
        ),
      )
      .orderBy(asc(payments.id))
      .limit(PAGE),
  );

export const refundsAt = (read: Reader, { account_id, from, to }: Mine) =>
  allOf((after) =>
    read
      .select()
      .from(refunds)
      .where(
        and(
          ...[
            eq(refunds.account_id, account_id),
            isNotNull(refunds.razorpay_refund_id),
            gt(refunds.id, after as never),
          ],
          ...[gte(refunds.created_at, from), lt(refunds.created_at, to)],
        ),
      )
      .orderBy(asc(refunds.id))
      .limit(PAGE),
  );

export const disputesAt = (read: Reader, { account_id, from, to }: Mine) =>
  allOf((after) =>
    read
      .select()
      .from(disputes)
      .where(
        and(
          ...[eq(disputes.account_id, account_id), gt(disputes.id, after)],
          ...[gte(disputes.created_at, from), lt(disputes.created_at, to)],
        ),
      )
      .orderBy(asc(disputes.id))
      .limit(PAGE),
  );

/** Where the next page of rows that are asked about one by one begins; null where there is none. */
export const nextOf = (rows: readonly { readonly id: string }[]): string | null =>
  rows.length < ASKED_PAGE ? null : (rows.at(-1)?.id ?? null);

/** Subscriptions that were charged: a page of them. */
export const chargedAt = (read: Reader, account_id: AccountId, after: string) =>
  read
    .select()
    .from(subscriptions)
    .where(
      and(
        ...[eq(subscriptions.account_id, account_id), isNotNull(subscriptions.razorpay_subscription_id)],
        ...[gt(subscriptions.paid_count, 0), gt(subscriptions.id, after as never)],
      ),
    )
    .orderBy(asc(subscriptions.id))
    .limit(ASKED_PAGE);

/** Mandates that may be debited: a page of them. */
export const mandatesAt = (read: Reader, account_id: AccountId, after: string) =>
  read
    .select()
    .from(mandates)
    .where(
      and(
        ...[eq(mandates.account_id, account_id), isNotNull(mandates.token_id), gt(mandates.id, after as never)],
        inArray(mandates.status, ["confirmed", "paused"]),
      ),
    )
    .orderBy(asc(mandates.id))
    .limit(ASKED_PAGE);

export const topupsAt = (read: Reader, { account_id, from, to }: Mine) =>
  allOf((after) =>
    read
      .select()
      .from(topups)
      .where(
        and(
          ...[eq(topups.account_id, account_id), isNotNull(topups.order_id), gt(topups.id, after as never)],
          ...[gte(topups.created_at, from), lt(topups.created_at, to)],
        ),
      )
      .orderBy(asc(topups.id))
      .limit(PAGE),
  );

/** Debits that were collected. */
export const collectedAt = (read: Reader, { account_id, from, to }: Mine) =>
  allOf((after) =>
    read
      .select()
      .from(collections)
      .where(
        and(
          ...[
            eq(collections.account_id, account_id),
            eq(collections.state, "settled"),
            eq(collections.channel, "debit"),
          ],
          ...[isNotNull(collections.order_id), gt(collections.id, after as never)],
          ...[gte(collections.created_at, from), lt(collections.created_at, to)],
        ),
      )
      .orderBy(asc(collections.id))
      .limit(PAGE),
  );
