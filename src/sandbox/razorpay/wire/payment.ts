import type { Payment, Token } from "../entities.ts";
import { withNotes } from "./notes.ts";

/** A payment as the API and most events give it, and, poorer, as the events of subscriptions do. */

const VPA = "payer@okhdfcbank";
/** The bank behind netbanking and eMandates. */
const BANK = "HDFC";

const cardOf = ({ international }: Pick<Payment, "international">) => ({
  ...{ entity: "card", name: "A Payer", last4: international ? "3335" : "4366", network: "Visa", type: "credit" },
  ...{ issuer: international ? null : "HDFC", international, emi: false },
});
const CARD_EXPIRY = { expiry_month: 8, expiry_year: 2040 };

/** Digits that look like a bank's reference, and are always the same for one payment. */
export const digitsOf = (id: string, count: number): string =>
  Array.from({ length: count }, (_, place) => id.charCodeAt(4 + (place % 14)) % 10).join("");

export function paymentOnWire({ captured_at: _, ...payment }: Payment): Record<string, unknown> {
  const { method, card_id } = payment;
  return withNotes({
    ...payment,
    ...{ base_amount: payment.amount, amount_transferred: 0, wallet: null, vpa: method === "upi" ? VPA : null },
    bank: method === "netbanking" || method === "emandate" ? BANK : null,
    acquirer_data: acquirerOf(payment),
    ...(method === "card" && { card: { id: card_id, ...cardOf(payment), sub_type: "business", token_iin: null } }),
    ...(method === "upi" && { upi: { payer_account_type: "bank_account", vpa: VPA, flow: "intent" } }),
  });
}

function acquirerOf({ id, method, status, token_id }: Omit<Payment, "captured_at">): Record<string, string | null> {
  const known = status !== "failed" && status !== "created";
  if (method === "card") return { auth_code: known ? digitsOf(id, 6) : null };
  if (method !== "upi") return { bank_transaction_id: known ? digitsOf(id, 7) : null };
  if (!known) return { rrn: null };
  const rrn = digitsOf(id, 12);
  return token_id === null ? { rrn } : { rrn, upi_transaction_id: digitsOf(id, 31).padStart(32, "A") };
}

/** Here `captured` is text, the token is missing, and what a failure was is told in less detail. */
export function paymentInSubscriptionEvent(payment: Payment): Record<string, unknown> {
  const { error_source: _source, error_step: _step, error_reason: _reason, ...rest } = paymentOnWire(payment);
  const { base_amount: _base, acquirer_data: _acquirer, card: _card, ...kept } = rest;
  return {
    ...kept,
    ...{ captured: payment.captured ? "1" : "0", token_id: null },
    ...(payment.method === "card" && { card: { id: payment.card_id, ...cardOf(payment), ...CARD_EXPIRY } }),
  };
}

/** A token; whose it is stands in its address only. */
export function tokenOnWire({ customer_id: _customer, international, ...token }: Token): Record<string, unknown> {
  const card = { ...cardOf({ international }), sub_type: "business", token_iin: null, ...CARD_EXPIRY };
  const [username, handle] = VPA.split("@");
  return {
    ...token,
    recurring_details: { ...token.recurring_details },
    ...{ bank: token.method === "emandate" ? BANK : null, wallet: null, mrn: null, dcc_enabled: false },
    auth_type: token.method === "emandate" ? "netbanking" : null,
    ...(token.method === "card" && {
      ...{ card: { ...card, flows: { otp: true, recurring: true } }, status: null, notes: [] },
      compliant_with_tokenisation_guidelines: true,
    }),
    ...(token.method === "upi" && { vpa: { username, handle, name: null }, start_time: token.created_at }),
  };
}
