import { NOTHING, type Quantities, type Sampling } from "../catalog/meters.ts";
import { modelOf } from "../catalog/models.ts";
import { Problem } from "../kernel/problems.ts";
import type { Call } from "./call.ts";
import { assertNoFileId } from "./unsupported.ts";

/** The most tokens that one image can be, for any model (facts: after the downscale). */
const IMAGE_TOKENS_MAX = 4_784;
/** What upstream adds of its own: framing, and the system prompt that explains tools. */
const HIDDEN_TOKENS = 64;
const TOOL_PROMPT_TOKENS = 1_000;
/** Samplings of one call with server tools, each over the grown context, where the tools set no smaller bound. */
const SAMPLINGS_MAX = 10;

/** What bounds a call's use, for one of the models that may answer it. Tokens. */
export interface Bound {
  readonly model: string;
  /** The prompt of the first sampling, at most. */
  readonly prompt_tokens: number;
  /** The bytes of it that are text, not media. */
  readonly text_bytes: number;
  /** What a later sampling can grow to. */
  readonly context_window: number;
  /** Samplings at most: more than one only with tools that upstream runs itself. */
  readonly samplings: number;
  readonly searches: number;
  /** The dearest class that prompt tokens can be billed as. */
  readonly prompt_meter: "input" | "cache_write_5m" | "cache_write_1h";
  readonly list: "standard" | "fast";
  readonly geo: string;
}

/**
 * An upper bound of what this call can use, before anything is sent. Text: its UTF-8 bytes are a true upper bound of its tokens, and JSON
 * never makes it shorter. Images have a maximum; anything of unknown size counts as the whole context window. `counted` is upstream's own count
 * of the prompt, where it was asked.
 */
export function boundOf(call: Call, model: string, counted?: number): Bound {
  const { body, bytes } = call;
  const { context_window } = modelOf(model);
  const content: Content = { encodedBytes: 0, tokens: 0, cached: false, hour: false };
  measure(body.system, "system", content);
  measure(body.tools, "tools", content);
  for (const [index, message] of body.messages.entries()) {
    measure((message as { content?: unknown } | null)?.content, `messages.${index}.content`, content);
  }
  noteCaching(body, content);

  const hidden = HIDDEN_TOKENS + (body.tools ? TOOL_PROMPT_TOKENS : 0);
  const text_bytes = bytes.length - content.encodedBytes;
  const measured = text_bytes + content.tokens + hidden;
  return {
    model,
    text_bytes,
    prompt_tokens: Math.min(
      counted === undefined ? measured : Math.ceil(counted * COUNT_MARGIN) + HIDDEN_TOKENS,
      measured,
      context_window,
    ),
    context_window,
    ...serverTools(body.tools, Boolean(body.mcp_servers)),
    prompt_meter: content.hour ? "cache_write_1h" : content.cached ? "cache_write_5m" : "input",
    list: body.speed === "fast" ? "fast" : "standard",
    geo: body.inference_geo === "us" ? "us" : "",
  };
}

/** Upstream calls its count an estimate. */
const COUNT_MARGIN = 1.05;

/** How much of a call is to be held: `output` tokens, and prompts of further samplings. */
export interface Extent {
  readonly output: number;
  readonly input_again: number;
}

/** All that a call can come to: every sampling over a full context, each writing `max_tokens`. */
export const worstExtent = (bound: Bound, max_tokens: number): Extent => ({
  output: max_tokens * bound.samplings,
  input_again: (bound.samplings - 1) * bound.context_window,
});

/** A part of it: so much output, and with server tools one sampling ahead of those that have begun. */
export const rollingExtent = (bound: Bound, output: number, input_again: number): Extent => ({
  output,
  input_again:
    bound.samplings > 1 ? input_again + Math.min(bound.context_window, bound.prompt_tokens + input_again) : 0,
});

/**
 * What is priced for an extent. The first prompt decides the tier of its own sampling; later ones are as large as they may be.
 * `prompt` is the first prompt as upstream has counted it, once it has.
 */
export function samplingsOfExtent(
  bound: Bound,
  { output, input_again }: Extent,
  prompt: Quantities | null = null,
): Sampling[] {
  const { model, list, geo, prompt_meter, prompt_tokens, searches: web_search } = bound;
  const shared = { model, list, geo, batch: false };
  const first = {
    ...shared,
    quantities: { ...(prompt ?? { ...NOTHING, [prompt_meter]: prompt_tokens }), output, web_search },
  };
  if (input_again === 0) return [first];
  return [first, { ...shared, quantities: { ...NOTHING, [prompt_meter]: input_again } }];
}

interface Content {
  /** Bytes of the body that are encoded media: they are no text. */
  encodedBytes: number;
  /** What that media comes to instead. */
  tokens: number;
  cached: boolean;
  hour: boolean;
}

/** Refuses a file's id wherever content may name one; for calls that are not held. */
export function assertNoFiles(body: Readonly<Record<string, unknown>>): void {
  const content = { encodedBytes: 0, tokens: 0, cached: false, hour: false };
  measure(body.system, "system", content);
  measure(body.tools, "tools", content);
  for (const [index, message] of (Array.isArray(body.messages) ? body.messages : []).entries())
    measure((message as { content?: unknown } | null)?.content, `messages.${index}.content`, content);
}

const UNKNOWN_TOKENS = 1_000_000;

/** Content nests in tool results and documents, and no deeper than this in anything that upstream takes. */
const DEPTH_MAX = 20;

/** Walks content blocks and takes media out of the byte count. */
function measure(value: unknown, path: string, content: Content, depth = 0): void {
  if (depth > DEPTH_MAX) throw new Problem("invalid_request", { message: `${path}: is nested too deeply` });
  if (!Array.isArray(value)) {
    if (typeof value === "object" && value !== null) block(value as Record<string, unknown>, path, content, depth);
    return;
  }
  for (const [index, item] of value.entries()) {
    if (typeof item === "object" && item !== null)
      block(item as Record<string, unknown>, `${path}.${index}`, content, depth);
  }
}

function block(item: Record<string, unknown>, path: string, content: Content, depth: number): void {
  noteCaching(item, content);
  const source = item.source as Record<string, unknown> | undefined;
  if (typeof source === "object" && source !== null && !Array.isArray(source)) {
    assertNoFileId(source, `${path}.source`);
    if (source.type === "base64" && typeof source.data === "string") {
      content.encodedBytes += source.data.length;
      content.tokens += item.type === "image" ? IMAGE_TOKENS_MAX : UNKNOWN_TOKENS;
    } else if (source.type === "url") {
      content.tokens += item.type === "image" ? IMAGE_TOKENS_MAX : UNKNOWN_TOKENS;
    }
    measure(source.content, `${path}.source.content`, content, depth + 1);
  }
  if (item.file_id !== undefined) assertNoFileId(item, path);
  measure(item.content, `${path}.content`, content, depth + 1);
}

/** `cache_control` makes input into cache writes, which cost more; the hour's most of all. */
function noteCaching(item: Readonly<Record<string, unknown>>, content: Content): void {
  const control = item.cache_control as { ttl?: unknown } | null | undefined;
  if (!control) return;
  content.cached = true;
  if (control.ttl === "1h") content.hour = true;
}

/** Tools that upstream runs itself: they make it sample again over what they found. */
const SERVER_TOOL = /^(web_search|web_fetch|code_execution|bash_code_execution|tool_search_tool|advisor|mcp_toolset)/;

function serverTools(tools: unknown, mcp: boolean): { samplings: number; searches: number } {
  const used = (Array.isArray(tools) ? tools : []).filter(
    (tool): tool is { type: string; max_uses?: unknown } =>
      typeof tool?.type === "string" && SERVER_TOOL.test(tool.type),
  );
  if (!used.length && !mcp) return { samplings: 1, searches: 0 };
  const usesOf = (tool: { max_uses?: unknown }) =>
    Number.isSafeInteger(tool.max_uses) && (tool.max_uses as number) >= 0 ? (tool.max_uses as number) : SAMPLINGS_MAX;
  const uses = used.reduce((sum, tool) => sum + usesOf(tool), mcp ? SAMPLINGS_MAX : 0);
  const searches = used
    .filter(({ type }) => type.startsWith("web_search"))
    .reduce((sum, tool) => sum + usesOf(tool), 0);
  return { samplings: Math.min(SAMPLINGS_MAX, uses + 1), searches };
}
