import { openContent } from "./content.ts";
import { faultOf } from "./fault.ts";
import type { Json } from "./json.ts";
import { failed, left, type Outcome, type Performance } from "./outcome.ts";
import { jsonHeaders } from "./parts.ts";
import { perform } from "./perform.ts";
import { forgive } from "./tally.ts";
import { fullUsage, REFUSAL_TOKENS } from "./usage.ts";

/** Answers with one JSON body, after the time its generation takes. */
export async function wholeMessage(performance: Performance): Promise<Outcome> {
  const { exchange, outlet, entry, ask, messageId } = performance;
  const content = openContent();
  const { ending, mishap, thinkingTokens } = await perform(performance.steps, { ...performance, put: content.put });

  if (mishap === "stalled") await outlet.gone();
  if (mishap === "stalled" || mishap === "aborted") return left();
  if (mishap === "overloaded") return failed(exchange, entry, faultOf(529));

  const { unbilled, ...stop } = ending ?? { stop_reason: null, stop_sequence: null, stop_details: null };
  const message: Json = {
    model: ask.model.id,
    id: messageId,
    type: "message",
    role: "assistant",
    content: content.blocks,
    ...stop,
    container: null,
    diagnostics: null,
    usage: fullUsage(entry, ask, unbilled ? REFUSAL_TOKENS : entry.outputTokens, thinkingTokens),
  };
  const text = JSON.stringify(message);
  entry.status = 200;
  exchange.res.writeHead(200, jsonHeaders(exchange, text));

  if (mishap === "cut") {
    await outlet.write(text.slice(0, text.length / 2));
    return { ended: "cut", farewell: outlet.cut };
  }
  if (unbilled) forgive(entry);
  return {
    ended: stop.stop_reason === "refusal" ? "refused" : "complete",
    farewell: () => void exchange.res.end(text),
  };
}
