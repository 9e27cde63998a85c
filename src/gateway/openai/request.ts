import { modelOf } from "../../catalog/models.ts";
import { parse } from "../../http/parse.ts";
import { markOf } from "./content.ts";
import { conversationOf } from "./conversation.ts";
import { ChatRequest } from "./schema.ts";
import { toolsOf } from "./tools.ts";
import { assertHonourable } from "./unsupported.ts";

/** The version of Claude's API that still takes `temperature` and `top_p`, which OpenAI's clients may send. */
export const ANTHROPIC_VERSION = "2023-06-01";

/** What OpenAI's body comes to: the body for `/v1/messages`, and what the answer must look like. */
export interface Translated {
  readonly body: Readonly<Record<string, unknown>>;
  readonly includeUsage: boolean;
}

/**
 * OpenAI's request as Claude's. Throws a Problem of 400 that names the field where it is wrong, or asks for what Claude cannot give.
 * Without a bound of its own the answer gets `max_tokens`, or the model's maximum where that is less.
 */
export function translateRequest(
  asked: Readonly<Record<string, unknown>>,
  defaults: { readonly max_tokens: number },
): Translated {
  assertHonourable(asked);
  const request = parse(ChatRequest, asked);
  const { model, temperature, top_p, stop, stream, thinking } = request;
  const { system, messages } = conversationOf(request.messages);
  const blocks = [...system, ...hintOf(request)];
  const output_config = outputConfigOf(request);
  const user_id = request.user ?? request.safety_identifier;

  return {
    body: {
      ...(model !== undefined && { model }),
      max_tokens: request.max_completion_tokens ?? request.max_tokens ?? defaultMax(model, defaults.max_tokens),
      ...(blocks.length && { system: blocks }),
      messages,
      ...toolsOf(request),
      // Claude's scale ends at 1.
      ...(typeof temperature === "number" && { temperature: Math.min(temperature, 1) }),
      ...(typeof top_p === "number" && { top_p }),
      ...(stop?.length && { stop_sequences: [stop].flat() }),
      ...(output_config && { output_config }),
      ...(thinking && { thinking }),
      ...(user_id && { metadata: { user_id } }),
      ...markOf(request),
      stream: stream === true,
    },
    includeUsage: request.stream_options?.include_usage === true,
  };
}

const defaultMax = (model: string | undefined, max_tokens: number): number =>
  Math.min(max_tokens, (model && modelOf(model).max_output_tokens) || Infinity);

/** Claude has no mode for JSON without a schema; it does as it is told. After the others, so that what is cached stays cached. */
const hintOf = ({ response_format }: ChatRequest) =>
  response_format?.type === "json_object"
    ? [{ type: "text", text: "Answer with one valid JSON object and nothing else: no prose, no code fence." }]
    : [];

const EFFORTS = { none: "low", minimal: "low", low: "low", medium: "medium", high: "high", xhigh: "xhigh", max: "max" };

function outputConfigOf({ response_format, reasoning_effort }: ChatRequest) {
  const schema = response_format?.type === "json_schema" ? response_format.json_schema.schema : null;
  if (!schema && !reasoning_effort) return null;
  return {
    ...(reasoning_effort && { effort: EFFORTS[reasoning_effort] }),
    ...(schema && { format: { type: "json_schema", schema } }),
  };
}
