import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import express, { type RequestHandler, type Response, Router } from "express";
import { addressOf } from "../http/answers.ts";
import { Problem } from "../kernel/problems.ts";
import { checkoutSources, NO_CHECKOUT, policyOf } from "./policy.ts";

/** Where `npm run pages` puts them. */
const BUILT = `${import.meta.dirname}/../../dist/web`;

export interface PagesOptions {
  /** The demo tenant's key, filled in on the pages; empty in live mode. */
  readonly sandboxKey: string;
  /** Where Checkout's script is loaded from. */
  readonly checkoutUrl: string;
  /** Whose pages may have a tenant's portal inside of them; a Problem where there is no such tenant. */
  readonly allowedOrigins: (tenant_id: string) => Promise<readonly string[]>;
}

/** The playground at `/`, the portal at `/portal`, the dashboard at `/dashboard` and below it, and the files they are made of. */
export function pages(options: PagesOptions): Router {
  const router = Router();
  router.get("/", async (_req, res) => sendBuilt(res, "playground", options));
  router.get("/portal", async (_req, res) => sendBuilt(res, "portal", options));
  // In a page of a tenant's own: which pages those are is all that differs.
  router.get("/portal/embed/:tenant_id", async (req, res) => {
    await sendBuilt(res, "portal", options, await options.allowedOrigins(req.params.tenant_id));
  });
  router.get("/dashboard{/*page}", async (_req, res) => sendBuilt(res, "dashboard", options));
  // Their names change with what is in them.
  router.use("/assets", compressed, express.static(`${BUILT}/assets`, { immutable: true, maxAge: "1y", index: false }));
  return router;
}

/** The pages on which something is bought. */
const SELLING = ["portal"];

/** A page as it was built, with this answer's nonce: what React and its components style themselves with is let in by it alone. */
async function sendBuilt(
  res: Response,
  name: string,
  { sandboxKey, checkoutUrl }: PagesOptions,
  framedBy: readonly string[] = [],
): Promise<void> {
  const built = await readFile(`${BUILT}/${name}/index.html`, "utf8").catch(notBuilt);
  const sources = SELLING.includes(name) ? checkoutSources(checkoutUrl) : NO_CHECKOUT;
  const nonce = randomBytes(16).toString("base64");
  const filled = built
    .replaceAll("{{nonce}}", nonce)
    .replace("{{sandbox_key}}", sandboxKey)
    .replace("{{checkout}}", checkoutUrl)
    .replace("{{base_url}}", () => inAttribute(addressOf(res, "")));
  res.set({
    "cache-control": "no-store",
    "content-security-policy": policyOf({ nonce, checkout: sources, framedBy }),
    // Checkout opens the bank's page in a window of its own, and Razorpay wants to know which site it was opened from.
    "cross-origin-opener-policy": "same-origin-allow-popups",
    "referrer-policy": "strict-origin-when-cross-origin",
  });
  // The older way to say the same as frame-ancestors; it knows no lists.
  if (framedBy.length) res.removeHeader("x-frame-options");
  res.type("html").send(filled);
}

const ASSET = /^\/[\w-]+(?:\.[\w-]+)*\.(?:js|css|svg)$/;

/** Gives what was compressed when it was built, to a browser that takes it: the scripts are then a third as long. */
const compressed: RequestHandler = (req, res, next) => {
  const { path } = req;
  if (!ASSET.test(path)) return next();
  res.vary("accept-encoding");
  if (req.acceptsEncodings("br") && existsSync(`${BUILT}/assets${path}.br`)) {
    res.set("content-encoding", "br").type(extname(path));
    req.url = `${path}.br`;
  }
  next();
};

/** The address that was asked for is the asker's word. */
const inAttribute = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function notBuilt(cause: unknown): never {
  throw new Problem("not_found", {
    message: "This page is not built: run `npm run pages`, then load it again.",
    cause,
  });
}
