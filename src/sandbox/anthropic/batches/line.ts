import { answer, type Room } from "../answer.ts";
import { type Ask, isFault, lastUserText, readAsk } from "../ask.ts";
import { openContent } from "../content.ts";
import { directivesIn } from "../directives.ts";
import { type Fault, faultBody, faultOf, imposedFault, invalid, tooLong } from "../fault.ts";
import { isJson, type Json } from "../json.ts";
import type { Outlet } from "../outlet.ts";
import type { Parts } from "../parts.ts";
import { perform } from "../perform.ts";
import { forgive } from "../tally.ts";
import { segmentsOf, tokensOf } from "../tokens.ts";
import { fullUsage, REFUSAL_TOKENS } from "../usage.ts";
import { type Batch, type BatchLine, type BatchResult, fateless } from "./batch.ts";

/** The results of a batch that has ended, in another order than they were asked. */
export async function resultsOf(parts: Parts, batch: Batch): Promise<readonly BatchResult[]> {
  const shuffled = [1, 0].flatMap((odd) => batch.lines.filter(({ index }) => index % 2 === odd));
  const results: BatchResult[] = [];
  for (const line of shuffled) {
    const result = await resultOf(parts, batch, line);
    const text = `${JSON.stringify({ custom_id: line.custom_id, result })}\n`;
    results.push({ fate: result.type as BatchResult["fate"], text });
  }
  return results;
}

async function resultOf(parts: Parts, batch: Batch, line: BatchLine): Promise<Json> {
  const fate = fateless(batch, line);
  if (fate) return { type: fate };
  const message = await messageOf(parts, batch, line);
  if ("status" in message) {
    return { type: "errored", error: faultBody(message as Fault, `req_${suffixOf(batch, line)}`) };
  }
  return { type: "succeeded", message };
}

/** The message that answers one line, tallied under `{batch id}/{custom_id}`; or why there is none. */
async function messageOf(parts: Parts, batch: Batch, line: BatchLine): Promise<Json | Fault> {
  const ask = readAsk(JSON.stringify(line.params), batch.version, "messages");
  if (isFault(ask)) return ask;
  for (const field of notInBatches(line.params)) return invalid(`${field}: not allowed in a batch`);
  const text = lastUserText(ask);
  const behaviour = directivesIn(text);
  if (text.includes("[[batch_error]]")) return invalid("This line was asked to fail.");
  if (behaviour.status) return imposedFault(behaviour.status);
  const segments = segmentsOf(ask);
  const promptTokens = tokensOf(segments);
  if (promptTokens > ask.model.windowTokens) return tooLong(promptTokens, ask.model.windowTokens);

  const entry = parts.tally.begin(`${batch.id}/${line.custom_id}`);
  const { split, keep } = parts.cache.look(batch.key, ask.model, segments);
  Object.assign(entry, { ...split, key: batch.key, model: ask.model.id, geo: ask.geo, status: 200, batch: true });
  keep();
  const content = openContent();
  const { ending, thinkingTokens } = await perform(
    answer(ask, behaviour, roomFor(ask, promptTokens), suffixOf(batch, line)),
    {
      ...{ behaviour, entry, paceMs: 0, outlet: NOBODY, put: content.put },
      caches: segments.some(({ mark }) => mark !== null),
    },
  );
  if (!ending) {
    parts.tally.end(forgive(entry), "errored");
    return faultOf(529);
  }
  const { unbilled, ...stop } = ending;
  // In a batch a refusal is a success, and billed.
  if (unbilled) entry.outputTokens = REFUSAL_TOKENS;
  parts.tally.end(entry, stop.stop_reason === "refusal" ? "refused" : "complete");
  return {
    model: ask.model.id,
    id: `msg_${suffixOf(batch, line)}`,
    type: "message",
    role: "assistant",
    content: content.blocks,
    ...stop,
    container: null,
    diagnostics: null,
    usage: { ...fullUsage(entry, ask, entry.outputTokens, thinkingTokens), service_tier: "batch" },
  };
}

/** Nobody waits for a line: it is generated without pauses, and nobody can leave. */
const NOBODY: Outlet = {
  open: true,
  write: () => undefined,
  pause: async () => {},
  gone: async () => {},
  cut: () => {},
};

const suffixOf = (batch: Batch, line: BatchLine) =>
  `${batch.id.slice("msgbatch_".length)}${line.index.toString(36).padStart(4, "0")}`;

function* notInBatches(params: unknown): Generator<string> {
  if (!isJson(params)) return;
  if (params.stream === true) yield "stream";
  if (params.max_tokens === 0) yield "max_tokens";
  for (const field of ["speed", "fallbacks", "thread"]) if (params[field] != null) yield field;
}

const roomFor = ({ model, outputTokensMax }: Ask, promptTokens: number): Room =>
  outputTokensMax <= model.windowTokens - promptTokens
    ? { tokens: outputTokensMax, reason: "max_tokens" }
    : { tokens: model.windowTokens - promptTokens, reason: "model_context_window_exceeded" };
