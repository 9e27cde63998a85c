import { type Ask, earlierUserTexts, lastUserText } from "./ask.ts";
import { type Behaviour, directivesIn, withoutDirectives } from "./directives.ts";
import type { Json } from "./json.ts";
import { echoOf, type Piece, piecesOf, proseWords, sliversOf } from "./prose.ts";
import { searchBlocks } from "./search.ts";
import { valueFor, withoutRefs } from "./tool-input.ts";

/** A block of the answer, before it is known whether `max_tokens` lets all of it through. */
export interface Draft {
  /** The block as `content_block_start` carries it. */
  start: Json;
  kind: "text" | "thinking" | "signature" | "input_json" | "none";
  /** May be gone through once only when the kind is text, which is generated as it is sent. */
  pieces: Iterable<Piece>;
  /** Deltas without tokens, before and after the pieces. */
  before?: readonly Json[];
  after?: readonly Json[];
  /** What a server tool adds to the prompt, and to the searches billed. */
  inputTokens?: number;
  webSearches?: number;
}

export interface AnswerDraft {
  blocks: readonly Draft[];
  stopReason: "end_turn" | "tool_use";
}

const SIGNATURE = "c2FuZGJveC1zaWduYXR1cmU=";

/** What the model would say to this, with unlimited room: thinking, searches, text, a tool call, in that order. */
export function draftAnswer(ask: Ask, behaviour: Behaviour, id: string): AnswerDraft {
  const tool = calledTool(ask, behaviour);
  const thinkingTokens = ask.thinking ? Math.min(behaviour.thinking ?? 0, ask.outputTokensMax) : 0;
  const thinking = thinkingTokens > 0 ? [thinkingBlock(thinkingTokens, ask.thinking!.display)] : [];
  const searches = searchBlocks(ask, behaviour.search ?? 0, id);
  const calls = tool ? [toolBlock(tool, id)] : [];

  const pieces = [...thinking, ...searches, ...calls].flatMap((block) => [...block.pieces]);
  const around = pieces.reduce((sum, { tokens }) => sum + tokens, 0);
  const room = behaviour.output_tokens === undefined ? undefined : Math.max(0, behaviour.output_tokens - around);
  const text =
    room === 0 ? [] : [answersJson(ask, behaviour) ? jsonBlock(ask.format) : textBlock(ask, room, searches.length > 0)];
  return { blocks: [...thinking, ...searches, ...text, ...calls], stopReason: tool ? "tool_use" : "end_turn" };
}

function textBlock(ask: Ask, tokens: number | undefined, cites: boolean): Draft {
  const opening = echoOf(withoutDirectives(lastUserText(ask)));
  const pieces = piecesOf(proseWords(opening, tokens !== undefined), tokens);
  if (!cites) return { start: { type: "text", text: "" }, kind: "text", pieces };
  return { start: { type: "text", text: "", citations: [] }, kind: "text", pieces, before: [CITATION] };
}

/** JSON where it is asked for, unless a directive says otherwise. */
function answersJson(ask: Ask, behaviour: Behaviour): boolean {
  if (!ask.format || behaviour.bad_json) return false;
  const earlier = earlierUserTexts(ask).map(directivesIn);
  return !earlier.some(({ bad_json, times }) => bad_json && times === undefined);
}

function jsonBlock(schema: Json | null): Draft {
  const json = JSON.stringify(valueFor(withoutRefs(schema)));
  return { start: { type: "text", text: "" }, kind: "text", pieces: [...piecesOf(sliversOf(json))] };
}

const CITATION: Json = {
  type: "citations_delta",
  citation: {
    type: "web_search_result_location",
    url: "https://www.example.org/sandbox",
    title: "What the sandbox found",
    encrypted_index: "Eo8BCioIARgBIiQ3",
    cited_text: "The sandbox has looked nowhere.",
  },
};

/** With `display: omitted` the thinking is billed and never seen: its tokens stand behind the signature alone. */
function thinkingBlock(tokens: number, display: "summarized" | "omitted"): Draft {
  const start = { type: "thinking", thinking: "", signature: "" };
  if (display === "omitted") return { start, kind: "signature", pieces: [{ text: SIGNATURE, tokens }] };
  const words = proseWords("The question deserves a moment of thought.", true);
  const after = [{ type: "signature_delta", signature: SIGNATURE }];
  return { start, kind: "thinking", pieces: [...piecesOf(words, tokens)], after };
}

function toolBlock(tool: Json, id: string): Draft {
  const input = JSON.stringify(valueFor(tool.input_schema ?? { type: "object" }));
  return {
    start: { type: "tool_use", id: `toolu_${id}`, name: tool.name, caller: { type: "direct" }, input: {} },
    kind: "input_json",
    pieces: [...piecesOf(sliversOf(input))],
    before: [{ type: "input_json_delta", partial_json: "" }],
  };
}

/** Tools that the client runs; the rest run on Anthropic's side. */
const isClientTool = ({ type }: Json): boolean =>
  !/^(web_search|web_fetch|code_execution|tool_search|mcp)/.test(String(type ?? "custom"));

function calledTool(ask: Ask, behaviour: Behaviour): Json | undefined {
  const { type, name } = ask.toolChoice;
  const tools = ask.tools.filter(isClientTool);
  if (type === "tool") return tools.find((tool) => tool.name === name);
  return type === "any" || (type === "auto" && behaviour.tool) ? tools[0] : undefined;
}
