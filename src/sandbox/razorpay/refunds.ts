import { HOUR, halfYearAfter } from "./calendar.ts";
import type { Notes, Payment, Refund } from "./entities.ts";
import { Refused } from "./refusal.ts";
import { expectMovement } from "./settlements.ts";
import { found, type Shelf } from "./shelf.ts";
import { paymentOnWire } from "./wire/payment.ts";
import { refundOnWire } from "./wire/settlement.ts";

/** On its way for an hour here; days in life. */
const REFUND_SECONDS = HOUR;

/** Money goes back: asked for now, on its way for a while, and it may fail. The fee stays with Razorpay. */
export function refund(
  shelf: Shelf,
  payment: Payment,
  asked: {
    readonly amount: number;
    readonly notes?: Notes;
    readonly receipt?: string | null;
    readonly speed?: Refund["speed_requested"];
  },
): Refund {
  const { amount, notes = {}, receipt = null, speed = "normal" } = asked;
  if (payment.refund_status === "full") throw new Refused("The payment has been fully refunded already");
  if (!["authorized", "captured", "refunded"].includes(payment.status))
    throw new Refused("The payment status should be captured for action to be taken");
  if (amount > payment.amount - payment.amount_refunded)
    throw new Refused("The refund amount provided is greater than amount captured");
  if (shelf.now() > halfYearAfter(payment.created_at))
    throw new Refused("The payment is older than 6 months and cannot be refunded");
  const made: Refund = {
    ...{ id: shelf.newId("rfnd"), entity: "refund", amount, currency: payment.currency, payment_id: payment.id },
    ...{ notes, receipt, created_at: shelf.now(), status: "pending", speed_requested: speed },
  };
  shelf.refunds.set(made.id, made);
  count(payment, amount);
  // What was only authorised never came to the merchant.
  if (payment.captured_at !== null) move(shelf, made, "refund");
  shelf.emit("refund.created", { refund: refundOnWire(made), payment: paymentOnWire(payment) });
  shelf.at(shelf.now() + REFUND_SECONDS, "refund.decide", made.id);
  return made;
}

export function decideRefund(shelf: Shelf, made: Refund): void {
  const payment = found(shelf.payments, made.payment_id);
  made.status = shelf.knobs.failRefunds > 0 ? "failed" : "processed";
  if (made.status === "failed") {
    shelf.knobs.failRefunds -= 1;
    count(payment, -made.amount);
    if (payment.captured_at !== null) move(shelf, made, "adjustment");
  }
  shelf.emit(`refund.${made.status}`, { refund: refundOnWire(made), payment: paymentOnWire(payment) });
}

function move(shelf: Shelf, { id, payment_id, amount }: Refund, type: "refund" | "adjustment"): void {
  const [debit, credit] = type === "refund" ? [amount, 0] : [0, amount];
  expectMovement(shelf, { type, entity_id: id, payment_id, amount, debit, credit, fee: 0, tax: 0 });
}

function count(payment: Payment, by: number): void {
  payment.amount_refunded += by;
  const full = payment.amount_refunded === payment.amount;
  payment.refund_status = payment.amount_refunded === 0 ? null : full ? "full" : "partial";
  payment.status = full ? "refunded" : payment.captured_at === null ? "authorized" : "captured";
}
