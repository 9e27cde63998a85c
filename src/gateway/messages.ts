import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { requestIdOf } from "../http/answers.ts";
import { STREAM_HEADERS, sseEvent } from "../http/sse.ts";
import { Problem, problemBody } from "../kernel/problems.ts";
import { authenticate } from "../tenants/authenticate.ts";
import { readBody } from "./body.ts";
import { type Call, parseCall } from "./call.ts";
import { clientSignal, type Exchange, openExchange, receiveMessage } from "./exchange.ts";
import type { Ended } from "./metered.ts";
import type { GatewayParts } from "./parts.ts";
import { relay } from "./relay.ts";
import { streamMeter } from "./stream-meter.ts";
import { passedHeaders } from "./upstream.ts";

/** `POST /v1/messages`: Claude's own API, with a tollgate in front. */
export async function messages(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const received = { bytes: await readBody(req), headers: req.headers, path: upstreamPath(req), route: "/v1/messages" };
  const call = parseCall(received, principal);

  // Drained streams outlive their client, so its going must not cut them off.
  const onDisconnect = principal.tenant.settings.on_disconnect ?? parts.defaults.onDisconnect;
  const signal = onDisconnect === "drain" ? new AbortController().signal : clientSignal(res);
  const exchange = await openExchange(parts, principal, call, { id: requestIdOf(res), signal, res });

  const streamed = exchange.answer.statusCode < 400 && isStream(exchange);
  if (streamed) await relayStream(exchange, call, res, { onDisconnect });
  else await relayWhole(parts, exchange, call, res);
}

/** Any query string is passed on (`?beta=true`). */
const upstreamPath = (req: IncomingMessage): string => {
  const query = (req.url ?? "").split("?")[1];
  return `/v1/messages${query ? `?${query}` : ""}`;
};

const isStream = ({ answer }: Exchange): boolean =>
  String(answer.headers["content-type"] ?? "").startsWith("text/event-stream");

async function relayWhole(parts: GatewayParts, exchange: Exchange, call: Call, res: ServerResponse): Promise<void> {
  const received = await receiveMessage(parts, exchange, call);
  const bytes = "error" in received ? received.error : received.bytes;
  res.writeHead(exchange.answer.statusCode, {
    ...passedHeaders(exchange.answer.headers),
    "content-length": bytes.length,
  });
  res.end(bytes);
}

async function relayStream(
  exchange: Exchange,
  call: Call,
  res: ServerResponse,
  { onDisconnect }: { onDisconnect: "abort" | "drain" },
): Promise<void> {
  const { answer } = exchange;
  const meter = streamMeter(call.models[0]!);
  exchange.watch(meter);
  res.writeHead(answer.statusCode, { ...passedHeaders(answer.headers), ...STREAM_HEADERS });
  res.flushHeaders();

  const end = await relay(answer.body as Readable, res, meter, { onDisconnect });
  const ended = howEnded(end, meter.state());
  // The answer ends once it is paid for: whoever has read all of it finds it in the books.
  try {
    await exchange.finish(meter.metered(), ended);
  } finally {
    if (ended === "interrupted") res.write(interruption(meter.atBoundary(), requestIdOf(res)));
    res.end();
  }
}

/** A stream that ends without `message_stop` or an error event was cut, even when its connection closed in good order. */
export function howEnded(
  end: Awaited<ReturnType<typeof relay>>,
  state: ReturnType<ReturnType<typeof streamMeter>["state"]>,
): Ended {
  if (state === "complete") return "complete";
  if (end === "client_gone") return "client_gone";
  return state === "errored" ? "upstream_error" : "interrupted";
}

/**
 * A cut stream must say so: a silent end looks like success to the SDKs. Half a line is ended first, but not half an event: it
 * becomes part of the error event instead of one of its own with broken JSON.
 */
function interruption(atBoundary: boolean, requestId: ReturnType<typeof requestIdOf>): string {
  const body = JSON.stringify(problemBody(new Problem("upstream_interrupted"), requestId));
  return (atBoundary ? "" : "\n") + sseEvent(body, "error");
}
