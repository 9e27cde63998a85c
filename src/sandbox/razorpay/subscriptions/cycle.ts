import { DAY, HOUR, istMidnight } from "../calendar.ts";
import { authorise, capture, fail, newPayment, WIRE_METHOD } from "../charge.ts";
import type { Invoice, Line, Payment, Schedule, Subscription } from "../entities.ts";
import { draftInvoice, invoicePaid, isPayable, issueInvoice } from "../invoices.ts";
import { found, type Shelf } from "../shelf.ts";
import { paymentInSubscriptionEvent } from "../wire/payment.ts";
import { subscriptionInEvent } from "../wire/subscription.ts";
import { apply, beginRhythm, moveOn, partsOf } from "./terms.ts";

/** A subscription's cycles: an invoice at the start of each, its charge, and what is tried again where that fails. */

const RETRIES = 3;
/** A bank's answer to an eMandate's debit takes longer than a day. */
const BANK_SECONDS = 26 * HOUR;

export function tell(shelf: Shelf, subscription: Subscription, what: string, payment?: Payment): void {
  const type = `subscription.${what}`;
  shelf.emit(type, {
    subscription: subscriptionInEvent(subscription, type),
    ...(payment && { payment: paymentInSubscriptionEvent(payment) }),
  });
}

export const chargeOf = (subscription: Subscription, { method, token_id }: Schedule, invoice: Invoice) => ({
  ...{ amount: invoice.amount_due, currency: invoice.currency, order_id: invoice.order_id, invoice_id: invoice.id },
  ...{ method: WIRE_METHOD[method ?? "card_domestic"], international: method === "card_international" },
  ...{ customer_id: subscription.customer_id ?? null, token_id, description: "Recurring Payment via Subscription" },
});

/** The invoice of the present cycle: the plan, what was agreed upfront with the first, and add-ons that waited for it. */
export function issue(shelf: Shelf, subscription: Subscription): Invoice {
  const { plan, schedule } = partsOf(shelf, subscription);
  const addons = [...shelf.addons.values()].filter(
    ({ subscription_id, invoice_id }) => subscription_id === subscription.id && invoice_id === null,
  );
  const { name, amount } = plan.item;
  const line_items: Omit<Line, "id">[] = [
    { type: "plan", name, description: null, amount, quantity: subscription.quantity },
    ...(schedule.issued === 0 ? schedule.upfront : []).map((line) => ({ ...ADDON, ...line })),
    ...addons.map(({ item, quantity }) => ({ ...ADDON, name: item.name, amount: item.amount, quantity })),
  ];
  const invoice = issueFor(shelf, subscription, line_items);
  for (const addon of addons) addon.invoice_id = invoice.id;
  schedule.issued += 1;
  subscription.remaining_count = subscription.total_count - schedule.issued;
  return invoice;
}
const ADDON = { type: "addon", description: null } as const;

export function issueFor(shelf: Shelf, subscription: Subscription, line_items: Omit<Line, "id">[]): Invoice {
  const { plan } = partsOf(shelf, subscription);
  const invoice = draftInvoice(shelf, {
    ...{ subscription_id: subscription.id, customer_id: subscription.customer_id ?? null, line_items },
    ...{ currency: plan.item.currency, billing_start: subscription.current_start },
    billing_end: subscription.current_end,
  });
  return issueInvoice(shelf, invoice);
}

export function planTurn(shelf: Shelf, subscription: Subscription): void {
  const due = subscription.current_end!;
  shelf.at(due, "subscription.turn", subscription.id, String(due));
}

/** The edge of a cycle. */
export function turn(shelf: Shelf, subscription: Subscription, due: number): void {
  // Its rhythm may have become another since this was planned.
  if (subscription.current_end !== due) return;
  const { schedule } = partsOf(shelf, subscription);
  const goesOn = ["active", "pending", "halted"].includes(subscription.status);
  if (schedule.cancelAtEnd && (goesOn || subscription.status === "paused")) {
    Object.assign(subscription, { status: "cancelled", ended_at: shelf.now(), charge_at: null });
    tell(shelf, subscription, "cancelled");
    return;
  }
  // A paused one keeps its dates.
  if (subscription.status === "paused") {
    moveOn(shelf, subscription);
    planTurn(shelf, subscription);
    return;
  }
  if (!goesOn || subscription.remaining_count === 0) return;
  const change = schedule.change;
  Object.assign(schedule, { change: null });
  Object.assign(subscription, { has_scheduled_changes: false, change_scheduled_at: null });
  if (change && apply(shelf, subscription, change)) beginRhythm(shelf, subscription);
  else moveOn(shelf, subscription);
  subscription.charge_at = subscription.current_end;
  if (change) tell(shelf, subscription, "updated");

  const invoice = issue(shelf, subscription);
  planTurn(shelf, subscription);
  // What is halted is invoiced and never charged.
  if (subscription.status === "halted") return;
  subscription.auth_attempts = 0;
  attempt(shelf, subscription, invoice);
}

/** One try to charge an invoice. */
export function attempt(shelf: Shelf, subscription: Subscription, invoice: Invoice): Payment {
  const { schedule } = partsOf(shelf, subscription);
  const payment = newPayment(shelf, chargeOf(subscription, schedule, invoice));
  if (schedule.method === "emandate")
    shelf.at(shelf.now() + BANK_SECONDS, "subscription.answer", subscription.id, invoice.id, payment.id);
  else decide(shelf, subscription, invoice, payment);
  return payment;
}

/** The bank's word: success makes it active; failure is tried again on the three days after, and then no more. */
export function decide(shelf: Shelf, subscription: Subscription, invoice: Invoice, payment: Payment): void {
  const { schedule } = partsOf(shelf, subscription);
  const unattended = schedule.method === "card_domestic" || schedule.method === "upi";
  const outcome = schedule.outcomes.shift() ?? "ok";
  const reason =
    subscription.status === "cancelled"
      ? "mandate_cancelled"
      : unattended && payment.amount > shelf.knobs.unattendedMaxPaise
        ? "per_transaction_limit_exceeded"
        : outcome;
  if (reason === "ok") {
    authorise(shelf, payment);
    if (capture(shelf, payment)) charged(shelf, subscription, invoice, payment);
    return;
  }
  fail(shelf, payment, reason);
  if (!["authenticated", "active", "pending"].includes(subscription.status)) return;
  subscription.auth_attempts += 1;
  if (subscription.auth_attempts > RETRIES) {
    Object.assign(subscription, { status: "halted", charge_at: subscription.current_end });
    tell(shelf, subscription, "halted");
    return;
  }
  const day = istMidnight(subscription.current_start!) + subscription.auth_attempts * DAY;
  const soonest = schedule.method === "emandate" ? istMidnight(shelf.now()) + DAY : shelf.now() + 1;
  const charge_at = Math.max(day, soonest);
  Object.assign(subscription, { status: "pending", charge_at });
  tell(shelf, subscription, "pending");
  shelf.at(charge_at, "subscription.retry", subscription.id, invoice.id);
}

export function retry(shelf: Shelf, subscription: Subscription, invoice: Invoice): void {
  if (subscription.status === "pending" && isPayable(invoice)) attempt(shelf, subscription, invoice);
}

/** An invoice of it was paid, in whichever way. */
export function charged(shelf: Shelf, subscription: Subscription, invoice: Invoice, payment: Payment): void {
  invoicePaid(shelf, invoice, payment);
  const was = subscription.status;
  if (!["authenticated", "active", "pending", "halted"].includes(was)) return;
  const charge_at = subscription.current_end;
  // The first charge after a trial: it is active, and what is known of the charge comes with the next event.
  if (was === "authenticated")
    tell(shelf, { ...subscription, status: "active", charge_at: subscription.current_start }, "activated");
  Object.assign(subscription, { status: "active", auth_attempts: 0, charge_at });
  subscription.paid_count += 1;
  tell(shelf, subscription, "charged", payment);
  if (was === "pending" || was === "halted") tell(shelf, subscription, "activated", payment);
  completeIfLast(shelf, subscription, payment);
}

export function completeIfLast(shelf: Shelf, subscription: Subscription, payment: Payment): void {
  if (subscription.remaining_count > 0) return;
  Object.assign(subscription, { status: "completed", ended_at: subscription.current_start, charge_at: null });
  tell(shelf, subscription, "completed", payment);
}

/** The invoice that waits for money, the latest of them. */
export const openInvoiceOf = (shelf: Shelf, { id }: Subscription): Invoice | undefined =>
  [...shelf.invoices.values()].findLast((invoice) => invoice.subscription_id === id && isPayable(invoice));

/** Charged by hand at the dashboard, which neither UPI nor an Indian card allows. */
export function chargeNow(shelf: Shelf, subscription: Subscription): Payment {
  const { schedule } = partsOf(shelf, subscription);
  const invoice = openInvoiceOf(shelf, subscription);
  if (!invoice) throw new Error("there is no unpaid invoice");
  if (schedule.method === "upi" || schedule.method === "card_domestic")
    throw new Error(`a charge by hand is not possible for ${schedule.method}`);
  return attempt(shelf, subscription, found(shelf.invoices, invoice.id));
}
