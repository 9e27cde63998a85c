import type { UsageEventInFull } from "../../shared/openapi.ts";

/** What was sent, however it was charged. */
export const promptTokens = (event: UsageEventInFull): number =>
  event.input_tokens + event.cache_read_tokens + event.cache_write_5m_tokens + event.cache_write_1h_tokens;
