import { complaintsAbout } from "./complaints.ts";
import { type Fault, faultOf, invalid } from "./fault.ts";
import { isJson, type Json } from "./json.ts";
import { findModel, type Model } from "./models.ts";

/** A content block, of a kind the sandbox may or may not know. */
export interface Block extends Json {
  type: string;
}

export interface Turn {
  role: string;
  content: readonly Block[];
}

/** A Messages request that has been found valid; a string of content has become one text block. */
export interface Ask {
  model: Model;
  stream: boolean;
  outputTokensMax: number;
  tools: readonly Json[];
  toolChoice: { type: string; name?: string };
  system: readonly Block[];
  turns: readonly Turn[];
  stopSequences: readonly string[];
  /** The JSON Schema of `output_config.format`. */
  format: Json | null;
  /** Null unless the request allows thinking. */
  thinking: { display: "summarized" | "omitted" } | null;
  /** The top-level `cache_control`, which marks the last block of the prompt. */
  cacheControl: unknown;
  speed: "standard" | "fast";
  geo: string;
}

/** Reads a request body as the given API version would, for Messages or for `count_tokens`. */
export function readAsk(raw: string, version: string, purpose: "messages" | "count_tokens"): Ask | Fault {
  const body = parsed(raw);
  if (!isJson(body)) return invalid("The request body is not valid JSON.");
  if (typeof body.model === "string" && !findModel(body.model)) return faultOf(404, `model: ${body.model}`);

  const model = typeof body.model === "string" ? findModel(body.model) : undefined;
  for (const complaint of complaintsAbout(body, model, version, purpose)) return invalid(complaint);
  return askOf(body, model!);
}

export const isFault = (value: Ask | Fault): value is Fault => "status" in value;

const askOf = (body: Json, model: Model): Ask => ({
  model,
  stream: body.stream === true,
  outputTokensMax: (body.max_tokens as number | undefined) ?? 0,
  tools: (body.tools as Json[] | undefined) ?? [],
  toolChoice: (body.tool_choice as Ask["toolChoice"] | undefined) ?? { type: "auto" },
  system: blocksOf(body.system),
  turns: (body.messages as Json[]).map(({ role, content }) => ({ role: String(role), content: blocksOf(content) })),
  stopSequences: (body.stop_sequences as string[] | undefined) ?? [],
  format: formatOf(body.output_config),
  thinking: thinkingOf(body.thinking),
  cacheControl: body.cache_control,
  speed: body.speed === "fast" && model.runsFast ? "fast" : "standard",
  geo: model.acceptsGeo ? ((body.inference_geo as string | null | undefined) ?? "global") : "not_available",
});

const blocksOf = (content: unknown): readonly Block[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : ((content as Block[] | undefined) ?? []);

function thinkingOf(asked: unknown): Ask["thinking"] {
  if (!isJson(asked) || (asked.type !== "enabled" && asked.type !== "adaptive")) return null;
  return { display: asked.display === "omitted" ? "omitted" : "summarized" };
}

/** The schema of the JSON that the answer must be. */
function formatOf(config: unknown): Json | null {
  const format = isJson(config) ? config.format : null;
  return isJson(format) && format.type === "json_schema" && isJson(format.schema) ? format.schema : null;
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

/** What the user has said before that. */
export const earlierUserTexts = ({ turns }: Ask): string[] =>
  turns
    .slice(
      0,
      turns.findLastIndex(({ role }) => role === "user"),
    )
    .filter(({ role }) => role === "user")
    .map(({ content }) => content.map(textOf).join("\n"));

/** What the last user message says, tool results included: it is what the answer answers. */
export function lastUserText(ask: Ask): string {
  const turn = ask.turns.findLast(({ role }) => role === "user");
  return (turn?.content ?? []).map(textOf).filter(Boolean).join("\n");
}

function textOf(block: Block): string {
  if (block.type === "text") return String(block.text);
  if (block.type !== "tool_result") return "";
  return blocksOf(block.content).map(textOf).join("\n");
}
