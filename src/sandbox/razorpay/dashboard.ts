import { authorise, newPayment } from "./charge.ts";
import { openDispute, resolveDispute, reverseDispute, reviewDispute } from "./disputes.ts";
import type { Dispute, Payment, Refund } from "./entities.ts";
import { authoriseLate, captureAndTell } from "./paying.ts";
import { refund } from "./refunds.ts";
import { found, type Shelf } from "./shelf.ts";
import { chargeNow } from "./subscriptions/cycle.ts";

/** What happens at the merchant's dashboard, or on the bank's side. */
export interface Dashboard {
  refund(paymentId: string, amountPaise?: number): Promise<Refund>;
  dispute(paymentId: string, options?: { readonly amountPaise?: number; readonly phase?: string }): Promise<Dispute>;
  reviewDispute(disputeId: string, step: "under_review" | "action_required"): Promise<void>;
  resolveDispute(disputeId: string, outcome: "won" | "lost" | "closed"): Promise<void>;
  /** One that was lost is won after all. */
  reverseDispute(disputeId: string): Promise<void>;
  /** A payment that had failed turns out to be authorised, within three days. */
  lateCapture(paymentId: string): Promise<void>;
  /** Somebody pays by a page that no order of ours is behind. */
  strayPayment(amountPaise: number, notes?: Payment["notes"]): Promise<Payment>;
  /** "Charge this now": of what a subscription is behind with. */
  chargeNow(subscriptionId: string): Promise<void>;
  /** The bank lets a mandate end, or lowers what it allows. */
  expireToken(tokenId: string): Promise<void>;
  lowerToken(tokenId: string, maxPaise: number): Promise<void>;
}

export const dashboardOf = (shelf: Shelf): Dashboard => ({
  async refund(id, amountPaise) {
    const payment = found(shelf.payments, id);
    return refund(shelf, payment, { amount: amountPaise ?? payment.amount - payment.amount_refunded });
  },
  dispute: async (id, options) => openDispute(shelf, id, options),
  reviewDispute: async (id, step) => reviewDispute(shelf, found(shelf.disputes, id), step),
  resolveDispute: async (id, outcome) => resolveDispute(shelf, found(shelf.disputes, id), outcome),
  reverseDispute: async (id) => reverseDispute(shelf, found(shelf.disputes, id)),
  lateCapture: async (id) => authoriseLate(shelf, found(shelf.payments, id)),
  async strayPayment(amount, notes = {}) {
    const payment = newPayment(shelf, { amount, currency: "INR", method: "upi", notes });
    authorise(shelf, payment);
    captureAndTell(shelf, payment);
    return payment;
  },
  chargeNow: async (id) => void chargeNow(shelf, found(shelf.subscriptions, id)),
  async expireToken(id) {
    found(shelf.tokens, id).expired_at = shelf.now() - 1;
  },
  async lowerToken(id, maxPaise) {
    const token = found(shelf.tokens, id);
    token.max_amount = Math.min(token.max_amount, maxPaise);
  },
});
