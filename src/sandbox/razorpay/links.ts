import type { Order, Payment, PaymentLink, PaymentMethod } from "./entities.ts";
import { onWire } from "./entities.ts";
import { payOrder } from "./payments.ts";
import { Refused } from "./refusal.ts";
import type { Shelf } from "./shelf.ts";

/** Payment links: the one thing whose reference Razorpay keeps unique. */

const HALF_YEAR = 180 * 86_400;

export function createLink(
  shelf: Shelf,
  fields: {
    readonly amount: number;
    readonly currency: string;
    readonly reference_id: string;
    readonly description: string;
    readonly expire_by: number;
    readonly customer: Record<string, unknown>;
    readonly callback_url: string;
    readonly notes: Record<string, string>;
  },
): PaymentLink {
  const taken = [...shelf.links.values()].some(
    ({ reference_id }) => reference_id && reference_id === fields.reference_id,
  );
  if (taken) throw new Refused("payment link creation with reference ID already attempted");
  const id = shelf.newId("plink");
  const link: PaymentLink = {
    ...{ id, status: "created", amount_paid: 0, created_at: shelf.now(), cancelled_at: 0, expired_at: 0 },
    ...{ short_url: `${shelf.base()}/l/${id}`, payments: null },
    ...fields,
    expire_by: fields.expire_by || shelf.now() + HALF_YEAR,
  };
  shelf.links.set(id, link);
  shelf.at(link.expire_by, () => {
    if (link.status !== "created") return;
    Object.assign(link, { status: "expired", expired_at: shelf.now() });
    shelf.emit("payment_link.expired", { payment_link: onWire(link) });
  });
  return link;
}

export function cancelLink(shelf: Shelf, link: PaymentLink): void {
  if (link.status !== "created") throw new Refused(`Payment link cannot be cancelled in ${link.status} status`);
  Object.assign(link, { status: "cancelled", cancelled_at: shelf.now() });
  shelf.emit("payment_link.cancelled", { payment_link: onWire(link) });
}

export function payLink(
  shelf: Shelf,
  link: PaymentLink,
  how: { readonly method: PaymentMethod; readonly fail?: string },
): Payment {
  if (link.status !== "created") throw new Refused(`This payment link is ${link.status}`);
  const order = orderOfLink(shelf, link);
  const payment = payOrder(shelf, order, how);
  if (payment.status !== "captured") return payment;
  Object.assign(link, { status: "paid", amount_paid: link.amount });
  const { amount, method, id, created_at } = payment;
  link.payments = [{ amount, created_at, method, payment_id: id, status: "captured" }];
  shelf.emit("payment_link.paid", { payment_link: onWire(link), order: onWire(order), payment: onWire(payment) });
  return payment;
}

function orderOfLink(shelf: Shelf, link: PaymentLink): Order {
  const known = link.order_id === undefined ? undefined : shelf.orders.get(link.order_id);
  if (known) return known;
  const order: Order = {
    ...{ id: shelf.newId("order"), entity: "order", amount: link.amount, amount_paid: 0, amount_due: link.amount },
    ...{ currency: link.currency, receipt: link.reference_id, offer_id: null, status: "created", attempts: 0 },
    ...{ notes: link.notes, created_at: shelf.now() },
  };
  shelf.orders.set(order.id, order);
  link.order_id = order.id;
  return order;
}
