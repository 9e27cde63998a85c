import type { Tx } from "../../db/database.ts";
import type { BillingParts } from "../parts.ts";
import type { PaymentRow } from "../payments/store.ts";
import type { RazorpayPaymentLink } from "../razorpay/entities.ts";
import { type CollectionRow, lockedCollection, saveCollection } from "./store.ts";

const OVER: readonly string[] = ["settled", "cancelled"];

/** What became of a collection's payment. A payment that failed and is captured later after all settles it. */
export async function settleCollection(
  tx: Tx,
  { clock }: Pick<BillingParts, "clock">,
  seen: Pick<CollectionRow, "id">,
  payment: Pick<PaymentRow, "id" | "status" | "error_reason">,
): Promise<void> {
  const row = await lockedCollection(tx, seen.id);
  if (!row || row.state === "settled") return;
  const now = clock.now();
  if (payment.status === "captured" || payment.status === "refunded") {
    await saveCollection(tx, row.id, { state: "settled", payment_id: payment.id, error_reason: null, updated_at: now });
    return;
  }
  // A link can be tried again by who pays it; a debit has had its answer.
  if (payment.status !== "failed" || row.channel === "link" || row.state === "failed") return;
  await saveCollection(tx, row.id, {
    ...{ state: "failed", payment_id: payment.id, error_reason: payment.error_reason ?? "failed", updated_at: now },
  });
}

/** What became of a link. Its order is kept: by that its payment is found. */
export async function settleLink(
  tx: Tx,
  { clock }: Pick<BillingParts, "clock">,
  seen: Pick<CollectionRow, "id">,
  link: RazorpayPaymentLink,
): Promise<void> {
  const row = await lockedCollection(tx, seen.id);
  if (!row) return;
  const now = clock.now();
  if (link.order_id !== null && row.order_id === null) await saveCollection(tx, row.id, { order_id: link.order_id });
  if (OVER.includes(row.state)) return;
  if (link.status === "cancelled") await saveCollection(tx, row.id, { state: "cancelled", updated_at: now });
  if (link.status === "expired")
    await saveCollection(tx, row.id, { state: "failed", error_reason: "expired", updated_at: now });
}
