import { istDate } from "./calendar.ts";
import type { Order, Payment, PaymentMethod, Token } from "./entities.ts";
import { onWire } from "./entities.ts";
import { capture, fail, newPayment, payOrder, WIRE_METHOD } from "./payments.ts";
import { Refused } from "./refusal.ts";
import { found, type Shelf } from "./shelf.ts";

/** Tokens (mandates), and the debits that are made on them. */

const HOUR = 3_600;
/** From the asking to the bank's answer: the notice to the customer takes a day, and a card's half a day more. */
const DEBIT_SECONDS = { upi: 25 * HOUR, card: 36 * HOUR + 300, emandate: 24 * HOUR } as const;
const UNATTENDED_MAX = 1_500_000;
const EMANDATE_CONFIRM_SECONDS = 24 * HOUR;
const YEAR = 366 * 86_400;

/** A person pays a mandate's order: the token is registered with it. The bank may allow less than was asked for. */
export function register(
  shelf: Shelf,
  order: Order,
  how: {
    readonly method: PaymentMethod;
    readonly fail?: string;
    readonly mandateMaxPaise?: number;
    readonly dummy?: boolean;
  },
): Payment {
  const asked = order.token!;
  const method = WIRE_METHOD[how.method];
  if (order.method && order.method !== method) throw new Refused(`This order is to be paid by ${order.method}`);
  const token: Token = {
    ...{ id: shelf.newId("token"), entity: "token", customer_id: order.customer_id!, method, recurring: true },
    recurring_details: { status: "initiated", failure_reason: null },
    max_amount: Math.min(asked.max_amount, how.mandateMaxPaise ?? asked.max_amount),
    ...{ expired_at: asked.expire_at ?? shelf.now() + 10 * YEAR, created_at: shelf.now() },
  };
  shelf.tokens.set(token.id, token);
  shelf.mandates.set(token.id, { frequency: asked.frequency, outcomes: [], open: null, debited: null });
  if (how.dummy && method === "upi") {
    // The mandate is good although its payment says that it failed.
    const payment = payOrder(shelf, order, { method: how.method, fail: "upi_dummy_payment", token_id: token.id });
    confirm(shelf, token);
    return payment;
  }
  const payment = payOrder(shelf, order, { ...how, token_id: token.id });
  if (how.fail) {
    Object.assign(token.recurring_details, { status: "rejected", failure_reason: how.fail });
    shelf.emit("token.rejected", { token: onWire(token) });
  } else if (method === "emandate") shelf.at(shelf.now() + EMANDATE_CONFIRM_SECONDS, () => confirm(shelf, token));
  else confirm(shelf, token);
  return payment;
}

function confirm(shelf: Shelf, token: Token): void {
  token.recurring_details.status = "confirmed";
  shelf.emit("token.confirmed", { token: onWire(token) });
}

export function setTokenStatus(shelf: Shelf, token: Token, status: "paused" | "cancelled" | "confirmed"): void {
  token.recurring_details.status = status;
  shelf.emit(`token.${status}`, { token: onWire(token) });
}

/** A debit: taken in now, decided a day or more later. */
export function debit(
  shelf: Shelf,
  body: {
    readonly order_id: string;
    readonly token: string;
    readonly amount: number;
    readonly customer_id: string;
    readonly notes: Record<string, string>;
  },
): Payment {
  const order = found(shelf.orders, body.order_id);
  const token = found(shelf.tokens, body.token);
  const mandate = found(shelf.mandates, token.id);
  if (token.customer_id !== body.customer_id) throw new Refused("The token does not belong to this customer");
  if (order.status === "paid") throw new Refused("Order already paid", { reason: "order_already_paid" });
  if (order.amount !== body.amount) throw new Refused("The amount does not match the order's", { field: "amount" });
  if (body.amount > token.max_amount) throw new Refused("Amount exceeds maximum amount allowed");
  if (token.recurring_details.status !== "confirmed")
    throw new Refused("The token is not active", { reason: `mandate_${token.recurring_details.status}` });
  if (mandate.open !== null)
    throw new Refused("A debit on this token is in progress", { reason: "transaction_frequency_limit_exceeded" });

  order.attempts += 1;
  order.status = "attempted";
  const customer = shelf.customers.get(body.customer_id);
  const payment = newPayment(shelf, {
    ...{ amount: body.amount, currency: order.currency, order_id: order.id, method: token.method, token_id: token.id },
    ...{ customer_id: body.customer_id, email: customer?.email ?? null, contact: customer?.contact ?? null },
    notes: body.notes,
  });
  mandate.open = payment.id;
  shelf.at(shelf.now() + DEBIT_SECONDS[token.method], () => {
    mandate.open = null;
    const { year, month } = istDate(shelf.now());
    const cycle = `${year}-${month}`;
    const reason =
      refusalOfDebit(token, mandate, payment.amount, cycle, shelf.now()) ?? mandate.outcomes.shift() ?? "ok";
    if (reason === "ok") {
      mandate.debited = cycle;
      capture(shelf, payment);
    } else fail(shelf, payment, reason);
  });
  return payment;
}

function refusalOfDebit(
  token: Token,
  { frequency, debited }: { frequency: string; debited: string | null },
  amount: number,
  cycle: string,
  now: number,
): string | null {
  const { status } = token.recurring_details;
  if (status !== "confirmed") return `mandate_${status}`;
  if (now > token.expired_at) return "mandate_expired";
  if (token.method !== "emandate" && amount > UNATTENDED_MAX) return "per_transaction_limit_exceeded";
  if (token.method === "upi" && frequency !== "as_presented" && debited === cycle)
    return "mandate_current_cycle_allowed_debit_exceeds";
  return null;
}
