import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { addressed, logProblem, problemOf, requestIdOf, sendJson } from "../http/answers.ts";
import { scopeOf } from "../http/idempotency.ts";
import { parse } from "../http/parse.ts";
import type { Principal } from "../http/principal.ts";
import { STREAM_HEADERS, sseEvent, writeTo } from "../http/sse.ts";
import { Problem, problemBody } from "../kernel/problems.ts";
import { authenticate } from "../tenants/authenticate.ts";
import { parseJsonObject, readBody } from "./body.ts";
import type { Call } from "./call.ts";
import { askOf, Chat, callOf, SimpleChat, StreamedChat, userSays } from "./chat-ask.ts";
import { openPatiently, upstreamProblem } from "./chat-exchange.ts";
import { answerTask, money, openBill } from "./chat-task.ts";
import { callSignal, onDisconnectOf } from "./exchange.ts";
import { governed, howEnded, type StreamEnd } from "./governor.ts";
import { quotaEnd } from "./graceful-end.ts";
import type { GatewayParts } from "./parts.ts";
import type { Settled } from "./settle.ts";
import { streamMeter } from "./stream-meter.ts";
import { receiveMessage } from "./whole-message.ts";

/** The simple routes, for a page that wants text and no protocol. They make a messages call and go the same way. */

/** `POST /chat`: pieces of text as plain `data:` lines, then `event: done`. */
export async function chat(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const { message, system } = parse(SimpleChat, parseJsonObject(await readBody(req)));
  const tags = req.headers["x-tollgate-tags"];
  const ask = { messages: userSays(message), system };
  const call = callOf(parts, principal, ask, { route: "/chat", stream: true, tags });
  await streamText(parts, principal, call, res, {
    piece: (text) => sseEvent(text),
    done: () => sseEvent("", "done"),
  });
}

/** `POST /api/chat/stream`: pieces of text as JSON, then what it used. */
export async function chatStream(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const ask = askOf(parse(StreamedChat, parseJsonObject(await readBody(req))));
  const tags = req.headers["x-tollgate-tags"];
  const call = callOf(parts, principal, ask, { route: "/api/chat/stream", stream: true, tags });
  await streamText(parts, principal, call, res, {
    piece: (text) => sseEvent(JSON.stringify({ text })),
    done: (settled, how) =>
      sseEvent(
        JSON.stringify({
          done: true,
          usage: { input: settled.input_tokens, output: settled.output_tokens },
          stop_reason: how.stop_reason,
          ...(how.stop_details && { code: how.stop_details.code }),
          ...money(principal, settled),
          request_id: requestIdOf(res),
        }),
      ),
  });
}

/** `POST /api/chat`: the whole answer at once. */
export async function chatOnce(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const bytes = await readBody(req);
  const ask = askOf(parse(Chat, parseJsonObject(bytes)));
  if (!(await parts.idempotency.isFirst(req, res, { scope: scopeOf(principal), bytes }))) return;

  const answered = await answerTask(parts, principal, ask, {
    id: requestIdOf(res),
    route: "/api/chat",
    tags: req.headers["x-tollgate-tags"],
    signal: callSignal(onDisconnectOf(parts, principal), res),
    res,
    bill: openBill(),
  });
  sendJson(res, 200, answered);
}

interface Voice {
  piece(text: string): string;
  done(
    settled: Settled,
    how: { readonly stop_reason: string | null; readonly stop_details?: { readonly code: string } },
  ): string;
}

/** Streams the text of an answer. Before it starts, a failure is an ordinary error answer; after that it is `event: error`. */
async function streamText(
  parts: GatewayParts,
  principal: Principal,
  call: Call,
  res: ServerResponse,
  voice: Voice,
): Promise<void> {
  const signal = callSignal(onDisconnectOf(parts, principal), res);
  const exchange = await openPatiently(parts, principal, call, { id: requestIdOf(res), signal, res });
  const { answer } = exchange;
  if (answer.statusCode >= 400) {
    const received = await receiveMessage(parts, exchange, call);
    throw upstreamProblem(exchange, "error" in received ? received.error : received.bytes);
  }
  const meter = streamMeter(call.models[0]!, parts);
  const governor = exchange.watch(meter);
  res.writeHead(200, STREAM_HEADERS);
  res.flushHeaders();

  const pieces: string[] = [];
  meter.onText = (text) => pieces.push(text);
  const drains = onDisconnectOf(parts, principal) === "drain";
  let end: StreamEnd = "ended";
  const chunks = governed(answer.body as Readable, meter, governor);
  for (let step = await chunks.next(); ; step = await chunks.next()) {
    const text = pieces.splice(0).map(voice.piece).join("");
    const there = text ? await writeTo(res, text) : !res.destroyed;
    if (step.done) {
      end = there ? step.value : "client_gone";
      break;
    }
    if (there || drains) continue;
    end = "client_gone";
    await chunks.return("broken");
    break;
  }

  const ended = howEnded(end, meter.state());
  try {
    const metered = meter.metered();
    const settled = await exchange.finish(metered, ended);
    const problem = meter.failure() ?? governor.reason() ?? new Problem("upstream_interrupted");
    if (ended === "complete" || ended === "quota")
      res.write(voice.done(settled, ended === "quota" ? quotaEnd(metered, problem) : metered));
    else res.write(sseEvent(errorData(problem, res), "error"));
  } catch (error) {
    const problem = problemOf(error);
    logProblem(parts.log, problem, { method: "POST", url: call.route }, requestIdOf(res));
    res.write(sseEvent(errorData(problem, res), "error"));
  }
  res.end();
}

const errorData = (problem: Problem, res: ServerResponse): string =>
  JSON.stringify(problemBody(addressed(res, problem), requestIdOf(res)));
