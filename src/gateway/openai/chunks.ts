import { sseEvent } from "../../http/sse.ts";
import type { Metered } from "../metered.ts";
import { finishReasonOf, type Named, refusalOf, usageOf } from "./answer.ts";
import { type ErrorBody, upstreamErrorBody } from "./errors.ts";

/** Writes OpenAI's stream while Claude's passes. Each method returns the events to send, or nothing. */
export interface ChunkWriter {
  /** The data of one event of Claude's. */
  take(data: Buffer): string;
  /** The end of a complete answer: why it ended, its usage where that was asked for, and `[DONE]`. */
  finish(metered: Metered): string;
  /** What upstream said in an error event, if it did. */
  failure(): ErrorBody | null;
}

interface StreamEvent {
  readonly type?: string;
  readonly index?: number;
  readonly message?: { readonly model?: string };
  readonly content_block?: { type?: string; text?: string; id?: string; name?: string; input?: unknown };
  readonly delta?: { type?: string; text?: string; partial_json?: string; stop_details?: unknown };
}

/** A tool call under way. */
interface Calling {
  readonly index: number;
  readonly input: unknown;
  spoken: boolean;
}

/** The role comes first, then text and tool calls piece by piece. Thinking is not shown: OpenAI's shape has no place for it. */
export function chunkWriter(named: Named & { readonly model: string; readonly includeUsage: boolean }): ChunkWriter {
  const { id, created, includeUsage } = named;
  let { model } = named;
  let stop_details: unknown = null;
  let failure: ErrorBody | null = null;
  /** By the index of the block; a call's own index counts calls only. */
  const calls = new Map<number, Calling>();

  const chunk = (choices: readonly object[], usage: object | null = null) =>
    sseEvent(
      JSON.stringify({ id, object: "chat.completion.chunk", created, model, choices, ...(includeUsage && { usage }) }),
    );
  const say = (delta: object, finish_reason: string | null = null) =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason }]);
  const text = (content: string | undefined) => (content ? say({ content }) : "");
  const spell = (call: Calling, piece: string) => {
    call.spoken = true;
    return say({ tool_calls: [{ index: call.index, function: { arguments: piece } }] });
  };

  const started = (at: number, block: NonNullable<StreamEvent["content_block"]>): string => {
    if (block.type === "text") return text(block.text);
    if (block.type !== "tool_use") return "";
    const call = { index: calls.size, input: block.input ?? {}, spoken: false };
    calls.set(at, call);
    const { id, name } = block;
    return say({ tool_calls: [{ index: call.index, id, type: "function", function: { name, arguments: "" } }] });
  };

  const went = (at: number, delta: NonNullable<StreamEvent["delta"]>): string => {
    if (delta.type === "text_delta") return text(delta.text);
    const call = calls.get(at);
    return call && delta.partial_json ? spell(call, delta.partial_json) : "";
  };

  return {
    take(data) {
      const event = JSON.parse(data.toString("utf8")) as StreamEvent;
      const at = event.index ?? 0;
      switch (event.type) {
        case "message_start":
          model = event.message?.model ?? model;
          return say({ role: "assistant", content: "", refusal: null });
        case "content_block_start":
          return started(at, event.content_block ?? {});
        case "content_block_delta":
          return went(at, event.delta ?? {});
        case "content_block_stop": {
          // Arguments that came with the block, or none at all, are still a JSON object.
          const call = calls.get(at);
          return call && !call.spoken ? spell(call, JSON.stringify(call.input)) : "";
        }
        case "message_delta":
          stop_details = event.delta?.stop_details ?? stop_details;
          return "";
        case "error":
          failure = upstreamErrorBody(data);
          return "";
        default:
          return "";
      }
    },

    finish(metered) {
      const refusal = refusalOf(metered.stop_reason, stop_details);
      return [
        refusal === null ? "" : say({ refusal }),
        say({}, finishReasonOf(metered.stop_reason)),
        includeUsage ? chunk([], usageOf(metered)) : "",
        sseEvent("[DONE]"),
      ].join("");
    },

    failure: () => failure,
  };
}
