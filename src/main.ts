import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Logger, pino } from "pino";
import { openApp } from "./app.ts";
import { type Collectors, openCollectors } from "./billing/razorpay/collectors.ts";
import { type Config, readConfig } from "./config.ts";
import { openDatabase } from "./db/database.ts";
import { dialectOf } from "./db/dialect.ts";
import { claimSqlite } from "./db/sqlite.ts";
import { openClaude } from "./gateway/upstream.ts";
import { clockOf, keepClock, keeperOf, openSecrets, prepareInstallation, Unusable } from "./installation.ts";
import { type MovableClock, SECOND } from "./kernel/clock.ts";
import { Problem } from "./kernel/problems.ts";
import { openMailer } from "./outgoing/mails.ts";
import type { ProviderAccess } from "./reconcile/provider/port.ts";
import { sandboxAdminRoutes } from "./sandbox/admin-routes.ts";
import { openSandboxAnthropic } from "./sandbox/anthropic/server.ts";
import { ensureDemo } from "./sandbox/demo.ts";
import { faultAdminRoutes } from "./sandbox/fault-routes.ts";
import { openSandboxRazorpay } from "./sandbox/razorpay/server.ts";
import { liveBanner, sandboxBanner } from "./web/banner.ts";

/** Calls of one tenant that may wait for their turn. */
const WAITING_MAX = 1_000;
/** How long open requests may take to finish after SIGTERM. */
const DRAIN_MS = 30 * SECOND;
/** A pause between pieces, so that one can see the sandbox's answers stream. */
const SANDBOX_PACE_MS = 40;
const SANDBOX_KEY = "sk-ant-sandbox";
const SANDBOX_ADMIN_KEY = "sk-ant-admin-sandbox";
const SANDBOX_RAZORPAY = { key_id: "rzp_test_sandbox", key_secret: "razorpay sandbox secret" };
const SANDBOX_WEBHOOK_SECRET = "razorpay sandbox webhook secret";
/** How often the simulated Razorpay does what is due, in real time. */
const SANDBOX_EVERY_MS = 250;
/** Sending slowly is no way to hold a connection: the whole request, and its headers, must arrive within these. */
const REQUEST_MS = 300 * SECOND;
const HEADERS_MS = 30 * SECOND;
/** Longer than the load balancers in front keep theirs, so that they never send into a connection that is being closed. */
const KEEP_ALIVE_MS = 75 * SECOND;

/** Serves until it is told to stop; `onServing` hears the URL. Rejects with `Unusable` where the configuration does not fit. */
export async function serve(config: Config, { onServing }: { onServing?: (url: string) => void } = {}): Promise<void> {
  // Closed in the opposite order, also where it cannot be served: what is left open would keep the process alive.
  await using open = new AsyncDisposableStack();
  const log = openLog(config);
  open.defer(() => log.info("stopped"));
  const onSqlite = dialectOf(config.DATABASE_URL) === "sqlite";
  if (onSqlite) open.defer(claimed(config.DATABASE_URL));
  const secrets = openSecrets(config);
  const db = open.adopt(await openDatabase(config.DATABASE_URL), (db) => db.close());
  const clock = await clockOf(db, config);
  const mailer = config.SMTP_URL ? openMailer({ url: config.SMTP_URL, from: config.MAIL_FROM! }) : null;
  open.defer(() => mailer?.close());
  const { newAdminToken } = await prepareInstallation({ db, clock }, config);

  const anthropic = config.sandbox
    ? await openSandboxAnthropic({
        keys: [SANDBOX_KEY],
        adminKeys: [SANDBOX_ADMIN_KEY],
        paceMs: SANDBOX_PACE_MS,
        now: clock.now,
        keeper: keeperOf(db, "anthropic_reports"),
      })
    : null;
  open.defer(() => anthropic?.close());
  const razorpay = config.sandbox
    ? await openSandboxRazorpay({ now: clock.now, keeper: keeperOf(db, "razorpay_books") })
    : null;
  open.defer(() => razorpay?.close());
  const account = razorpay?.account(SANDBOX_RAZORPAY) ?? null;
  const collectors = openCollectors({
    ...{ db, clock, secrets, base_url: razorpay?.url ?? config.RAZORPAY_BASE_URL },
    operator: account ? { ...SANDBOX_RAZORPAY, webhook_secrets: [SANDBOX_WEBHOOK_SECRET] } : operatorAccount(config),
  });
  const demo = config.sandbox ? await ensureDemo({ db, clock, secrets }) : null;
  const claude = openClaude({
    baseUrl: anthropic?.url ?? config.ANTHROPIC_BASE_URL,
    apiKey: anthropic ? SANDBOX_KEY : config.ANTHROPIC_API_KEY!,
    timeoutMs: config.CLAUDE_TIMEOUT_SECONDS * SECOND,
    retriesMax: config.CLAUDE_MAX_RETRIES,
    // Calls wait their turn before this; a few more connections are for what costs nothing.
    connectionsMax: config.CLAUDE_MAX_CONCURRENT_REQUESTS + 32,
  });
  open.defer(() => claude.close());
  const app = await openApp({
    ...{ db, clock, claude, secrets, log },
    nodeName: config.TOLLGATE_NODE_ID,
    sandbox: config.sandbox,
    allowPrivateKeySets: config.TOLLGATE_ALLOW_PRIVATE_JWKS ?? config.sandbox,
    trustedProxies: config.TOLLGATE_TRUSTED_PROXIES,
    playgroundKey: demo?.key,
    checkoutUrl: razorpay ? `${razorpay.url}/v1/checkout.js` : undefined,
    ...{ mailer, collectors },
    provider: anthropic
      ? { base_url: anthropic.url, admin_key: SANDBOX_ADMIN_KEY, operator_key: SANDBOX_KEY }
      : providerOf(config),
    adminRoutes: anthropic
      ? ({ jobs }) => [
          sandboxAdminRoutes({
            ...{ db, clock: clock as MovableClock, anthropic, razorpay, account, jobs },
            onAdvanced: (now) => keepClock(db, now - clock.wall()),
          }),
          faultAdminRoutes({ db, anthropic, account, clock }),
        ]
      : undefined,
    concurrency: {
      insideMax: config.CLAUDE_MAX_CONCURRENT_REQUESTS,
      tenantInsideMax: config.TOLLGATE_TENANT_CONCURRENT_REQUESTS,
      tenantWaitingMax: WAITING_MAX,
      waitMs: config.TOLLGATE_QUEUE_SECONDS * SECOND,
    },
    defaults: {
      onDisconnect: config.TOLLGATE_ON_DISCONNECT,
      model: config.CLAUDE_DEFAULT_MODEL,
      max_tokens: config.CLAUDE_MAX_TOKENS,
      retriesMax: config.CLAUDE_MAX_RETRIES,
    },
    publicUrl: config.TOLLGATE_PUBLIC_URL,
    metricsElsewhere: config.METRICS_PORT !== undefined,
    keep: {
      eventsDays: config.TOLLGATE_KEEP_EVENTS_DAYS,
      webhooksDays: config.TOLLGATE_KEEP_WEBHOOKS_DAYS,
      answersHours: config.TOLLGATE_KEEP_ANSWERS_HOURS,
    },
    costAlertUsd: config.CLAUDE_COST_ALERT_THRESHOLD_USD,
  });

  open.defer(() => app.close());

  const metricsServer = config.METRICS_PORT === undefined ? null : createServer(app.metricsHandler);
  if (metricsServer) {
    await listening(metricsServer, "METRICS_PORT", config.METRICS_PORT!, config.HOST);
    open.defer(() => void metricsServer.close());
  }
  // An answer may stream for as long as it needs; a request must arrive in time.
  const timeouts = { requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS, keepAliveTimeout: KEEP_ALIVE_MS };
  const server = createServer(timeouts, app.handler);
  await listening(server, "PORT", config.PORT, config.HOST);
  open.defer(async () => {
    await closed(server, DRAIN_MS);
    await Promise.race([app.idle(), sleep(DRAIN_MS, undefined, { ref: false })]);
  });
  const { port } = server.address() as AddressInfo;
  const url =
    config.TOLLGATE_PUBLIC_URL ?? `http://${config.HOST.includes(":") ? `[${config.HOST}]` : config.HOST}:${port}`;
  account?.webhook({ url: `http://127.0.0.1:${port}/webhooks/razorpay`, secret: SANDBOX_WEBHOOK_SECRET });
  // Not before there is somebody to hear of what became due while it was off.
  razorpay?.live(SANDBOX_EVERY_MS);
  log.info({ url, sandbox: config.sandbox, database: onSqlite ? "sqlite" : "postgres" }, "serving");
  process.stderr.write(
    demo ? sandboxBanner({ url, key: demo.key, newAdminToken }) : liveBanner({ url, newAdminToken }),
  );

  onServing?.(url);

  await stopped();
  log.info("stopping: no new requests, open ones finish first");
}

function claimed(url: string): () => void {
  try {
    return claimSqlite(url);
  } catch (cause) {
    throw new Unusable((cause as Error).message, { cause });
  }
}

/** The accounts at Razorpay, for a command. A simulated one lives and dies with the server that simulates it, so that in sandbox mode there are none. */
export function collectorsOf(
  parts: Pick<Parameters<typeof openCollectors>[0], "db" | "clock" | "secrets">,
  config: Config,
): Collectors {
  if (config.sandbox) return NO_COLLECTORS;
  return openCollectors({ ...parts, base_url: config.RAZORPAY_BASE_URL, operator: operatorAccount(config) });
}

const NO_COLLECTORS: Collectors = {
  of: () => Promise.reject(new Problem("billing_not_configured")),
  known: async () => null,
  by: () => {
    throw new Problem("billing_not_configured");
  },
  webhookSecrets: async () => [],
};

/** The provider's reports; null without an admin key. Simulated ones live and die with the server that simulates them. */
export const providerOf = (config: Config): ProviderAccess | null =>
  config.sandbox || !config.ANTHROPIC_ADMIN_KEY || !config.ANTHROPIC_API_KEY
    ? null
    : {
        ...{ base_url: config.ANTHROPIC_BASE_URL, admin_key: config.ANTHROPIC_ADMIN_KEY },
        operator_key: config.ANTHROPIC_API_KEY,
      };

/** The operator's own Razorpay account; null where none is set, and then billing is off. */
function operatorAccount(config: Config) {
  const { RAZORPAY_KEY_ID: key_id, RAZORPAY_KEY_SECRET: key_secret, RAZORPAY_WEBHOOK_SECRET: webhook_secrets } = config;
  return key_id && key_secret && webhook_secrets ? { key_id, key_secret, webhook_secrets } : null;
}

function listening(server: Server, setting: string, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new Unusable(`${setting}: ${port} is in use on ${host}`) : error);
    });
    server.listen(port, host, resolve);
  });
}

const stopped = () =>
  new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });

/** Waits for open requests, and after the bound cuts them off (they are then settled as cut). */
function closed(server: Server, boundMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), boundMs);
    const idle = setInterval(() => server.closeIdleConnections(), 200);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
  });
}

/** JSON on stdout, written in the background so that no request waits for the log. */
function openLog({ LOG_LEVEL, LOG_FORMAT }: Config): Logger {
  const pretty = LOG_FORMAT === "pretty" || (LOG_FORMAT === undefined && process.stdout.isTTY);
  if (pretty) return pino({ level: LOG_LEVEL, transport: { target: "pino-pretty" } });
  return pino({ level: LOG_LEVEL }, pino.destination({ dest: 1, sync: false }));
}

/** Reads the configuration and does `work` with it; ends the process with 2 where it is unusable, with 1 where work fails. */
export async function withConfig(work: (config: Config) => Promise<void>): Promise<void> {
  const result = readConfig();
  if (!result.ok) {
    for (const error of result.errors) console.error(`tollgate: ${error}`);
    process.exitCode = 2;
    return;
  }
  for (const warning of result.warnings) console.error(`tollgate: ${warning}`);
  try {
    await work(result.config);
  } catch (error) {
    console.error(`tollgate: ${error instanceof Unusable ? error.message : (error as Error).stack}`);
    process.exitCode = error instanceof Unusable ? 2 : 1;
  }
}

if (import.meta.main) await withConfig((config) => serve(config));
