import { admit } from "./admit.ts";
import { answer, type Room } from "./answer.ts";
import { type Ask, isFault, lastUserText, readAsk } from "./ask.ts";
import { readBody } from "./body.ts";
import { type Fault, imposedFault, tooLong } from "./fault.ts";
import { failed, left, type Outcome, type Performance } from "./outcome.ts";
import { outletOf } from "./outlet.ts";
import type { Exchange } from "./parts.ts";
import { streamMessage } from "./stream.ts";
import { forgive, type TallyEntry } from "./tally.ts";
import { segmentsOf, tokensOf } from "./tokens.ts";
import { wholeMessage } from "./whole.ts";

/** POST /v1/messages */
export async function serveMessages(exchange: Exchange): Promise<void> {
  const { tally } = exchange.parts;
  const entry = tally.begin(exchange.id);
  const outcome = await outcomeOf(exchange, entry).catch((error: unknown): never => {
    forgive(entry).status = 500;
    tally.end(entry, "errored");
    throw error;
  });
  tally.end(entry, outcome.ended);
  await outcome.farewell();
}

async function outcomeOf(exchange: Exchange, entry: TallyEntry): Promise<Outcome> {
  const { parts, req, res, id } = exchange;
  const fail = (fault: Fault) => failed(exchange, entry, fault);
  const outlet = outletOf(res);

  const admission = admit(req.headers, parts.keys);
  if ("status" in admission) return fail(admission);
  entry.key = admission.key;

  const raw = await readBody(req);
  if (raw === null) return left();
  if (typeof raw !== "string") return fail(raw);

  const ask = readAsk(raw, admission.version, "messages");
  if (isFault(ask)) return fail(ask);
  Object.assign(entry, { model: ask.model.id, stream: ask.stream, geo: ask.geo, speed: ask.speed });

  const segments = segmentsOf(ask);
  const promptTokens = tokensOf(segments);
  if (promptTokens > ask.model.windowTokens) return fail(tooLong(promptTokens, ask.model.windowTokens));

  const behaviour = parts.behaviours.of({
    endpoint: "messages",
    id,
    key: admission.key,
    headers: req.headers,
    model: ask.model.id,
    stream: ask.stream,
    text: lastUserText(ask),
  });
  const { split, keep } = parts.cache.look(admission.key, ask.model, segments);
  if (!behaviour.status) Object.assign(entry, split);
  if (behaviour.first_byte_ms) await outlet.pause(behaviour.first_byte_ms);
  if (!outlet.open) return left();
  if (behaviour.status) return fail(imposedFault(behaviour.status, behaviour.retry_after));
  keep();

  const suffix = id.slice("req_".length);
  const performance: Performance = {
    exchange,
    outlet,
    entry,
    ask,
    behaviour,
    paceMs: behaviour.pace_ms ?? parts.paceMs,
    caches: segments.some(({ mark }) => mark !== null),
    messageId: `msg_${suffix}`,
    steps: answer(ask, behaviour, roomFor(ask, promptTokens), suffix),
  };
  return ask.stream ? streamMessage(performance) : wholeMessage(performance);
}

/** Prompt and answer share the context window; when the window is the nearer end, it is named as such. */
function roomFor({ model, outputTokensMax }: Ask, promptTokens: number): Room {
  const window = model.windowTokens - promptTokens;
  return outputTokensMax <= window
    ? { tokens: outputTokensMax, reason: "max_tokens" }
    : { tokens: window, reason: "model_context_window_exceeded" };
}
