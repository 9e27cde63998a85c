import type { UsageEvent } from "../../src/usage/event.ts";
import { costInCurrency, drawnOf, ERRORS, type Figures } from "../../src/usage/rollups/figures.ts";

/** What one call adds to the rollups, said in the simplest way: the database says it in its own. */
export function figuresOf(event: UsageEvent, kindOf: Parameters<typeof drawnOf>[1] = () => undefined): Figures {
  const { input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, web_searches } =
    event;
  const { cost_micros_usd, spend_micros, uncovered_micros, cache_saved_micros_usd, first_byte_ms, ended } = event;
  return {
    requests: 1,
    ...{ input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, web_searches },
    ...{ cost_micros_usd, spend_micros, uncovered_micros, cache_saved_micros_usd, cost_micros: costInCurrency(event) },
    ...drawnOf(event, kindOf),
    disconnects: ended === "client_gone" ? 1 : 0,
    errors: (ERRORS as readonly string[]).includes(ended) ? 1 : 0,
    quota_ends: ended === "quota" ? 1 : 0,
    unreconciled: event.unreconciled ? 1 : 0,
    first_bytes: first_byte_ms === null ? 0 : 1,
    ...{ first_byte_ms: first_byte_ms ?? 0, total_ms: event.total_ms },
  };
}
