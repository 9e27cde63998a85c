import type { Invoice, Line } from "../entities.ts";
import { cancelInvoice, draftInvoice, issueInvoice } from "../invoices.ts";
import { Refused, unknownUrl } from "../refusal.ts";
import { found, type Shelf } from "../shelf.ts";
import { invoiceOnWire } from "../wire/invoice.ts";
import * as body from "./body.ts";
import { type Handler, matching, page, type Route } from "./call.ts";
import { ensureCustomer } from "./customers.ts";
import { tokenAsked } from "./orders.ts";

const FIELDS = [
  ...["type", "description", "draft", "customer_id", "customer", "line_items", "expire_by", "sms_notify"],
  ...["email_notify", "partial_payment", "currency", "receipt", "notes", "amount", "terms", "comment", "date"],
];
const LINES_MAX = 50;
const AMOUNT_MAX = 50_000_000;
const SOONEST = 15 * 60;

const show = (shelf: Shelf, invoice: Invoice) => invoiceOnWire(shelf, invoice);

function expiryOf(shelf: Shelf, fields: body.Body): number | null {
  const expire_by = body.optionalWhole(fields, "expire_by");
  if (expire_by !== null && expire_by < shelf.now() + SOONEST)
    throw new Refused("expire_by should be at least 15 minutes after current time", { field: "expire_by" });
  return expire_by;
}

const customerOf = (shelf: Shelf, fields: body.Body): string =>
  fields.customer_id
    ? found(shelf.customers, body.text(fields, "customer_id")).id
    : ensureCustomer(shelf, body.part(fields, "customer")).customer.id;

const create: Handler = (shelf, { body: fields }) => {
  body.expectFields(fields, FIELDS);
  const type = body.optionalText(fields, "type") ?? "invoice";
  if (type !== "invoice" && type !== "link") throw new Refused("The type is invalid.", { field: "type" });
  const given = body.list(fields, "line_items");
  if (type === "invoice" && (given.length < 1 || given.length > LINES_MAX))
    throw new Refused("The line items must have between 1 and 50 items.", { field: "line_items" });
  const line_items = given.map((line): Omit<Line, "id"> => {
    const quantity = body.optionalWhole(line, "quantity") ?? 1;
    if (quantity < 1) throw new Refused("The quantity must be at least 1.", { field: "quantity" });
    const description = body.optionalText(line, "description");
    return {
      type: "invoice",
      name: body.text(line, "name"),
      description,
      amount: body.whole(line, "amount"),
      quantity,
    };
  });
  const total =
    type === "link" ? body.amountOf(fields) : line_items.reduce((sum, line) => sum + line.amount * line.quantity, 0);
  if (total < 100 || total > AMOUNT_MAX)
    throw new Refused("The amount is not within INR 1.00 and INR 5,00,000.00.", { field: "amount" });
  const expire_by = expiryOf(shelf, fields);
  const invoice = draftInvoice(shelf, {
    ...{ type, line_items, amount: total, currency: body.currencyOf(fields), customer_id: customerOf(shelf, fields) },
    ...{ receipt: body.optionalText(fields, "receipt"), description: body.optionalText(fields, "description") },
    ...{ partial_payment: body.flag(fields, "partial_payment", false), notes: body.notesOf(fields), expire_by },
  });
  return show(shelf, body.flag(fields, "draft", false) ? invoice : issueInvoice(shelf, invoice));
};

const REGISTRATION = [
  ...["customer", "type", "amount", "currency", "description", "subscription_registration", "receipt"],
  ...["email_notify", "sms_notify", "expire_by", "notes"],
];

/** A link by which a mandate is registered: it looks like an invoice, and its order is a mandate's. */
const registrationLink: Handler = (shelf, { body: fields }) => {
  if (!shelf.knobs.recurring) throw unknownUrl();
  body.expectFields(fields, REGISTRATION);
  if (fields.type !== "link") throw new Refused("The type must be link.", { field: "type" });
  const amount = body.whole(fields, "amount");
  const { method = null, max_amount, expire_at, frequency } = body.part(fields, "subscription_registration");
  const customer_id = customerOf(shelf, fields);
  const kind = typeof method === "string" ? method : null;
  if (amount < 100 && kind !== "emandate")
    throw new Refused("The amount must be at least INR 1.00.", { field: "amount" });
  const token = tokenAsked(
    shelf,
    { customer_id, token: { max_amount, ...(expire_at !== undefined && { expire_at }), frequency } },
    { amount, method: kind },
  );
  const invoice = draftInvoice(shelf, {
    ...{ type: "link", line_items: [], amount, currency: body.currencyOf(fields), customer_id },
    ...{ receipt: body.optionalText(fields, "receipt"), description: body.optionalText(fields, "description") },
    ...{ notes: body.notesOf(fields), expire_by: expiryOf(shelf, fields) },
  });
  return show(shelf, issueInvoice(shelf, invoice, { token, ...(kind && { method: kind }) }));
};

const acting =
  (act: (shelf: Shelf, invoice: Invoice) => unknown): Handler =>
  (shelf, _call, id) => {
    const invoice = found(shelf.invoices, id);
    act(shelf, invoice);
    return show(shelf, invoice);
  };

export const INVOICES: readonly Route[] = [
  ["POST", "/invoices", create],
  [
    "GET",
    "/invoices",
    (shelf, call) =>
      page(
        shelf,
        call,
        matching(shelf.invoices.values(), call, ["subscription_id", "type", "payment_id", "receipt", "customer_id"]),
        (invoice) => show(shelf, invoice),
      ),
  ],
  ["GET", "/invoices/:id", (shelf, _call, id) => show(shelf, found(shelf.invoices, id))],
  ["POST", "/invoices/:id/issue", acting((shelf, invoice) => issueInvoice(shelf, invoice))],
  ["POST", "/invoices/:id/cancel", acting(cancelInvoice)],
  ["POST", "/subscription_registration/auth_links", registrationLink],
];
