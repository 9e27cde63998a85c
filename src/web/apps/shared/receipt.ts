import { count, duration, exact, instant } from "./format.ts";
import type { Receipt } from "./openapi.ts";
import type { UsageEvent } from "./usage.ts";

export type { Receipt };

export type Fact = readonly [label: string, value: string];

const USED = [
  ["input_tokens", "Input tokens"],
  ["cache_read_tokens", "Cache read tokens"],
  ["cache_write_5m_tokens", "Cache write tokens, 5 minutes"],
  ["cache_write_1h_tokens", "Cache write tokens, 1 hour"],
  ["output_tokens", "Output tokens"],
  ["web_searches", "Web searches"],
] as const;
const ALWAYS: readonly string[] = ["input_tokens", "output_tokens"];

const ENDED: Readonly<Record<string, string>> = {
  complete: "complete",
  client_gone: "stopped by the reader",
  upstream_error: "error at the provider",
  interrupted: "connection lost",
  node_lost: "gateway restarted",
};
const COUNTED: Readonly<Record<string, string>> = {
  reported: "by the provider",
  partial: "from what arrived",
  recovered: "from a checkpoint",
};

export const endedIn = (ended: string): string => ENDED[ended] ?? ended;

/** What each call used. */
export const usedOf = (event: UsageEvent): Fact[] => [
  ["Model", event.model],
  ...USED.filter(([name]) => event[name] > 0 || ALWAYS.includes(name)).map(
    ([name, label]): Fact => [label, count(event[name])],
  ),
];

/** What it comes to, as far as the operator lets this reader see it. */
export function sumOf({ totals }: Receipt): Fact[] {
  const facts: Fact[] = [];
  if (totals.cost_micros_usd !== undefined) facts.push(["Cost", exact(totals.cost_micros_usd, "USD")]);
  if (totals.spend_micros !== undefined && totals.currency)
    facts.push(["Charged", exact(totals.spend_micros, totals.currency)]);
  return facts;
}

/** How it went. */
export function factsOf({ request_id, data }: Receipt): Fact[] {
  const last = data.findLast(({ kind }) => kind === "call") ?? data[0];
  if (!last) return [];
  return [
    ["Ended", endedIn(last.ended)],
    ["Counted", COUNTED[last.source] ?? last.source],
    ...(last.first_byte_ms === null ? [] : [["First byte", duration(last.first_byte_ms)] as const]),
    ["Whole answer", duration(last.total_ms)],
    ["Admitted", instant(data[0]?.admitted_at ?? last.admitted_at)],
    ["Asked by", last.route],
    ...Object.entries(last.tags ?? {}),
    ["Request", request_id],
  ];
}
