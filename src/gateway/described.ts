import { z } from "zod";
import {
  Anything,
  type Chapter,
  Decimal,
  Media,
  MicrosTold,
  media,
  named,
  type Operations,
  pageTold,
} from "../http/operation.ts";
import type { ProblemCode } from "../kernel/problems.ts";

/**
 * What the data plane promises. The routes of Claude's API and of OpenAI's take and give what theirs do, and are described there: here stand their
 * paths, their credentials and what they refuse with.
 */

const REFUSALS: readonly ProblemCode[] = [
  ...["invalid_request", "model_not_priced", "unsupported_feature", "quota_exhausted", "wallet_empty"],
  ...["spend_cap_reached", "subscription_halted", "no_subscription", "model_not_allowed", "route_not_allowed"],
  ...["origin_not_allowed", "scope_missing", "tenant_suspended", "user_required", "rate_limited"],
  ...["concurrency_limited", "upstream_refused", "upstream_unreachable", "upstream_overloaded", "upstream_timeout"],
] as ProblemCode[];
const FREE: readonly ProblemCode[] = ["route_not_allowed", "tenant_suspended", "upstream_refused"];
const STREAM = "text/event-stream";

const said = new Media({ "application/json": Anything, [STREAM]: null });
const Claude = z.looseObject({ model: z.string(), max_tokens: z.int(), messages: z.array(Anything) });
const asClaude = {
  scope: "inference",
  description:
    "As Anthropic's Messages API has it: what is not named here passes untouched. Streamed with `stream: true`.",
  ...{ body: Claude, answers: { 200: said }, problems: REFUSALS },
} as const;

const ClaudeModel = named(
  "ClaudeModel",
  z.object({ type: z.literal("model"), id: z.string(), display_name: z.string(), created_at: z.string() }),
);
const OpenAiModel = named(
  "OpenAiModel",
  z.object({ id: z.string(), object: z.literal("model"), created: z.int(), owned_by: z.string() }),
);

const claude: Operations = {
  "POST /v1/messages": { ...asClaude, summary: "Send messages to Claude" },
  "POST /messages": { ...asClaude, summary: "Send messages to Claude (the same)" },
  "POST /v1/messages/count_tokens": {
    summary: "Count the tokens of messages, free of charge",
    ...{ body: Claude.omit({ max_tokens: true }), answers: { 200: Anything }, problems: FREE },
  },
  "GET /v1/models": {
    summary: "List the models that one may use",
    description: "In OpenAI's shape where there is no `anthropic-version`.",
    answers: {
      200: z.union([pageTold(ClaudeModel), z.object({ object: z.literal("list"), data: z.array(OpenAiModel) })]),
    },
  },
  "GET /v1/models/:id": { summary: "Show a model", answers: { 200: z.union([ClaudeModel, OpenAiModel]) } },
  "POST /v1/messages/batches": {
    summary: "Create a message batch",
    ...{ body: z.looseObject({ requests: z.array(Anything) }), answers: { 200: Anything }, problems: REFUSALS },
  },
  "GET /v1/messages/batches": { summary: "List one's message batches", answers: { 200: Anything } },
  "GET /v1/messages/batches/:id": { summary: "Show a message batch", answers: { 200: Anything } },
  "DELETE /v1/messages/batches/:id": { summary: "Delete a message batch", answers: { 200: Anything } },
  "GET /v1/messages/batches/:id/results": {
    summary: "Stream the results of a message batch",
    answers: { 200: media("application/x-jsonl") },
  },
  "POST /v1/messages/batches/:id/cancel": { summary: "Cancel a message batch", answers: { 200: Anything } },
  "POST /v1/chat/completions": {
    summary: "Send messages as OpenAI's clients do",
    description: "Refusals have OpenAI's shape here. Streamed with `stream: true`.",
    scope: "inference",
    body: z.looseObject({ model: z.string(), messages: z.array(Anything) }),
    ...{ answers: { 200: said }, problems: REFUSALS },
  },
};

const Chat = z.looseObject({
  ...{ message: z.string().optional(), messages: z.array(Anything).optional(), system_prompt: z.string().optional() },
  ...{ model: z.string().optional(), max_tokens: z.int().optional(), schema: Anything.optional() },
});
const ChatAnswer = named(
  "ChatAnswer",
  z.looseObject({
    ...{ text: z.string(), input_tokens: z.int(), output_tokens: z.int(), model: z.string() },
    ...{ stop_reason: z.string().nullable(), cost_usd: Decimal.optional(), spend_micros: MicrosTold.optional() },
    ...{ currency: z.string().optional(), request_id: z.string(), data: z.unknown().optional() },
  }),
);

const chat: Operations = {
  "POST /chat": {
    summary: "Say something, and hear it answered piece by piece",
    description: "Events of `data: <text>`, then `event: done`.",
    scope: "inference",
    body: z.looseObject({ message: z.string(), system: z.string().optional() }),
    ...{ answers: { 200: media(STREAM) }, problems: REFUSALS },
  },
  "POST /api/chat": {
    summary: "Say something, and get the whole answer",
    description: "With `schema`, a JSON Schema, `data` is an object that fits it.",
    ...{ scope: "inference", body: Chat, answers: { 200: ChatAnswer } },
    problems: [...REFUSALS, "schema_mismatch"],
  },
  "POST /api/chat/stream": {
    summary: "Say something, and get the answer as a stream of JSON",
    ...{ scope: "inference", body: Chat, answers: { 200: media(STREAM) }, problems: REFUSALS },
  },
  "POST /api/chat/batch": {
    summary: "Say several things at once",
    description: "One result or error for each, in their order.",
    scope: "inference",
    body: z.looseObject({ tasks: z.array(Anything), max_concurrent: z.int().optional() }),
    ...{ answers: { 200: Anything }, problems: REFUSALS },
  },
};

const hello = { summary: "Say whether anybody is here", answers: { 200: null } };

export const gatewayDescribed: readonly Chapter[] = [
  { tag: "Claude", for: "tenant", under: "", operations: claude },
  { tag: "Chat", for: "tenant", under: "", operations: chat },
  { tag: "Operations", for: "anybody", under: "", operations: { "HEAD /api/hello": hello, "GET /api/hello": hello } },
];
