import { authorise, capture, fail, newPayment } from "../charge.ts";
import type { Change, Subscription } from "../entities.ts";
import { invoicePaid } from "../invoices.ts";
import { refund } from "../refunds.ts";
import { Refused } from "../refusal.ts";
import { found, type Shelf } from "../shelf.ts";
import { chargeOf, issue, issueFor, planTurn, tell } from "./cycle.ts";
import { apply, beginRhythm, difference, isSameRhythm, partsOf } from "./terms.ts";

/** Updates of a running subscription: by card from abroad only. */

const DIFFERENCE_MIN = 50;

export type When = "now" | "cycle_end";

export function update(shelf: Shelf, subscription: Subscription, change: Change, when: When): void {
  refuseByMethod(shelf, subscription, change);
  if (subscription.status === "authenticated") {
    apply(shelf, subscription, change);
    if (change.start_at !== undefined) {
      subscription.charge_at = change.start_at;
      shelf.at(change.start_at, "subscription.begin", subscription.id);
    }
  } else if (change.start_at !== undefined) {
    throw new Refused("start_at can be updated in Authenticated state only", { field: "start_at" });
  } else if (when === "cycle_end") {
    found(shelf.schedules, subscription.id).change = change;
    Object.assign(subscription, { has_scheduled_changes: true, change_scheduled_at: subscription.current_end });
    return;
  } else changeNow(shelf, subscription, change);
  tell(shelf, subscription, "updated");
}

function refuseByMethod(shelf: Shelf, subscription: Subscription, change: Change): void {
  const { method } = found(shelf.schedules, subscription.id);
  const refused = (why: string, field?: string) => new Refused(why, { field, manner: "bare" });
  if (subscription.status !== "active" && subscription.status !== "authenticated")
    throw refused("Can't update subscription when subscription is not in Authenticated or Active state");
  const offerOnly = Object.keys(change).every((name) => name === "offer_id");
  if (method === "card_domestic" && !offerOnly)
    throw refused("Only offers can be updated for subscriptions when payment mode is domestic card", "offer_id");
  if (method === "upi" || method === "emandate")
    throw refused(`subscriptions cannot be updated when payment mode is ${method === "upi" ? "UPI" : "eMandate"}`);
}

/** Money moves now, by whole days of what is left of the cycle; another rhythm begins a cycle of its own. */
function changeNow(shelf: Shelf, subscription: Subscription, change: Change): void {
  if (change.offer_id !== undefined)
    throw new Refused("Offers can be updated at the end of the cycle only", { field: "offer_id" });
  const { plan, schedule } = partsOf(shelf, subscription);
  const next = found(shelf.plans, change.plan_id ?? plan.id);
  if (!isSameRhythm(plan, next)) {
    const before = [{ ...subscription }, { ...schedule }];
    apply(shelf, subscription, change);
    beginRhythm(shelf, subscription);
    try {
      pay(shelf, subscription, issue(shelf, subscription).id);
    } catch (error) {
      Object.assign(subscription, before[0]);
      Object.assign(schedule, before[1], { outcomes: schedule.outcomes });
      throw error;
    }
    subscription.paid_count += 1;
    subscription.charge_at = subscription.current_end;
    planTurn(shelf, subscription);
    return;
  }
  const owed = difference(shelf, subscription, change);
  if (owed !== 0 && Math.abs(owed) < DIFFERENCE_MIN)
    throw new Refused(`The difference must be at least ${DIFFERENCE_MIN} subunits to update now.`);
  if (owed > 0) {
    const line = { type: "plan", name: next.item.name, description: null, amount: owed, quantity: 1 } as const;
    pay(shelf, subscription, issueFor(shelf, subscription, [line]).id);
  } else if (owed < 0) {
    // Its credit note is seen at the dashboard only; the money goes back all the same.
    const last = [...shelf.payments.values()].findLast(
      ({ invoice_id, captured_at, amount, amount_refunded }) =>
        shelf.invoices.get(invoice_id ?? "")?.subscription_id === subscription.id &&
        captured_at !== null &&
        amount - amount_refunded >= -owed,
    );
    if (last) refund(shelf, last, { amount: -owed });
  }
  apply(shelf, subscription, change);
}

/** If it cannot be charged, nothing changes. */
function pay(shelf: Shelf, subscription: Subscription, invoice_id: string): void {
  const invoice = found(shelf.invoices, invoice_id);
  const { schedule } = partsOf(shelf, subscription);
  const payment = newPayment(shelf, chargeOf(subscription, schedule, invoice));
  const outcome = schedule.outcomes.shift() ?? "ok";
  if (outcome !== "ok") {
    fail(shelf, payment, outcome);
    invoice.status = "cancelled";
    throw new Refused("The update could not be charged, so it was not made.", { reason: outcome });
  }
  authorise(shelf, payment);
  capture(shelf, payment);
  invoicePaid(shelf, invoice, payment);
}

export function dropChange(shelf: Shelf, subscription: Subscription): void {
  if (!subscription.has_scheduled_changes) throw new Refused("No scheduled changes found for the subscription");
  found(shelf.schedules, subscription.id).change = null;
  Object.assign(subscription, { has_scheduled_changes: false, change_scheduled_at: null });
}

/** The subscription as it will be. */
export function withChange(shelf: Shelf, subscription: Subscription): Subscription {
  if (!subscription.has_scheduled_changes) throw new Refused("No scheduled changes found for the subscription");
  const { remaining_count, ...rest } = found(shelf.schedules, subscription.id).change ?? {};
  return { ...subscription, ...rest, ...(remaining_count !== undefined && { remaining_count }) };
}
