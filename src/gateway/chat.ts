import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { logProblem, problemOf, requestIdOf, sendJson } from "../http/answers.ts";
import { parse } from "../http/parse.ts";
import type { Principal } from "../http/principal.ts";
import { STREAM_HEADERS, sseEvent, writeTo } from "../http/sse.ts";
import { newId } from "../kernel/id.ts";
import { Problem, problemBody } from "../kernel/problems.ts";
import { authenticate } from "../tenants/authenticate.ts";
import { usd, visibilityOf } from "../usage/event.ts";
import { parseJsonObject, readBody } from "./body.ts";
import { type Call, parseCall } from "./call.ts";
import { clientSignal, type Exchange, headerOf, openExchange, receiveMessage } from "./exchange.ts";
import { howEnded } from "./messages.ts";
import type { GatewayParts } from "./parts.ts";
import type { Settled } from "./settle.ts";
import { type StreamMeter, streamMeter } from "./stream-meter.ts";

/** The simple routes, for a page that wants text and no protocol. They make a messages call and go the same way. */

const ANTHROPIC_VERSION = "2026-10-21";
const TEXT_MAX = 2_000_000;

const Text = z.string().min(1).max(TEXT_MAX);
const Messages = z
  .array(
    z.looseObject({
      role: z.enum(["user", "assistant"]),
      content: z.union([z.string().max(TEXT_MAX), z.array(z.looseObject({}))]),
    }),
  )
  .min(1)
  .max(100_000);

/** `POST /chat` */
const SimpleChat = z.strictObject({ message: Text, system: z.string().max(TEXT_MAX).optional() });
/** `POST /api/chat`, `POST /api/chat/stream` */
const Chat = z
  .strictObject({
    message: Text.optional(),
    messages: Messages.optional(),
    system_prompt: z.string().max(TEXT_MAX).optional(),
    model: z.string().min(1).max(200).optional(),
    max_tokens: z.int().min(1).optional(),
  })
  .refine(
    ({ message, messages }) => (message === undefined) !== (messages === undefined),
    "give either message or messages",
  );

interface Ask {
  readonly messages: readonly unknown[];
  readonly system?: string;
  readonly model?: string;
  readonly max_tokens?: number;
}

/** `POST /chat`: pieces of text as plain `data:` lines, then `event: done`. */
export async function chat(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const { message, system } = parse(SimpleChat, parseJsonObject(await readBody(req)));
  const call = callOf(parts, principal, req, { route: "/chat", stream: true }, { messages: userSays(message), system });
  await streamText(parts, principal, call, res, {
    piece: (text) => sseEvent(text),
    done: () => sseEvent("", "done"),
  });
}

/** `POST /api/chat/stream`: pieces of text as JSON, then what it used. */
export async function chatStream(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const ask = askOf(parse(Chat, parseJsonObject(await readBody(req))));
  const call = callOf(parts, principal, req, { route: "/api/chat/stream", stream: true }, ask);
  await streamText(parts, principal, call, res, {
    piece: (text) => sseEvent(JSON.stringify({ text })),
    done: (settled, meter) =>
      sseEvent(
        JSON.stringify({
          done: true,
          usage: { input: settled.input_tokens, output: settled.output_tokens },
          stop_reason: meter.metered().stop_reason,
          ...money(principal, settled),
          request_id: requestIdOf(res),
        }),
      ),
  });
}

/** `POST /api/chat`: the whole answer at once. */
export async function chatOnce(parts: GatewayParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const principal = await authenticate(parts, req, res);
  const ask = askOf(parse(Chat, parseJsonObject(await readBody(req))));
  const call = callOf(parts, principal, req, { route: "/api/chat", stream: false }, ask);
  const exchange = await openPatiently(parts, principal, call, res);
  const received = await receiveMessage(parts, exchange, call);
  if ("error" in received) throw upstreamProblem(exchange, received.error);

  const { message, settled } = received;
  sendJson(res, 200, {
    text: textOf(message.content),
    input_tokens: settled.input_tokens,
    output_tokens: settled.output_tokens,
    model: message.model,
    stop_reason: message.stop_reason,
    ...money(principal, settled),
    request_id: requestIdOf(res),
  });
}

const userSays = (content: string) => [{ role: "user", content }];

const askOf = ({ message, messages, system_prompt, model, max_tokens }: z.infer<typeof Chat>): Ask => ({
  messages: messages ?? userSays(message!),
  system: system_prompt,
  model,
  max_tokens,
});

/** The messages call that an ask comes to, with the installation's defaults where it names no model or bound. */
function callOf(
  { defaults }: GatewayParts,
  principal: Principal,
  req: IncomingMessage,
  { route, stream }: { route: string; stream: boolean },
  { messages, system, model, max_tokens }: Ask,
): Call {
  const body = {
    model: model ?? defaults.model,
    max_tokens: max_tokens ?? Math.min(defaults.max_tokens, principal.max_tokens ?? Infinity),
    ...(system && { system }),
    messages,
    stream,
  };
  const headers = { "anthropic-version": ANTHROPIC_VERSION, "x-tollgate-tags": req.headers["x-tollgate-tags"] };
  return parseCall({ bytes: Buffer.from(JSON.stringify(body)), headers, path: "/v1/messages", route }, principal);
}

const RETRIED = new Set([408, 409, 429, 500, 502, 503, 504, 529]);
const BACKOFF_MS = 500;
const WAIT_MS_MAX = 8_000;

/** Opens an exchange, and again after an upstream hiccup: a simple client has no retries of its own. Each try is a hold of its own. */
async function openPatiently(
  parts: GatewayParts,
  principal: Principal,
  call: Call,
  res: ServerResponse,
): Promise<Exchange> {
  const signal = clientSignal(res);
  for (let attempt = 0; ; attempt++) {
    const id = attempt === 0 ? requestIdOf(res) : newId("request", parts.clock.wall());
    const exchange = await openExchange(parts, principal, call, { id, signal, res });
    if (!RETRIED.has(exchange.answer.statusCode) || attempt >= parts.defaults.retriesMax) return exchange;
    const asked = Number(headerOf(exchange.answer, "retry-after")) * 1_000;
    const wait = asked > 0 ? asked : BACKOFF_MS * 2 ** attempt;
    // To be asked to come back much later is an answer for the caller.
    if (wait > WAIT_MS_MAX) return exchange;
    await exchange.answer.body.dump();
    await exchange.giveBack();
    await sleep(wait, undefined, { signal });
  }
}

interface Voice {
  piece(text: string): string;
  done(settled: Settled, meter: StreamMeter): string;
}

/** Streams the text of an answer. Before it starts, a failure is an ordinary error answer; after that it is `event: error`. */
async function streamText(
  parts: GatewayParts,
  principal: Principal,
  call: Call,
  res: ServerResponse,
  voice: Voice,
): Promise<void> {
  const exchange = await openPatiently(parts, principal, call, res);
  const { answer } = exchange;
  if (answer.statusCode >= 400) {
    const received = await receiveMessage(parts, exchange, call);
    throw upstreamProblem(exchange, "error" in received ? received.error : received.bytes);
  }
  const meter = streamMeter(call.models[0]!);
  exchange.watch(meter);
  res.writeHead(200, STREAM_HEADERS);
  res.flushHeaders();

  const pieces: string[] = [];
  meter.onText = (text) => pieces.push(text);
  let end: "ended" | "broken" | "client_gone" = "ended";
  try {
    for await (const chunk of answer.body as Readable as AsyncIterable<Buffer>) {
      meter.feed(chunk);
      if (!pieces.length) continue;
      const text = pieces.splice(0).map(voice.piece).join("");
      if (!(await writeTo(res, text))) {
        end = "client_gone";
        break;
      }
    }
  } catch {
    end = res.destroyed ? "client_gone" : "broken";
  }

  const ended = howEnded(end, meter.state());
  try {
    const settled = await exchange.finish(meter.metered(), ended);
    res.write(
      ended === "complete"
        ? voice.done(settled, meter)
        : sseEvent(errorData(new Problem("upstream_interrupted"), res), "error"),
    );
  } catch (error) {
    const problem = problemOf(error);
    logProblem(parts.log, problem, { method: "POST", url: call.route }, requestIdOf(res));
    res.write(sseEvent(errorData(problem, res), "error"));
  }
  res.end();
}

const errorData = (problem: Problem, res: ServerResponse): string =>
  JSON.stringify(problemBody(problem, requestIdOf(res)));

/** Upstream's own error, told in our words where it is not readable. Its status and type stay. */
function upstreamProblem({ answer }: Exchange, bytes: Buffer): Problem {
  let message = "The provider refused the request.";
  try {
    const body = JSON.parse(bytes.toString("utf8")) as { error?: { message?: string } };
    message = body.error?.message ?? message;
  } catch {}
  const retryAfter = headerOf(answer, "retry-after");
  return new Problem(
    UPSTREAM_CODES[answer.statusCode] ?? (answer.statusCode >= 500 ? "upstream_error" : "invalid_request"),
    {
      message,
      headers: retryAfter === null ? {} : { "retry-after": retryAfter },
    },
  );
}

const UPSTREAM_CODES: Record<number, Problem["code"]> = {
  413: "request_too_large",
  429: "upstream_busy",
  529: "upstream_overloaded",
};

function textOf(content: unknown): string {
  const blocks = Array.isArray(content) ? (content as { type?: string; text?: string }[]) : [];
  return blocks.map((block) => (block.type === "text" ? (block.text ?? "") : "")).join("");
}

/** What the caller may see of the money. */
function money({ tenant }: Principal, settled: Settled) {
  const visibility = visibilityOf(tenant);
  return {
    ...(visibility === "full" && { cost_usd: usd(settled.cost_micros_usd) }),
    ...(visibility !== "none" && { spend_micros: settled.spend_micros, currency: tenant.currency }),
  };
}
