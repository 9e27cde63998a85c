import type { Quantities } from "../catalog/meters.ts";
import { NOTHING } from "../catalog/meters.ts";
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

/** The most that a call can use, for one of the models that may answer it. */
export interface Bound {
  /** The prompt of one sampling, in tokens. */
  readonly prompt_tokens: number;
  /** For one sampling; `samplings` of these at most. Cache writes stand for the whole prompt where they cost more than input. */
  readonly quantities: Quantities;
  readonly samplings: number;
  readonly list: "standard" | "fast";
  readonly geo: string;
}

/**
 * An upper bound of what this call can use, before anything is sent. Text: its UTF-8 bytes are a true upper bound of its tokens, and JSON
 * never makes it shorter. Images have a maximum; anything of unknown size counts as the whole context window.
 */
export function boundOf(call: Call, model: string): Bound {
  const { body, bytes, max_tokens } = call;
  const { context_window } = modelOf(model);
  const content = { encodedBytes: 0, tokens: 0, cached: Boolean(body.cache_control), hour: false };
  measure(body.system, "system", content);
  measure(body.tools, "tools", content);
  for (const [index, message] of body.messages.entries()) {
    measure((message as { content?: unknown } | null)?.content, `messages.${index}.content`, content);
  }
  noteCaching(body, content);

  const { samplings, searches } = serverTools(body.tools, Boolean(body.mcp_servers));
  const hidden = HIDDEN_TOKENS + (body.tools ? TOOL_PROMPT_TOKENS : 0);
  const asked = bytes.length - content.encodedBytes + content.tokens + hidden;
  const prompt_tokens = samplings > 1 ? context_window : Math.min(asked, context_window);
  const quantities: Quantities = {
    ...NOTHING,
    [content.hour ? "cache_write_1h" : content.cached ? "cache_write_5m" : "input"]: prompt_tokens,
    output: max_tokens,
    web_search: searches,
  };
  return {
    prompt_tokens,
    quantities,
    samplings,
    list: body.speed === "fast" ? "fast" : "standard",
    geo: body.inference_geo === "us" ? "us" : "",
  };
}

interface Content {
  /** Bytes of the body that are encoded media: they are no text. */
  encodedBytes: number;
  /** What that media comes to instead. */
  tokens: number;
  cached: boolean;
  hour: boolean;
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
