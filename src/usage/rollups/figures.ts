import { divideHalfUp, type Micros, micros } from "../../kernel/money.ts";
import type { UsageEvent } from "../event.ts";

/** What is added up, in the order of the columns. */
export const FIGURES = [
  ...["requests", "input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"],
  ...["output_tokens", "web_searches", "cost_micros_usd", "spend_micros", "uncovered_micros"],
  ...["cost_micros", "cache_saved_micros_usd"],
  ...["included_micros", "prepaid_micros", "promotional_micros", "overage_micros"],
  ...["disconnects", "errors", "quota_ends", "unreconciled", "first_bytes", "first_byte_ms", "total_ms"],
] as readonly Figure[];
export type Figure =
  | "requests"
  | "input_tokens"
  | "cache_read_tokens"
  | "cache_write_5m_tokens"
  | "cache_write_1h_tokens"
  | "output_tokens"
  | "web_searches"
  | "cost_micros_usd"
  | "spend_micros"
  | "uncovered_micros"
  | "cost_micros"
  | "cache_saved_micros_usd"
  | "included_micros"
  | "prepaid_micros"
  | "promotional_micros"
  | "overage_micros"
  | "disconnects"
  | "errors"
  | "quota_ends"
  | "unreconciled"
  | "first_bytes"
  | "first_byte_ms"
  | "total_ms";
export type Figures = Readonly<Record<Figure, number>>;

export type GrantKind = "included" | "prepaid" | "promotional" | "overage";

/** How a call ends that failed. */
export const ERRORS = ["upstream_error", "interrupted", "node_lost"] as const;

/** What was drawn of an event's spend, by kind of grant. */
export function drawnOf({ draws }: Pick<UsageEvent, "draws">, kindOf: (grant_id: string) => GrantKind | undefined) {
  const drawn = (kind: GrantKind): Micros =>
    micros(draws.reduce((sum, { grant_id, amount }) => sum + (kindOf(grant_id) === kind ? amount : 0), 0));
  return {
    ...{ included_micros: drawn("included"), prepaid_micros: drawn("prepaid") },
    ...{ promotional_micros: drawn("promotional"), overage_micros: drawn("overage") },
  };
}

/** What an event cost, at the rate that its spend was frozen at; rounded once, for each event. */
export const costInCurrency = ({
  cost_micros_usd,
  rate_micros,
}: Pick<UsageEvent, "cost_micros_usd" | "rate_micros">): Micros =>
  micros(divideHalfUp(BigInt(cost_micros_usd) * BigInt(rate_micros), 1_000_000n));
