import type { Ask } from "./ask.ts";
import type { Draft } from "./blocks.ts";
import type { Json } from "./json.ts";
import { piecesOf, sliversOf } from "./prose.ts";

/** What the results of one search add to the prompt of the sampling that follows. */
const RESULT_TOKENS = 2_000;
const SEARCHES_MAX = 100;

/** So many web searches, each its call and its result. Those beyond the tool's `max_uses` fail and are not billed. */
export function searchBlocks(ask: Ask, searches: number, id: string): Draft[] {
  const tool = ask.tools.find(({ type }) => String(type).startsWith("web_search"));
  if (!tool) return [];
  const usesMax = typeof tool.max_uses === "number" ? tool.max_uses : Number.POSITIVE_INFINITY;
  return Array.from({ length: Math.min(searches, SEARCHES_MAX) }, (_, index) =>
    searchOf(`srvtoolu_${id}${index}`, index, index < usesMax),
  ).flat();
}

function searchOf(id: string, index: number, allowed: boolean): Draft[] {
  const caller = { type: "direct" };
  const call: Draft = {
    start: { type: "server_tool_use", id, name: "web_search", caller, input: {} },
    kind: "input_json",
    pieces: [...piecesOf(sliversOf(JSON.stringify({ query: `sandbox question ${index + 1}` })))],
    before: [{ type: "input_json_delta", partial_json: "" }],
  };
  const content: Json | Json[] = allowed
    ? [RESULT]
    : { type: "web_search_tool_result_error", error_code: "max_uses_exceeded" };
  const result: Draft = {
    start: { type: "web_search_tool_result", tool_use_id: id, caller, content },
    kind: "none",
    pieces: [],
    ...(allowed && { inputTokens: RESULT_TOKENS, webSearches: 1 }),
  };
  return [call, result];
}

const RESULT: Json = {
  type: "web_search_result",
  title: "What the sandbox found",
  url: "https://www.example.org/sandbox",
  encrypted_content: "Er8DCioIARgB",
  page_age: "3 days ago",
};
