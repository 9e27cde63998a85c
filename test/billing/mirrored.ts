import { expect } from "vitest";
import { collections, disputes, mandates, payments, refunds, subscriptions, topups } from "../../src/db/schema.ts";
import type { Shop } from "./shop.ts";

/** Two states side by side: what Razorpay has under an id, and what we have. */
type Sides = { readonly theirs: Record<string, unknown>; readonly ours: Record<string, unknown> };

const byId = <T>(rows: readonly T[], id: (row: T) => string | null): Map<string, T> =>
  new Map(rows.flatMap((row) => (id(row) === null ? [] : [[id(row)!, row] as const])));
const ms = (seconds: number | null | undefined) => (seconds ? seconds * 1_000 : null);

/**
 * Every entity at the operator's account, as Razorpay has it and as we have it: subscriptions, payments, refunds, disputes, tokens, links, orders of
 * top-ups. What was never captured and what Razorpay gave back by itself may be unknown to us: it moves nothing.
 */
export async function sidesOf({ db, account }: Shop): Promise<Readonly<Record<string, Sides>>> {
  const { books } = account;
  const rows = {
    subscriptions: byId(await db.read.select().from(subscriptions), (row) => row.razorpay_subscription_id),
    payments: byId(await db.read.select().from(payments), (row) => row.id),
    refunds: byId(await db.read.select().from(refunds), (row) => row.razorpay_refund_id),
    disputes: byId(await db.read.select().from(disputes), (row) => row.id),
    mandates: byId(await db.read.select().from(mandates), (row) => row.token_id),
    links: byId(await db.read.select().from(collections), (row) => row.link_id),
    topups: byId(await db.read.select().from(topups), (row) => row.order_id),
  };
  const sides: Record<string, { theirs: Record<string, unknown>; ours: Record<string, unknown> }> = {};
  const side = (kind: string) => {
    sides[kind] ??= { theirs: {}, ours: {} };
    return sides[kind];
  };

  for (const one of books.subscriptions()) {
    const { theirs, ours } = side("subscriptions");
    const { status, paid_count, remaining_count, total_count } = one;
    theirs[one.id] = { status, paid_count, remaining_count, total_count, ...spanOf(ms, one) };
    const row = rows.subscriptions.get(one.id);
    ours[one.id] = row && {
      ...{ status: row.status, paid_count: row.paid_count, remaining_count: row.remaining_count },
      ...{ total_count: row.total_count, ...spanOf((at) => at ?? null, row) },
    };
  }
  const givenBack = new Set(
    books.refunds().flatMap(({ payment_id, notes }) => (notes.tollgate === "1" ? [] : [payment_id])),
  );
  const foreign = foreignOf(account);
  for (const one of books.payments()) {
    if (foreign.has(one.order_id ?? "")) continue;
    const row = rows.payments.get(one.id);
    const small = one.invoice_id === null && one.order_id === null && givenBack.has(one.id);
    if (!row && (one.captured_at === null || small)) continue;
    const { theirs, ours } = side("payments");
    theirs[one.id] = { status: one.status, amount: one.amount, refunded: one.amount_refunded, fee: one.fee ?? 0 };
    ours[one.id] = row && {
      ...{ status: row.status, amount: row.amount_paise, refunded: row.refunded_paise, fee: row.fee_paise },
    };
  }
  for (const one of books.refunds()) {
    if (!rows.payments.has(one.payment_id)) continue;
    const { theirs, ours } = side("refunds");
    theirs[one.id] = { status: one.status, amount: one.amount, payment: one.payment_id };
    const row = rows.refunds.get(one.id);
    ours[one.id] = row && { status: row.state, amount: row.amount_paise, payment: row.payment_id };
  }
  for (const one of books.disputes()) {
    const { theirs, ours } = side("disputes");
    theirs[one.id] = { status: one.status, deducted: one.amount_deducted, payment: one.payment_id };
    const row = rows.disputes.get(one.id);
    ours[one.id] = row && { status: row.status, deducted: row.deducted_paise, payment: row.payment_id };
  }
  for (const one of books.tokens()) {
    const row = rows.mandates.get(one.id);
    const { status } = one.recurring_details;
    const { theirs, ours } = side("tokens");
    theirs[one.id] = { status: status === "initiated" ? "created" : status, max: one.max_amount };
    ours[one.id] = row && { status: row.status, max: row.max_amount_paise };
  }
  for (const one of books.links()) {
    const { theirs, ours } = side("links");
    theirs[one.id] = { state: LINK[one.status], amount: one.amount };
    const row = rows.links.get(one.id);
    ours[one.id] = row && { state: row.state, amount: row.amount_paise };
  }
  for (const one of books.orders()) {
    const row = rows.topups.get(one.id);
    if (!row) continue;
    const { theirs, ours } = side("top-ups");
    theirs[one.id] = { paid: one.status === "paid", amount: one.amount };
    ours[one.id] = { paid: row.state === "paid", amount: row.payable_paise };
  }
  return sides;
}

/** The orders of other products on the account: no note of ours. */
const foreignOf = ({ books }: Shop["account"]): Set<string> =>
  new Set(books.orders().flatMap(({ id, notes }) => (notes.shop === undefined ? [] : [id])));

const LINK = { created: "sent", partially_paid: "sent", paid: "settled", cancelled: "cancelled", expired: "failed" };

const spanOf = (
  time: (at: number | null | undefined) => number | null,
  { current_start, current_end }: { current_start: number | null; current_end: number | null },
) => ({ current_start: time(current_start), current_end: time(current_end) });

/** Our state is Razorpay's, entity by entity, and the money that stands there is what its books say of it. */
export async function expectMirrored(shop: Shop): Promise<void> {
  for (const [kind, { theirs, ours }] of Object.entries(await sidesOf(shop))) expect(ours, kind).toEqual(theirs);
  const { books } = shop.account;
  const { captured_paise, refunded_paise, deducted_paise, fees_paise } = books.totals();
  const foreign = foreignOf(shop.account);
  const elsewhere = books
    .payments()
    .filter(({ order_id, captured_at }) => captured_at !== null && foreign.has(order_id ?? ""))
    .reduce((sum, { amount, fee }) => sum + amount - (fee ?? 0), 0);
  expect(await shop.standing("collector")).toBe(
    (captured_paise - refunded_paise - deducted_paise - fees_paise - elsewhere) * 10_000,
  );
  await shop.balanced();
}
