import type { IncomingMessage, ServerResponse } from "node:http";
import type { TenantView } from "../http/principal.ts";
import { Problem } from "../kernel/problems.ts";

const EXPOSED = [
  "request-id",
  "retry-after",
  ...["requests", "tokens", "input-tokens", "output-tokens"].flatMap((what) =>
    ["limit", "remaining", "reset"].map((figure) => `anthropic-ratelimit-${what}-${figure}`),
  ),
  "x-tollgate-upstream-request-id",
].join(", ");

const PREFLIGHT_SECONDS = 600;

/**
 * Lets a page of an allowed origin read the answer, and answers its preflight (which carries no credential, so it is checked
 * against every tenant's origins). True when the request was a preflight and is done. The real request is checked against
 * its own tenant by `assertOrigin`.
 */
export function answerCors(
  req: IncomingMessage,
  res: ServerResponse,
  { allowed, sandbox }: { allowed: ReadonlySet<string>; sandbox: boolean },
): boolean {
  const { origin } = req.headers;
  if (!origin) return false;
  const preflight = req.method === "OPTIONS" && req.headers["access-control-request-method"] !== undefined;
  res.setHeader("vary", "Origin");
  if (!allowed.has(origin) && !isLocal(origin, sandbox) && !isOurs(req, origin)) {
    if (preflight) throw new Problem("origin_not_allowed", { message: `No tenant allows the origin ${origin}.` });
    return false;
  }
  res.setHeader("access-control-allow-origin", origin);
  res.setHeader("access-control-expose-headers", EXPOSED);
  if (!preflight) return false;
  res.setHeader("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, HEAD");
  res.setHeader("access-control-allow-headers", req.headers["access-control-request-headers"] ?? "*");
  res.setHeader("access-control-max-age", PREFLIGHT_SECONDS);
  res.statusCode = 204;
  res.end();
  return true;
}

/** A request from a page must come from an origin that its own tenant allows. Without an `Origin` header it is not from a page. */
export function assertOrigin(req: IncomingMessage, tenant: TenantView, { sandbox }: { sandbox: boolean }): void {
  const { origin } = req.headers;
  if (!origin || tenant.settings.allowed_origins.includes(origin) || isLocal(origin, sandbox) || isOurs(req, origin))
    return;
  throw new Problem("origin_not_allowed", {
    message: `This tenant does not allow the origin ${origin}: add it to allowed_origins.`,
    details: { origin },
  });
}

/** In sandbox mode a page on this machine, or opened from a file, may try things out. */
const isLocal = (origin: string, sandbox: boolean): boolean =>
  sandbox && (origin === "null" || /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin));

/** Our own pages. */
const isOurs = (req: IncomingMessage, origin: string): boolean => URL.parse(origin)?.host === req.headers.host;
