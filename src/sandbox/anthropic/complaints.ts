import { cacheComplaints } from "./cache-complaints.ts";
import { formatComplaints } from "./format-complaints.ts";
import { isJson, type Json } from "./json.ts";
import type { Model } from "./models.ts";
import { toolComplaints } from "./tool-complaints.ts";

/** The version that dropped sampling parameters, and is stricter about documents and citations. */
const STRICT_VERSION = "2026-10-21";
export const VERSIONS: readonly string[] = ["2023-06-01", STRICT_VERSION];

const MESSAGES_MAX = 100_000;
const SAMPLING = ["temperature", "top_p", "top_k"] as const;

/** Everything wrong with a request, in the API's own words and with its field paths; the first one is the answer. */
export function* complaintsAbout(
  body: Json,
  model: Model | undefined,
  version: string,
  purpose: "messages" | "count_tokens",
): Generator<string> {
  if (body.model === undefined) yield "model: Field required";
  if (!model) yield "model: Input should be a valid string";
  if (purpose === "messages") yield* lengthComplaints(body, model!);
  yield* messageComplaints(body.messages, version);
  yield* systemComplaints(body.system);
  yield* toolComplaints(body);
  yield* cacheComplaints(body);
  yield* optionComplaints(body, model!, version);
  yield* thinkingComplaints(body);
  yield* formatComplaints(body.output_config);
}

function* lengthComplaints({ max_tokens: max, stream }: Json, model: Model): Generator<string> {
  if (max === undefined) yield "max_tokens: Field required";
  if (typeof max !== "number" || !Number.isInteger(max)) return yield "max_tokens: Input should be a valid integer";
  if (max < 0) yield "max_tokens: Input should be greater than or equal to 0";
  if (max === 0 && stream === true) yield "max_tokens: 0 cannot be combined with `stream: true`";
  if (max > model.outputTokensMax)
    yield `max_tokens: ${max} > ${model.outputTokensMax}, which is the maximum allowed number of output tokens for ${model.id}`;
}

function* messageComplaints(messages: unknown, version: string): Generator<string> {
  if (messages === undefined) yield "messages: Field required";
  if (!Array.isArray(messages)) return yield "messages: Input should be a valid list";
  if (messages.length === 0) yield "messages: at least one message is required";
  if (messages.length > MESSAGES_MAX) yield `messages: at most ${MESSAGES_MAX} messages are allowed`;

  for (const [index, message] of messages.entries()) {
    const path = `messages.${index}`;
    if (!isJson(message)) return yield `${path}: Input should be a valid dictionary`;
    if (message.role === undefined) yield `${path}.role: Field required`;
    if (!["user", "assistant", "system"].includes(String(message.role)))
      yield `${path}.role: Input should be 'user', 'assistant' or 'system'`;
    if (message.content === undefined) yield `${path}.content: Field required`;
    const mayBeEmpty = index === messages.length - 1 && message.role === "assistant";
    if (!mayBeEmpty && (message.content === "" || (Array.isArray(message.content) && message.content.length === 0)))
      yield `${path}: all messages must have non-empty content except for the optional final assistant message`;
    yield* contentComplaints(message.content, `${path}.content`);
    if (version === STRICT_VERSION) yield* strictComplaints(message, `${path}.content`);
  }
  if (messages.find(({ role }) => role !== "system")?.role !== "user")
    yield 'messages: first message must use the "user" role';
}

function* contentComplaints(content: unknown, path: string): Generator<string> {
  if (typeof content === "string") return;
  if (!Array.isArray(content)) return yield `${path}: Input should be a valid string or list`;
  for (const [index, block] of content.entries()) {
    if (!isJson(block)) return yield `${path}.${index}: Input should be a valid dictionary`;
    if (typeof block.type !== "string") yield `${path}.${index}.type: Field required`;
    if (block.type !== "text") continue;
    if (typeof block.text !== "string") yield `${path}.${index}.text.text: Field required`;
    if (block.text === "") yield "messages: text content blocks must be non-empty";
  }
}

function* strictComplaints({ role, content }: Json, path: string): Generator<string> {
  if (!Array.isArray(content)) return;
  for (const [index, block] of (content as Json[]).entries()) {
    if (role === "assistant" && block.type === "document")
      yield `${path}.${index}: \`document\` blocks are not permitted in assistant messages`;
    const cites = Array.isArray(block.citations) && block.citations.length > 0;
    if (role === "user" && block.type === "text" && cites)
      yield `${path}.${index}.text.citations: citations are not permitted in user messages`;
  }
}

function* systemComplaints(system: unknown): Generator<string> {
  if (system !== undefined) yield* contentComplaints(system, "system");
}

function* optionComplaints(body: Json, model: Model, version: string): Generator<string> {
  for (const name of SAMPLING) {
    const value = body[name];
    if (value === undefined) continue;
    if (version === STRICT_VERSION) yield `${name}: Extra inputs are not permitted`;
    if (typeof value !== "number" || value < 0) yield `${name}: Input should be greater than or equal to 0`;
    if (name !== "top_k" && Number(value) > 1) yield `${name}: Input should be less than or equal to 1`;
  }
  if (body.stream !== undefined && typeof body.stream !== "boolean") yield "stream: Input should be a valid boolean";
  if (body.stop_sequences !== undefined && !isStrings(body.stop_sequences))
    yield "stop_sequences: Input should be a valid list of non-empty strings";
  if (body.speed != null && body.speed !== "standard" && body.speed !== "fast")
    yield "speed: Input should be 'standard' or 'fast'";
  if (body.speed === "fast" && !model.acceptsFast) yield `speed: fast mode is not supported for ${model.id}`;
  if (body.inference_geo != null && body.inference_geo !== "us" && body.inference_geo !== "global")
    yield "inference_geo: Input should be 'us' or 'global'";
  if (body.inference_geo != null && !model.acceptsGeo) yield `inference_geo: not supported for ${model.id}`;
}

function* thinkingComplaints({ thinking, max_tokens: max }: Json): Generator<string> {
  if (!isJson(thinking) || thinking.type !== "enabled") return;
  const budget = thinking.budget_tokens;
  if (budget === undefined) yield "thinking.enabled.budget_tokens: Field required";
  if (typeof budget !== "number" || budget < 1024)
    return yield "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024";
  if (typeof max === "number" && max <= budget) yield "`max_tokens` must be greater than `thinking.budget_tokens`.";
}

const isStrings = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "");
