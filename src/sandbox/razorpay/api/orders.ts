import { isFrequency, MANDATE_MAX, planNotice } from "../debits.ts";
import type { Order } from "../entities.ts";
import { Refused } from "../refusal.ts";
import { found, type Shelf } from "../shelf.ts";
import { orderOnWire } from "../wire/order.ts";
import { paymentOnWire } from "../wire/payment.ts";
import * as body from "./body.ts";
import { collection, type Handler, matching, page, type Route } from "./call.ts";

const FIELDS = [
  ...["amount", "currency", "receipt", "notes", "partial_payment", "payment_capture", "method", "customer_id"],
  ...["token", "notification", "offer_id"],
];
const RECEIPT_MAX = 40;

const create: Handler = (shelf, { body: fields }) => {
  body.expectFields(fields, FIELDS);
  const receipt = body.optionalText(fields, "receipt");
  if (receipt && receipt.length > RECEIPT_MAX)
    throw new Refused("The receipt may not be greater than 40 characters.", { field: "receipt" });
  if (receipt && shelf.knobs.uniqueReceipts && [...shelf.orders.values()].some((order) => order.receipt === receipt))
    throw new Refused("An order with the same receipt value has already been created", { field: "receipt" });
  const method = body.optionalText(fields, "method");
  // An eMandate is registered without a charge.
  const amount = fields.token && method === "emandate" && fields.amount === 0 ? 0 : body.amountOf(fields);
  const token = fields.token === undefined ? undefined : tokenAsked(shelf, fields, { amount, method });
  const notice = fields.notification === undefined ? undefined : body.part(fields, "notification");
  const order: Order = {
    ...{ id: shelf.newId("order"), entity: "order", amount, amount_paid: 0, amount_due: amount },
    ...{ currency: body.currencyOf(fields), receipt, offer_id: body.optionalText(fields, "offer_id") },
    ...{ status: "created", attempts: 0, notes: body.notesOf(fields), created_at: shelf.now() },
    ...(method && { method }),
    ...(token && { token }),
    ...(fields.customer_id ? { customer_id: found(shelf.customers, body.text(fields, "customer_id")).id } : {}),
    ...(notice && {
      notification: {
        ...{ token_id: body.text(notice, "token_id"), payment_after: body.whole(notice, "payment_after") },
        id: shelf.newId("notification"),
      },
    }),
    ...(body.flag(fields, "partial_payment", false) && { partial: true }),
    ...(!body.flag(fields, "payment_capture", true) && { manual: true }),
  };
  if (order.notification) planNotice(shelf, order);
  shelf.orders.set(order.id, order);
  return orderOnWire(order);
};

/** What a mandate is asked to allow, within what its method can. */
export function tokenAsked(
  shelf: Shelf,
  fields: body.Body,
  { amount, method }: { readonly amount: number; readonly method: string | null },
): NonNullable<Order["token"]> {
  if (!shelf.knobs.recurring) throw new Refused("The requested URL was not found on the server.", { manner: "na" });
  if (!fields.customer_id) throw new Refused("The customer id field is required.", { field: "customer_id" });
  const asked = body.part(fields, "token");
  const kind = method === "upi" || method === "card" || method === "emandate" ? method : null;
  if (method && !kind) throw new Refused("The method is invalid for recurring.", { field: "method" });
  const max_amount = body.whole(asked, "max_amount");
  const most = MANDATE_MAX[kind ?? "emandate"]!;
  if (max_amount < 100 || max_amount > most)
    throw new Refused(`The max amount must be between 100 and ${most}.`, { field: "token.max_amount" });
  if (kind === "upi" && amount > max_amount)
    throw new Refused("The order amount cannot be greater than the token max amount for upi recurring.");
  const frequency = body.optionalText(asked, "frequency") ?? "monthly";
  if (!isFrequency(kind ?? "upi", frequency)) throw new Refused("Not a valid frequency", { field: "token.frequency" });
  const expire_at = body.optionalWhole(asked, "expire_at");
  if (expire_at !== null && expire_at <= shelf.now())
    throw new Refused("expire_at cannot be lesser than the current time.", { field: "token.expire_at" });
  return { max_amount, ...(expire_at !== null && { expire_at }), frequency };
}

const payments: Handler = (shelf, _call, id) => {
  const { id: order_id } = found(shelf.orders, id);
  return collection([...shelf.payments.values()].filter((one) => one.order_id === order_id).map(paymentOnWire));
};

/** `authorized=1` asks for those that have a payment which was authorised. */
const list: Handler = (shelf, call) => {
  const asked = call.query.get("authorized");
  const known = new Set(
    [...shelf.payments.values()]
      .filter(({ status }) => status !== "created" && status !== "failed")
      .map((one) => one.order_id),
  );
  const all = matching(shelf.orders.values(), call, ["receipt"]);
  const chosen = asked === null ? all : all.filter(({ id }) => known.has(id) === (asked === "1"));
  return page(shelf, call, chosen, orderOnWire);
};

export const ORDERS: readonly Route[] = [
  ["POST", "/orders", create],
  ["GET", "/orders", list],
  ["GET", "/orders/:id", (shelf, _call, id) => orderOnWire(found(shelf.orders, id))],
  [
    "PATCH",
    "/orders/:id",
    (shelf, { body: fields }, id) => {
      body.expectFields(fields, ["notes"]);
      const order = found(shelf.orders, id);
      order.notes = body.notesOf(fields);
      return orderOnWire(order);
    },
  ],
  ["GET", "/orders/:id/payments", payments],
];
