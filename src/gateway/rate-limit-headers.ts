import { iso } from "../kernel/clock.ts";
import type { Metric } from "../kernel/metrics.ts";
import type { Standing } from "../ledger/books.ts";

/** Anthropic's names for what our metrics count. Money has none. */
const NAMES: Partial<Record<Metric, string>> = {
  requests: "requests",
  total_tokens: "tokens",
  input_tokens: "input-tokens",
  output_tokens: "output-tokens",
};

/** The tenant's own figures in Anthropic's headers: of each metric, the limit that has the smallest share left. */
export function rateLimitHeaders(standings: readonly Standing[]): Record<string, string> {
  const tightest = new Map<string, Standing>();
  for (const standing of standings) {
    const name = NAMES[standing.demand.counter.metric];
    if (!name || !standing.demand.hard) continue;
    const known = tightest.get(name);
    if (!known || shareLeft(standing) < shareLeft(known)) tightest.set(name, standing);
  }
  const headers: Record<string, string> = {};
  for (const [name, { demand, remaining }] of tightest) {
    headers[`anthropic-ratelimit-${name}-limit`] = String(demand.amount);
    headers[`anthropic-ratelimit-${name}-remaining`] = String(remaining);
    const { window_end } = demand.counter;
    if (window_end !== null) headers[`anthropic-ratelimit-${name}-reset`] = iso(window_end);
  }
  return headers;
}

const shareLeft = ({ demand, remaining }: Standing): number => (demand.amount > 0 ? remaining / demand.amount : 0);
