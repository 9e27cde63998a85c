import type { ServerResponse } from "node:http";
import { addressed, requestIdOf, sendJson } from "../../http/answers.ts";
import type { Problem } from "../../kernel/problems.ts";

/** OpenAI's error shape, with the facts that our Problems carry beside it. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    /** The field that is wrong. */
    readonly param: string | null;
    readonly code: string | null;
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

/** A refusal of ours, as OpenAI's clients read it. */
export const errorBody = (problem: Problem): ErrorBody => ({
  error: {
    message: problem.message,
    type: problem.type,
    param: paramOf(problem),
    code: problem.code,
    ...(problem.details && { details: problem.details }),
  },
});

/** Our messages about a field begin with its path. */
const PATH = /^([a-z_]+(?:\.\w+)*): /;

function paramOf({ status, message, details }: Problem): string | null {
  if (status !== 400) return null;
  const [issue] = (details?.issues ?? []) as readonly { path: string }[];
  return issue?.path || (PATH.exec(message)?.[1] ?? null);
}

/** Upstream's refusal, in its own words. Its paths speak of the translated request, so they are not given as `param`. */
export function upstreamErrorBody(bytes: Buffer): ErrorBody {
  let told: UpstreamError = {};
  try {
    told = (JSON.parse(bytes.toString("utf8")) as { error?: UpstreamError }).error ?? {};
  } catch {}
  return {
    error: {
      message: told.message ?? "The provider refused the request.",
      type: told.type ?? "api_error",
      param: null,
      code: told.details?.error_code ?? null,
    },
  };
}

interface UpstreamError {
  readonly type?: string;
  readonly message?: string;
  readonly details?: { readonly error_code?: string } | null;
}

/** The request's id where OpenAI's clients look for it. Not on an answer that is given again, which has the id of the first. */
export const nameForClient = (res: ServerResponse): void => void res.setHeader("x-request-id", requestIdOf(res));

/** Answers a Problem; where the answer has begun already, nothing can be said and it is cut. */
export function sendError(res: ServerResponse, problem: Problem): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  nameForClient(res);
  for (const [name, value] of Object.entries(problem.headers)) res.setHeader(name, value);
  sendJson(res, problem.status, errorBody(addressed(res, problem)));
}
