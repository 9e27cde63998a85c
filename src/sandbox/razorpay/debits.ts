import { FREQUENCIES, HOUR, mandateCycle } from "./calendar.ts";
import { authorise, fail, newPayment } from "./charge.ts";
import type { Mandate, Notes, Order, Payment, Token } from "./entities.ts";
import { captureAndTell } from "./paying.ts";
import { Refused } from "./refusal.ts";
import { found, type Shelf } from "./shelf.ts";

/** Debits of a mandate, without its owner: taken in now, decided a day or more later. */

/** From the asking to the bank's answer: the notice to the payer takes a day, and a card's half a day more. */
const DEBIT_SECONDS = { upi: 25 * HOUR, card: 36 * HOUR + 300, emandate: 24 * HOUR } as const;
/** Where the notice was given with the order, the answer comes soon after the debit. */
const NOTICED_SECONDS = HOUR;
const NOTICE_SECONDS = 300;

/** The most a mandate may be registered for. */
export const MANDATE_MAX: Readonly<Record<string, number>> = {
  upi: 9_999_900,
  card: 1_500_000,
  emandate: 1_000_000_000,
};

export function debit(
  shelf: Shelf,
  asked: {
    readonly order_id: string;
    readonly token: string;
    readonly amount: number;
    readonly customer_id: string;
    readonly email: string;
    readonly contact: string;
    readonly description: string | null;
    readonly notes: Notes;
  },
): Payment {
  const { order_id, token: token_id, amount, customer_id, email, contact, description, notes } = asked;
  const order = found(shelf.orders, order_id);
  const token = found(shelf.tokens, token_id);
  const mandate = found(shelf.mandates, token.id);
  if (token.customer_id !== found(shelf.customers, customer_id).id)
    throw new Refused("The token does not belong to this customer", { field: "token" });
  if (order.status === "paid") throw new Refused("Order already paid", { reason: "order_already_paid" });
  if (order.amount !== amount) throw new Refused("The amount does not match the order's", { field: "amount" });
  if (amount > token.max_amount) throw new Refused("Amount exceeds maximum amount allowed");
  const { status } = token.recurring_details;
  if (status !== "confirmed")
    throw new Refused("The token is not active", {
      reason: status === "initiated" ? "mandate_not_active" : `mandate_${status}`,
    });
  if (mandate.open !== null)
    throw new Refused("A debit on this token is in progress", { reason: "transaction_frequency_limit_exceeded" });
  refuseBeforeNotice(order, token, shelf.now());

  order.attempts += 1;
  order.status = "attempted";
  const payment = newPayment(shelf, {
    ...{
      amount,
      currency: order.currency,
      order_id,
      method: token.method,
      token_id,
      international: token.international,
    },
    ...{ customer_id, email, contact, description, notes },
  });
  mandate.open = payment.id;
  const wait = order.notification ? NOTICED_SECONDS : DEBIT_SECONDS[token.method];
  shelf.at(shelf.now() + wait, "debit.decide", payment.id);
  return payment;
}

function refuseBeforeNotice({ notification }: Order, token: Token, now: number): void {
  if (!notification) return;
  if (notification.token_id !== token.id) throw new Refused("The order's notice was for another token");
  if (now < notification.payment_after)
    throw new Refused("The debit was asked for before the date that the payer was told", {
      reason: "BAD_REQUEST_MANDATE_PROMISED_DEBIT_DATE_NOT_HONOURED",
    });
}

/** The payer is told a while before a debit whose order asks for that. */
export function planNotice(shelf: Shelf, order: Order): void {
  const { token_id, payment_after } = order.notification!;
  const token = found(shelf.tokens, token_id);
  if (payment_after < shelf.now() + DEBIT_SECONDS[token.method])
    throw new Refused("payment_after is too soon for the notice to the payer", { field: "notification.payment_after" });
  shelf.at(shelf.now() + NOTICE_SECONDS, "notice.deliver", order.id);
}

export function deliverNotice(shelf: Shelf, order: Order): void {
  const { id, token_id, payment_after } = order.notification!;
  const failed = shelf.knobs.failNotices > 0;
  if (failed) {
    shelf.knobs.failNotices -= 1;
    found(shelf.mandates, token_id).outcomes.unshift("pre_debit_notification_not_sent");
  }
  const status = failed ? "failed" : "delivered";
  const delivered_at = failed ? null : shelf.now();
  shelf.emit(`order.notification.${status}`, {
    notification: { id, entity: "notification", order_id: order.id, token_id, delivered_at, status, payment_after },
  });
}

export function decideDebit(shelf: Shelf, payment: Payment): void {
  const token = shelf.tokens.get(payment.token_id ?? "");
  const mandate = shelf.mandates.get(payment.token_id ?? "");
  // Deleted meanwhile.
  if (!token || !mandate) {
    fail(shelf, payment, "mandate_cancelled");
    return;
  }
  mandate.open = null;
  const reason = refusalOf(shelf, token, mandate, payment.amount) ?? mandate.outcomes.shift() ?? "ok";
  if (reason !== "ok") {
    fail(shelf, payment, reason);
    return;
  }
  mandate.debited = mandateCycle(mandate.frequency, shelf.now()).name;
  token.used_at = shelf.now();
  authorise(shelf, payment);
  captureAndTell(shelf, payment);
}

function refusalOf(shelf: Shelf, token: Token, { frequency, debited }: Mandate, amount: number): string | null {
  const { status } = token.recurring_details;
  if (status !== "confirmed") return `mandate_${status}`;
  if (shelf.now() > token.expired_at) return "mandate_expired";
  const unattended = token.method === "upi" || (token.method === "card" && !token.international);
  if (unattended && amount > shelf.knobs.unattendedMaxPaise) return "per_transaction_limit_exceeded";
  if (token.method !== "upi" || frequency === "as_presented") return null;
  const { name, lastDay } = mandateCycle(frequency, shelf.now());
  if (debited === name) return "mandate_current_cycle_allowed_debit_exceeds";
  return lastDay ? "execution_day_rule_mismatch" : null;
}

export const isFrequency = (method: "card" | "upi" | "emandate", frequency: string): boolean =>
  (FREQUENCIES[method] as readonly string[]).includes(frequency);
