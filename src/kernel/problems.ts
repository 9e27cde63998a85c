/**
 * The catalogue of refusals: every code that a caller of ours can meet, with its status, its type in Claude's own error
 * shape, and what to tell the caller when the place that refuses has nothing better to say.
 * A broken invariant is no refusal: let it throw, and it becomes a 500.
 */
const CATALOGUE = {
  invalid_request: [400, "invalid_request_error", "The request is not valid."],
  model_not_priced: [400, "invalid_request_error", "This model has no price, so it cannot be used here."],
  unsupported_feature: [400, "invalid_request_error", "This feature cannot be used through Tollgate."],

  missing_credentials: [
    401,
    "authentication_error",
    "No credential: send an API key in `x-api-key`, or a key or JWT in `Authorization: Bearer`.",
  ],
  invalid_credentials: [401, "authentication_error", "This credential is not valid."],
  expired_credentials: [401, "authentication_error", "This credential has expired."],
  revoked_key: [401, "authentication_error", "This API key has been revoked."],

  quota_exhausted: [402, "billing_error", "What is left of your quota does not cover this request."],

  wallet_empty: [402, "billing_error", "The prepaid credit is used up. Top up to go on."],
  spend_cap_reached: [402, "billing_error", "The cap on spend beyond the plan is reached."],
  subscription_halted: [402, "billing_error", "The subscription is halted: a payment is open. Pay it to go on."],
  no_subscription: [402, "billing_error", "There is no subscription in force."],

  model_not_allowed: [403, "permission_error", "This credential may not use this model."],
  route_not_allowed: [403, "permission_error", "This credential may not use this route."],
  origin_not_allowed: [403, "permission_error", "Requests from this origin are not allowed."],
  scope_missing: [403, "permission_error", "This credential lacks the scope that is needed here."],
  role_missing: [403, "permission_error", "The role of this administrator does not reach that far."],
  csrf_refused: [
    403,
    "permission_error",
    "A change that rests on the session's cookie is made from the dashboard's own page: this request does not say that it comes from there.",
  ],
  tenant_suspended: [403, "permission_error", "This account is suspended."],
  user_blocked: [403, "permission_error", "This user is blocked."],
  user_required: [403, "permission_error", "This tenant bills each user: the credential must name one."],

  not_found: [404, "not_found_error", "There is nothing here."],

  conflict: [409, "conflict_error", "This conflicts with what exists."],
  idempotency_in_progress: [409, "conflict_error", "A request with this Idempotency-Key is being answered. Try again."],
  answer_erased: [
    410,
    "not_found_error",
    "This was answered before; the answer held data of a person who has been erased, and is gone.",
  ],
  request_too_large: [413, "request_too_large", "The request is larger than allowed."],
  unprocessable: [422, "invalid_request_error", "This cannot be processed."],
  idempotency_key_reused: [
    422,
    "invalid_request_error",
    "This Idempotency-Key was used for another request: a new request needs a new key.",
  ],
  schema_mismatch: [422, "invalid_request_error", "The answer does not fit the schema."],

  rate_limited: [429, "rate_limit_error", "A rate limit of this account is reached."],

  concurrency_limited: [429, "rate_limit_error", "Too many calls of this account are under way."],

  client_gone: [499, "api_error", "The client has gone."],

  internal: [500, "api_error", "Something went wrong on our side."],
  upstream_refused: [502, "api_error", "The gateway was refused by its provider. Its operator has been told."],
  upstream_unreachable: [502, "api_error", "The provider could not be reached."],
  upstream_interrupted: [502, "api_error", "The provider's answer was cut short."],
  upstream_error: [502, "api_error", "The provider failed to answer."],
  upstream_busy: [429, "rate_limit_error", "The provider is rate-limiting. Try again shortly."],
  upstream_overloaded: [529, "overloaded_error", "The provider is overloaded. Try again shortly."],
  upstream_timeout: [504, "timeout_error", "The provider did not answer in time."],
  billing_not_configured: [
    503,
    "api_error",
    "Billing is not configured here: the operator sets RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET.",
  ],
  collector_refused: [502, "api_error", "Razorpay refused the request."],
  collector_unreachable: [
    503,
    "api_error",
    "Razorpay could not be reached. Nothing was done twice: try again shortly.",
  ],
  fx_rate_missing: [503, "api_error", "There is no exchange rate for this tenant's currency."],
  shutting_down: [503, "api_error", "This node is shutting down. Try again."],
} as const satisfies Record<string, readonly [status: number, type: string, message: string]>;

export type ProblemCode = keyof typeof CATALOGUE;

export const PROBLEM_CODES = Object.keys(CATALOGUE) as ProblemCode[];

export interface ProblemOptions {
  /** Instead of the catalogue's message; for the caller's eyes. */
  readonly message?: string;
  /** Facts for the caller, in the answer's `error.details`. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** For our logs only. */
  readonly cause?: unknown;
}

/** A refusal with a name. Thrown anywhere, answered in one place (`http/answers.ts`). */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    const [status, type, message] = CATALOGUE[code];
    super(options.message ?? message, { cause: options.cause });
    this.name = "Problem";
    this.code = code;
    this.status = status;
    this.type = type;
    this.details = options.details;
    this.headers = options.headers ?? {};
  }
}

/** Claude's own error shape, with our code and facts in it. */
export interface ProblemBody {
  readonly type: "error";
  readonly error: {
    readonly type: string;
    readonly message: string;
    readonly code: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
  readonly request_id: string;
}

export function problemBody(problem: Problem, requestId: string): ProblemBody {
  const { type, message, code, details } = problem;
  return { type: "error", error: { type, message, code, ...(details && { details }) }, request_id: requestId };
}
