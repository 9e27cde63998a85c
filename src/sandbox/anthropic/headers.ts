/** The one workspace that all keys of the sandbox belong to. */
export const WORKSPACE_ID = "wrkspc_01SandboxOperator";

/**
 * The headers a real answer carries. The organization, workspace and rate-limit figures are the operator's own: a
 * gateway must not let its customers see them, so the sandbox sends them with every answer.
 */
export function operatorHeaders(requestId: string, nowMs: number): Record<string, string> {
  const reset = new Date(nowMs + 1_000).toISOString();
  const headers: Record<string, string> = {
    "request-id": requestId,
    "anthropic-organization-id": "0f1e2d3c-4b5a-4697-8877-665544332211",
    "anthropic-workspace-id": WORKSPACE_ID,
    "set-cookie": "__cf_bm=sandbox; path=/; HttpOnly; Secure",
    "cf-ray": `${requestId.slice(-16).toLowerCase()}-LIS`,
    "cf-cache-status": "DYNAMIC",
    "x-robots-tag": "none",
    via: "1.1 google",
    server: "cloudflare",
  };
  for (const [meter, limit] of LIMITS) {
    headers[`anthropic-ratelimit-${meter}-limit`] = String(limit);
    headers[`anthropic-ratelimit-${meter}-remaining`] = String(limit - 1_000);
    headers[`anthropic-ratelimit-${meter}-reset`] = reset;
  }
  return headers;
}

const LIMITS: readonly (readonly [meter: string, limit: number])[] = [
  ["requests", 4_000],
  ["tokens", 4_800_000],
  ["input-tokens", 4_000_000],
  ["output-tokens", 800_000],
];

export const STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache",
} as const;
