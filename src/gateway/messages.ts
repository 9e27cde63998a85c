import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { requestIdOf } from "../http/answers.ts";
import { scopeOf } from "../http/idempotency.ts";
import { STREAM_HEADERS, sseEvent } from "../http/sse.ts";
import { Problem, problemBody } from "../kernel/problems.ts";
import { authenticate } from "../tenants/authenticate.ts";
import { isEventStream } from "./answers.ts";
import { readBody } from "./body.ts";
import { type Call, parseCall } from "./call.ts";
import { callSignal, type Exchange, onDisconnectOf, openExchange } from "./exchange.ts";
import { howEnded } from "./governor.ts";
import { gracefulEnd } from "./graceful-end.ts";
import type { GatewayParts } from "./parts.ts";
import { relay } from "./relay.ts";
import { streamMeter } from "./stream-meter.ts";
import { passedHeaders } from "./upstream.ts";
import { receiveMessage } from "./whole-message.ts";

/** `POST /v1/messages`: Claude's own API, with a tollgate in front. */
export async function messages(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const bytes = await readBody(req);
  const call = parseCall({ bytes, headers: req.headers, path: upstreamPath(req), route: "/v1/messages" }, principal);
  if (!call.stream && !(await parts.idempotency.isFirst(req, res, { scope: scopeOf(principal), bytes }))) return;

  const onDisconnect = onDisconnectOf(parts, principal);
  const signal = callSignal(onDisconnect, res);
  const exchange = await openExchange(parts, principal, call, { id: requestIdOf(res), signal, res });

  const { answer } = exchange;
  if (call.stream && answer.statusCode < 400 && isEventStream(answer)) {
    await relayStream(parts, exchange, call, res, { onDisconnect });
  } else await relayWhole(parts, exchange, call, res);
}

/** Any query string is passed on (`?beta=true`). */
const upstreamPath = (req: IncomingMessage): string => {
  const query = URL.parse(req.url ?? "/", "http://gateway")?.search ?? "";
  return `/v1/messages${query}`;
};

async function relayWhole(parts: GatewayParts, exchange: Exchange, call: Call, res: ServerResponse): Promise<void> {
  const received = await receiveMessage(parts, exchange, call);
  const bytes = "error" in received ? received.error : received.bytes;
  res.writeHead(exchange.answer.statusCode, {
    ...passedHeaders(exchange.answer.headers),
    "content-type": "application/json",
    "content-length": bytes.length,
  });
  res.end(bytes);
}

async function relayStream(
  parts: GatewayParts,
  exchange: Exchange,
  call: Call,
  res: ServerResponse,
  { onDisconnect }: { onDisconnect: "abort" | "drain" },
): Promise<void> {
  const { answer } = exchange;
  const meter = streamMeter(call.models[0]!, parts);
  const governor = exchange.watch(meter);
  res.writeHead(answer.statusCode, { ...passedHeaders(answer.headers), ...STREAM_HEADERS });
  res.flushHeaders();

  const end = await relay(answer.body as Readable, res, meter, { onDisconnect, governor });
  const ended = howEnded(end, meter.state());
  const metered = meter.metered();
  // The answer ends once it is paid for: whoever has read all of it finds it in the books.
  try {
    await exchange.finish(metered, ended);
  } finally {
    if (ended === "quota") res.write(gracefulEnd(meter.openBlock(), metered, governor.reason()!));
    if (ended === "interrupted" || ended === "revoked") {
      const problem = governor.reason() ?? new Problem("upstream_interrupted");
      res.write(interruption(meter.atBoundary(), problem, requestIdOf(res)));
    }
    res.end();
  }
}

/**
 * A cut stream must say so: a silent end looks like success to the SDKs. Half a line is ended first, but not half an event: it
 * becomes part of the error event instead of one of its own with broken JSON.
 */
function interruption(atBoundary: boolean, problem: Problem, requestId: ReturnType<typeof requestIdOf>): string {
  return (atBoundary ? "" : "\n") + sseEvent(JSON.stringify(problemBody(problem, requestId)), "error");
}
