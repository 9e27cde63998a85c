import type { AnswerOf, BodyOf, Known } from "./asked.ts";

/** A refusal or failure in the gateway's own error shape; `status` is 0 where nothing answered. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;
  /** When it may be tried again, where the gateway says so. */
  readonly retryAfter_s: number | null;

  constructor(
    message: string,
    facts: Partial<Pick<ApiError, "status" | "code" | "details" | "requestId" | "retryAfter_s">>,
  ) {
    super(message);
    this.status = facts.status ?? 0;
    this.code = facts.code ?? "unreachable";
    this.details = facts.details ?? {};
    this.requestId = facts.requestId ?? null;
    this.retryAfter_s = facts.retryAfter_s ?? null;
  }

  /** What is wrong with each field, by its path (`address.city`). */
  get issues(): Readonly<Record<string, string>> {
    const issues = (this.details.issues ?? []) as readonly { readonly path: string; readonly message: string }[];
    return Object.fromEntries(issues.map(({ path, message }) => [path, message]));
  }
}

/** Paths are those below `Root`, or begin with a slash. What is answered, and what may be sent, is known by the path. */
export interface Api<Root extends string = "/api/"> {
  get<P extends string>(path: Known<"GET", Root, P>): Promise<AnswerOf<"GET", Root, P>>;
  /** Like `get`; null where there is nothing. */
  find<P extends string>(path: Known<"GET", Root, P>): Promise<AnswerOf<"GET", Root, P> | null>;
  post<P extends string>(
    path: Known<"POST", Root, P>,
    body?: BodyOf<"POST", Root, P>,
  ): Promise<AnswerOf<"POST", Root, P>>;
  put<P extends string>(path: Known<"PUT", Root, P>, body: BodyOf<"PUT", Root, P>): Promise<AnswerOf<"PUT", Root, P>>;
  patch<P extends string>(
    path: Known<"PATCH", Root, P>,
    body: BodyOf<"PATCH", Root, P>,
  ): Promise<AnswerOf<"PATCH", Root, P>>;
  remove<P extends string>(path: Known<"DELETE", Root, P>): Promise<void>;
  file<P extends string>(path: Known<"GET", Root, P>): Promise<Blob>;
}

const TRIES = 3;
const PAUSE_MS = 800;

export const unreachable = () => new ApiError("The gateway cannot be reached.", {});

/** The gateway's API as this credential may use it; without one, as whoever this browser has a session for. */
export function openApi<Root extends string = "/api/">(
  credential: string | null,
  more: Readonly<Record<string, string>> = {},
  root = "/api/" as Root,
): Api<Root> {
  const call = async (method: string, path: string, body?: unknown, name?: string): Promise<Response> => {
    const headers: Record<string, string> = { ...more };
    if (credential !== null) headers.authorization = `Bearer ${credential}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    if (name !== undefined) headers["idempotency-key"] = name;
    const answer = await fetch(path.startsWith("/") ? path : `${root}${path}`, {
      ...{ method, headers, body: body === undefined ? undefined : JSON.stringify(body) },
    }).catch(() => {
      throw unreachable();
    });
    if (answer.ok) return answer;
    throw refusal(await answer.json().catch(() => null), answer);
  };
  const json = async (answer: Promise<Response>): Promise<unknown> => (await answer).json();

  /** What creates something carries a name of its own, so that a lost answer is asked for again instead of doing it twice. */
  const once = async (path: string, body: unknown): Promise<unknown> => {
    const name = randomName();
    for (let tried = 1; ; tried++) {
      try {
        return await json(call("POST", path, body, name));
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 0 || tried >= TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  };

  const api = {
    get: (path: string) => json(call("GET", path)),
    find: (path: string) =>
      json(call("GET", path)).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }),
    post: (path: string, body: unknown = {}) => once(path, body),
    put: (path: string, body: unknown) => json(call("PUT", path, body)),
    patch: (path: string, body: unknown) => json(call("PATCH", path, body)),
    remove: async (path: string) => void (await call("DELETE", path)),
    file: async (path: string) => (await call("GET", path)).blob(),
  };
  // What is answered is as the document says: the gateway's own tests see to that.
  return api as unknown as Api<Root>;
}

/** The gateway's own words for what went wrong, in its answer or in the midst of one. */
export function refusal(body: unknown, { status, headers }: Response): ApiError {
  const { error, request_id } = (body ?? {}) as {
    readonly error?: {
      readonly type?: string;
      readonly code?: string;
      readonly message?: string;
      readonly details?: Readonly<Record<string, unknown>>;
    };
    readonly request_id?: string;
  };
  return new ApiError(error?.message ?? `The gateway answered with status ${status}.`, {
    ...{ status, code: error?.code ?? error?.type ?? "unknown", details: error?.details },
    requestId: request_id ?? headers.get("request-id"),
    retryAfter_s: Number(headers.get("retry-after")) || null,
  });
}

const randomName = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
