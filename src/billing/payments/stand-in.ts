import type { Tx } from "../../db/database.ts";
import { DAY } from "../../kernel/clock.ts";
import type { TopupId } from "../../kernel/id.ts";
import { type BillingParts, told } from "../parts.ts";
import { saveTopup } from "../wallet/store.ts";
import { capturedOnOrder, findOwnClaim, lockedPayment, type PaymentRow, saveRefund, upsertPayment } from "./store.ts";

/** A second payment of one order Razorpay gives back by itself, mostly within the hour; the daily sweep tells of it where no webhook did. */
export const THEIR_OWN_MS = 2 * DAY;

/**
 * Of two payments of one order Razorpay gives one back, which is not always the one that came to us last. Where it is the one that paid, the other pays in its
 * place, instead of going back too: answers the payment as it is then, of which nothing pays any more. The customer's row is locked.
 */
export async function stoodInFor(
  tx: Tx,
  { clock }: Pick<BillingParts, "clock">,
  payment: PaymentRow,
): Promise<PaymentRow> {
  const { tenant_id, customer_id, invoice_id, amount_paise, currency } = payment;
  if (invoice_id === null || payment.unapplied_paise !== 0 || payment.refunded_paise + payment.deducted_paise !== 0)
    return payment;
  const now = clock.now();
  for (const { id } of await capturedOnOrder(tx, payment)) {
    const other = (await lockedPayment(tx, id))!;
    if (other.unapplied_paise !== amount_paise || other.amount_paise !== amount_paise) continue;
    const claim = await findOwnClaim(tx, id, amount_paise);
    // From then on it may be on its way back.
    if (!claim || now >= claim.created_at + THEIR_OWN_MS) continue;
    const reason = `it pays in the place of ${payment.id}`;
    await saveRefund(tx, claim.id, { state: "failed", reason, updated_at: now });
    await upsertPayment(tx, { ...other, invoice_id, unapplied_paise: payment.unapplied_paise, updated_at: now });
    const idle = { ...payment, invoice_id: other.invoice_id, unapplied_paise: amount_paise, updated_at: now };
    await upsertPayment(tx, idle);
    if (payment.purpose === "topup") await saveTopup(tx, payment.subject_id as TopupId, { payment_id: id });
    await told(tx, clock, {
      ...{ type: "reconciliation.finding", dedupe: `paid_twice ${payment.id}`, tenant_id },
      data: {
        ...{ kind: "paid_twice", payment_id: payment.id, customer_id, invoice_id, amount_paise, currency },
        action: `none: Razorpay gives it back, and ${id} pays in its place`,
      },
    });
    return idle;
  }
  return payment;
}
