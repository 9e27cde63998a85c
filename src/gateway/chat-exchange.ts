import { setTimeout as sleep } from "node:timers/promises";
import type { Principal } from "../http/principal.ts";
import { Problem } from "../kernel/problems.ts";
import { headerOf } from "./answers.ts";
import type { Call } from "./call.ts";
import { type Exchange, type ExchangeOptions, openExchange } from "./exchange.ts";
import type { GatewayParts } from "./parts.ts";

const RETRIED = new Set([408, 409, 429, 500, 502, 503, 504, 529]);
const BACKOFF_MS = 500;
const WAIT_MS_MAX = 8_000;

/** Opens an exchange, and sends again after an upstream hiccup, under the same hold: a simple client has no retries of its own. */
export async function openPatiently(
  parts: GatewayParts,
  principal: Principal,
  call: Call,
  options: ExchangeOptions,
): Promise<Exchange> {
  const { signal } = options;
  let exchange = await openExchange(parts, principal, call, options);
  for (let attempt = 0; RETRIED.has(exchange.answer.statusCode) && attempt < parts.defaults.retriesMax; attempt++) {
    const asked = Number(headerOf(exchange.answer, "retry-after")) * 1_000;
    const wait = asked > 0 ? asked : BACKOFF_MS * 2 ** attempt;
    // To be asked to come back much later is an answer for the caller.
    if (wait > WAIT_MS_MAX) break;
    try {
      await exchange.answer.body.dump();
      await sleep(wait, undefined, { signal });
    } catch (error) {
      await exchange.giveBack();
      throw signal.aborted ? signal.reason : error;
    }
    exchange = await exchange.again();
  }
  return exchange;
}

/** Upstream's own error, told in our words where it is not readable. Its status and type stay. */
export function upstreamProblem({ answer }: Exchange, bytes: Buffer): Problem {
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
