import type { Ask, Block } from "./ask.ts";
import { isJson, type Json } from "./json.ts";

/**
 * How the sandbox counts a prompt. Deterministic, and never more tokens than the request has UTF-8 bytes, except for
 * what the API adds by itself: the hidden tool prompt, and the fixed price of an image or a document.
 */
const BYTES_PER_TOKEN = 4;
const TOKENS_PER_TURN = 4;
const IMAGE_TOKENS = 1_568;
/** One page: its text and its picture. Nothing is decoded, so every document counts as one page. */
const DOCUMENT_TOKENS = 1_500 + IMAGE_TOKENS;

/** The hidden system prompt that comes with tools, for `auto`/`none` and for `any`/`tool`. */
const TOOL_PROMPT_TOKENS: readonly (readonly [family: string, auto: number, forced: number])[] = [
  ["claude-opus-4-8", 290, 410],
  ["claude-opus-4-7", 675, 804],
  ["claude-opus-4-6", 497, 589],
  ["claude-opus", 286, 406],
  ["claude-sonnet-4-6", 497, 589],
  ["claude-sonnet", 354, 474],
  ["claude-haiku-4-5", 496, 588],
  ["claude", 286, 406],
];

/** One cacheable part of a prompt, in the order the API lays prompts out: tools, system, messages. */
export interface Segment {
  part: Json;
  tokens: number;
  /** The raw `cache_control` when a breakpoint stands after this part. */
  mark: Json | null;
}

export function segmentsOf(ask: Ask): Segment[] {
  const segments: Segment[] = [];
  const add = (part: Json, tokens: number) =>
    segments.push({ part, tokens, mark: isJson(part.cache_control) ? part.cache_control : null });

  for (const [index, tool] of ask.tools.entries())
    add(tool, tokensOfJson(tool) + (index === 0 ? toolPromptTokens(ask) : 0));
  for (const block of ask.system) add(block, tokensOfBlock(block));
  for (const { content } of ask.turns)
    for (const [index, block] of content.entries())
      add(block, tokensOfBlock(block) + (index === 0 ? TOKENS_PER_TURN : 0));

  const last = segments.at(-1);
  if (last && isJson(ask.cacheControl)) last.mark ??= ask.cacheControl;
  return segments;
}

export const tokensOf = (segments: readonly Segment[]): number => segments.reduce((sum, { tokens }) => sum + tokens, 0);

function toolPromptTokens({ model, toolChoice }: Ask): number {
  const [, auto, forced] = TOOL_PROMPT_TOKENS.find(([family]) => model.id.startsWith(family))!;
  return toolChoice.type === "any" || toolChoice.type === "tool" ? forced : auto;
}

function tokensOfBlock(block: Block): number {
  if (block.type === "text") return tokensOfText(String(block.text));
  if (block.type === "image") return IMAGE_TOKENS;
  if (block.type === "document") return tokensOfDocument(block.source);
  if (block.type === "tool_result") return tokensOfToolResult(block.content);
  return tokensOfJson(block);
}

function tokensOfDocument(source: unknown): number {
  if (isJson(source) && source.type === "text") return tokensOfText(String(source.data));
  return DOCUMENT_TOKENS;
}

function tokensOfToolResult(content: unknown): number {
  if (typeof content === "string") return tokensOfText(content);
  if (!Array.isArray(content)) return 0;
  return (content as Block[]).reduce((sum, block) => sum + tokensOfBlock(block), 0);
}

const tokensOfText = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);

const tokensOfJson = (part: Json): number => tokensOfText(contentOf(part));

/** A part as it enters the prompt and the cache: its breakpoint is not content. */
export function contentOf(part: Json): string {
  const { cache_control: _, ...content } = part;
  return JSON.stringify(content);
}
