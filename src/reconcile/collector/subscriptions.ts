import type { SubscriptionRow } from "../../billing/cycles/store.ts";
import { isOlder } from "../../billing/payments/apply.ts";
import { findPayment } from "../../billing/payments/store.ts";
import type { RazorpaySubscription } from "../../billing/razorpay/entities.ts";
import { findByRazorpayId } from "../../billing/subscriptions/store.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { iso, isoOrNull } from "../../kernel/clock.ts";
import type { FindingRow, NewFinding } from "../finding.ts";
import type { ReconcileParts } from "../step.ts";
import { byId, everyOne, ofAccount } from "./account.ts";
import { chargedAt, nextOf, subscriptionsAt } from "./store.ts";

/** Each subscription is as we mirror it; and there is none that says it is ours and is not. */
export const proveSubscriptions = ofAccount(async ({ db }, { razorpay, account_id }) => {
  const ours = await subscriptionsAt(db.read, account_id);
  const theirs = await everyOne((query) => razorpay.listSubscriptions(query));
  const listed = new Map(theirs.map((one) => [one.id, one]));
  const known = new Set(ours.map(({ razorpay_subscription_id }) => razorpay_subscription_id));
  const findings: NewFinding[] = [];
  for (const { razorpay_subscription_id, ...row } of ours) {
    const id = razorpay_subscription_id ?? "";
    const seen = listed.get(id);
    if (seen && !differs(row, seen)) continue;
    const remote = await byId(razorpay.fetchSubscription(id));
    const own = await findByRazorpayId(db.read, account_id, id);
    if (!own || (remote && !differs(own, remote))) continue;
    const { tenant_id, customer_id } = own;
    findings.push({
      ...{ kind: remote ? "subscription_differs" : "subscription_gone", subject: id, tenant_id },
      ...{ local: { ...figuresOf(own), account_id }, remote: remote && figuresOf(remote) },
      ...{ rows: [own.id], touches: [own.id, customer_id] },
    });
  }
  let foreign = 0;
  for (const { id, notes } of theirs) {
    if (known.has(id)) continue;
    if (notes.tollgate !== "1") {
      foreign += 1;
      continue;
    }
    const remote = await byId(razorpay.fetchSubscription(id));
    // One that nobody has approved charges nobody, and dies by itself.
    if (!remote || OVER.has(remote.status) || (await findByRazorpayId(db.read, account_id, id))) continue;
    findings.push({
      ...{ kind: "subscription_unknown", subject: id, tenant_id: null, rows: [id], local: null },
      remote: { ...figuresOf(remote), notes: remote.notes, account_id },
      touches: remote.notes.subject === undefined ? [] : [remote.notes.subject],
    });
  }
  return { findings, next: null, looked_at: { subscriptions: ours.length, foreign_subscriptions: foreign } };
});

const OVER: ReadonlySet<string> = new Set(["created", "cancelled", "completed", "expired"]);

const figuresOf = (one: Pick<SubscriptionRow | RazorpaySubscription, "status" | "paid_count" | "current_end">) => ({
  ...{ status: one.status, paid_count: one.paid_count, current_end: isoOrNull(one.current_end) },
});

/** One that we have given up by its date (`expired`) may still wait at Razorpay: nobody can approve it any more. */
const differs = (
  row: Pick<SubscriptionRow, "status" | "paid_count" | "current_end">,
  remote: RazorpaySubscription,
): boolean =>
  !(row.status === "expired" && remote.status === "created") &&
  (row.status !== remote.status || row.paid_count !== remote.paid_count || row.current_end !== remote.current_end);

export async function repairSubscription(parts: ReconcileParts, { subject, local }: FindingRow): Promise<boolean> {
  const { db, appliers, collectors } = parts;
  const account_id = (local?.account_id ?? "operator") as AccountId;
  await appliers.subscription(account_id, subject);
  const row = await findByRazorpayId(db.read, account_id, subject);
  const razorpay = await collectors.of(account_id);
  return row !== undefined && !differs(row, await razorpay.fetchSubscription(subject));
}

/** Every charge of a subscription of ours, by Razorpay's own invoices of it, is a payment in our books. */
export const proveCharges = ofAccount(async ({ db }, { razorpay, account_id, from, to }, cursor) => {
  const findings: NewFinding[] = [];
  let charges = 0;
  const rows = await chargedAt(db.read, account_id, cursor ?? "");
  for (const row of rows) {
    const subscription_id = row.razorpay_subscription_id;
    if (subscription_id === null) continue;
    const invoices = await everyOne((query) => razorpay.listInvoices({ ...query, subscription_id }));
    for (const { id, payment_id, paid_at, amount, currency, billing_start } of invoices) {
      if (payment_id === null || paid_at === null || paid_at < from || paid_at >= to || isOlder(row, paid_at)) continue;
      charges += 1;
      const payment = await findPayment(db.read, payment_id);
      if (payment && payment.captured_at !== null) continue;
      findings.push({
        ...{ kind: "charge_missing", subject: payment_id, tenant_id: row.tenant_id },
        local: payment ? { status: payment.status, amount_paise: payment.amount_paise } : null,
        remote: { invoice_id: id, amount_paise: amount, currency, paid_at: iso(paid_at), billing_start, account_id },
        ...{ rows: [row.id, payment_id], touches: [row.id, row.customer_id] },
      });
    }
  }
  return { findings, next: nextOf(rows), looked_at: { charges } };
});
