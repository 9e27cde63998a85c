import { count, price, roundMicros } from "../../shared/format.ts";
import type { Method, SubscriptionStatus, Terms } from "./types.ts";

/** Terms and states in words. */

const PERIODS = { daily: "day", weekly: "week", monthly: "month", quarterly: "quarter", yearly: "year" } as const;

/** `month`, `3 months`. */
export const periodOf = ({ period, interval }: Pick<Terms, "period" | "interval">): string =>
  interval === 1 ? PERIODS[period] : `${interval} ${PERIODS[period]}s`;

export const priceOf = (terms: Pick<Terms, "price_paise">, currency: string): string =>
  terms.price_paise === 0 ? "No base price" : price(terms.price_paise, currency);

export const amountInUnits = (amount: number, { name, micros }: { readonly name: string; readonly micros: number }) =>
  `${count(Math.floor(amount / micros))} ${name}`;

/** What a plan gives, one promise a line. */
export function promisesOf(terms: Terms, currency: string): string[] {
  const { included_micros, overage, unit, collection } = terms;
  const lines: string[] = [];
  if (included_micros > 0) {
    const units = unit ? ` (about ${amountInUnits(included_micros, unit)})` : "";
    lines.push(`${roundMicros(included_micros, currency)} of usage every ${periodOf(terms)}${units}`);
  }
  if (overage.enabled) {
    lines.push(`Goes on beyond that, up to ${roundMicros(overage.cap_micros, currency)}, billed after the cycle`);
  } else if (collection === "prepaid") lines.push("Pay only for what you use, from credit you buy in advance");
  else lines.push("Stops when it is used up, unless you top up: no surprise on the bill");
  if (collection === "mandate") lines.push("Base price and usage in one debit by autopay");
  return lines;
}

export const STATUS: Readonly<Record<SubscriptionStatus, readonly [label: string, color: string]>> = {
  created: ["waits for approval", "yellow"],
  authenticated: ["approved", "gate"],
  active: ["active", "gate"],
  pending: ["payment failed, trying again", "orange"],
  halted: ["halted", "red"],
  paused: ["paused", "gray"],
  cancelled: ["cancelled", "gray"],
  completed: ["completed", "gray"],
  expired: ["expired", "gray"],
};

export const METHODS: Readonly<Record<Method, string>> = {
  upi: "UPI Autopay",
  card: "Card",
  emandate: "Bank account (eMandate)",
};

const PAID_BY: Readonly<Record<string, string>> = {
  ...{ card: "card", card_domestic: "card", card_international: "international card" },
  ...{ upi: "UPI", emandate: "bank account (eMandate)" },
};
export const paidBy = (method: string): string => PAID_BY[method] ?? method;
