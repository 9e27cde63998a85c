import type { IncomingMessage, ServerResponse } from "node:http";
import { addressOf } from "../../http/answers.ts";
import { baseUrlOf } from "../../http/base-url.ts";
import { Problem } from "../../kernel/problems.ts";

/**
 * A cookie is sent by the browser, whoever's page asks. So a change that rests on one must come from a page of ours: the browser says so itself in
 * `Sec-Fetch-Site`, which no page can forge; where it does not (over plain HTTP, or an old one), `Origin` must be our own.
 */
export function assertSameOrigin(req: IncomingMessage, res: ServerResponse): void {
  if (isOurPage(req, res) === true) return;
  throw new Problem("csrf_refused", {
    details: { sec_fetch_site: req.headers["sec-fetch-site"] ?? null, origin: req.headers.origin ?? null },
  });
}

/** The same of a request that carries no cookie yet: a program that says nothing of where it is from is let in. */
export function assertNotForeign(req: IncomingMessage, res: ServerResponse): void {
  if (isOurPage(req, res) !== false) return;
  throw new Problem("csrf_refused", { message: "Signing in from another site's page is refused." });
}

/** Null where the request does not say. */
function isOurPage(req: IncomingMessage, res: ServerResponse): boolean | null {
  const { origin, "sec-fetch-site": site } = req.headers;
  if (site !== undefined) return site === "same-origin";
  if (origin === undefined) return null;
  return [addressOf(res, ""), baseUrlOf(undefined, req)].some((url) => URL.parse(url)?.origin === origin);
}
