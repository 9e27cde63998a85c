import { percent, price, roundMicros } from "../../shared/format.ts";
import type { Plan, PlanWithVersions } from "../../shared/openapi.ts";

/** What is sold, of whichever version. */
type Terms = Pick<Plan, keyof Plan & keyof PlanWithVersions["versions"][number]>;

const PERIODS: Readonly<Record<string, string>> = {
  ...{ daily: "day", weekly: "week", monthly: "month", quarterly: "quarter", yearly: "year" },
};

/** `₹1,999 a month`, `₹499 every 3 months`. */
export function priceOf({ price_paise, currency, period, interval }: Terms & Pick<Plan, "currency">) {
  if (price_paise === 0) return "free";
  const unit = PERIODS[period] ?? period;
  return `${price(price_paise, currency)} ${interval === 1 ? `a ${unit}` : `every ${interval} ${unit}s`}`;
}

/** How use is charged. */
export function pricingOf({ pricing }: Terms): string {
  if (pricing.type === "rate_card") return `${pricing.rates.length} prices of its own`;
  const above = pricing.multiplier_ppm - 1_000_000;
  if (above === 0) return "at cost";
  return above > 0 ? `cost plus ${percent(above)}` : `${percent(pricing.multiplier_ppm)} of the cost`;
}

export const overageOf = ({ overage }: Terms, currency: string): string =>
  overage.enabled ? `goes on, up to ${roundMicros(overage.cap_micros, currency)} more` : "calls are refused";

const COLLECTED = {
  subscription: "by a subscription of Razorpay's",
  mandate: "by autopay of each invoice",
  prepaid: "in advance, as prepaid credit",
} as const;
export const collectedOf = ({ collection }: Terms): string => COLLECTED[collection];

/** What is archived from a date on is sold until then. */
export const stateOf = ({ archived_at, visibility }: Plan, now: number | null): string =>
  archived_at !== null && (now === null || new Date(archived_at).getTime() <= now) ? "archived" : visibility;
