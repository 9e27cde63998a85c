import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openRazorpay, type Razorpay } from "../../../src/billing/razorpay/port.ts";
import { type MovableClock, movableClock } from "../../../src/kernel/clock.ts";
import {
  openSandboxRazorpay,
  type SandboxAccount,
  type SandboxRazorpay,
} from "../../../src/sandbox/razorpay/server.ts";

/** A simulated Razorpay with one account, our port to it, and a receiver that keeps what it is sent. */
export interface Simulated {
  readonly clock: MovableClock;
  readonly server: SandboxRazorpay;
  readonly account: SandboxAccount;
  readonly razorpay: Razorpay;
  readonly received: {
    type: string;
    id: string;
    signed: boolean;
    payload: Record<string, { entity: Record<string, unknown> }>;
  }[];
  readonly receiver: { status: number };
  /** Moves on by so many ms, doing what is due on the way. */
  pass(ms: number): Promise<void>;
  /** The names of what was received since the last time this was asked. */
  heard(): string[];
  close(): Promise<void>;
}

export const KEY = { key_id: "rzp_test_simulated", key_secret: "simulated secret" };
const SECRET = "webhook secret";

export async function openSimulated(): Promise<Simulated> {
  const clock = movableClock();
  const server = await openSandboxRazorpay({ now: clock.now, seed: 7 });
  const account = server.account(KEY);
  const received: Simulated["received"] = [];
  const receiver = { status: 200 };
  const hook = createServer(async (req, res) => {
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
  await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
  account.webhook({ url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`, secret: SECRET });
  let asked = 0;

  return {
    ...{ clock, server, account, received, receiver },
    razorpay: openRazorpay({ account_id: "operator", ...KEY, base_url: server.url }),
    async pass(ms) {
      clock.advance(ms);
      await server.run();
    },
    heard() {
      const names = received.slice(asked).map(({ type }) => type);
      asked = received.length;
      return names;
    },
    async close() {
      await server.close();
      await new Promise((resolve) => hook.close(resolve).closeAllConnections());
    },
  };
}
