import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { loggedPath, requestIdOf } from "./answers.ts";

const facts = new WeakMap<ServerResponse, Record<string, unknown>>();

/** Adds facts to the one line that is logged about this request. Never a key, a token or a word of anybody's message. */
export function noteFacts(res: ServerResponse, more: Readonly<Record<string, unknown>>): void {
  facts.set(res, { ...facts.get(res), ...more });
}

/** Logs one wide line when the answer is done, or its reader gone. */
export function logRequest(log: Logger, req: IncomingMessage, res: ServerResponse): void {
  const startedAt = performance.now();
  const { method, url } = req;
  res.on("close", () => {
    log.info(
      {
        request_id: requestIdOf(res),
        method,
        path: loggedPath(url),
        status: res.statusCode,
        ms: Math.round(performance.now() - startedAt),
        ...(!res.writableFinished && { cut: true }),
        ...facts.get(res),
      },
      "request",
    );
  });
}
