import { and, eq, isNotNull } from "drizzle-orm";
import * as t from "../../../src/db/schema.ts";
import { paise } from "../../../src/kernel/money.ts";
import type { Movement, Settlement } from "../../../src/sandbox/razorpay/entities.ts";
import type { Month } from "../month.ts";
import { added, altered, removed, rowOf, type Undo } from "../plant.ts";
import { become, type Damage, more } from "./damage.ts";

export const COLLECTOR: readonly Damage[] = [
  {
    what: "a subscription of ours is in another state",
    found: "subscription_differs",
    repaired: true,
    plant: ({ shop }) =>
      altered(shop.db, t.subscriptions, eq(t.subscriptions.status, "active"), become("status", "halted")),
  },
  {
    what: "Razorpay does not know a subscription of ours",
    found: "subscription_gone",
    plant: ({ shop }) =>
      altered(
        shop.db,
        t.subscriptions,
        isNotNull(t.subscriptions.razorpay_subscription_id),
        become("razorpay_subscription_id", "sub_00000000000000"),
      ),
  },
  {
    what: "a subscription that says it is ours is not",
    found: "subscription_unknown",
    async plant({ shop: { account } }) {
      const subscription = account.books.subscriptions().find(({ notes }) => notes.tollgate !== "1")!;
      subscription.notes = { tollgate: "1" };
      return async () => {
        subscription.notes = {};
      };
    },
  },
  {
    what: "a charge of a subscription was never booked as a payment",
    found: "charge_missing",
    repaired: true,
    plant: ({ shop }) => removed(shop.db, t.payments, eq(t.payments.purpose, "subscription")),
  },
  {
    what: "the payment of a top-up is not in our books",
    found: "payment_missing",
    repaired: true,
    plant: ({ shop }) =>
      removed(shop.db, t.payments, and(eq(t.payments.purpose, "topup"), eq(t.payments.refunded_paise, paise(0)))),
  },
  {
    what: "a payment is of another amount than Razorpay's",
    found: "payment_differs",
    plant: ({ shop }) => altered(shop.db, t.payments, eq(t.payments.purpose, "topup"), more("amount_paise", 100)),
  },
  {
    what: "a payment that Razorpay has captured counts as failed",
    found: "payment_differs",
    repaired: true,
    plant: ({ shop }) => altered(shop.db, t.payments, eq(t.payments.purpose, "topup"), become("status", "failed")),
  },
  {
    what: "a payment is in our books that Razorpay never had",
    found: "payment_gone",
    async plant({ shop: { db } }) {
      const row = await rowOf(db, t.payments, and(eq(t.payments.purpose, "topup"), isNotNull(t.payments.captured_at)));
      return added(db, t.payments, { ...row, id: "pay_00000000000000" });
    },
  },
  {
    what: "a payment that says it is ours pays nothing that we know",
    found: "payment_unknown",
    async plant({ shop: { account } }) {
      const payment = account.books.payments().find(({ amount }) => amount === 45_600)!;
      payment.notes = { tollgate: "1" };
      return async () => {
        payment.notes = {};
      };
    },
  },
  {
    what: "a payment's fee is another than Razorpay's",
    found: "fee_differs",
    plant: ({ shop }) => altered(shop.db, t.payments, eq(t.payments.purpose, "topup"), more("fee_paise", 50)),
  },
  {
    what: "a refund is in another state than Razorpay's",
    found: "refund_differs",
    repaired: true,
    plant: ({ shop }) => altered(shop.db, t.refunds, eq(t.refunds.state, "processed"), become("state", "pending")),
  },
  {
    what: "our row of a refund is lost",
    found: "refund_missing",
    plant: ({ shop }) => removed(shop.db, t.refunds, eq(t.refunds.state, "processed")),
  },
  {
    what: "a refund that was made at Razorpay's dashboard was never heard of",
    found: "refund_missing",
    repaired: true,
    async plant({ shop: { account }, bought }) {
      await account.dashboard.refund(bought, 7_700);
      return async () => {};
    },
  },
  {
    what: "a dispute is in another state than Razorpay's",
    found: "dispute_differs",
    repaired: true,
    plant: ({ shop }) => altered(shop.db, t.disputes, eq(t.disputes.status, "open"), become("status", "under_review")),
  },
  {
    what: "a dispute was never heard of",
    found: "dispute_missing",
    repaired: true,
    plant: ({ shop }) => removed(shop.db, t.disputes, isNotNull(t.disputes.id)),
  },
  {
    what: "a top-up that was paid counts as waiting",
    found: "order_not_credited",
    plant: ({ shop }) => altered(shop.db, t.topups, eq(t.topups.state, "paid"), become("state", "created")),
  },
  {
    what: "credit was given for an order that nobody paid",
    found: "order_not_paid",
    plant: ({ shop, left }) => altered(shop.db, t.topups, eq(t.topups.order_id, left), become("state", "paid")),
  },
  {
    what: "an order was paid late, and nobody heard of it",
    found: "order_not_credited",
    repaired: true,
    async plant({ shop: { account }, left }) {
      await account.person.pay(left, { method: "upi" });
      return async () => {};
    },
  },
  {
    what: "Razorpay does not know the token of a mandate",
    found: "mandate_gone",
    plant: ({ shop }) =>
      altered(shop.db, t.mandates, eq(t.mandates.status, "confirmed"), become("token_id", "token_00000000000000")),
  },
  {
    what: "a mandate allows more than the bank does",
    found: "mandate_differs",
    repaired: true,
    plant: ({ shop }) =>
      altered(shop.db, t.mandates, eq(t.mandates.status, "confirmed"), more("max_amount_paise", 500_000)),
  },
  {
    what: "a settlement is short by a fee",
    found: "settlement_short",
    async plant({ shop: { account } }) {
      const settlement = account.books.settlements()[0]!;
      settlement.amount -= 236;
      return async () => {
        settlement.amount += 236;
      };
    },
  },
  {
    what: "more was kept of a payment when it was settled than its fee",
    found: "settlement_fee_differs",
    plant: (month) =>
      settledOtherwise(month, (movement, settlement, by) => {
        movement.fee += 59 * by;
        movement.credit -= 59 * by;
        settlement.amount -= 59 * by;
      }),
  },
  {
    what: "a payment is in no settlement",
    found: "settlement_missing",
    plant: (month) =>
      settledOtherwise(month, (movement, settlement, by) => {
        movement.settlement_id = by > 0 ? null : settlement.id;
        settlement.amount -= movement.credit * by;
      }),
  },
];

/** `by` is 1, and -1 to take it back. */
async function settledOtherwise(
  { shop: { account }, bought }: Month,
  change: (movement: Movement, settlement: Settlement, by: number) => void,
): Promise<Undo> {
  const movement = account.books.movements().find(({ entity_id }) => entity_id === bought)!;
  const settlement = account.books.settlements().find(({ id }) => id === movement.settlement_id)!;
  change(movement, settlement, 1);
  return async () => change(movement, settlement, -1);
}
