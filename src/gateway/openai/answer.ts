import { promptTokens } from "../../catalog/meters.ts";
import type { Metered } from "../metered.ts";
import { totalOf } from "../usage.ts";

/** What every part of one answer has in common. */
export interface Named {
  /** `chatcmpl-…`, made of the request id. */
  readonly id: string;
  /** Epoch seconds. */
  readonly created: number;
}

export interface ToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

/** Claude's whole message as OpenAI's `chat.completion`, with the usage that was billed for it. */
export function completionOf(message: Readonly<Record<string, unknown>>, metered: Metered, { id, created }: Named) {
  const blocks = (Array.isArray(message.content) ? message.content : []) as AnswerBlock[];
  const text = blocks.map((block) => (block.type === "text" ? (block.text ?? "") : "")).join("");
  const tool_calls = blocks.filter(({ type }) => type === "tool_use").map(toolCallOf);
  return {
    id,
    object: "chat.completion",
    created,
    model: String(message.model),
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: text || (tool_calls.length ? null : ""),
          refusal: refusalOf(metered.stop_reason, message.stop_details),
          ...(tool_calls.length && { tool_calls }),
        },
        logprobs: null,
        finish_reason: finishReasonOf(metered.stop_reason),
      },
    ],
    usage: usageOf(metered),
  };
}

interface AnswerBlock {
  readonly type?: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
}

const toolCallOf = ({ id = "", name = "", input }: AnswerBlock): ToolCall => ({
  id,
  type: "function",
  function: { name, arguments: JSON.stringify(input ?? {}) },
});

const FINISH_REASONS: Readonly<Record<string, string>> = {
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

export const finishReasonOf = (stop_reason: string | null): string => FINISH_REASONS[stop_reason ?? ""] ?? "stop";

/** Why Claude declined; null where it did not. */
export function refusalOf(stop_reason: string | null, stop_details: unknown): string | null {
  if (stop_reason !== "refusal") return null;
  const { explanation } = (stop_details ?? {}) as { explanation?: string | null };
  return explanation || "The model declined to answer.";
}

/** What was billed, in OpenAI's words: their prompt counts cached tokens too. */
export function usageOf({ samplings, raw_usage }: Metered) {
  const total = totalOf(samplings);
  const prompt_tokens = promptTokens(total);
  return {
    prompt_tokens,
    completion_tokens: total.output,
    total_tokens: prompt_tokens + total.output,
    prompt_tokens_details: {
      cached_tokens: total.cache_read,
      cache_write_tokens: total.cache_write_5m + total.cache_write_1h,
    },
    completion_tokens_details: { reasoning_tokens: Math.min(total.output, thinkingTokens(raw_usage)) },
  };
}

/** Told for information, inside the output: the last word on it, of one usage object or of a stream's several. */
function thinkingTokens(raw_usage: unknown): number {
  const told = [raw_usage as RawUsage | readonly RawUsage[]].flat() as (RawUsage | null)[];
  return told.findLast((usage) => usage?.output_tokens_details)?.output_tokens_details?.thinking_tokens ?? 0;
}

interface RawUsage {
  readonly output_tokens_details?: { readonly thinking_tokens?: number } | null;
}
