/** A refusal in Anthropic's own error shape, with the HTTP status it travels under. */
export interface Fault {
  status: number;
  type: string;
  message: string;
  details?: { error_code: string };
  headers?: Record<string, string>;
}

const TYPES: Readonly<Record<number, readonly [type: string, message: string]>> = {
  400: ["invalid_request_error", "Error"],
  401: ["authentication_error", "invalid x-api-key"],
  402: ["billing_error", "Your organization has reached its spend limit."],
  403: ["permission_error", "Your API key does not have permission to use the specified resource."],
  404: ["not_found_error", "Not Found"],
  409: ["conflict_error", "The request conflicts with another one."],
  413: ["request_too_large", "Request exceeds the maximum size"],
  429: ["rate_limit_error", "This request would exceed your organization's rate limit. Please try again later."],
  500: ["api_error", "Internal server error"],
  504: ["timeout_error", "The request timed out."],
  529: ["overloaded_error", "Overloaded"],
};

/** The fault of this status; a status Anthropic gives no name is an `api_error`. */
export function faultOf(status: number, message?: string): Fault {
  const [type, standing] = TYPES[status] ?? (status < 500 ? TYPES[400]! : TYPES[500]!);
  return { status, type, message: message ?? standing };
}

/** The fault that a rule or a directive asks for. */
export const imposedFault = (status: number, retryAfter?: number): Fault => ({
  ...faultOf(status),
  ...(retryAfter !== undefined && { headers: { "retry-after": String(retryAfter) } }),
});

export const tooLong = (tokens: number, tokensMax: number): Fault =>
  invalid(`prompt is too long: ${tokens} tokens > ${tokensMax} maximum`);

export const invalid = (message: string): Fault => faultOf(400, message);

/** The body of an error answer, and the data of an `event: error` inside a stream. */
export const faultBody = (fault: Fault, requestId: string) => ({
  type: "error",
  error: { details: fault.details ?? null, type: fault.type, message: fault.message },
  request_id: requestId,
});
