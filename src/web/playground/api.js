import { chunksOf, readEvents } from "./sse.js";

/** A refusal or failure in the gateway's own error shape; `status` is 0 where nothing answered. */
export class ApiError extends Error {
  constructor({ status = 0, code, message, details = {}, requestId, retryAfter }) {
    super(message);
    Object.assign(this, { status, code, details, requestId, retryAfter });
  }

  static of(body, { status, headers } = { status: 0 }) {
    const error = body?.error ?? {};
    return new ApiError({
      status,
      code: error.code ?? error.type,
      message: error.message ?? `The gateway answered with status ${status}.`,
      details: error.details,
      requestId: body?.request_id ?? headers?.get("request-id"),
      retryAfter: headers?.get("retry-after"),
    });
  }
}

async function call(path, init) {
  let response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (init?.signal?.aborted) throw cause;
    throw new ApiError({ code: "unreachable", message: "The gateway cannot be reached." });
  }
  if (response.ok) return response;
  throw ApiError.of(await response.json().catch(() => null), response);
}

async function getJson(path, headers) {
  const response = await call(path, { headers });
  return response.json();
}

const bearer = (key) => ({ authorization: `Bearer ${key}` });

export const getQuota = (key) => getJson("/api/quota", bearer(key));

const receiptPath = (requestId) => `/api/usage/events/${encodeURIComponent(requestId)}`;

export const getReceipt = (key, requestId) => getJson(receiptPath(requestId), bearer(key));

export async function listModels(key) {
  const { data } = await getJson("/v1/models?limit=1000", { "x-api-key": key, "anthropic-version": "2023-06-01" });
  return data;
}

/** Whether the gateway says that it can serve. */
export async function isReady() {
  const response = await fetch("/readyz").catch(() => null);
  return response?.ok ?? false;
}

/**
 * Asks for an answer and hands over its pieces as they arrive. Resolves with the closing figures; rejects with an
 * ApiError, or with the signal's AbortError when it was stopped. `onStart` gets the request id once it is admitted.
 */
export async function streamChat(key, body, { signal, onStart, onText }) {
  const response = await call("/api/chat/stream", {
    method: "POST",
    headers: { ...bearer(key), "content-type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  const requestId = response.headers.get("request-id");
  onStart(requestId);
  let closing;
  for await (const { event, data } of readEvents(chunksOf(response.body))) {
    const message = JSON.parse(data);
    if (event === "error") throw ApiError.of(message, response);
    if (message.done) closing = { request_id: requestId, ...message };
    if (message.text) onText(message.text);
  }
  if (closing) return closing;
  throw new ApiError({ code: "cut", message: "The connection ended before the answer did.", requestId });
}
