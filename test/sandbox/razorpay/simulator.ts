import { createHmac } from "node:crypto";
import { Agent } from "node:http";
import RazorpaySdk from "razorpay";
import { openRazorpay, type Razorpay } from "../../../src/billing/razorpay/port.ts";
import { instant, type MovableClock, movableClock } from "../../../src/kernel/clock.ts";
import {
  openSandboxRazorpay,
  type SandboxAccount,
  type SandboxRazorpay,
} from "../../../src/sandbox/razorpay/server.ts";
import { serve } from "../../support/serve.ts";

/** A simulated Razorpay, on a Monday morning in November, with one account, our port to it and the official client, and a receiver that keeps what it is sent. */
export interface Simulated {
  readonly clock: MovableClock;
  readonly server: SandboxRazorpay;
  readonly account: SandboxAccount;
  readonly razorpay: Razorpay;
  readonly sdk: RazorpaySdk;
  /** A call as it goes over the wire, by no client at all. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  readonly received: {
    type: string;
    id: string;
    signed: boolean;
    payload: Record<string, { entity: Record<string, unknown> }>;
  }[];
  readonly receiver: { status: number };
  /** Where that is. */
  readonly endpoint: { readonly url: string; readonly secret: string };
  /** Moves on by so many ms, doing what is due on the way. */
  pass(ms: number): Promise<void>;
  /** The names of what was received since the last time this was asked; settlements come and go unasked. */
  heard(): string[];
  close(): Promise<void>;
}

/** What the wire carries is compared, not believed: anything may stand there. */
export type Wire = Record<string, unknown>;

export interface Answered {
  readonly status: number;
  readonly body: Wire;
}

export const KEY = { key_id: "rzp_test_simulated", key_secret: "simulated secret" };
const SECRET = "webhook secret";

export async function openSimulated(): Promise<Simulated> {
  const clock = movableClock(instant(Date.parse("2026-11-02T06:00:00Z")));
  const server = await openSandboxRazorpay({ now: clock.now, seed: 7 });
  const account = server.account(KEY);
  const received: Simulated["received"] = [];
  const receiver = { status: 200 };
  const hook = await serve(async (req, res) => {
    let body = "";
    for await (const chunk of req.setEncoding("utf8")) body += chunk;
    if (receiver.status < 300) {
      const signature = createHmac("sha256", SECRET).update(body).digest("hex");
      const { event, payload } = JSON.parse(body) as { event: string; payload: Simulated["received"][0]["payload"] };
      const signed = req.headers["x-razorpay-signature"] === signature;
      received.push({ type: event, id: String(req.headers["x-razorpay-event-id"]), signed, payload });
    }
    res.writeHead(receiver.status).end();
  });
  const endpoint = { url: `${hook.url}/`, secret: SECRET };
  account.webhook(endpoint);
  let asked = 0;
  const basic = Buffer.from(`${KEY.key_id}:${KEY.key_secret}`).toString("base64");

  return {
    ...{ clock, server, account, received, receiver, endpoint },
    razorpay: openRazorpay({ account_id: "operator", ...KEY, base_url: server.url }),
    sdk: clientOf(server.url),
    async call(method, path, body, headers = {}) {
      const answer = await fetch(`${server.url}/v1${path}`, {
        method,
        headers: { authorization: `Basic ${basic}`, "content-type": "application/json", ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Wire };
    },
    async pass(ms) {
      clock.advance(ms);
      await server.run();
    },
    heard() {
      const names = received.slice(asked).map(({ type }) => type);
      asked = received.length;
      return names.filter((name) => name !== "settlement.processed");
    },
    async close() {
      await server.close();
      await hook.close();
    },
  };
}

/** The official client has no option for its address: it is set where its types do not reach. No connection outlives its call, as servers do not. */
export function clientOf(url: string): RazorpaySdk {
  const sdk = new RazorpaySdk(KEY);
  const { defaults } = (sdk as unknown as { api: { rq: { defaults: { baseURL: string; httpAgent: Agent } } } }).api.rq;
  Object.assign(defaults, { baseURL: url, httpAgent: new Agent({ keepAlive: false }) });
  return sdk;
}

/** A step of business time that passes every due moment on its way, so that what follows from one is due in time. */
export async function passDays(world: Simulated, days: number): Promise<void> {
  for (let day = 0; day < days; day++) await world.pass(86_400_000);
}
