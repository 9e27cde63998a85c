import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type OpenAccount, openAccount, type SandboxAccount } from "./account.ts";
import { openAgenda } from "./agenda.ts";
import { checkoutPage } from "./checkout.ts";
import type { Fault } from "./faults.ts";
import { readText } from "./read-text.ts";
import { Refused } from "./refusal.ts";
import { route } from "./route.ts";

export type { CheckoutAnswer, How, SandboxAccount } from "./account.ts";
export type { PaymentMethod } from "./entities.ts";

export interface SandboxRazorpayOptions {
  /** On loopback; 0 takes a free one. */
  readonly port?: number;
  /** Business time in epoch milliseconds. */
  readonly now: () => number;
  readonly seed?: number;
  /** Does what is due by itself, every so many real milliseconds; without it only `run` does. */
  readonly liveEveryMs?: number;
}

export interface SandboxRazorpay {
  readonly url: string;
  readonly port: number;
  /** A merchant account; the same key answers the same account. */
  account(credentials: { readonly key_id: string; readonly key_secret: string }): SandboxAccount;
  /** When something is due next (epoch ms of business time): a charge, a debit, an expiry, a webhook. */
  nextDue(): number | null;
  /** Does everything that is due, each at its own time, and resolves when no webhook is under way. */
  run(): Promise<void>;
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

/** A simulated Razorpay: real HTTP on loopback, its rules and refusals, signed webhooks, and its own books. All in memory. */
export async function openSandboxRazorpay(options: SandboxRazorpayOptions): Promise<SandboxRazorpay> {
  const accounts = new Map<string, OpenAccount>();
  const agenda = openAgenda();
  const random = seeded(options.seed ?? 1);
  /** While what was due is done, the moment it was due at is lived. */
  let living: number | null = null;
  const nowMs = () => living ?? options.now();

  const server = createServer((req, res) => {
    answer(accounts, req, res).catch((error: unknown) => {
      if (res.headersSent) return res.destroy();
      sendJson(res, 500, { error: { code: "SERVER_ERROR", description: `the sandbox itself failed: ${error}` } });
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, LOOPBACK, resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://${LOOPBACK}:${port}`;

  let turn: Promise<void> = Promise.resolve();
  const runAll = async () => {
    for (;;) {
      const due = agenda.take(options.now());
      if (due) {
        living = due.at;
        try {
          await due.task();
        } finally {
          living = null;
        }
        continue;
      }
      await Promise.all([...accounts.values()].map(({ shelf }) => shelf.webhooks.idle()));
      const next = agenda.next();
      if (next === null || next > options.now()) return;
    }
  };
  const run = () => {
    turn = turn.then(runAll, runAll);
    return turn;
  };
  const timer = options.liveEveryMs ? setInterval(() => void run(), options.liveEveryMs) : null;

  return {
    url,
    port,
    account({ key_id, key_secret }) {
      const known = accounts.get(key_id);
      if (known) return known.account;
      const opened = openAccount({ key_id, key_secret, random, nowMs, agenda, base: () => url });
      accounts.set(key_id, opened);
      return opened.account;
    },
    nextDue: agenda.next,
    run,
    async close() {
      if (timer) clearInterval(timer);
      await turn.catch(() => {});
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function answer(
  accounts: ReadonlyMap<string, OpenAccount>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const url = new URL(req.url!, `http://${LOOPBACK}`);
  if (!url.pathname.startsWith("/v1/") || url.pathname.startsWith("/v1/checkout"))
    return checkoutPage([...accounts.values()], req, res, url);
  const path = url.pathname.slice("/v1".length);
  const text = await readText(req);
  const opened = authenticated(accounts, req);
  if (!opened) {
    return sendJson(res, 401, {
      error: {
        code: "BAD_REQUEST_ERROR",
        description: "Authentication failed",
        source: "NA",
        step: "NA",
        reason: "NA",
        metadata: {},
      },
    });
  }
  const method = req.method ?? "GET";
  const fault = opened.account.faults.of(method, path);
  if (fault && (await failedBefore(fault, res))) return;
  try {
    const call = { method, path, query: url.searchParams, body: parsed(text, req), headers: req.headers };
    const result = route(opened.shelf, call);
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

function authenticated(accounts: ReadonlyMap<string, OpenAccount>, req: IncomingMessage): OpenAccount | undefined {
  const [scheme, encoded] = (req.headers.authorization ?? "").split(" ");
  if (scheme !== "Basic" || !encoded) return undefined;
  const [key_id, key_secret] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const opened = accounts.get(key_id ?? "");
  return opened && isSame(opened.account.key_secret, key_secret ?? "") ? opened : undefined;
}

const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string) => createHash("sha256").update(text).digest();

/** A POST without a body comes as an empty form from the SDK. */
function parsed(text: string, req: IncomingMessage): Record<string, unknown> {
  if (!text) return {};
  if (req.headers["content-type"]?.startsWith("application/x-www-form-urlencoded"))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Refused("The request body is not valid JSON");
  }
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Mulberry32: the same seed, the same story. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
