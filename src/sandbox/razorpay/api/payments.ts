import { createHmac } from "node:crypto";
import { debit } from "../debits.ts";
import { captureAndTell } from "../paying.ts";
import { Refused, required, unknownUrl } from "../refusal.ts";
import { found } from "../shelf.ts";
import { paymentOnWire } from "../wire/payment.ts";
import * as body from "./body.ts";
import { type Handler, page, type Route } from "./call.ts";

const RECURRING = [
  ...["email", "contact", "amount", "currency", "order_id", "customer_id", "token", "recurring"],
  ...["description", "notes"],
];

/** A debit. Only its payment is named, most of the time. */
const createRecurring =
  (key_secret: string): Handler =>
  (shelf, { body: fields }) => {
    if (!shelf.knobs.recurring) throw unknownUrl();
    body.expectFields(fields, RECURRING);
    if (!body.flag(fields, "recurring", false)) throw required("recurring");
    const order_id = body.text(fields, "order_id");
    const { id } = debit(shelf, {
      ...{ order_id, token: body.text(fields, "token"), amount: body.amountOf(fields), notes: body.notesOf(fields) },
      ...{ customer_id: body.text(fields, "customer_id"), email: body.text(fields, "email") },
      ...{ contact: String(fields.contact ?? "") || body.text(fields, "contact") },
      description: body.optionalText(fields, "description"),
    });
    if (!shelf.knobs.recurringAnswersAll) return { razorpay_payment_id: id };
    const razorpay_signature = createHmac("sha256", key_secret).update(`${order_id}|${id}`).digest("hex");
    return { razorpay_payment_id: id, razorpay_order_id: order_id, razorpay_signature };
  };

const capture: Handler = (shelf, { body: fields }, id) => {
  body.expectFields(fields, ["amount", "currency"]);
  const payment = found(shelf.payments, id);
  if (payment.status === "captured") throw new Refused("This payment has already been captured");
  if (payment.status !== "authorized")
    throw new Refused("Only payments which have been authorized and not yet captured can be captured");
  if (body.amountOf(fields) !== payment.amount)
    throw new Refused("Capture amount must be equal to the amount authorized", { field: "amount" });
  captureAndTell(shelf, payment);
  return paymentOnWire(payment);
};

export const paymentRoutes = (key_secret: string): readonly Route[] => [
  ["POST", "/payments/create/recurring", createRecurring(key_secret)],
  ["GET", "/payments", (shelf, call) => page(shelf, call, shelf.payments.values(), paymentOnWire)],
  ["GET", "/payments/:id", (shelf, _call, id) => paymentOnWire(found(shelf.payments, id))],
  [
    "PATCH",
    "/payments/:id",
    (shelf, { body: fields }, id) => {
      body.expectFields(fields, ["notes"]);
      const payment = found(shelf.payments, id);
      payment.notes = body.notesOf(fields);
      return paymentOnWire(payment);
    },
  ],
  ["POST", "/payments/:id/capture", capture],
];
