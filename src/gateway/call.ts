import type { IncomingHttpHeaders } from "node:http";
import { canonicalModel, modelOf } from "../catalog/models.ts";
import type { Principal } from "../http/principal.ts";
import { Problem } from "../kernel/problems.ts";
import { parseJsonObject } from "./body.ts";
import { assertNoFiles } from "./bound.ts";
import { assertSupported } from "./unsupported.ts";

/** A messages request as it is asked. Unknown fields pass untouched: `bytes` is what upstream gets. */
export interface Call {
  /** As the route is named in receipts and in route globs: `/v1/messages`, `/chat`, … */
  readonly route: string;
  readonly path: string;
  readonly body: MessagesBody;
  readonly bytes: Buffer;
  readonly stream: boolean;
  /** The model asked for, then the others that may answer in its place (fallbacks). */
  readonly models: readonly string[];
  readonly max_tokens: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The envelope that we read. Everything within it is upstream's to judge. */
export interface MessagesBody extends Record<string, unknown> {
  readonly model: string;
  readonly messages: readonly unknown[];
  readonly max_tokens: number;
  readonly stream?: boolean;
}

/**
 * Reads a messages body: validates the envelope, applies what the credential fixes (a preset, a ceiling), and refuses what
 * would move the bill or the identity elsewhere. The bytes are forwarded as they came, unless a preset changed them.
 */
export function parseCall(
  received: {
    readonly bytes: Buffer;
    readonly headers: IncomingHttpHeaders;
    readonly path: string;
    readonly route: string;
  },
  principal: Principal,
): Call {
  const asked = parseJsonObject(received.bytes);
  const body = envelope(principal.preset ? preset(asked, principal.preset.body, principal.max_tokens) : asked);
  assertSupported(body, received.headers);
  assertNoFiles(body);
  assertMaxTokens(body, principal.max_tokens);
  return {
    route: received.route,
    path: received.path,
    body,
    bytes: principal.preset ? Buffer.from(JSON.stringify(body)) : received.bytes,
    stream: body.stream === true,
    models: [body.model, ...fallbacksOf(body)].map(canonicalModel),
    max_tokens: body.max_tokens,
    tags: parseTags(received.headers["x-tollgate-tags"]),
    headers: forwardedHeaders(received.headers),
  };
}

function envelope(body: Record<string, unknown>): MessagesBody {
  const wrong = (message: string) => new Problem("invalid_request", { message });
  const { model, messages, max_tokens, stream } = body;
  if (model === undefined) throw wrong("model: Field required");
  if (typeof model !== "string" || !model || model.length > 200) throw wrong("model: must be the id of a model");
  if (max_tokens === undefined) throw wrong("max_tokens: Field required");
  if (!Number.isSafeInteger(max_tokens) || (max_tokens as number) < 0)
    throw wrong("max_tokens: must be a whole number that is not negative");
  if (messages === undefined) throw wrong("messages: Field required");
  if (!Array.isArray(messages)) throw wrong("messages: must be a list");
  if (!messages.length) throw wrong("messages: at least one message is required");
  if (stream !== undefined && typeof stream !== "boolean") throw wrong("stream: must be true or false");
  return body as MessagesBody;
}

/** A consumer's token says what, the preset says how: only the conversation and the way of delivery are the caller's. */
function preset(
  asked: Record<string, unknown>,
  fixed: Readonly<Record<string, unknown>>,
  ceiling: number | null,
): Record<string, unknown> {
  const { messages, stream } = asked;
  const max_tokens = Math.min(fixed.max_tokens as number, ceiling ?? Number.POSITIVE_INFINITY);
  return { ...fixed, max_tokens, messages, ...(stream !== undefined && { stream }) };
}

function assertMaxTokens({ model, max_tokens }: MessagesBody, ceiling: number | null): void {
  const facts = modelOf(model);
  const max_output_tokens = facts.max_output_tokens ?? facts.context_window;
  if (max_output_tokens !== null && max_tokens > max_output_tokens) {
    throw new Problem("invalid_request", {
      message: `max_tokens: ${max_tokens} > ${max_output_tokens}, which is the maximum allowed number of output tokens for ${model}`,
    });
  }
  if (ceiling !== null && max_tokens > ceiling) {
    throw new Problem("invalid_request", {
      message: `max_tokens: ${max_tokens} > ${ceiling}, which is the ceiling of this token`,
    });
  }
}

/** Other models that the request lets answer: each must be allowed and priced. */
function fallbacksOf(body: MessagesBody): string[] {
  const listed = [body.fallbacks ?? []]
    .flat()
    .map((entry) => (typeof entry === "string" ? entry : (entry as { model?: unknown } | null)?.model));
  const tools = Array.isArray(body.tools) ? body.tools.map((tool) => (tool as { model?: unknown } | null)?.model) : [];
  return [...listed, ...tools].filter((model): model is string => typeof model === "string");
}

const TAG = /^[A-Za-z0-9_.-]{1,64}=[^\s,=][^,=]{0,127}$/;
const TAGS_MAX = 8;

/** `x-tollgate-tags: feature=summary,env=prod`. */
export function parseTags(header: string | string[] | undefined): Record<string, string> {
  const parts = [header ?? ""]
    .flat()
    .join(",")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
  if (parts.length > TAGS_MAX || parts.some((part) => !TAG.test(part))) {
    throw new Problem("invalid_request", {
      message: `x-tollgate-tags: must be at most ${TAGS_MAX} pairs such as feature=summary,env=prod`,
    });
  }
  return Object.fromEntries(parts.map((part) => part.split("=", 2) as [string, string]));
}

/** What belongs to this hop, to our credentials, or to the browser: everything else goes to upstream as it came. */
const DROPPED =
  /^(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|content-encoding|accept-encoding|authorization|x-api-key|cookie|origin|referer|sec-.*|forwarded|via|x-forwarded-.*|x-real-ip|cf-.*|x-tollgate-.*|idempotency-key|anthropic-dangerous-direct-browser-access)$/;

export function forwardedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const forwarded: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !DROPPED.test(name)) forwarded[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return forwarded;
}
