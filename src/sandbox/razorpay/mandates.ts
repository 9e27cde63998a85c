import { DAY, HOUR } from "./calendar.ts";
import { WIRE_METHOD } from "./charge.ts";
import type { Order, Payment, Token } from "./entities.ts";
import { type How, payOrder } from "./paying.ts";
import { Refused } from "./refusal.ts";
import { found, type Shelf } from "./shelf.ts";
import { tokenOnWire } from "./wire/payment.ts";

/** Tokens: a person allows debits up to an amount, and may take that back. */

const EMANDATE_CONFIRM_SECONDS = 24 * HOUR;
const TEN_YEARS = 3_653 * DAY;

export interface Registering extends How {
  /** The bank allows less than was asked for. */
  readonly mandateMaxPaise?: number;
  /** UPI says that the payment failed, although the mandate is good. */
  readonly dummy?: boolean;
}

/** A person pays a mandate's order: the token is registered with it. */
export function register(shelf: Shelf, order: Order, how: Registering, extra: Partial<Payment> = {}): Payment {
  const asked = order.token!;
  const method = WIRE_METHOD[how.method];
  if (order.status === "paid") throw new Refused("Order already paid", { reason: "order_already_paid" });
  if (method === "netbanking" || (order.method && order.method !== method))
    throw new Refused(`This order is to be paid by ${order.method ?? "card, upi or emandate"}`);
  const now = shelf.now();
  const token: Token = {
    ...{ id: shelf.newId("token"), entity: "token", token: shelf.newId(), customer_id: order.customer_id!, method },
    ...{ international: how.method === "card_international", recurring: true, created_at: now, used_at: now },
    recurring_details: { status: "initiated", failure_reason: null },
    max_amount: Math.min(asked.max_amount, how.mandateMaxPaise ?? asked.max_amount),
    expired_at: asked.expire_at ?? now + TEN_YEARS,
  };
  shelf.tokens.set(token.id, token);
  shelf.mandates.set(token.id, { frequency: asked.frequency, outcomes: [], open: null, debited: null });
  const paid = { ...extra, token_id: token.id };
  if (how.dummy && method === "upi") {
    const payment = payOrder(shelf, order, { method: how.method, fail: "upi_dummy_payment" }, paid);
    confirmToken(shelf, token);
    return payment;
  }
  const payment = payOrder(shelf, order, how, paid);
  if (how.fail) {
    token.recurring = false;
    token.recurring_details = { status: "rejected", failure_reason: "Mandate registration declined by customer" };
    shelf.emit("token.rejected", { token: tokenOnWire(token) });
  } else if (method === "emandate") shelf.at(now + EMANDATE_CONFIRM_SECONDS, "token.confirm", token.id);
  else confirmToken(shelf, token);
  return payment;
}

export function confirmToken(shelf: Shelf, token: Token): void {
  if (token.recurring_details.status === "initiated") setTokenStatus(shelf, token, "confirmed");
}

export function setTokenStatus(shelf: Shelf, token: Token, status: "paused" | "cancelled" | "confirmed"): void {
  if (token.recurring_details.status === "cancelled") throw new Refused("The token is cancelled already");
  token.recurring_details.status = status;
  shelf.emit(`token.${status}`, { token: tokenOnWire(token) });
}

export function tokenOf(shelf: Shelf, customer_id: string, id: string): Token {
  const token = found(shelf.tokens, id);
  if (token.customer_id !== found(shelf.customers, customer_id).id) throw new Refused("The id provided does not exist");
  return token;
}
