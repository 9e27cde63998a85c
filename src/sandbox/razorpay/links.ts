import type { Order, Payment, PaymentLink } from "./entities.ts";
import { Refused } from "./refusal.ts";
import type { Shelf } from "./shelf.ts";
import { linkInEvent, orderOnWire } from "./wire/order.ts";
import { paymentOnWire } from "./wire/payment.ts";

/** Payment links: the one thing whose reference Razorpay keeps unique. */

export function addLink(shelf: Shelf, link: PaymentLink): void {
  shelf.links.set(link.id, link);
  shelf.at(link.expire_by, "link.expire", link.id);
}

export function refuseTakenReference(shelf: Shelf, reference_id: string): void {
  if (reference_id && [...shelf.links.values()].some((link) => link.reference_id === reference_id))
    throw new Refused("payment link creation with reference ID already attempted");
}

const isOpen = ({ status }: PaymentLink) => status === "created" || status === "partially_paid";

/** Its deadline may have been put off since this was planned. */
export function expireLink(shelf: Shelf, link: PaymentLink): void {
  if (!isOpen(link) || shelf.now() < link.expire_by) return;
  Object.assign(link, { status: "expired", expired_at: shelf.now(), updated_at: shelf.now() });
  shelf.emit("payment_link.expired", { payment_link: linkInEvent(link) });
}

export function cancelLink(shelf: Shelf, link: PaymentLink): void {
  if (link.status !== "created") throw new Refused(`Payment link cannot be cancelled in ${link.status} status`);
  Object.assign(link, { status: "cancelled", cancelled_at: shelf.now(), updated_at: shelf.now() });
  shelf.emit("payment_link.cancelled", { payment_link: linkInEvent(link) });
}

/** The order behind a link, made when somebody first pays. */
export function orderOfLink(shelf: Shelf, link: PaymentLink): Order {
  if (!isOpen(link)) throw new Refused(`This payment link is ${link.status}`);
  const known = shelf.orders.get(link.order_id ?? "");
  if (known) return known;
  const order: Order = {
    ...{ id: shelf.newId("order"), entity: "order", amount: link.amount, amount_paid: 0, amount_due: link.amount },
    ...{ currency: link.currency, receipt: link.reference_id || null, offer_id: null, status: "created", attempts: 0 },
    ...{ notes: link.notes, created_at: shelf.now(), partial: link.accept_partial },
  };
  shelf.orders.set(order.id, order);
  link.order_id = order.id;
  return order;
}

/** A payment of its order was captured. */
export function linkPaid(shelf: Shelf, link: PaymentLink, order: Order, payment: Payment): void {
  link.status = order.status === "paid" ? "paid" : "partially_paid";
  Object.assign(link, { amount_paid: order.amount_paid, updated_at: shelf.now() });
  const { amount, method, id, created_at } = payment;
  link.payments = [...(link.payments ?? []), { amount, created_at, method, payment_id: id, status: "captured" }];
  shelf.emit(`payment_link.${link.status}`, {
    ...{ payment_link: linkInEvent(link), order: orderOnWire(order), payment: paymentOnWire(payment) },
  });
}
