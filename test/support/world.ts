import { type Logger, pino } from "pino";
import { type App, type AppParts, openApp } from "../../src/app.ts";
import { openCollectors } from "../../src/billing/razorpay/collectors.ts";
import type { Database } from "../../src/db/database.ts";
import type { TurnstileBounds } from "../../src/gateway/turnstile.ts";
import { openClaude } from "../../src/gateway/upstream.ts";
import { prepareInstallation } from "../../src/installation.ts";
import { HOUR, MINUTE, type MovableClock, movableClock } from "../../src/kernel/clock.ts";
import type { Mailer } from "../../src/outgoing/mails.ts";
import { advance, type Steps } from "../../src/sandbox/advance.ts";
import {
  openSandboxAnthropic,
  type SandboxAnthropic,
  type SandboxAnthropicOptions,
} from "../../src/sandbox/anthropic/server.ts";
import { openSandboxRazorpay, type SandboxAccount, type SandboxRazorpay } from "../../src/sandbox/razorpay/server.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { conforming } from "./conforming.ts";
import { openTestDatabase, type TestDatabase } from "./database.ts";
import { ADMIN_TOKEN, RAZORPAY, ROOT_SECRET, WEBHOOK_SECRET } from "./secrets.ts";
import { serve } from "./serve.ts";

export { ADMIN_TOKEN, ROOT_SECRET, WEBHOOK_SECRET };

/**
 * A whole Tollgate as its users meet it: a real database, a real HTTP server, the sandbox's simulated provider behind it. Tests
 * talk to `url`, and compare what the ledger says with what `sandbox.tally` served.
 */
export interface World {
  readonly url: string;
  readonly db: Database;
  readonly database: TestDatabase;
  readonly clock: MovableClock;
  readonly sandbox: SandboxAnthropic;
  readonly razorpay: SandboxRazorpay;
  /** The operator's account there. */
  readonly account: SandboxAccount;
  readonly app: App;
  /** Lets business time pass: the simulated Razorpay and our timed work do what is due on the way. */
  pass(ms: number, steps?: Steps): Promise<void>;
  /** JSON over the admin API; throws where the status is not 2xx. */
  admin<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  /** A tenant with a key, and credit where it is given; USD by default, so that cost is spend. */
  tenant(options?: TenantOptions): Promise<TestTenant>;
  /** `POST /v1/messages` with this key; the answer as it comes. */
  messages(key: string, body?: Record<string, unknown>, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export interface TenantOptions {
  readonly credit_micros?: number;
  readonly fields?: Record<string, unknown>;
  readonly key?: Record<string, unknown>;
}

export interface TestTenant {
  readonly id: string;
  readonly key: string;
  readonly keyId: string;
}

/** So that what runs every second of business time is due. */
const PASS_MIN_MS = 2_000;
const STEPS: Steps = { minMs: 10 * MINUTE, maxMs: 12 * HOUR };

export interface WorldOptions {
  readonly sandbox?: SandboxAnthropicOptions;
  readonly onDisconnect?: "abort" | "drain";
  readonly log?: Logger;
  readonly keep?: AppParts["keep"];
  /** Takes the mails to customers. */
  readonly mailer?: Mailer;
  readonly concurrency?: Partial<TurnstileBounds>;
  /** Another node on the database and the provider of this one; it is closed before it. */
  readonly joins?: World;
  /** What the operator's webhooks may be signed with; several while a secret is rotated. */
  readonly webhookSecrets?: readonly string[];
  /** Opens the app in another way than by `openApp` itself. */
  readonly open?: OpenApp;
  /** How long Razorpay may take for a call that changes something. */
  readonly razorpayMs?: number;
  /** Lives by business time at the simulated provider, too. */
  readonly providerOnClock?: boolean;
  /** Proves the last days every night, as a served Tollgate does. */
  readonly reconcileNightly?: boolean;
  /** Looks for what to alert of every so often, as a served Tollgate does: a dozen looks at each step of time, which few tests are about. */
  readonly alertLooks?: boolean;
}

/** `where` is what another process needs to work with the same database, provider and collector. */
export type OpenApp = (
  parts: AppParts,
  where: { readonly database_url: string; readonly anthropic_url: string; readonly razorpay_url: string },
) => Promise<App>;

/** The keys that the simulated provider takes. */
export const SANDBOX_KEY = "sk-ant-sandbox";
export const ADMIN_KEY = "sk-ant-admin-sandbox";

let worlds = 0;

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const { joins } = options;
  const database = joins
    ? { ...joins.database, db: await joins.database.open(), close: async () => {} }
    : await openTestDatabase();
  const { db } = database;
  const clock = movableClock();
  const sandbox =
    joins?.sandbox ??
    (await openSandboxAnthropic({ ...(options.providerOnClock && { now: clock.now }), ...options.sandbox }));
  await prepareInstallation({ db, clock }, { sandbox: true, TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN });
  const claude = openClaude({
    baseUrl: sandbox.url,
    apiKey: SANDBOX_KEY,
    timeoutMs: 60_000,
    retriesMax: 0,
    connectionsMax: 600,
  });
  const secrets = secretsFrom(ROOT_SECRET);
  const razorpay = joins?.razorpay ?? (await openSandboxRazorpay({ now: clock.now }));
  const collectors = openCollectors({
    ...{ db, clock, secrets, base_url: razorpay.url, writeMs: options.razorpayMs },
    operator: { ...RAZORPAY, webhook_secrets: options.webhookSecrets ?? [WEBHOOK_SECRET] },
  });
  const parts: AppParts = {
    ...{ db, clock, claude, secrets, collectors },
    mailer: options.mailer ?? null,
    keep: options.keep,
    log: options.log ?? pino({ level: process.env.TEST_LOG ?? "silent" }),
    reconcileNightly: options.reconcileNightly ?? false,
    alertLooks: options.alertLooks ?? false,
    provider: { base_url: sandbox.url, admin_key: ADMIN_KEY, operator_key: SANDBOX_KEY },
    nodeName: `test-${++worlds}`,
    sandbox: true,
    allowPrivateKeySets: true,
    concurrency: {
      insideMax: 600,
      tenantInsideMax: 600,
      tenantWaitingMax: 1_000,
      waitMs: 30_000,
      ...options.concurrency,
    },
    defaults: {
      onDisconnect: options.onDisconnect ?? "abort",
      model: "claude-sonnet-5-5",
      max_tokens: 1024,
      retriesMax: 2,
    },
  };
  const where = { database_url: database.url, anthropic_url: sandbox.url, razorpay_url: razorpay.url };
  const app = await (options.open ?? openApp)(parts, where);
  const server = await serve(conforming(app.handler));
  const { url } = server;
  const account = razorpay.account(RAZORPAY);
  if (!joins) account.webhook({ url: `${url}/webhooks/razorpay`, secret: WEBHOOK_SECRET });

  const admin: World["admin"] = async <T>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}/api/admin/${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  };

  return {
    ...{ url, db, database, clock, sandbox, razorpay, account, app, admin },
    pass: async (ms, steps = STEPS) => {
      await advance({ clock, razorpay, jobs: app.jobs }, Math.max(ms, PASS_MIN_MS), steps);
    },
    async tenant({ credit_micros = 1_000_000_000, fields = {}, key = {} } = {}) {
      const { id } = await admin<{ id: string }>("POST", "tenants", { name: "Test", currency: "USD", ...fields });
      if (credit_micros && fields.billing !== "user")
        await admin("POST", `tenants/${id}/credits`, { amount_micros: credit_micros, reason: "test" });
      const minted = await admin<{ id: string; secret: string }>("POST", `tenants/${id}/keys`, {
        name: "test",
        ...key,
      });
      return { id, key: minted.secret, keyId: minted.id };
    },
    messages: (key, body = {}, headers = {}) =>
      fetch(`${url}/v1/messages`, {
        method: "POST",
        headers: {
          "x-api-key": key,
          "anthropic-version": "2023-06-01",
          "content-type": "application/json",
          ...headers,
        },
        body: JSON.stringify({
          model: "claude-sonnet-5-5",
          max_tokens: 100,
          messages: [{ role: "user", content: "Hello" }],
          ...body,
        }),
      }),
    async close() {
      await server.close();
      await app.close();
      await claude.close();
      if (!joins) await sandbox.close();
      if (!joins) await razorpay.close();
      await database.close();
    },
  };
}

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
