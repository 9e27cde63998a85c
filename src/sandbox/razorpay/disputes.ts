import { DAY } from "./calendar.ts";
import type { Dispute } from "./entities.ts";
import { Refused } from "./refusal.ts";
import { expectMovement } from "./settlements.ts";
import { found, type Shelf } from "./shelf.ts";
import { paymentOnWire } from "./wire/payment.ts";
import { disputeOnWire } from "./wire/settlement.ts";

/** A payer's bank asks for the money back. It leaves only when the dispute is lost. */

const RESPOND_SECONDS = 10 * DAY;

export function openDispute(
  shelf: Shelf,
  payment_id: string,
  { amountPaise, phase = "chargeback" }: { readonly amountPaise?: number; readonly phase?: string } = {},
): Dispute {
  const payment = found(shelf.payments, payment_id);
  const amount = amountPaise ?? payment.amount;
  if (payment.captured_at === null) throw new Refused("The payment was not captured");
  if (amount < 1 || amount > payment.amount) throw new Refused("The disputed amount is not within the payment's");
  const dispute: Dispute = {
    ...{ id: shelf.newId("disp"), entity: "dispute", payment_id, amount, currency: payment.currency },
    ...{ amount_deducted: 0, reason_code: "goods_or_services_not_received_or_partially_received", phase },
    ...{ respond_by: shelf.now() + RESPOND_SECONDS, status: "open", created_at: shelf.now() },
  };
  shelf.disputes.set(dispute.id, dispute);
  tell(shelf, dispute, "created");
  return dispute;
}

const isOpen = ({ status }: Dispute) => status === "open" || status === "under_review";

/** The merchant's papers are with the bank, or the bank wants more of them. */
export function reviewDispute(shelf: Shelf, dispute: Dispute, step: "under_review" | "action_required"): void {
  if (!isOpen(dispute)) throw new Refused(`The dispute is ${dispute.status}`);
  dispute.status = step === "under_review" ? "under_review" : "open";
  tell(shelf, dispute, step);
}

export function resolveDispute(shelf: Shelf, dispute: Dispute, outcome: "won" | "lost" | "closed"): void {
  if (!isOpen(dispute)) throw new Refused(`The dispute is ${dispute.status} already`);
  const { id: entity_id, payment_id, amount } = dispute;
  Object.assign(dispute, { status: outcome, amount_deducted: outcome === "lost" ? amount : 0 });
  if (outcome === "lost")
    expectMovement(shelf, {
      ...{ type: "adjustment", entity_id, payment_id, amount, debit: amount, credit: 0, fee: 0, tax: 0 },
    });
  tell(shelf, dispute, outcome);
}

/** The bank thinks better of it: a dispute that was lost is won, and what it took comes back. */
export function reverseDispute(shelf: Shelf, dispute: Dispute): void {
  if (dispute.status !== "lost") throw new Refused(`The dispute is ${dispute.status}`);
  const { id: entity_id, payment_id, amount_deducted: amount } = dispute;
  Object.assign(dispute, { status: "won", amount_deducted: 0 });
  expectMovement(shelf, {
    ...{ type: "adjustment", entity_id, payment_id, amount, debit: 0, credit: amount, fee: 0, tax: 0 },
  });
  tell(shelf, dispute, "won");
}

function tell(shelf: Shelf, dispute: Dispute, what: string): void {
  const payment = paymentOnWire(found(shelf.payments, dispute.payment_id));
  shelf.emit(`payment.dispute.${what}`, { payment, dispute: disputeOnWire(dispute) });
}
