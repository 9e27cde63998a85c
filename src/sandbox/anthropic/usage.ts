import type { Ask } from "./ask.ts";
import type { Json } from "./json.ts";
import type { TallyEntry } from "./tally.ts";

/** Output tokens shown for a refusal before any content, which is not billed. */
export const REFUSAL_TOKENS = 4;

/** The full `Usage`, as `message_start` and a whole message carry it: the only place with the split of cache writes. */
export function fullUsage(entry: TallyEntry, ask: Ask, outputTokens: number, thinkingTokens: number | null): Json {
  return {
    input_tokens: entry.inputTokens,
    cache_creation_input_tokens: entry.cacheWrite5m + entry.cacheWrite1h,
    cache_read_input_tokens: entry.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: entry.cacheWrite5m,
      ephemeral_1h_input_tokens: entry.cacheWrite1h,
    },
    output_tokens: outputTokens,
    output_tokens_details: thinkingTokens === null ? null : { thinking_tokens: thinkingTokens },
    server_tool_use: searchesOf(entry),
    service_tier: "standard",
    inference_geo: ask.geo,
    speed: ask.speed,
  };
}

/** The cumulative `MessageDeltaUsage`, which knows only the sum of the cache writes. */
export function deltaUsage(entry: TallyEntry, outputTokens: number, thinkingTokens: number): Json {
  return {
    input_tokens: entry.inputTokens,
    cache_creation_input_tokens: entry.cacheWrite5m + entry.cacheWrite1h,
    cache_read_input_tokens: entry.cacheRead,
    output_tokens: outputTokens,
    output_tokens_details: { thinking_tokens: thinkingTokens },
    ...(entry.webSearches > 0 && { server_tool_use: searchesOf(entry) }),
  };
}

const searchesOf = ({ webSearches }: TallyEntry): Json | null =>
  webSearches > 0 ? { web_search_requests: webSearches, web_fetch_requests: 0 } : null;
