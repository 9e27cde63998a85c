import { sseEvent } from "../http/sse.ts";
import type { Problem } from "../kernel/problems.ts";
import type { Metered } from "./metered.ts";
import { totalOf } from "./usage.ts";

/** What a message that ended for want of quota says of itself: why, and the usage that is billed. */
export function quotaEnd(metered: Metered, reason: Problem) {
  const { input, cache_read, cache_write_5m, cache_write_1h, output } = totalOf(metered.samplings);
  return {
    stop_reason: "max_tokens",
    stop_sequence: null,
    stop_details: { type: "quota", code: reason.code },
    usage: {
      input_tokens: input,
      cache_creation_input_tokens: cache_write_5m + cache_write_1h,
      cache_read_input_tokens: cache_read,
      output_tokens: output,
    },
  };
}

/** Ends a stream in good order where its quota ended, so that every client takes it for a whole (if short) answer. */
export function gracefulEnd(openBlock: number | null, metered: Metered, reason: Problem): string {
  const { usage, ...delta } = quotaEnd(metered, reason);
  const event = (type: string, fields: object = {}) => sseEvent(JSON.stringify({ type, ...fields }), type);
  const closed = openBlock === null ? "" : event("content_block_stop", { index: openBlock });
  return closed + event("message_delta", { delta, usage }) + event("message_stop");
}
