import { authorise, capture, fail, newPayment, orderOf, WIRE_METHOD } from "./charge.ts";
import type { Order, Payment, PaymentMethod } from "./entities.ts";
import { invoicePaid, isPayable } from "./invoices.ts";
import { linkPaid } from "./links.ts";
import { Refused } from "./refusal.ts";
import { found, type Shelf } from "./shelf.ts";
import { charged } from "./subscriptions/cycle.ts";

/** A person pays an order at Checkout, or what stands for it: a link, an invoice. And what a captured payment means to these. */

/** A person's choice: a way to pay, how much of it where less is allowed, or how it fails (an `error_reason` of Razorpay's). */
export interface How {
  readonly method: PaymentMethod;
  readonly fail?: string;
  readonly amountPaise?: number;
}

export function payOrder(shelf: Shelf, order: Order, how: How, extra: Partial<Payment> = {}): Payment {
  const due = order.amount_due || order.amount;
  const amount = how.amountPaise ?? due;
  if (amount !== due && !order.partial)
    throw new Refused("Payment amount is different from the amount due on the order");
  if ((amount < 100 && amount !== due) || amount > due) throw new Refused("The amount is not within what is due");
  order.attempts += 1;
  if (order.status === "created") order.status = "attempted";
  // A bank account pays a single order by netbanking: there is no mandate to use.
  const method = how.method === "emandate" && !order.token ? "netbanking" : WIRE_METHOD[how.method];
  const payment = newPayment(shelf, {
    ...{ amount, currency: order.currency, order_id: order.id, method },
    ...{ international: how.method === "card_international", customer_id: order.customer_id ?? null },
    ...{ notes: order.notes, ...extra },
  });
  if (how.fail) fail(shelf, payment, how.fail);
  else {
    authorise(shelf, payment);
    if (!order.manual) captureAndTell(shelf, payment);
  }
  return payment;
}

/** The merchant has the money, and so has what it was paid for. */
export function captureAndTell(shelf: Shelf, payment: Payment): void {
  const order = orderOf(shelf, payment);
  if (!capture(shelf, payment) || !order) return;
  const link = [...shelf.links.values()].find(({ order_id }) => order_id === order.id);
  if (link) linkPaid(shelf, link, order, payment);
  const invoice = [...shelf.invoices.values()].find(({ order_id }) => order_id === order.id);
  if (!invoice || !isPayable(invoice)) return;
  const subscription = shelf.subscriptions.get(invoice.subscription_id ?? "");
  if (subscription) charged(shelf, subscription, invoice, payment);
  else invoicePaid(shelf, invoice, payment);
}

const LATE_SECONDS = 3 * 86_400;

/** The bank says after all that a payment which had failed went through: within three days. */
export function authoriseLate(shelf: Shelf, payment: Payment): void {
  if (payment.status !== "failed") throw new Error(`the payment is ${payment.status}`);
  if (shelf.now() - payment.created_at > LATE_SECONDS) throw new Error("Razorpay asks the bank for three days only");
  authorise(shelf, payment);
  if (!orderOf(shelf, payment)?.manual) captureAndTell(shelf, payment);
}

export function payInvoice(shelf: Shelf, id: string, how: How): Payment {
  const invoice = found(shelf.invoices, id);
  if (!isPayable(invoice)) throw new Refused(`The invoice is ${invoice.status}`);
  const { subscription_id, notes } = invoice;
  // Whoever pays a bill by its page is nobody that Razorpay knows.
  const customer_id = subscription_id === null ? null : invoice.customer_id;
  const description = subscription_id === null ? `Invoice #${id}` : "Recurring Payment via Subscription";
  const order = found(shelf.orders, invoice.order_id ?? "");
  return payOrder(shelf, order, how, { invoice_id: id, description, notes, customer_id });
}
