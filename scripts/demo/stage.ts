import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { openApp } from "../../src/app.ts";
import { openCollectors } from "../../src/billing/razorpay/collectors.ts";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { openClaude } from "../../src/gateway/upstream.ts";
import { prepareInstallation } from "../../src/installation.ts";
import { HOUR, instant, type MovableClock, movableClock, SECOND } from "../../src/kernel/clock.ts";
import { advance } from "../../src/sandbox/advance.ts";
import { openSandboxAnthropic, type SandboxAnthropic } from "../../src/sandbox/anthropic/server.ts";
import { openSandboxRazorpay, type SandboxAccount } from "../../src/sandbox/razorpay/server.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";

/** What the demo is played on: a gateway behind real HTTP, the simulated provider and Razorpay, and a clock that can be moved. */
export interface Stage {
  readonly url: string;
  readonly db: Database;
  readonly clock: MovableClock;
  readonly anthropic: SandboxAnthropic;
  /** The operator's account at the simulated Razorpay. */
  readonly account: SandboxAccount;
  /** JSON over the API with this credential; throws where the status is not 2xx. */
  call<T = Record<string, unknown>>(credential: string, method: string, path: string, body?: unknown): Promise<T>;
  admin<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  /** What a person does on a page of Razorpay's: a subscription's, a link's, or Checkout for an order. */
  pay(page: string, how: { readonly method: string; readonly fail?: string }): Promise<Record<string, string>>;
  checkoutOf(order_id: string): string;
  /** Lets business time pass until then. */
  until(at: number): Promise<void>;
  close(): Promise<void>;
}

const ADMIN_TOKEN = "demo-admin-token-0123456789";
const RAZORPAY = { key_id: "rzp_test_demo", key_secret: "the demo's secret" };
const WEBHOOK_SECRET = "the demo's webhook secret";
const CALLS_MAX = 50;

export async function openStage({ database, start }: { database: string; start: number }): Promise<Stage> {
  const db = await openDatabase(database);
  const clock = movableClock(instant(start));
  await prepareInstallation({ db, clock }, { sandbox: true, TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN });
  const secrets = secretsFrom("the demo's root secret, thirty-two characters and more");
  const anthropic = await openSandboxAnthropic({ now: clock.now });
  const razorpay = await openSandboxRazorpay({ now: clock.now });
  const account = razorpay.account(RAZORPAY);
  const claude = openClaude({
    ...{ baseUrl: anthropic.url, apiKey: "sk-ant-sandbox", timeoutMs: 60 * SECOND },
    ...{ retriesMax: 0, connectionsMax: CALLS_MAX },
  });
  const collectors = openCollectors({
    ...{ db, clock, secrets, base_url: razorpay.url },
    operator: { ...RAZORPAY, webhook_secrets: [WEBHOOK_SECRET] },
  });
  const app = await openApp({
    ...{ db, clock, claude, secrets, collectors, log: pino({ level: "silent" }) },
    ...{ nodeName: "demo", sandbox: true, allowPrivateKeySets: true },
    concurrency: { insideMax: CALLS_MAX, tenantInsideMax: CALLS_MAX, tenantWaitingMax: 100, waitMs: 30 * SECOND },
    defaults: { onDisconnect: "abort", model: "claude-sonnet-5-5", max_tokens: 1_024, retriesMax: 0 },
  });
  const server = createServer(app.handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  account.webhook({ url: `${url}/webhooks/razorpay`, secret: WEBHOOK_SECRET });

  const call: Stage["call"] = async <T>(credential: string, method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/api/${path}`, {
      method,
      headers: { authorization: `Bearer ${credential}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  };
  return {
    ...{ url, db, clock, anthropic, account, call },
    admin: (method, path, body) => call(ADMIN_TOKEN, method, `admin/${path}`, body),
    async pay(page, how) {
      const answer = await fetch(page, { method: "POST", body: new URLSearchParams(how) });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${page}: ${answer.status} ${text.slice(0, 500)}`);
      return text.startsWith("{") ? (JSON.parse(text) as Record<string, string>) : {};
    },
    checkoutOf: (order_id) => `${razorpay.url}/checkout/${order_id}`,
    until: async (at) => {
      await advance({ clock, razorpay, jobs: app.jobs }, Math.max(2 * SECOND, at - clock.now()));
    },
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await app.close();
      await claude.close();
      await anthropic.close();
      await razorpay.close();
      await db.close();
    },
  };
}

/** Midnight in India. */
export const istDay = (text: string): number => Date.parse(`${text}T00:00:00+05:30`);
export const istHour = (text: string, hour: number): number => istDay(text) + hour * HOUR;
