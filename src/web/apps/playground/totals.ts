import type { Receipt } from "../shared/receipt.ts";
import type { Closing } from "./stream.ts";

/** What was used on this page: in money as the gateway lets this key see it, the provider's cost or what is charged for it. */
export interface Totals {
  readonly tokens: number;
  readonly money_micros: number;
  readonly currency: string;
}

export const NO_TOTALS: Totals = { tokens: 0, money_micros: 0, currency: "USD" };

export function withClosing(totals: Totals, { usage, cost_usd, spend_micros, currency }: Closing): Totals {
  const tokens = usage.input + usage.output;
  return cost_usd === undefined
    ? added(totals, tokens, spend_micros ?? 0, currency)
    : added(totals, tokens, Math.round(Number(cost_usd) * 1_000_000), "USD");
}

/** Of an answer that was stopped: its figures come with its receipt. */
export function withReceipt(totals: Totals, { totals: used }: Receipt): Totals {
  const tokens = used.input_tokens + used.output_tokens;
  return used.cost_micros_usd === undefined
    ? added(totals, tokens, used.spend_micros ?? 0, used.currency)
    : added(totals, tokens, used.cost_micros_usd, "USD");
}

/** Another key may pay in another currency: the sum then begins anew. */
function added(totals: Totals, tokens: number, micros: number, currency = totals.currency): Totals {
  const before = currency === totals.currency ? totals.money_micros : 0;
  return { tokens: totals.tokens + tokens, money_micros: before + micros, currency };
}
