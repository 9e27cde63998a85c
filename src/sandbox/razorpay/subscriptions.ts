import { cycleEdge, DAY, istMidnight } from "./calendar.ts";
import type { Invoice, Payment, PaymentMethod, Plan, Schedule, Subscription } from "./entities.ts";
import { onWire } from "./entities.ts";
import { capture, fail, newInvoice, newPayment, payInvoice, refund, WIRE_METHOD } from "./payments.ts";
import { Refused } from "./refusal.ts";
import { found, type Shelf } from "./shelf.ts";

/** The states of a subscription and what moves it from one to the next. */

/** A domestic card or UPI is not charged more than this without its owner. */
const UNATTENDED_MAX = 1_500_000;
const TOKEN_CHARGE = 500;
const RETRIES = 3;

const wire = (subscription: Subscription) => onWire({ ...subscription, short_url: null });

const partsOf = (shelf: Shelf, subscription: Subscription) => ({
  plan: found(shelf.plans, subscription.plan_id),
  schedule: found(shelf.schedules, subscription.id),
});

function edge(plan: Plan, subscription: Subscription, count: number): number {
  return cycleEdge(subscription.start_at!, plan.period, plan.interval, count);
}

/** A person approves the mandate: it starts at once, or waits for its start with a small charge that is given back. */
export function authenticate(
  shelf: Shelf,
  subscription: Subscription,
  { method, fail: reason }: { readonly method: PaymentMethod; readonly fail?: string },
): Payment {
  if (subscription.status !== "created")
    throw new Refused(`Subscription is not in created status but ${subscription.status}`);
  const { plan, schedule } = partsOf(shelf, subscription);
  const now = shelf.now();
  const later = subscription.start_at !== null && subscription.start_at > now;
  const upfront = schedule.upfront.reduce((sum, { amount }) => sum + amount, 0);
  const { currency } = plan.item;
  const amount = later ? upfront || TOKEN_CHARGE : plan.item.amount * subscription.quantity + upfront;
  if (reason) {
    const payment = newPayment(shelf, { amount, currency, method: WIRE_METHOD[method] });
    fail(shelf, payment, reason);
    return payment;
  }
  schedule.method = method;
  schedule.token_id = shelf.newId("token");
  subscription.payment_method = WIRE_METHOD[method];
  // UPI's first payments may lack the customer.
  if (method !== "upi") subscription.customer_id ??= shelf.newId("cust");

  if (later) {
    const payment = newPayment(shelf, { amount, currency, method: WIRE_METHOD[method], description: "Token charge" });
    capture(shelf, payment);
    if (!upfront) refund(shelf, payment, { amount, notes: {}, receipt: null });
    Object.assign(subscription, { status: "authenticated", charge_at: subscription.start_at });
    if (shelf.knobs.authenticatedEvent) shelf.emit("subscription.authenticated", { subscription: wire(subscription) });
    shelf.at(subscription.start_at!, () => {
      if (subscription.status === "authenticated") begin(shelf, subscription, { shuffled: false });
    });
    return payment;
  }
  subscription.start_at = now;
  return begin(shelf, subscription, { shuffled: true })!;
}

/** The first cycle: from now to the midnight of the anniversary. */
function begin(shelf: Shelf, subscription: Subscription, { shuffled }: { shuffled: boolean }): Payment | null {
  const { plan } = partsOf(shelf, subscription);
  subscription.start_at ??= shelf.now();
  subscription.current_start = shelf.now();
  subscription.current_end = edge(plan, subscription, 1);
  subscription.end_at = edge(plan, subscription, subscription.total_count - 1);
  subscription.charge_at = subscription.current_end;
  const invoice = issue(shelf, subscription);
  if (!shuffled) {
    planNext(shelf, subscription);
    return attempt(shelf, subscription, invoice);
  }

  // All of it happens in one moment, and its events come in any order.
  const { schedule } = partsOf(shelf, subscription);
  const payment = newPayment(shelf, chargeOf(subscription, schedule, invoice));
  capture(shelf, payment, { quiet: true });
  payInvoice(shelf, invoice, payment);
  subscription.status = "active";
  subscription.paid_count = 1;
  const order = found(shelf.orders, invoice.order_id);
  const events: [string, Record<string, object>][] = [
    ["subscription.authenticated", { subscription: wire(subscription) }],
    ["subscription.activated", { subscription: wire(subscription), payment: wirePayment(payment) }],
    ["subscription.charged", { subscription: wire(subscription), payment: wirePayment(payment) }],
    ["payment.authorized", { payment: onWire({ ...payment, status: "authorized", captured: false }) }],
    ["payment.captured", { payment: onWire(payment) }],
    ["order.paid", { payment: onWire(payment), order: onWire(order) }],
    ["invoice.paid", { payment: onWire(payment), order: onWire(order), invoice: wireInvoice(invoice) }],
  ];
  for (let left = events.length; left > 0; left--) {
    const [event] = events.splice(Math.floor(shelf.random() * left), 1);
    shelf.emit(...event!);
  }
  planNext(shelf, subscription);
  completeIfLast(shelf, subscription);
  return payment;
}

/** In the webhooks of subscriptions `captured` is text. */
const wirePayment = (payment: Payment) => ({ ...onWire(payment), captured: payment.captured ? "1" : "0" });
/** The webhook's invoice has no lines, and no subscription. */
const wireInvoice = ({ line_items: _, subscription_id: __, ...invoice }: Invoice) => invoice;

const chargeOf = (subscription: Subscription, { method, token_id }: Schedule, invoice: Invoice) => ({
  ...{ amount: invoice.amount, currency: invoice.currency, order_id: invoice.order_id, invoice_id: invoice.id },
  ...{ method: WIRE_METHOD[method ?? "card_domestic"], international: method === "card_international" },
  ...{ customer_id: subscription.customer_id ?? null, token_id, description: "Recurring Payment via Subscription" },
});

function issue(shelf: Shelf, subscription: Subscription): Invoice {
  const { plan, schedule } = partsOf(shelf, subscription);
  const upfront = schedule.issued === 0 ? schedule.upfront : [];
  const addons = schedule.addons.filter(({ invoice_id }) => invoice_id === null);
  const lines = [
    { type: "plan", name: plan.item.name, amount: plan.item.amount, quantity: subscription.quantity },
    ...upfront.map((line) => ({ type: "addon", quantity: 1, ...line })),
    ...addons.map(({ name, amount, quantity }) => ({ type: "addon", name, amount, quantity })),
  ];
  const invoice = newInvoice(shelf, {
    ...{ subscription_id: subscription.id, currency: plan.item.currency },
    ...{ customer_id: subscription.customer_id ?? null, line_items: lines },
    amount: lines.reduce((sum, { amount, quantity }) => sum + amount * quantity, 0),
    ...{ billing_start: subscription.current_start, billing_end: subscription.current_end },
  });
  for (const addon of addons) addon.invoice_id = invoice.id;
  schedule.issued += 1;
  subscription.remaining_count = subscription.total_count - schedule.issued;
  return invoice;
}

function planNext(shelf: Shelf, subscription: Subscription): void {
  const due = subscription.current_end!;
  shelf.at(due, () => {
    if (subscription.current_end === due) turn(shelf, subscription);
  });
}

/** The edge of a cycle. */
function turn(shelf: Shelf, subscription: Subscription): void {
  const { plan, schedule } = partsOf(shelf, subscription);
  if (schedule.cancelAtEnd && isLive(subscription)) {
    end(shelf, subscription, "cancelled");
    return;
  }
  if (!["active", "pending", "halted"].includes(subscription.status)) {
    // A paused one keeps its dates.
    if (subscription.status !== "paused") return;
    moveOn(plan, subscription);
    planNext(shelf, subscription);
    return;
  }
  if (subscription.remaining_count === 0) return;
  moveOn(plan, subscription);
  const halted = subscription.status === "halted";
  const invoice = issue(shelf, subscription);
  planNext(shelf, subscription);
  // What is halted is invoiced and never charged.
  if (halted) return;
  subscription.auth_attempts = 0;
  attempt(shelf, subscription, invoice);
}

function moveOn(plan: Plan, subscription: Subscription): void {
  subscription.current_start = subscription.current_end;
  const passed = cyclesUntil(plan, subscription);
  subscription.current_end = edge(plan, subscription, passed + 1);
  if (subscription.status !== "paused") subscription.charge_at = subscription.current_end;
}

function cyclesUntil(plan: Plan, subscription: Subscription): number {
  let count = 0;
  while (edge(plan, subscription, count + 1) <= subscription.current_start!) count += 1;
  return count;
}

/** One try to charge an invoice: success makes it active; failure is tried again on the three days after. */
function attempt(shelf: Shelf, subscription: Subscription, invoice: Invoice): Payment {
  const { schedule } = partsOf(shelf, subscription);
  const was = subscription.status;
  const payment = newPayment(shelf, chargeOf(subscription, schedule, invoice));
  const unattended = schedule.method === "card_domestic" || schedule.method === "upi";
  const outcome = schedule.outcomes.shift() ?? "ok";
  const reason = unattended && invoice.amount > UNATTENDED_MAX ? "per_transaction_limit_exceeded" : outcome;
  if (reason === "ok") {
    capture(shelf, payment);
    charged(shelf, subscription, invoice, payment, was);
    return payment;
  }
  fail(shelf, payment, reason);
  subscription.auth_attempts += 1;
  if (subscription.auth_attempts > RETRIES) {
    Object.assign(subscription, { status: "halted", charge_at: subscription.current_end });
    shelf.emit("subscription.halted", { subscription: wire(subscription) });
    return payment;
  }
  const again = istMidnight(subscription.current_start!) + subscription.auth_attempts * DAY;
  const retryAt = Math.max(again, shelf.now() + 1);
  Object.assign(subscription, { status: "pending", charge_at: retryAt });
  shelf.emit("subscription.pending", { subscription: wire(subscription) });
  shelf.at(retryAt, () => {
    if (subscription.status === "pending" && invoice.status === "issued") attempt(shelf, subscription, invoice);
  });
  return payment;
}

function charged(shelf: Shelf, subscription: Subscription, invoice: Invoice, payment: Payment, was: string): void {
  payInvoice(shelf, invoice, payment);
  const order = found(shelf.orders, invoice.order_id);
  shelf.emit("invoice.paid", { payment: onWire(payment), order: onWire(order), invoice: wireInvoice(invoice) });
  Object.assign(subscription, { status: "active", auth_attempts: 0, charge_at: subscription.current_end });
  subscription.paid_count += 1;
  shelf.emit("subscription.charged", { subscription: wire(subscription), payment: wirePayment(payment) });
  if (was !== "active")
    shelf.emit("subscription.activated", { subscription: wire(subscription), payment: wirePayment(payment) });
  completeIfLast(shelf, subscription);
}

function completeIfLast(shelf: Shelf, subscription: Subscription): void {
  if (subscription.remaining_count > 0) return;
  Object.assign(subscription, { status: "completed", ended_at: subscription.current_start, charge_at: null });
  shelf.emit("subscription.completed", { subscription: wire(subscription) });
}

const isLive = ({ status }: Subscription) =>
  ["authenticated", "active", "pending", "halted", "paused"].includes(status);

function end(shelf: Shelf, subscription: Subscription, status: "cancelled"): void {
  Object.assign(subscription, { status, ended_at: shelf.now(), charge_at: null });
  shelf.emit("subscription.cancelled", { subscription: wire(subscription) });
}

export function cancel(
  shelf: Shelf,
  subscription: Subscription,
  { atEnd, by }: { readonly atEnd: boolean; readonly by: "self" | "customer" },
): void {
  if (!isLive(subscription) && subscription.status !== "created")
    throw new Refused(`Subscription is not cancellable in ${subscription.status} status.`, { field: "status" });
  if (atEnd) {
    if (!["active", "pending", "halted"].includes(subscription.status))
      throw new Refused("Subscription cannot be cancelled since no billing cycle is going on");
    found(shelf.schedules, subscription.id).cancelAtEnd = true;
    return;
  }
  subscription.cancel_initiated_by = by;
  end(shelf, subscription, "cancelled");
}

export function pause(shelf: Shelf, subscription: Subscription, by: "self" | "customer"): void {
  if (subscription.status === "authenticated") {
    cancel(shelf, subscription, { atEnd: false, by });
    return;
  }
  if (subscription.status !== "active")
    throw new Refused(`Subscription cannot be paused in ${subscription.status} status.`, { field: "status" });
  Object.assign(subscription, { status: "paused", paused_at: shelf.now(), pause_initiated_by: by, charge_at: null });
  shelf.emit("subscription.paused", { subscription: wire(subscription) });
}

export function resume(shelf: Shelf, subscription: Subscription, by: "self" | "customer"): void {
  if (subscription.status !== "paused")
    throw new Refused(`Subscription cannot be resumed in ${subscription.status} status.`, { field: "status" });
  if (subscription.pause_initiated_by === "customer" && by === "self" && subscription.payment_method === "upi")
    throw new Refused("Subscription was paused by the customer and can be resumed by the customer only");
  Object.assign(subscription, { status: "active", charge_at: subscription.current_end });
  shelf.emit("subscription.resumed", { subscription: wire(subscription) });
}

/** The customer gives another method, on the hosted page or at Checkout: what is open of the last invoice is charged at once. */
export function changeMethod(shelf: Shelf, subscription: Subscription, method: PaymentMethod): Payment {
  if (!["pending", "halted", "active"].includes(subscription.status))
    throw new Refused(`Payment method cannot be changed in ${subscription.status} status.`);
  const { schedule } = partsOf(shelf, subscription);
  if ((schedule.method === "upi" || schedule.method === "emandate") && !method.startsWith("card"))
    throw new Refused("Only a change to card is allowed for this subscription");
  schedule.method = method;
  subscription.payment_method = WIRE_METHOD[method];
  const was = subscription.status;
  const last = [...shelf.invoices.values()].findLast(
    ({ subscription_id, status }) => subscription_id === subscription.id && status === "issued",
  );
  const amount = last?.amount ?? TOKEN_CHARGE;
  const { currency } = found(shelf.plans, subscription.plan_id).item;
  const payment = newPayment(
    shelf,
    last ? chargeOf(subscription, schedule, last) : { amount, currency, method: WIRE_METHOD[method] },
  );
  capture(shelf, payment);
  if (last) charged(shelf, subscription, last, payment, was);
  else refund(shelf, payment, { amount, notes: {}, receipt: null });
  return payment;
}

/** Nobody approved it in time. No event tells of that. */
export function expireUnauthenticated(shelf: Shelf, subscription: Subscription): void {
  const deadline = Math.min(subscription.start_at ?? Infinity, subscription.expire_by ?? Infinity);
  if (!Number.isFinite(deadline)) return;
  shelf.at(deadline, () => {
    if (subscription.status === "created") Object.assign(subscription, { status: "expired", charge_at: null });
  });
}

export function addAddon(
  shelf: Shelf,
  subscription: Subscription,
  item: { readonly name: string; readonly amount: number; readonly quantity: number },
) {
  const schedule = found(shelf.schedules, subscription.id);
  if (schedule.method === "card_domestic")
    throw new Refused("Addons can't be added for subscriptions when payment mode is domestic card");
  if (schedule.method === "upi") throw new Refused("Add-ons can't be added for Subscriptions when payment mode is upi");
  if (schedule.method !== "card_international") throw new Refused("Add-ons are supported for cards only");
  const addon = { id: shelf.newId("ao"), invoice_id: null, ...item };
  schedule.addons.push(addon);
  return addon;
}

/** Plan, quantity and count: for international cards only. */
export function update(shelf: Shelf, subscription: Subscription, fields: Readonly<Record<string, unknown>>): void {
  const { method } = found(shelf.schedules, subscription.id);
  if (subscription.status !== "active" && subscription.status !== "authenticated")
    throw new Refused("Can't update subscription when subscription is not in Authenticated or Active state");
  if (method === "card_domestic")
    throw new Refused("Only offers can be updated for subscriptions when payment mode is domestic card", {
      field: "offer_id",
    });
  if (method !== "card_international")
    throw new Refused(`subscriptions cannot be updated when payment mode is ${method === "upi" ? "UPI" : "eMandate"}`);
  const { quantity, plan_id, remaining_count } = fields;
  if (typeof quantity === "number") subscription.quantity = quantity;
  if (typeof plan_id === "string") subscription.plan_id = found(shelf.plans, plan_id).id;
  if (typeof remaining_count === "number") {
    const { issued } = found(shelf.schedules, subscription.id);
    subscription.remaining_count = remaining_count;
    subscription.total_count = issued + remaining_count;
  }
  shelf.emit("subscription.updated", { subscription: wire(subscription) });
}
