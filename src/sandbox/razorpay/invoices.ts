import type { Invoice, Line, Order, Payment } from "./entities.ts";
import { Refused } from "./refusal.ts";
import { found, type Shelf } from "./shelf.ts";
import { invoiceInEvent } from "./wire/invoice.ts";
import { orderOfInvoice, orderOnWire } from "./wire/order.ts";
import { paymentOnWire } from "./wire/payment.ts";

/** Razorpay's own invoices: of a subscription's cycle, of the Invoices API, and of a registration link. */

type Given = Pick<Invoice, "currency" | "customer_id"> & {
  readonly line_items: readonly Omit<Line, "id">[];
} & Partial<Omit<Invoice, "line_items">>;

/** A draft; `issue` makes it payable. */
export function draftInvoice(shelf: Shelf, { line_items, ...fields }: Given): Invoice {
  const amount = fields.amount ?? line_items.reduce((sum, line) => sum + line.amount * line.quantity, 0);
  const invoice: Invoice = {
    ...{ id: shelf.newId("inv"), entity: "invoice", type: "invoice", receipt: null, subscription_id: null },
    ...{ order_id: null, payment_id: null, status: "draft", amount, amount_paid: 0, amount_due: amount },
    ...{ description: null, partial_payment: false, notes: {}, billing_start: null, billing_end: null },
    ...{ expire_by: null, issued_at: null, paid_at: null, cancelled_at: null, expired_at: null, short_url: null },
    ...{ line_items: line_items.map((line) => ({ id: shelf.newId("li"), ...line })), created_at: shelf.now() },
    ...fields,
  };
  shelf.invoices.set(invoice.id, invoice);
  return invoice;
}

/** Payable from now on, by an order of its own. */
export function issueInvoice(shelf: Shelf, invoice: Invoice, extra: Partial<Order> = {}): Invoice {
  if (invoice.status !== "draft") throw new Refused("Operation not allowed for Invoice in issued status.");
  const { amount, currency, receipt, customer_id, expire_by, partial_payment } = invoice;
  const order: Order = {
    ...{ id: shelf.newId("order"), entity: "order", amount, amount_paid: 0, amount_due: amount, currency, receipt },
    ...{ offer_id: null, status: "created", attempts: 0, notes: {}, created_at: shelf.now() },
    ...(partial_payment && { partial: true }),
    ...(invoice.type === "link" && customer_id && { customer_id }),
    ...extra,
  };
  shelf.orders.set(order.id, order);
  const short_url = `${shelf.base()}/i/${invoice.id}`;
  Object.assign(invoice, { status: "issued", order_id: order.id, issued_at: shelf.now(), short_url });
  if (expire_by !== null) shelf.at(expire_by, "invoice.expire", invoice.id);
  return invoice;
}

export const isPayable = ({ status }: Invoice) => status === "issued" || status === "partially_paid";

export function cancelInvoice(shelf: Shelf, invoice: Invoice): void {
  if (invoice.status !== "draft" && invoice.status !== "issued")
    throw new Refused(`Invoice cannot be cancelled in ${invoice.status} status.`);
  Object.assign(invoice, { status: "cancelled", cancelled_at: shelf.now() });
}

export function expireInvoice(shelf: Shelf, invoice: Invoice): void {
  if (!isPayable(invoice)) return;
  Object.assign(invoice, { status: "expired", expired_at: shelf.now() });
  shelf.emit("invoice.expired", { invoice: invoiceInEvent(shelf, invoice) });
}

/** A payment of its order was captured. */
export function invoicePaid(shelf: Shelf, invoice: Invoice, payment: Payment, emit = shelf.emit): void {
  const order = found(shelf.orders, invoice.order_id ?? "");
  const paid = order.status === "paid";
  Object.assign(invoice, {
    ...{ status: paid ? "paid" : "partially_paid", payment_id: payment.id, paid_at: paid ? shelf.now() : null },
    ...{ amount_paid: order.amount_paid, amount_due: order.amount_due },
  });
  emit(`invoice.${invoice.status}`, {
    payment: paymentOnWire(payment),
    order: invoice.subscription_id === null ? orderOfInvoice(order) : orderOnWire(order),
    invoice: invoiceInEvent(shelf, invoice),
  });
}
