import type { IncomingMessage, ServerResponse } from "node:http";
import { logProblem, problemOf, requestIdOf, sendJson } from "../../http/answers.ts";
import { scopeOf } from "../../http/idempotency.ts";
import type { Principal } from "../../http/principal.ts";
import { STREAM_HEADERS, sseEvent } from "../../http/sse.ts";
import { Problem } from "../../kernel/problems.ts";
import { authenticate } from "../../tenants/authenticate.ts";
import { isEventStream } from "../answers.ts";
import { parseJsonObject, readBody } from "../body.ts";
import { type Call, parseCall } from "../call.ts";
import { clientSignal, type Exchange, openExchange } from "../exchange.ts";
import { howEnded } from "../governor.ts";
import { meteredMessage } from "../metered.ts";
import type { GatewayParts } from "../parts.ts";
import { streamMeter } from "../stream-meter.ts";
import { passedHeaders } from "../upstream.ts";
import { receiveMessage } from "../whole-message.ts";
import { completionOf, type Named } from "./answer.ts";
import { chunkWriter } from "./chunks.ts";
import { type ErrorBody, errorBody, nameForClient, sendError, upstreamErrorBody } from "./errors.ts";
import { relayChunks } from "./relay-chunks.ts";
import { ANTHROPIC_VERSION, translateRequest } from "./request.ts";

const ROUTE = "/v1/chat/completions";

/**
 * `POST /v1/chat/completions`: OpenAI's shape over a messages call, which goes the same way as every other. All that is answered,
 * refusals too, is in OpenAI's shape.
 */
export async function chatCompletions(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    await complete(parts, req, res);
  } catch (error) {
    sendError(res, logged(parts, error, res));
  }
}

async function complete(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const bytes = await readBody(req);
  const { call, includeUsage } = callOf(parts, principal, req, parseJsonObject(bytes));
  if (!call.stream && !(await parts.idempotency.isFirst(req, res, { scope: scopeOf(principal), bytes }))) return;

  // Drained streams outlive their client, so its going must not cut them off.
  const onDisconnect = principal.tenant.settings.on_disconnect ?? parts.defaults.onDisconnect;
  const signal = onDisconnect === "drain" ? new AbortController().signal : clientSignal(res);
  const exchange = await openExchange(parts, principal, call, { id: requestIdOf(res), signal, res });

  const named = {
    id: requestIdOf(res).replace(/^tgr_/, "chatcmpl-"),
    created: Math.floor(parts.clock.wall() / 1_000),
  };
  const { answer } = exchange;
  nameForClient(res);
  if (call.stream && answer.statusCode < 400 && isEventStream(answer)) {
    await streamChunks(parts, exchange, call, res, { ...named, includeUsage, onDisconnect });
  } else await answerWhole(parts, exchange, call, res, named);
}

/** The messages call that the request comes to. */
function callOf(
  { defaults }: GatewayParts,
  principal: Principal,
  req: IncomingMessage,
  asked: Record<string, unknown>,
) {
  const max_tokens = Math.min(defaults.max_tokens, principal.max_tokens ?? Infinity);
  const { body, includeUsage } = translateRequest(asked, { max_tokens });
  const headers = { "anthropic-version": ANTHROPIC_VERSION, "x-tollgate-tags": req.headers["x-tollgate-tags"] };
  return {
    call: parseCall({ bytes: encoded(body), headers, path: "/v1/messages", route: ROUTE }, principal),
    includeUsage,
  };
}

/** Schemas and arguments are not looked into, so their depth is first met here. */
function encoded(body: object): Buffer {
  try {
    return Buffer.from(JSON.stringify(body));
  } catch (cause) {
    throw new Problem("invalid_request", { message: "The body is nested too deeply.", cause });
  }
}

async function answerWhole(
  parts: GatewayParts,
  exchange: Exchange,
  call: Call,
  res: ServerResponse,
  named: Named,
): Promise<void> {
  const { answer } = exchange;
  const received = await receiveMessage(parts, exchange, call);
  for (const [name, value] of Object.entries(passedHeaders(answer.headers))) res.setHeader(name, value);
  if ("error" in received) sendJson(res, answer.statusCode, upstreamErrorBody(received.error));
  else {
    const metered = meteredMessage(received.message, call.models[0]!);
    sendJson(res, 200, completionOf(received.message, metered, named));
  }
}

async function streamChunks(
  parts: GatewayParts,
  exchange: Exchange,
  call: Call,
  res: ServerResponse,
  { onDisconnect, ...named }: Named & { includeUsage: boolean; onDisconnect: "abort" | "drain" },
): Promise<void> {
  const { answer } = exchange;
  const meter = streamMeter(call.models[0]!, parts);
  const governor = exchange.watch(meter);
  res.writeHead(200, { ...passedHeaders(answer.headers), ...STREAM_HEADERS });
  res.flushHeaders();

  const chunks = chunkWriter({ ...named, model: call.models[0]! });
  let unsaid = "";
  meter.onEvent = (data) => {
    unsaid += chunks.take(data);
  };
  const spoken = () => {
    const text = unsaid;
    unsaid = "";
    return text;
  };
  const end = await relayChunks(answer.body, res, spoken, { meter, governor, onDisconnect });

  // What says that the answer is complete comes once it is paid for.
  const ended = howEnded(end, meter.state());
  const metered = meter.metered();
  try {
    await exchange.finish(metered, ended);
    if (ended === "complete") res.end(chunks.finish(metered));
    else if (ended === "quota") res.end(chunks.finish({ ...metered, stop_reason: "max_tokens" }));
    // A cut stream must say so: one that merely ends looks like success to some clients.
    else res.end(errorEvent(chunks.failure() ?? errorBody(governor.reason() ?? new Problem("upstream_interrupted"))));
  } catch (error) {
    res.end(errorEvent(errorBody(logged(parts, error, res))));
  }
}

const errorEvent = (body: ErrorBody): string => sseEvent(JSON.stringify(body));

function logged({ log }: GatewayParts, error: unknown, res: ServerResponse): Problem {
  const problem = problemOf(error);
  logProblem(log, problem, { method: "POST", url: ROUTE }, requestIdOf(res));
  return problem;
}
