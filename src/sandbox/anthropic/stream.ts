import type { Ending } from "./answer.ts";
import { faultBody, faultOf } from "./fault.ts";
import { operatorHeaders, STREAM_HEADERS } from "./headers.ts";
import type { Json } from "./json.ts";
import { left, type Outcome, type Performance } from "./outcome.ts";
import { perform } from "./perform.ts";
import { forgive } from "./tally.ts";
import { deltaUsage, fullUsage, REFUSAL_TOKENS } from "./usage.ts";
import { openWire, PING } from "./wire.ts";

/** The `output_tokens` of `message_start`: a small placeholder that has nothing to do with the answer. */
const placeholderFor = (outputTokensMax: number) => (outputTokensMax === 1 ? 2 : 1);

/** Answers with server-sent events. */
export async function streamMessage(performance: Performance): Promise<Outcome> {
  const { exchange, outlet, entry, behaviour, paceMs } = performance;
  const { res, id, parts } = exchange;
  const wire = openWire(outlet, behaviour, paceMs > 0);

  entry.status = 200;
  res.writeHead(200, { ...operatorHeaders(id, parts.now()), ...STREAM_HEADERS });
  wire.put(messageStart(performance));

  const { ending, mishap, thinkingTokens } = await perform(performance.steps, {
    ...performance,
    put(event) {
      wire.put(event);
      if (event.type !== "content_block_start" || event.index > 0) return wire.flow();
      wire.put(PING);
      return wire.flush();
    },
  });

  if (mishap === "aborted") return left();
  if (mishap === "stalled") {
    await wire.flush(true);
    await outlet.gone();
    return left();
  }
  if (mishap === "cut") {
    await wire.flush(true);
    return { ended: "cut", farewell: outlet.cut };
  }

  const close = async () => {
    await wire.flush(true);
    res.end();
  };
  if (mishap === "overloaded") {
    wire.put({ ...faultBody(faultOf(529), id), type: "error" });
    return { ended: "errored", farewell: close };
  }

  wire.put(messageDelta(performance, ending!, thinkingTokens));
  wire.put({ type: "message_stop" });
  if (ending!.unbilled) forgive(entry);
  return { ended: ending!.stop_reason === "refusal" ? "refused" : "complete", farewell: close };
}

function messageStart({ ask, behaviour, entry, messageId }: Performance): Json {
  const placeholder = placeholderFor(Math.min(ask.outputTokensMax, behaviour.output_tokens ?? ask.outputTokensMax));
  return {
    type: "message_start",
    message: {
      model: ask.model.id,
      id: messageId,
      type: "message",
      role: "assistant",
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage: fullUsage(entry, ask, placeholder, null),
    },
  };
}

function messageDelta({ entry }: Performance, ending: Ending, thinkingTokens: number): Json {
  const { unbilled, ...delta } = ending;
  const outputTokens = unbilled ? REFUSAL_TOKENS : entry.outputTokens;
  return { type: "message_delta", delta, usage: deltaUsage(entry, outputTokens, thinkingTokens) };
}
