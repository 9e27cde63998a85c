import type { AccountId } from "../../db/schema/sellers.ts";
import type { BillingParts } from "../parts.ts";
import type { Applied } from "../razorpay/inbox.ts";
import { applyOrder } from "./apply.ts";
import { applyRefund } from "./refund.ts";
import { findPayment, findRefund } from "./store.ts";

/**
 * A refund as Razorpay tells of it. Where it made it by itself, the other payments of the order are looked at first: of two it gives one back, and the one that
 * stays may not have been told of yet.
 */
export async function applyRefundTold(parts: BillingParts, account_id: AccountId, id: string): Promise<Applied> {
  const { read } = parts.db;
  const razorpay = await parts.collectors.of(account_id);
  const { payment_id, notes } = await razorpay.fetchRefund(id);
  const payment = await findPayment(read, payment_id);
  if (payment?.account_id === account_id && payment.order_id !== null && notes.subject === undefined) {
    const known = await findRefund(read, account_id, { razorpay_id: id, id: undefined });
    if (!known) await applyOrder(parts, account_id, payment.order_id);
  }
  return applyRefund(parts, account_id, id);
}
