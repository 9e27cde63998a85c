import { createHash } from "node:crypto";
import type { Meter } from "../../../catalog/meters.ts";
import { toDecimal } from "../../../kernel/money.ts";
import { type Fault, faultOf, invalid } from "../fault.ts";
import { WORKSPACE_ID } from "../headers.ts";
import { type Exchange, sendFault, sendJson } from "../parts.ts";
import type { TallyQuantities } from "../tally.ts";
import { bucketsOf, grouped, type ReportQuery, reportQuery } from "./buckets.ts";
import type { ReportKnobs, ReportRow } from "./report-book.ts";

const USAGE_DIMENSIONS = [
  ...["api_key_id", "workspace_id", "model", "service_tier", "context_window", "inference_geo", "speed"],
];
const COST_DIMENSIONS = ["workspace_id", "description"];
const ONE_PPM = 1_000_000n;

/** `/v1/organizations/…`: the reports and the list of keys of the Admin API, which an admin key opens and no other. */
export function serveAdmin(exchange: Exchange, path: string, query: URLSearchParams): void {
  const { parts, req } = exchange;
  const key = req.headers["x-api-key"];
  if (typeof key !== "string" || !parts.adminKeys.has(key)) {
    sendFault(exchange, faultOf(401, "invalid x-api-key"));
    return;
  }
  const { knobs } = parts.reports;
  if (knobs.failures > 0) {
    knobs.failures -= 1;
    sendFault(exchange, faultOf(500));
    return;
  }
  const answer = answerOf(exchange, `${req.method} ${path}`, query);
  if ("status" in answer) sendFault(exchange, answer as Fault);
  else sendJson(exchange, 200, answer);
}

function answerOf({ parts }: Exchange, asked: string, query: URLSearchParams): object | Fault {
  const now = parts.now();
  const report = (
    options: { readonly dimensions: readonly string[]; readonly daily: boolean },
    present: (rows: readonly ReportRow[], parsed: ReportQuery) => readonly object[],
  ) => {
    const parsed = reportQuery(query, { now, ...options });
    if (typeof parsed === "string") return invalid(parsed);
    return bucketsOf(parsed, parts.reports.rows(), (rows) => present(rows, parsed));
  };
  switch (asked) {
    case "GET /v1/organizations/usage_report/messages":
      return report({ dimensions: USAGE_DIMENSIONS, daily: false }, usageResults);
    case "GET /v1/organizations/cost_report":
      return report({ dimensions: COST_DIMENSIONS, daily: true }, (rows, { groupBy }) =>
        costResults(rows, groupBy, parts.reports.knobs),
      );
    case "GET /v1/organizations/api_keys": {
      const data = [...parts.keys].map((key) => ({
        ...{ id: keyIdOf(key), type: "api_key", name: "sandbox", status: "active", workspace_id: WORKSPACE_ID },
        partial_key_hint: `${key.slice(0, 10)}...${key.slice(-4)}`,
      }));
      return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
    }
    default:
      return faultOf(404);
  }
}

/** The id under which the reports know a key. */
export const keyIdOf = (key: string): string =>
  `apikey_01${createHash("sha256").update(key).digest("base64url").replace(/[-_]/g, "x").slice(0, 22)}`;

function usageResults(rows: readonly ReportRow[], { groupBy }: ReportQuery): readonly object[] {
  const dimensions = ({ key, model, service_tier, context_window, inference_geo, speed }: ReportRow) => ({
    ...{
      api_key_id: keyIdOf(key),
      workspace_id: WORKSPACE_ID,
      model,
      service_tier,
      context_window,
      inference_geo,
      speed,
    },
  });
  return grouped(rows, dimensions, groupBy).map((group) => {
    const sum = (of: keyof TallyQuantities) => group.rows.reduce((total, { used }) => total + used[of], 0);
    return {
      ...group.dimensions,
      uncached_input_tokens: sum("inputTokens"),
      cache_creation: {
        ephemeral_1h_input_tokens: sum("cacheWrite1h"),
        ephemeral_5m_input_tokens: sum("cacheWrite5m"),
      },
      cache_read_input_tokens: sum("cacheRead"),
      output_tokens: sum("outputTokens"),
      server_tool_use: { web_search_requests: sum("webSearches") },
    };
  });
}

const TOKEN_TYPES: Readonly<Record<Meter, string | null>> = {
  ...{ input: "uncached_input_tokens", cache_read: "cache_read_input_tokens", output: "output_tokens" },
  cache_write_5m: "cache_creation.ephemeral_5m_input_tokens",
  cache_write_1h: "cache_creation.ephemeral_1h_input_tokens",
  web_search: null,
};

/** In cents, as decimal strings. With `description` a line for each kind of token of each model, else one in all. */
function costResults(
  rows: readonly ReportRow[],
  groupBy: readonly string[],
  { pricePpm, allPricesPpm }: Pick<ReportKnobs, "pricePpm" | "allPricesPpm">,
): readonly object[] {
  const charged = ({ model, pico_usd }: ReportRow, meter: Meter) =>
    (pico_usd[meter] * BigInt(pricePpm.get(model) ?? allPricesPpm)) / ONE_PPM;
  const described = groupBy.includes("description");
  const names = [...groupBy, ...(described ? ["model", "service_tier", "context_window", "inference_geo"] : [])];
  const dimensions = ({ model, service_tier, context_window, inference_geo }: ReportRow) => ({
    ...{ workspace_id: WORKSPACE_ID, model, service_tier, context_window, inference_geo },
  });
  return grouped(rows, dimensions, names).flatMap((group) => {
    const line = (meters: readonly Meter[], more: object) => {
      const pico = group.rows.reduce(
        (sum, row) => sum + meters.reduce((all, meter) => all + charged(row, meter), 0n),
        0n,
      );
      return { ...group.dimensions, ...more, currency: "USD", amount: toDecimal(pico, 10), pico };
    };
    const meters = Object.keys(TOKEN_TYPES) as Meter[];
    const lines = described
      ? meters.map((meter) => {
          const token_type = TOKEN_TYPES[meter];
          const cost_type = token_type === null ? "web_search" : "tokens";
          return line([meter], {
            token_type,
            cost_type,
            description: `${group.dimensions.model} Usage - ${token_type ?? "Web Search"}`,
          });
        })
      : [line(meters, { token_type: null, cost_type: null, description: null })];
    return lines.filter(({ pico }) => pico !== 0n).map(({ pico: _, ...rest }) => rest);
  });
}
