import type { Invoice, Order, Payment, PaymentMethod, Refund } from "./entities.ts";
import { onWire } from "./entities.ts";
import { Refused } from "./refusal.ts";
import type { Shelf } from "./shelf.ts";

export const WIRE_METHOD: Record<PaymentMethod, "card" | "upi" | "emandate"> = {
  card_domestic: "card",
  card_international: "card",
  upi: "upi",
  emandate: "emandate",
};

const FEE_PPM = 20_000;
const SUBSCRIPTION_FEE_PPM = 9_000;
const GST_ON_FEE = 0.18;

const DESCRIPTIONS: Record<string, string> = {
  insufficient_funds: "Your payment could not be completed due to insufficient account balance.",
  mandate_cancelled: "Payment failed because the mandate was cancelled.",
  payment_cancelled: "You have cancelled the payment.",
};

/** A new payment, not yet decided. */
export function newPayment(shelf: Shelf, fields: Pick<Payment, "amount" | "currency"> & Partial<Payment>): Payment {
  const payment: Payment = {
    ...{ id: shelf.newId("pay"), entity: "payment", status: "created", order_id: null, invoice_id: null },
    ...{ international: false, method: "card", amount_refunded: 0, refund_status: null, captured: false },
    ...{ description: null, email: null, contact: null, customer_id: null, token_id: null, notes: {} },
    ...{ fee: null, tax: null, error_code: null, error_description: null, error_source: null, error_step: null },
    ...{ error_reason: null, created_at: shelf.now(), captured_at: null },
    ...fields,
  };
  shelf.payments.set(payment.id, payment);
  return payment;
}

/** The money is taken. Emits what Razorpay emits for it; a second one on an order goes back by itself. */
export function capture(shelf: Shelf, payment: Payment, { quiet = false }: { quiet?: boolean } = {}): void {
  const base = Math.round((payment.amount * (FEE_PPM + (payment.invoice_id ? SUBSCRIPTION_FEE_PPM : 0))) / 1e6);
  const tax = Math.round(base * GST_ON_FEE);
  Object.assign(payment, { status: "captured", captured: true, fee: base + tax, tax, captured_at: shelf.now() });
  Object.assign(payment, { error_code: null, error_description: null, error_reason: null });
  const order = payment.order_id === null ? undefined : shelf.orders.get(payment.order_id);
  const second = order?.status === "paid";
  if (order && !second) Object.assign(order, { status: "paid", amount_paid: payment.amount, amount_due: 0 });
  if (quiet) return;
  shelf.emit("payment.authorized", {
    payment: onWire({ ...payment, status: "authorized", captured: false, fee: null, tax: null }),
  });
  shelf.emit("payment.captured", { payment: onWire(payment) });
  if (order && !second) shelf.emit("order.paid", { payment: onWire(payment), order: onWire(order) });
  if (second) refund(shelf, payment, { amount: payment.amount, notes: {}, receipt: null });
}

export function fail(shelf: Shelf, payment: Payment, reason: string): void {
  Object.assign(payment, {
    ...{ status: "failed", error_code: "BAD_REQUEST_ERROR", error_reason: reason, error_source: "customer" },
    ...{ error_step: "payment_authorization", error_description: DESCRIPTIONS[reason] ?? "Payment failed." },
  });
  shelf.emit("payment.failed", { payment: onWire(payment) });
}

/** An attempt of a person to pay an order, at Checkout. */
export function payOrder(
  shelf: Shelf,
  order: Order,
  how: { readonly method: PaymentMethod; readonly fail?: string; readonly token_id?: string },
): Payment {
  order.attempts += 1;
  if (order.status === "created") order.status = "attempted";
  const customer = order.customer_id === undefined ? undefined : shelf.customers.get(order.customer_id);
  const payment = newPayment(shelf, {
    ...{ amount: order.amount, currency: order.currency, order_id: order.id, method: WIRE_METHOD[how.method] },
    ...{ international: how.method === "card_international", customer_id: order.customer_id ?? null },
    ...{ email: customer?.email ?? null, contact: customer?.contact ?? null, token_id: how.token_id ?? null },
    notes: order.notes,
  });
  if (how.fail) fail(shelf, payment, how.fail);
  else capture(shelf, payment);
  return payment;
}

const REFUND_SECONDS = 3_600;

/** Money goes back: asked for now, on its way for an hour here (days in life), and it may fail. */
export function refund(
  shelf: Shelf,
  payment: Payment,
  { amount, notes, receipt }: { amount: number; notes: Record<string, string>; receipt: string | null },
): Refund {
  if (payment.status !== "captured" && payment.status !== "refunded")
    throw new Refused("The payment status should be captured for action to be taken");
  if (payment.refund_status === "full") throw new Refused("The payment has been fully refunded already");
  if (amount > payment.amount - payment.amount_refunded)
    throw new Refused("The refund amount provided is greater than amount captured");
  const made: Refund = {
    ...{ id: shelf.newId("rfnd"), entity: "refund", amount, currency: payment.currency, payment_id: payment.id },
    ...{ notes, receipt, created_at: shelf.now(), status: "pending", speed_requested: "normal" },
  };
  shelf.refunds.set(made.id, made);
  settleRefunded(payment, amount);
  shelf.emit("refund.created", { refund: onWire(made), payment: onWire(payment) });
  shelf.at(shelf.now() + REFUND_SECONDS, () => {
    if (shelf.knobs.failRefunds > 0) {
      shelf.knobs.failRefunds -= 1;
      made.status = "failed";
      settleRefunded(payment, -amount);
      shelf.emit("refund.failed", { refund: onWire(made), payment: onWire(payment) });
      return;
    }
    made.status = "processed";
    shelf.emit("refund.processed", { refund: onWire(made), payment: onWire(payment) });
  });
  return made;
}

function settleRefunded(payment: Payment, by: number): void {
  payment.amount_refunded += by;
  const full = payment.amount_refunded === payment.amount;
  payment.refund_status = payment.amount_refunded === 0 ? null : full ? "full" : "partial";
  payment.status = full ? "refunded" : "captured";
}

/** Razorpay's own invoice of a subscription's charge, with the order that is paid for it. */
export function newInvoice(
  shelf: Shelf,
  fields: Pick<Invoice, "amount" | "currency" | "subscription_id" | "billing_start" | "billing_end" | "line_items"> & {
    customer_id: string | null;
  },
): Invoice {
  const now = shelf.now();
  const order: Order = {
    ...{ id: shelf.newId("order"), entity: "order", amount: fields.amount, amount_paid: 0, amount_due: fields.amount },
    ...{ currency: fields.currency, receipt: null, offer_id: null, status: "created", attempts: 0, notes: {} },
    created_at: now,
  };
  shelf.orders.set(order.id, order);
  const id = shelf.newId("inv");
  const invoice: Invoice = {
    ...{ id, entity: "invoice", order_id: order.id, payment_id: null, status: "issued", amount_paid: 0 },
    ...{
      amount_due: fields.amount,
      issued_at: now,
      paid_at: null,
      short_url: `${shelf.base()}/i/${id}`,
      created_at: now,
    },
    ...fields,
  };
  shelf.invoices.set(id, invoice);
  return invoice;
}

export function payInvoice(shelf: Shelf, invoice: Invoice, payment: Payment): void {
  Object.assign(invoice, {
    ...{ status: "paid", payment_id: payment.id, amount_paid: invoice.amount, amount_due: 0, paid_at: shelf.now() },
  });
}
