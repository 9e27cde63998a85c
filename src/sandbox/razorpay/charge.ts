import { DAY } from "./calendar.ts";
import type { Order, Payment, PaymentMethod, WireMethod } from "./entities.ts";
import { errorOf } from "./reasons.ts";
import { refund } from "./refunds.ts";
import { expectMovement } from "./settlements.ts";
import type { Emit, Shelf } from "./shelf.ts";
import { orderOnWire } from "./wire/order.ts";
import { paymentOnWire } from "./wire/payment.ts";

/** A payment, from its making to the moment the merchant has it or it has failed. */

export const WIRE_METHOD: Record<PaymentMethod, WireMethod> = {
  ...{ card_domestic: "card", card_international: "card" },
  ...{ upi: "upi", emandate: "emandate", netbanking: "netbanking" },
};

const FEE_PPM = 20_000;
const SUBSCRIPTION_FEE_PPM = 9_000;
const GST_ON_FEE = 0.18;
/** An authorisation that nobody captures goes back. */
const UNCAPTURED_SECONDS = 5 * DAY;

const UNERRED = { error_code: null, error_description: null, error_source: null, error_step: null, error_reason: null };

/** Who pays at Checkout, where the merchant did not say: people leave their address there. */
export const PAYER = { email: "payer@example.com", contact: "+919900112233" };

/** A new payment, not yet decided. */
export function newPayment(shelf: Shelf, fields: Pick<Payment, "amount" | "currency"> & Partial<Payment>): Payment {
  const customer = shelf.customers.get(fields.customer_id ?? "");
  const payment: Payment = {
    ...{ id: shelf.newId("pay"), entity: "payment", status: "created", order_id: null, invoice_id: null },
    ...{ international: false, method: "card", amount_refunded: 0, refund_status: null, captured: false },
    ...{ description: null, card_id: null, customer_id: null, token_id: null, notes: {} },
    ...{ email: customer?.email ?? PAYER.email, contact: customer?.contact ?? PAYER.contact },
    ...{ fee: null, tax: null, ...UNERRED, created_at: shelf.now(), captured_at: null },
    ...fields,
  };
  if (payment.method === "card") payment.card_id = shelf.newId("card");
  shelf.payments.set(payment.id, payment);
  return payment;
}

export function authorise(shelf: Shelf, payment: Payment, emit: Emit = shelf.emit): void {
  Object.assign(payment, { status: "authorized", ...UNERRED });
  emit("payment.authorized", { payment: paymentOnWire(payment) });
  if (orderOf(shelf, payment)?.manual) shelf.at(shelf.now() + UNCAPTURED_SECONDS, "payment.uncaptured", payment.id);
}

/** The merchant has the money, less the fee. A second one on an order that is paid goes back by itself: false is answered then. */
export function capture(shelf: Shelf, payment: Payment, emit: Emit = shelf.emit): boolean {
  const base = Math.round((payment.amount * (FEE_PPM + (payment.invoice_id ? SUBSCRIPTION_FEE_PPM : 0))) / 1e6);
  const tax = Math.round(base * GST_ON_FEE);
  Object.assign(payment, { status: "captured", captured: true, fee: base + tax, tax, captured_at: shelf.now() });
  expectMovement(shelf, {
    ...{ type: "payment", entity_id: payment.id, payment_id: payment.id, amount: payment.amount },
    ...{ debit: 0, credit: payment.amount - base - tax, fee: base + tax, tax },
  });
  const order = orderOf(shelf, payment);
  const second = order !== undefined && order.amount_paid + payment.amount > order.amount;
  if (order && !second) {
    order.amount_paid += payment.amount;
    order.amount_due -= payment.amount;
    order.status = order.amount_due === 0 ? "paid" : "attempted";
  }
  emit("payment.captured", { payment: paymentOnWire(payment) });
  if (second) {
    refund(shelf, payment, { amount: payment.amount });
    return false;
  }
  if (order?.status === "paid") emit("order.paid", { payment: paymentOnWire(payment), order: orderOnWire(order) });
  return true;
}

export function fail(shelf: Shelf, payment: Payment, reason: string): void {
  Object.assign(payment, { status: "failed", ...errorOf(reason) });
  shelf.emit("payment.failed", { payment: paymentOnWire(payment) });
}

/** Nobody captured it in time. */
export function giveBackUncaptured(shelf: Shelf, payment: Payment): void {
  if (payment.status === "authorized") refund(shelf, payment, { amount: payment.amount });
}

export const orderOf = (shelf: Shelf, { order_id }: Payment): Order | undefined => shelf.orders.get(order_id ?? "");
