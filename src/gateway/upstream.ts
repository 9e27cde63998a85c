import { setTimeout as sleep } from "node:timers/promises";
import { type Dispatcher, errors, Pool } from "undici";
import { SECOND } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";

/** One request to Claude. Header names are lower-case; the credential is the port's business. */
export interface ClaudeRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** With the query: `/v1/messages?beta=true`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes?: Buffer;
  /** The tenant's own upstream key, instead of the operator's. */
  readonly apiKey?: string;
}

export type ClaudeAnswer = Dispatcher.ResponseData;

/** The one door to the provider. */
export interface Claude {
  /** Resolves with any status once the headers are there. Rejects with a Problem when there is no answer, or with the signal's reason. */
  send(request: ClaudeRequest, options: { readonly signal: AbortSignal }): Promise<ClaudeAnswer>;
  close(): Promise<void>;
}

const CONNECT_MS = 10 * SECOND;
const RETRY_MS = 100;

/**
 * Claude over a pool of kept-alive connections: bytes in, bytes out, nothing re-serialised. `identity` is asked for, so that a stream
 * can be read and passed on as it is. Only a connection that failed before anything was sent is tried again.
 */
export function openClaude(options: {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly timeoutMs: number;
  readonly retriesMax: number;
  readonly connectionsMax: number;
}): Claude {
  const { origin, pathname } = new URL(options.baseUrl);
  const prefix = pathname.replace(/\/$/, "");
  const pool = new Pool(origin, {
    connections: options.connectionsMax,
    pipelining: 1,
    connect: { timeout: CONNECT_MS },
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    keepAliveTimeout: 30 * SECOND,
  });

  return {
    async send({ method, path, headers, bytes, apiKey }, { signal }) {
      for (let attempt = 0; ; attempt++) {
        try {
          return await pool.request({
            method,
            path: prefix + path,
            headers: { ...headers, "x-api-key": apiKey ?? options.apiKey, "accept-encoding": "identity" },
            body: bytes,
            signal,
          });
        } catch (error) {
          signal.throwIfAborted();
          if (attempt >= options.retriesMax || !neverSent(error)) throw failure(error);
          await sleep(RETRY_MS * 2 ** attempt, undefined, { signal });
        }
      }
    },
    close: () => pool.destroy(),
  };
}

const neverSent = (error: unknown): boolean =>
  error instanceof errors.ConnectTimeoutError ||
  (error instanceof Error &&
    "code" in error &&
    ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(String(error.code)));

/** `upstream_unreachable` says that nothing was sent; after anything else upstream may have been at work. */
function failure(cause: unknown): Problem {
  if (neverSent(cause)) return new Problem("upstream_unreachable", { cause });
  const late = cause instanceof errors.HeadersTimeoutError || cause instanceof errors.BodyTimeoutError;
  return new Problem(late ? "upstream_timeout" : "upstream_interrupted", { cause });
}

const PASSED = new Set(["content-type", "retry-after", "retry-after-ms", "x-should-retry"]);
/** The operator's organization and its figures: nobody else's business. */
const OPERATORS = /^anthropic-(organization|workspace|ratelimit|priority|fast)/;

/** The headers of upstream's answer that are for the caller. Upstream's request id goes under a name of ours. */
export function passedHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== "string") continue;
    if (name === "request-id") passed["x-tollgate-upstream-request-id"] = value;
    else if (PASSED.has(name) || (name.startsWith("anthropic-") && !OPERATORS.test(name))) passed[name] = value;
  }
  return passed;
}
