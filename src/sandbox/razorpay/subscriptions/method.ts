import { authorise, capture, fail, newPayment, WIRE_METHOD } from "../charge.ts";
import type { Payment, Subscription } from "../entities.ts";
import { refund } from "../refunds.ts";
import { Refused } from "../refusal.ts";
import type { Shelf } from "../shelf.ts";
import { charged, chargeOf, openInvoiceOf } from "./cycle.ts";
import type { Approval } from "./start.ts";
import { partsOf } from "./terms.ts";

const TOKEN_CHARGE = 500;

/** The customer gives another method, on the hosted page or at Checkout: what is open of the last invoice is charged at once. */
export function changeMethod(shelf: Shelf, subscription: Subscription, { method, fail: reason }: Approval): Payment {
  if (!["pending", "halted", "active"].includes(subscription.status))
    throw new Refused(`Payment method cannot be changed in ${subscription.status} status.`);
  const { plan, schedule } = partsOf(shelf, subscription);
  const bound = schedule.method === "upi" || schedule.method === "emandate";
  if (method === "netbanking" || (bound && !method.startsWith("card")))
    throw new Refused("Only a change to card is allowed for this subscription");
  const open = openInvoiceOf(shelf, subscription);
  const amount = open?.amount_due ?? TOKEN_CHARGE;
  const payment = newPayment(shelf, {
    ...(open ? chargeOf(subscription, schedule, open) : { currency: plan.item.currency, amount }),
    ...{ method: WIRE_METHOD[method], international: method === "card_international" },
  });
  if (reason) {
    fail(shelf, payment, reason);
    return payment;
  }
  schedule.method = method;
  subscription.payment_method = WIRE_METHOD[method];
  authorise(shelf, payment);
  const taken = capture(shelf, payment);
  if (open && taken) charged(shelf, subscription, open, payment);
  if (!open) refund(shelf, payment, { amount });
  return payment;
}
