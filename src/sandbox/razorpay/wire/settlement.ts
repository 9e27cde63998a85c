import type { Dispute, Movement, Refund } from "../entities.ts";
import type { Shelf } from "../shelf.ts";
import { withNotes } from "./notes.ts";
import { digitsOf } from "./payment.ts";

/** What comes after a payment: refunds, disputes, and the rows of settlements. */

export const refundOnWire = (refund: Refund): Record<string, unknown> =>
  withNotes({
    ...refund,
    acquirer_data: { arn: refund.status === "processed" ? digitsOf(refund.id, 23) : null },
    ...{ batch_id: null, speed_processed: "normal" },
  });

const EVIDENCE = [
  ...["summary", "shipping_proof", "billing_proof", "cancellation_proof", "customer_communication"],
  ...["proof_of_service", "explanation_letter", "refund_confirmation", "access_activity_log"],
  ...["refund_cancellation_policy", "term_and_conditions", "others", "submitted_at"],
];

export const disputeOnWire = (dispute: Dispute): Record<string, unknown> => ({
  ...dispute,
  evidence: { amount: dispute.amount, ...Object.fromEntries(EVIDENCE.map((name) => [name, null])) },
});

export function movementOnWire(shelf: Shelf, movement: Movement): Record<string, unknown> {
  const { id: _, due: __, payment_id, settlement_id, ...row } = movement;
  const payment = shelf.payments.get(payment_id);
  const settlement = shelf.settlements.get(settlement_id ?? "");
  const order = shelf.orders.get(payment?.order_id ?? "");
  const card = payment?.method === "card";
  return {
    ...row,
    ...{ currency: payment?.currency ?? "INR", on_hold: false, settled: settlement !== undefined, settlement_id },
    ...{ settled_at: settlement?.created_at ?? null, settlement_utr: settlement?.utr ?? null, posted_at: null },
    ...{ credit_type: "default", notes: null, payment_id: row.type === "payment" ? null : payment_id },
    description: row.type === "payment" ? (payment?.description ?? null) : null,
    ...{ order_id: payment?.order_id ?? null, order_receipt: order?.receipt ?? null, method: payment?.method ?? null },
    ...{ card_network: card ? "Visa" : null, card_type: card ? "credit" : null },
    card_issuer: card && !payment.international ? "HDFC" : null,
    dispute_id: row.type === "adjustment" ? row.entity_id : null,
  };
}
