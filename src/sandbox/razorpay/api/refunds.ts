import type { Refund } from "../entities.ts";
import { refund } from "../refunds.ts";
import { Refused } from "../refusal.ts";
import { found } from "../shelf.ts";
import { refundOnWire } from "../wire/settlement.ts";
import * as body from "./body.ts";
import { type Handler, page, type Route } from "./call.ts";

const KEY_MIN = 10;

/** The one call that Razorpay makes once for a key of its caller's. */
const create: Handler = (shelf, { body: fields, headers }, id) => {
  const key = headers["x-refund-idempotency"];
  const said = JSON.stringify([id, fields]);
  if (typeof key === "string") {
    if (key.length < KEY_MIN) throw new Refused("The idempotency key must be at least 10 characters.");
    const known = shelf.refundKeys.get(key);
    if (known && known.body !== said)
      throw new Refused("Different request with the same idempotency key has already been processed.", {
        ...{ status: 409, manner: "na" },
      });
    if (known) return refundOnWire(found(shelf.refunds, known.refund_id));
  }
  body.expectFields(fields, ["amount", "speed", "notes", "receipt"]);
  const payment = found(shelf.payments, id);
  if (payment.captured_at === null) throw new Refused("The payment status should be captured for action to be taken");
  const speed = body.optionalText(fields, "speed") ?? "normal";
  if (speed !== "normal" && speed !== "optimum") throw new Refused("The speed is invalid.", { field: "speed" });
  const made = refund(shelf, payment, {
    amount: fields.amount === undefined ? payment.amount - payment.amount_refunded : body.amountOf(fields),
    ...{ notes: body.notesOf(fields), receipt: body.optionalText(fields, "receipt"), speed },
  });
  if (typeof key === "string") shelf.refundKeys.set(key, { body: said, refund_id: made.id });
  return refundOnWire(made);
};

const ofPayment = (all: Iterable<Refund>, payment_id: string) =>
  [...all].filter((refund) => refund.payment_id === payment_id);

export const REFUNDS: readonly Route[] = [
  ["POST", "/payments/:id/refund", create],
  [
    "GET",
    "/payments/:id/refunds",
    (shelf, call, id) =>
      page(shelf, call, ofPayment(shelf.refunds.values(), found(shelf.payments, id).id), refundOnWire),
  ],
  ["GET", "/refunds", (shelf, call) => page(shelf, call, shelf.refunds.values(), refundOnWire)],
  ["GET", "/refunds/:id", (shelf, _call, id) => refundOnWire(found(shelf.refunds, id))],
];
