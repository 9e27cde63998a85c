import { authorise, capture, fail, newPayment, PAYER, WIRE_METHOD } from "../charge.ts";
import type { Payment, PaymentMethod, Subscription } from "../entities.ts";
import { invoicePaid } from "../invoices.ts";
import { refund } from "../refunds.ts";
import { Refused } from "../refusal.ts";
import { type Emit, found, type Shelf } from "../shelf.ts";
import { paymentInSubscriptionEvent } from "../wire/payment.ts";
import { subscriptionInEvent } from "../wire/subscription.ts";
import { attempt, chargeOf, completeIfLast, issue, issueFor, planTurn, tell } from "./cycle.ts";
import { beginRhythm, partsOf } from "./terms.ts";

/** How a subscription begins: a person approves it, and it starts at once or at its date. */

/** What is taken, and given back, where nothing is due yet. */
const TOKEN_CHARGE = 500;

export interface Approval {
  readonly method: PaymentMethod;
  /** An `error_reason`, where it fails. */
  readonly fail?: string;
}

export function authenticate(shelf: Shelf, subscription: Subscription, { method, fail: reason }: Approval): Payment {
  if (subscription.status !== "created")
    throw new Refused(`Subscription is not in created status but ${subscription.status}`);
  if (method === "netbanking") throw new Refused("netbanking is approved as an eMandate here");
  const { plan, schedule } = partsOf(shelf, subscription);
  const now = shelf.now();
  const later = subscription.start_at !== null && subscription.start_at > now;
  const upfront = schedule.upfront.reduce((sum, { amount, quantity }) => sum + amount * quantity, 0);
  const amount = later ? upfront || TOKEN_CHARGE : plan.item.amount * subscription.quantity + upfront;
  const paid = { amount, currency: plan.item.currency, method: WIRE_METHOD[method] };
  if (reason) {
    const payment = newPayment(shelf, paid);
    fail(shelf, payment, reason);
    return payment;
  }
  Object.assign(schedule, { method, token_id: shelf.newId("token") });
  subscription.payment_method = WIRE_METHOD[method];
  // UPI's first payments may lack the customer.
  if (method !== "upi") subscription.customer_id ??= newCustomer(shelf);
  if (!later) {
    subscription.start_at = now;
    return startNow(shelf, subscription);
  }

  const international = method === "card_international";
  const customer_id = subscription.customer_id ?? null;
  const invoice = upfront
    ? issueFor(
        shelf,
        subscription,
        schedule.upfront.map((line) => ({ type: "addon", description: null, ...line })),
      )
    : null;
  schedule.upfront = [];
  const payment = newPayment(shelf, {
    ...(invoice ? chargeOf(subscription, schedule, invoice) : { ...paid, international, customer_id }),
    description: invoice ? "Recurring Payment via Subscription" : "Token charge",
  });
  authorise(shelf, payment);
  capture(shelf, payment);
  if (invoice) invoicePaid(shelf, invoice, payment);
  else refund(shelf, payment, { amount });
  Object.assign(subscription, { status: "authenticated", charge_at: subscription.start_at });
  if (shelf.knobs.authenticatedEvent) tell(shelf, subscription, "authenticated");
  shelf.at(subscription.start_at!, "subscription.begin", subscription.id);
  return payment;
}

/** The date has come that it was to start at. */
export function begin(shelf: Shelf, subscription: Subscription): void {
  // Its date may have been moved.
  if (subscription.status !== "authenticated" || shelf.now() < subscription.start_at!) return;
  beginRhythm(shelf, subscription);
  const invoice = issue(shelf, subscription);
  planTurn(shelf, subscription);
  attempt(shelf, subscription, invoice);
}

/** All of it happens in one moment, and its events come in any order. */
function startNow(shelf: Shelf, subscription: Subscription): Payment {
  const events: Parameters<Emit>[] = [];
  const keep: Emit = (...event) => events.push(event);
  const about = (what: string, payment?: Payment) => {
    const type = `subscription.${what}`;
    keep(type, {
      subscription: subscriptionInEvent(subscription, type),
      ...(payment && { payment: paymentInSubscriptionEvent(payment) }),
    });
  };
  const { schedule } = partsOf(shelf, subscription);
  Object.assign(subscription, { status: "authenticated", charge_at: subscription.start_at });
  about("authenticated");
  beginRhythm(shelf, subscription);
  const invoice = issue(shelf, subscription);
  const payment = newPayment(shelf, chargeOf(subscription, schedule, invoice));
  authorise(shelf, payment, keep);
  capture(shelf, payment, keep);
  invoicePaid(shelf, invoice, payment, keep);
  Object.assign(subscription, { status: "active", paid_count: 1, charge_at: subscription.current_end });
  about("activated", payment);
  about("charged", payment);
  for (let left = events.length; left > 0; left--) {
    const [event] = events.splice(Math.floor(shelf.random() * left), 1);
    shelf.emit(...event!);
  }
  planTurn(shelf, subscription);
  completeIfLast(shelf, subscription, payment);
  return payment;
}

/** Nobody approved it in time. No event tells of that. */
export function expireUnapproved(shelf: Shelf, id: string): void {
  const subscription = found(shelf.subscriptions, id);
  if (subscription.status === "created") Object.assign(subscription, { status: "expired", charge_at: null });
}

/** Whoever approves leaves an address at Checkout. */
function newCustomer(shelf: Shelf): string {
  const id = shelf.newId("cust");
  const nobody = { name: null, gstin: null, notes: {}, created_at: shelf.now() };
  shelf.customers.set(id, { id, entity: "customer", ...PAYER, ...nobody });
  return id;
}
