import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { OpenAccount } from "./account.ts";
import type { Answer } from "./api/route.ts";
import type { Fault } from "./faults.ts";
import { readText } from "./read-text.ts";
import { Refused } from "./refusal.ts";

export interface Answering extends OpenAccount {
  readonly api: Answer;
}

/** Answers a call to the API over HTTP: who it is, whether something goes wrong, and the entity or the refusal. `kept` resolves once what was done is on record. */
export async function answer(
  accounts: ReadonlyMap<string, Answering>,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
  kept: () => Promise<void>,
): Promise<void> {
  const path = url.pathname.slice("/v1".length);
  const text = await readText(req);
  const opened = authenticated(accounts, req);
  if (typeof opened === "string") {
    const na = { source: "NA", step: "NA", reason: "NA", metadata: {} };
    return sendJson(res, 401, { error: { code: "BAD_REQUEST_ERROR", description: opened, ...na } });
  }
  const method = req.method ?? "GET";
  const fault = opened.account.faults.of(method, path);
  if (fault && (await failedBefore(fault, res))) return;
  try {
    const call = { method, path, query: url.searchParams, body: parsed(text, req), headers: req.headers };
    const result = opened.api(call);
    if (method !== "GET") await kept();
    if (fault === "commit-then-drop") return void res.destroy();
    // The connection stays open and silent, until its caller gives up.
    if (fault === "commit-then-hang") return;
    sendJson(res, 200, result);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    sendJson(res, error.status, error.body);
  }
}

/** The faults that keep a call from being done. True where it has been answered (or not) by that. */
async function failedBefore(fault: Fault, res: ServerResponse): Promise<boolean> {
  if (typeof fault === "object") {
    if ("status" in fault) {
      sendJson(res, fault.status, fault.body);
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, fault.slowMs));
    return false;
  }
  switch (fault) {
    case "drop":
      res.destroy();
      return true;
    case "429":
      sendJson(res, 429, {
        error: { code: "BAD_REQUEST_ERROR", description: "Request failed. Please try after sometime." },
      });
      return true;
    case "500":
      sendJson(res, 500, {
        error: {
          code: "SERVER_ERROR",
          description: "We are facing some trouble completing your request at the moment. Please try again shortly.",
        },
      });
      return true;
    case "502-html":
      res.writeHead(502, { "content-type": "text/html" }).end("<html><body><h1>502 Bad Gateway</h1></body></html>");
      return true;
    default:
      return false;
  }
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** The account whose key this is, or what Razorpay says to who has none. */
function authenticated(accounts: ReadonlyMap<string, Answering>, req: IncomingMessage): Answering | string {
  const [scheme, encoded] = (req.headers.authorization ?? "").split(" ");
  if (scheme !== "Basic" || !encoded) return "Authentication failed";
  const [key_id = "", key_secret = ""] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const opened = accounts.get(key_id);
  if (!opened) return "The api key provided is invalid";
  return timingSafeEqual(digest(opened.account.key_secret), digest(key_secret)) ? opened : "Authentication failed";
}

/** A POST without a body comes as an empty form from the SDK. */
function parsed(text: string, req: IncomingMessage): Record<string, unknown> {
  if (!text) return {};
  if (req.headers["content-type"]?.startsWith("application/x-www-form-urlencoded"))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // As unusable as a number or a list.
  }
  throw new Refused("The request body is not valid JSON");
}

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
