import type { Customer } from "../entities.ts";
import { setTokenStatus, tokenOf } from "../mandates.ts";
import { Refused } from "../refusal.ts";
import { found, type Shelf } from "../shelf.ts";
import { withNotes } from "../wire/notes.ts";
import { tokenOnWire } from "../wire/payment.ts";
import * as body from "./body.ts";
import { type Handler, page, type Route } from "./call.ts";

/** Customers, and the tokens they gave. */

const FIELDS = ["name", "email", "contact", "gstin", "notes", "fail_existing"];

const create: Handler = (shelf, { body: fields }) => {
  body.expectFields(fields, FIELDS);
  // What is already there is refused, unless the caller says otherwise.
  const { customer, existed } = ensureCustomer(shelf, fields);
  if (existed && body.flag(fields, "fail_existing", true))
    throw new Refused("Customer already exists for the merchant");
  return withNotes(customer);
};

/** One customer for an e-mail address and a telephone number. */
export function ensureCustomer(shelf: Shelf, fields: body.Body): { customer: Customer; existed: boolean } {
  const [name, email, contact] = ["name", "email", "contact"].map((field) => body.optionalText(fields, field));
  const known = [...shelf.customers.values()].find(
    (one) => one.email === (email ?? null) && one.contact === (contact ?? null) && (email || contact),
  );
  if (known) return { customer: known, existed: true };
  const customer: Customer = {
    ...{ id: shelf.newId("cust"), entity: "customer", name: name ?? null, email: email ?? null },
    ...{ contact: contact ?? null, gstin: body.optionalText(fields, "gstin"), notes: body.notesOf(fields) },
    created_at: shelf.now(),
  };
  shelf.customers.set(customer.id, customer);
  return { customer, existed: false };
}

const tokensOf: Handler = (shelf, call, id) => {
  const { id: customer_id } = found(shelf.customers, id);
  const tokens = [...shelf.tokens.values()].filter((token) => token.customer_id === customer_id);
  return page(shelf, call, tokens, tokenOnWire);
};

export const CUSTOMERS: readonly Route[] = [
  ["POST", "/customers", create],
  ["GET", "/customers", (shelf, call) => page(shelf, call, shelf.customers.values(), withNotes)],
  ["GET", "/customers/:id", (shelf, _call, id) => withNotes(found(shelf.customers, id))],
  ["GET", "/customers/:id/tokens", tokensOf],
  ["GET", "/customers/:id/tokens/:id", (shelf, _call, customer, id) => tokenOnWire(tokenOf(shelf, customer, id))],
  [
    "PUT",
    "/customers/:id/tokens/:id/cancel",
    (shelf, _call, customer, id) => {
      setTokenStatus(shelf, tokenOf(shelf, customer, id), "cancelled");
      return { status: "cancellation_initiated" };
    },
  ],
  [
    "DELETE",
    "/customers/:id/tokens/:id",
    (shelf, _call, customer, id) => {
      const token = tokenOf(shelf, customer, id);
      if (token.recurring_details.status !== "cancelled") setTokenStatus(shelf, token, "cancelled");
      shelf.tokens.delete(id);
      return { deleted: true };
    },
  ],
];
