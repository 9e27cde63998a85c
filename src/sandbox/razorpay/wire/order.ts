import type { Order, PaymentLink } from "../entities.ts";
import { withNotes } from "./notes.ts";

/** Orders and payment links as they stand on the wire. */

export function orderOnWire({ partial: _partial, manual: _manual, token, ...order }: Order): Record<string, unknown> {
  return withNotes({
    ...order,
    ...(token && { description: null, token: { ...token, ...(order.method && { method: order.method }) } }),
  });
}

/** Orders of invoices tell of their offers, too. */
export const orderOfInvoice = (order: Order): Record<string, unknown> => ({
  ...orderOnWire(order),
  offers: { entity: "collection", count: 0, items: [] },
});

/** The order of a link is shown once it was paid. */
export function linkOnWire({ order_id, ...link }: PaymentLink): Record<string, unknown> {
  return { ...withNotes(link), reminders: [], user_id: "", ...(link.amount_paid > 0 && { order_id }) };
}

/** In events its payments are left out. */
export const linkInEvent = (link: PaymentLink): Record<string, unknown> => ({ ...linkOnWire(link), payments: null });
