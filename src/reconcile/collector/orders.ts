import { findTopupByOrder } from "../../billing/wallet/store.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import type { FindingRow, NewFinding } from "../finding.ts";
import type { ReconcileParts } from "../step.ts";
import { byId, DAYS_MAX, daysOfAccount } from "./account.ts";
import { collectedAt, topupsAt } from "./store.ts";

/** Who paid an order has what it was for; and what was given for an order was paid. An order is looked at by its id: lists come late. */
export const proveOrders = daysOfAccount(DAYS_MAX, async ({ db }, account) => {
  const { razorpay, account_id } = account;
  const findings: NewFinding[] = [];
  const topups = await topupsAt(db.read, account);
  for (const { id, order_id, tenant_id, customer_id } of topups) {
    const order = await byId(razorpay.fetchOrder(order_id ?? ""));
    const row = await findTopupByOrder(db.read, account_id, order_id ?? "");
    const paid = order?.status === "paid";
    if (!row || paid === (row.state === "paid")) continue;
    findings.push({
      ...{ kind: paid ? "order_not_credited" : "order_not_paid", subject: order_id ?? id, tenant_id },
      local: { state: row.state, payable_paise: row.payable_paise, currency: row.currency, account_id },
      remote: order && { status: order.status, paid_paise: order.amount_paid, currency: order.currency },
      ...{ rows: [id], touches: [id, customer_id] },
    });
  }
  const debits = await collectedAt(db.read, account);
  for (const { id, order_id, tenant_id, customer_id, amount_paise, currency, state } of debits) {
    const order = await byId(razorpay.fetchOrder(order_id ?? ""));
    if (order?.status === "paid" && order.amount === amount_paise && order.currency === currency) continue;
    findings.push({
      ...{ kind: "order_not_paid", subject: order_id ?? id, tenant_id, local: { state, amount_paise, currency } },
      remote: order && { status: order.status, paid_paise: order.amount_paid, currency: order.currency },
      ...{ rows: [id], touches: [id, customer_id] },
    });
  }
  return { findings, looked_at: { orders: topups.length + debits.length } };
});

/** Only where what was paid is what was asked. */
export async function repairOrder(parts: ReconcileParts, { subject, local, remote }: FindingRow): Promise<boolean> {
  if (remote?.paid_paise !== local?.payable_paise || remote?.currency !== local?.currency) return false;
  const account_id = (local?.account_id ?? "operator") as AccountId;
  await parts.appliers.order(account_id, subject);
  return (await findTopupByOrder(parts.db.read, account_id, subject))?.state === "paid";
}
