import type { IncomingMessage, ServerResponse } from "node:http";
import { DrizzleQueryError } from "drizzle-orm/errors";
import type { Logger } from "pino";
import { isUniqueViolation } from "../db/errors.ts";
import type { Instant } from "../kernel/clock.ts";
import { newId, type RequestId } from "../kernel/id.ts";
import { Problem, problemBody } from "../kernel/problems.ts";

const requestIds = new WeakMap<ServerResponse, RequestId>();
const baseUrls = new WeakMap<ServerResponse, string>();

/**
 * Gives the answer its `request-id` (Tollgate's own, `tgr_…`), and notes our own URL as its caller knows it. Called once, before anything else
 * happens to a request.
 */
export function nameRequest(res: ServerResponse, at: Instant, baseUrl = ""): RequestId {
  const id = newId("request", at);
  requestIds.set(res, id);
  baseUrls.set(res, baseUrl);
  res.setHeader("request-id", id);
  return id;
}

export function requestIdOf(res: ServerResponse): RequestId {
  const id = requestIds.get(res);
  if (!id) throw new Error("this request was not named");
  return id;
}

/** A path of ours as the whole address that this caller can open. */
export const addressOf = (res: ServerResponse, path: string): string => (baseUrls.get(res) ?? "") + path;

/** A Problem as its caller is told it: where to top up is a whole address. */
export function addressed(res: ServerResponse, problem: Problem): Problem {
  const { code, message, details, headers, cause } = problem;
  if (typeof details?.topup_url !== "string") return problem;
  const topup_url = addressOf(res, details.topup_url);
  return new Problem(code, { message, headers, cause, details: { ...details, topup_url } });
}

/** Any error as a Problem. What is not ours stays in the logs: the caller sees `internal` and the request id. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof URIError)
    return new Problem("invalid_request", { message: "The address cannot be decoded.", cause: error });
  // Express's body parser: malformed JSON, a body that is too large, an encoding it does not know.
  if (
    error instanceof Error &&
    "status" in error &&
    "type" in error &&
    typeof error.status === "number" &&
    error.status < 500
  ) {
    if (error.status === 413) return new Problem("request_too_large", { cause: error });
    return new Problem("invalid_request", { message: `The body cannot be read: ${error.message}`, cause: error });
  }
  // Two requests created the same thing at once, past the check that would have said so more kindly.
  if (isUniqueViolation(error)) return new Problem("conflict", { message: "This exists already.", cause: error });
  return new Problem("internal", { cause: error });
}

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.statusCode = status;
  res.setHeader("content-type", "application/json");
  res.end(JSON.stringify(body));
}

/** The path of a request for the log: without its query, and without external ids, which may be anybody's e-mail. */
export const loggedPath = (url: string | undefined): string | undefined =>
  url?.split("?")[0]?.replace(/ext(?::|%3A)[^/]*/gi, "ext:-");

/** Answers a Problem in Claude's error shape; where the answer has begun already, nothing can be said and it is cut. */
export function sendProblem(res: ServerResponse, problem: Problem): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  for (const [name, value] of Object.entries(problem.headers)) res.setHeader(name, value);
  sendJson(res, problem.status, problemBody(addressed(res, problem), requestIdOf(res)));
}

/** Logs what is our fault, with its cause; refusals are the wide request line's business. Queries are logged without their values. */
export function logProblem(
  log: Logger,
  problem: Problem,
  req: Pick<IncomingMessage, "method" | "url">,
  requestId: RequestId,
): void {
  if (problem.status < 500 || problem.code === "shutting_down") return;
  const err =
    problem.cause instanceof DrizzleQueryError ? (problem.cause.cause ?? problem.cause) : (problem.cause ?? problem);
  log.error(
    { err, code: problem.code, method: req.method, url: loggedPath(req.url), request_id: requestId },
    "request failed",
  );
}
