import type { Invoice, Line } from "../entities.ts";
import type { Shelf } from "../shelf.ts";
import { withNotes } from "./notes.ts";

/** Razorpay's own invoices: no tax, no number but the receipt. */

const lineOnWire = (line: Line, currency: string) => {
  const total = line.amount * line.quantity;
  return {
    ...line,
    ...{ item_id: null, ref_id: null, ref_type: null, unit_amount: line.amount, gross_amount: total, tax_amount: 0 },
    ...{ taxable_amount: total, net_amount: total, currency, tax_inclusive: false, hsn_code: null, sac_code: null },
    ...{ tax_rate: null, unit: null, taxes: [] },
  };
};

export function invoiceOnWire(shelf: Shelf, invoice: Invoice): Record<string, unknown> {
  const { subscription_id, line_items, ...rest } = invoice;
  const { amount, currency, receipt, customer_id } = invoice;
  const { email = null, contact = null } = shelf.customers.get(customer_id ?? "") ?? {};
  const sent = subscription_id === null ? (invoice.status === "paid" ? "sent" : "pending") : null;
  return withNotes({
    ...rest,
    ...(subscription_id !== null && { subscription_id }),
    ...{ invoice_number: receipt, line_items: line_items.map((line) => lineOnWire(line, currency)) },
    customer_details: {
      ...{ id: customer_id, name: null, email, contact, gstin: null, billing_address: null, shipping_address: null },
      ...{ customer_name: null, customer_email: email, customer_contact: contact },
    },
    ...{ sms_status: sent, email_status: sent, date: invoice.issued_at ?? invoice.created_at, terms: null },
    ...{ gross_amount: amount, tax_amount: 0, taxable_amount: amount, comment: null, view_less: true },
    ...{ currency_symbol: currency === "INR" ? "₹" : "$", group_taxes_discounts: false, idempotency_key: null },
  });
}

/** In events it has no lines, and may not say which subscription it is of. */
export function invoiceInEvent(shelf: Shelf, invoice: Invoice): Record<string, unknown> {
  const { line_items: _, currency_symbol: __, subscription_id, ...rest } = invoiceOnWire(shelf, invoice);
  return {
    ...rest,
    ...(shelf.knobs.invoiceEventSubscription && subscription_id ? { subscription_id } : {}),
    ...{ first_payment_min_amount: null, supply_state_code: null, user_id: null },
    ...(invoice.status === "expired" && { subscription_status: null }),
  };
}
