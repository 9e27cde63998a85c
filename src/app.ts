import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { sql } from "drizzle-orm";
import express, { type ErrorRequestHandler, type RequestHandler } from "express";
import helmet from "helmet";
import { LRUCache } from "lru-cache";
import type { Logger } from "pino";
import { auditAdminRoutes } from "./admins/audit/routes.ts";
import { adminKeyRoutes } from "./admins/keys/routes.ts";
import { requireAdmin } from "./admins/require-admin.ts";
import { adminMeRoutes, adminSessionRoutes, adminSignInRoutes } from "./admins/sessions/routes.ts";
import { openAlerts } from "./alerts/alerts.ts";
import { openBilling } from "./billing/billing.ts";
import type { BillingParts } from "./billing/parts.ts";
import type { Collectors } from "./billing/razorpay/collectors.ts";
import { problemOfRazorpay } from "./billing/razorpay/errors.ts";
import { replaceRazorpayAccount, saveRazorpayAccount } from "./billing/razorpay/own-account.ts";
import { accountKeys } from "./billing/razorpay/store.ts";
import { webhookRoutes } from "./billing/razorpay/webhook-routes.ts";
import { catalogAdminRoutes } from "./catalog/admin-routes.ts";
import { openCatalog } from "./catalog/catalog.ts";
import { planAdminRoutes, planRoutes } from "./catalog/plan-routes.ts";
import { findPlan } from "./catalog/store.ts";
import type { Database } from "./db/database.ts";
import { installation } from "./db/schema.ts";
import { deskAdminRoutes } from "./desk/admin-routes.ts";
import { openBatches } from "./gateway/batches/poll.ts";
import { openSchemaChecker } from "./gateway/chat-schema-checker.ts";
import { openCheckpoints } from "./gateway/checkpoints.ts";
import { openCostAlerts } from "./gateway/cost-alert.ts";
import { dataHandler } from "./gateway/data-plane.ts";
import { type Metrics, openMetrics } from "./gateway/metrics.ts";
import { openOpenStreams } from "./gateway/open-streams.ts";
import { openPaces } from "./gateway/pace.ts";
import type { GatewayParts } from "./gateway/parts.ts";
import { keepRecovering, recoverHolds } from "./gateway/recover.ts";
import { openTurnstile, type TurnstileBounds } from "./gateway/turnstile.ts";
import { openUnsettled } from "./gateway/unsettled.ts";
import type { Claude } from "./gateway/upstream.ts";
import { actorOf } from "./http/actor.ts";
import { logProblem, nameRequest, problemOf, requestIdOf, sendProblem } from "./http/answers.ts";
import { baseUrlOf } from "./http/base-url.ts";
import { type KeyScope, openIdempotency, scopeOf } from "./http/idempotency.ts";
import { openOutward } from "./http/outward.ts";
import { principalOf } from "./http/principal.ts";
import { logRequest } from "./http/request-log.ts";
import { jobAdminRoutes } from "./jobs/admin-routes.ts";
import { type Jobs, openJobs } from "./jobs/jobs.ts";
import { timedWork } from "./jobs/timed-work.ts";
import { type Clock, HOUR, SECOND } from "./kernel/clock.ts";
import type { TenantId } from "./kernel/id.ts";
import { micros } from "./kernel/money.ts";
import { Problem } from "./kernel/problems.ts";
import { refreshed } from "./kernel/refreshed.ts";
import { ledgerAdminRoutes } from "./ledger/admin-routes.ts";
import { openLedger } from "./ledger/ledger.ts";
import type { Limit } from "./ledger/limits.ts";
import { openNode } from "./ledger/node.ts";
import { planLimits } from "./ledger/plan-limits.ts";
import { quotaRoutes } from "./ledger/routes.ts";
import { listLimits } from "./ledger/store.ts";
import { recordThresholds } from "./ledger/threshold-alerts.ts";
import { openApiDocument } from "./openapi.ts";
import { outgoingAdminRoutes } from "./outgoing/admin-routes.ts";
import type { Mailer } from "./outgoing/mails.ts";
import { privacyAdminRoutes } from "./privacy/admin-routes.ts";
import { forgetOld, type Keeping } from "./privacy/retention/retention.ts";
import type { ProviderAccess } from "./reconcile/provider/port.ts";
import { openReconcile } from "./reconcile/reconcile.ts";
import { reportRouters } from "./reports/routers.ts";
import { tenantAdminRoutes } from "./tenants/admin-routes.ts";
import { authenticate } from "./tenants/authenticate.ts";
import { keyRoutes } from "./tenants/key-routes.ts";
import { openKeySets } from "./tenants/key-sets.ts";
import { answerCors } from "./tenants/origins.ts";
import { openPrincipals } from "./tenants/principals.ts";
import { tenantRoutes } from "./tenants/routes.ts";
import type { Secrets } from "./tenants/seal.ts";
import { findTenant, listAllowedOrigins } from "./tenants/store.ts";
import { tokenParts } from "./tenants/token-bearer.ts";
import { usageAdminRoutes } from "./usage/admin-routes.ts";
import type { UsageDraft } from "./usage/event.ts";
import { liveAdminRoutes } from "./usage/live-admin-routes.ts";
import { recordUsage } from "./usage/record.ts";
import { keepRollups } from "./usage/refill.ts";
import { usageRoutes } from "./usage/routes.ts";
import { pages } from "./web/pages.ts";
import { LIVE_CHECKOUT } from "./web/policy.ts";
import { reference } from "./web/reference.ts";

export interface AppParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly claude: Claude;
  readonly secrets: Secrets;
  readonly log: Logger;
  readonly nodeName: string;
  readonly sandbox: boolean;
  readonly allowPrivateKeySets: boolean;
  readonly trustedProxies?: readonly string[];
  /** Our own URL as the outside knows it. */
  readonly publicUrl?: string;
  /** Shown on the playground, in sandbox mode only. */
  readonly playgroundKey?: string;
  /** Where the portal loads Checkout from; Razorpay's own without it. */
  readonly checkoutUrl?: string;
  readonly defaults: GatewayParts["defaults"];
  readonly concurrency: TurnstileBounds;
  /** USD of provider cost a day at each multiple of which an alert is raised; none without it. */
  readonly costAlertUsd?: number;
  /** How long things are kept that need not be kept for ever. */
  readonly keep?: Keeping & { readonly answersHours?: number };
  /** The metrics are served on a port of their own, and not here. */
  readonly metricsElsewhere?: boolean;
  /** The Razorpay accounts that money is collected on. */
  readonly collectors: Collectors;
  /** The reports of the provider, to be reconciled with; none without it. */
  readonly provider?: ProviderAccess | null;
  /** Whether the last days are proved again every night. Default true. */
  readonly reconcileNightly?: boolean;
  /** Whether what alerts are raised for is looked at every so often. Default true. */
  readonly alertLooks?: boolean;
  /** Sends the mails to customers; none are sent without it. */
  readonly mailer?: Mailer | null;
  /** Hears of each step of billing before the next one is taken. */
  readonly step?: BillingParts["step"];
  /** More routes under `/api/admin`: the sandbox's. */
  readonly adminRoutes?: (app: { readonly jobs: Jobs }) => readonly RequestHandler[];
}

export interface App {
  readonly jobs: Jobs;
  /** For a server on the metrics' own port. */
  readonly metricsHandler: RequestListener;
  /** For `http.createServer`. */
  readonly handler: RequestListener;
  /** Resolves when no data-plane request is being answered, drained streams of clients that left included. */
  idle(): Promise<void>;
  /** Ends what runs by itself, after everything is settled. */
  close(): Promise<void>;
}

const CONTROL_BODY_MAX = "1mb";
/** How long an address that somebody else named may take to answer. */
const OUTWARD_MS = 10 * SECOND;

/** The composition root: one Tollgate of these parts, after it has settled what an earlier life left open. */
export async function openApp(parts: AppParts): Promise<App> {
  const { db, clock, log, secrets, sandbox } = parts;
  const onError = (error: unknown) => log.error({ err: error }, "background work failed");

  const catalogs = openCatalog({ db, clock });
  const metrics = openMetrics({
    calls_inside: { help: "Calls under way", value: () => turnstile.inside },
    calls_waiting: { help: "Calls waiting for their turn", value: () => turnstile.waiting },
    unsettled: { help: "Holds whose end could not be committed yet", value: () => unsettled.size() },
  });
  const ledger = openLedger<UsageDraft>({
    db,
    record: recordUsage,
    alert: recordThresholds({ clock }),
    onCommit: metrics.committed,
  });
  const { collectors, publicUrl, step } = parts;
  const billingParts: BillingParts = { db, clock, log, catalogs, collectors, publicUrl, step };
  const billing = openBilling(billingParts);
  const alerts = openAlerts({ db, clock, log, catalogs, onError });
  const keySets = openKeySets({ allowPrivate: parts.allowPrivateKeySets });
  const principals = openPrincipals({
    ...{ db, clock, tokens: tokenParts({ db, clock, secrets, keySets }) },
    inForce: billing.inForce,
  });
  const limits = new LRUCache<TenantId, readonly Limit[]>({
    max: 10_000,
    ttl: SECOND,
    fetchMethod: (tenant_id) => listLimits(db.read, tenant_id),
  });
  const origins = refreshed(() => listAllowedOrigins(db.read), { clock, freshMs: 2 * SECOND, staleMs: 10 * SECOND });
  const node = await openNode({ db, clock, name: parts.nodeName, onError });
  const checkpoints = openCheckpoints({ ledger, onError });
  const unsettled = openUnsettled({ onError });
  const openStreams = openOpenStreams({ db, clock, onError });
  const turnstile = openTurnstile(parts.concurrency);

  const onRecovered = (holds: number) => log.warn({ holds }, "settled holds that a stopped node had left open");
  const recovered = await recoverHolds({ db, clock, catalogs, ledger });
  if (recovered) onRecovered(recovered);
  const recovering = keepRecovering({ db, clock, catalogs, ledger }, { onRecovered, onError });

  const costAlerts = parts.costAlertUsd
    ? openCostAlerts({ db, clock, log, threshold_micros_usd: micros(Math.round(parts.costAlertUsd * 1e6)), onError })
    : null;

  const { answersHours = 24, ...keeping } = parts.keep ?? {};
  const idempotency = openIdempotency({
    ...{ db, clock, secrets, nodeId: node.id, keptMs: answersHours * HOUR, ensure: unsettled.ensure, onError },
  });
  const schemas = openSchemaChecker();
  const once =
    (scope: (res: ServerResponse) => KeyScope): RequestHandler =>
    async (req, res, next) => {
      if (req.method !== "POST" || req.headers["idempotency-key"] === undefined) return next();
      const asked = { scope: scope(res), path: req.originalUrl, bytes: JSON.stringify(req.body ?? null) };
      if (await idempotency.isFirst(req, res, asked)) next();
    };

  const { claude } = parts;
  const { outcomes } = alerts;
  const batches = openBatches({ db, clock, catalogs, ledger, claude, outcomes, secrets, log, onError });
  const gateway: GatewayParts = {
    ...{ clock, catalogs, ledger, principals, sandbox, secrets, log, checkpoints, unsettled, openStreams, turnstile },
    ...{ db, idempotency, schemas, batches, metrics },
    ...{ claude, outcomes },
    paces: openPaces(),
    publicUrl: parts.publicUrl,
    limitsOf: async (tenant_id) => (await limits.fetch(tenant_id as TenantId)) ?? [],
    nodeId: node.id,
    defaults: parts.defaults,
  };

  const outward = openOutward({ allowPrivate: sandbox, timeoutMs: OUTWARD_MS });
  const outgoing = { db, clock, secrets, outward };
  const { timed: billed, attachmentOf } = billing;
  const proving = {
    ...{ db, clock, log, catalogs, collectors, secrets, provider: parts.provider ?? null },
    ...{ appliers: billing.appliers, charges: billing.charges },
  };
  const reconcile = openReconcile(proving, { nightly: parts.reconcileNightly ?? true });
  const timed = timedWork({
    ...{ outgoing, mailer: parts.mailer ?? null, attachmentOf },
    ...{ billing: billed, alerts: (parts.alertLooks ?? true) ? alerts.timed : [], reconcile: reconcile.timed },
    forgetOld: () => forgetOld({ db, clock }, keeping),
    fold: () => keepRollups(db),
  });
  const jobs = await openJobs({ db, clock, log, nodeId: node.id }, timed);

  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", parts.trustedProxies ?? false);
  app.set("query parser", "simple");
  app.use(operationRoutes(db, parts.metricsElsewhere ? null : metrics));
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: CSP }, strictTransportSecurity: false }));
  const onForged = (account_id: string) => {
    metrics.webhookRefused(account_id);
    log.warn({ account_id }, "a webhook was signed with none of its secrets");
  };
  app.use(webhookRoutes({ db, clock, collectors, step, onForged }));
  const checkoutUrl = parts.checkoutUrl ?? LIVE_CHECKOUT;
  app.use(
    pages({
      ...{ sandboxKey: sandbox ? (parts.playgroundKey ?? "") : "", checkoutUrl },
      // By our id alone: an external id can be guessed.
      allowedOrigins: async (tenant_id) =>
        (await findTenant(db.read, tenant_id.replace(/^ext:/, ""))).settings.allowed_origins,
    }),
  );
  app.use(reference({ document: openApiDocument }));

  const json = express.json({ limit: CONTROL_BODY_MAX, type: () => true });
  app.use(
    "/api/admin",
    adminSignInRoutes({ db, clock, log }),
    requireAdmin({ db, clock }),
    json,
    once((res) => ({ tenant_id: null, who: actorOf(res).name })),
    adminMeRoutes({ sandbox }),
    adminSessionRoutes({ db, clock }),
    adminKeyRoutes({ db, clock }),
    auditAdminRoutes({ db, clock }),
    tenantAdminRoutes({
      ...{ db, clock, secrets, sandbox },
      planExists: async (id) => Boolean(await findPlan(db.read, id)),
      razorpayKeys: accountKeys,
      saveRazorpay: (tx, tenant_id, account) => saveRazorpayAccount(tx, { clock, secrets }, tenant_id, account),
      replaceRazorpay: (tenant_id, account) =>
        replaceRazorpayAccount({ db, clock, secrets, collectors }, tenant_id, account),
    }),
    catalogAdminRoutes({ db, clock, catalogs }),
    planAdminRoutes({ db, clock, catalogs, limits: planLimits }),
    ledgerAdminRoutes({ db, clock }),
    ...alerts.adminRoutes,
    // Before it, because every other word there is the id of a request.
    liveAdminRoutes({ db, clock }),
    usageAdminRoutes({ db, clock, catalogs }),
    ...reportRouters({ db, clock, catalogs }),
    ...billing.adminRoutes,
    privacyAdminRoutes({ db, clock, secrets }),
    deskAdminRoutes(billingParts),
    jobAdminRoutes({ db, clock }),
    reconcile.adminRoutes,
    outgoingAdminRoutes({ ...outgoing, plainHttp: sandbox }),
    ...(parts.adminRoutes?.({ jobs }) ?? []),
    notFound,
  );
  app.use(
    "/api",
    async (req, res, next) => {
      await authenticate(gateway, req, res);
      next();
    },
    json,
    once((res) => scopeOf(principalOf(res))),
    tenantRoutes({ db, clock, secrets }),
    keyRoutes({ db, clock, sandbox }),
    planRoutes({ db, clock, limits: planLimits }),
    ...billing.customerRoutes,
    quotaRoutes({ db, clock, catalogs }),
    usageRoutes({ db, clock, catalogs }),
  );
  app.use(notFound);
  app.use(((error, req, res, _next) => answerError(error, req, res)) satisfies ErrorRequestHandler);

  const answerError = (error: unknown, req: IncomingMessage, res: ServerResponse) => {
    const problem = problemOf(problemOfRazorpay(error));
    logProblem(log, problem, req, requestIdOf(res));
    sendProblem(res, problem);
  };

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    nameRequest(res, clock.wall(), baseUrlOf(parts.publicUrl, req));
    logRequest(log, req, res);
    try {
      if (req.headers.origin !== undefined && answerCors(req, res, { allowed: await origins.get(), sandbox })) return;
      if (req.url?.includes("%00")) throw new Problem("invalid_request", { message: "The address contains a NUL." });
      const handle = dataHandler(gateway, req);
      if (handle) await handle(res);
      else app(req, res);
    } catch (error) {
      answerError(error, req, res);
    }
  };

  const open = new Set<Promise<void>>();
  const idle = async () => {
    while (open.size) await Promise.all(open);
  };
  return {
    idle,
    jobs,
    metricsHandler: express().use(operationRoutes(db, metrics)),
    handler(req, res) {
      const answered = answer(req, res).finally(() => open.delete(answered));
      open.add(answered);
    },
    async close() {
      await idle();
      await jobs.close();
      await billing.close();
      await outward.close();
      await idempotency.close();
      await schemas.close();
      await batches.close();
      await alerts.close();
      await recovering.close();
      await costAlerts?.close();
      await openStreams.close();
      await checkpoints.close();
      await unsettled.close();
      await ledger.idle();
      await node.close();
      await keySets.close();
    },
  };
}

const CSP = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

const metricsPage =
  (metrics: Metrics): RequestHandler =>
  async (_req, res) => {
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  };

/** `/metrics`: Prometheus's page. `/healthz`: the process answers. `/readyz`: so does its database, with the tables it should have. */
function operationRoutes(db: Database, metrics: Metrics | null): RequestHandler {
  const router = express.Router();
  router.get("/healthz", (_req, res) => {
    res.json({ status: "ok" });
  });
  router.get("/readyz", async (_req, res) => {
    await db.read.select({ one: sql`1` }).from(installation).limit(1);
    res.json({ status: "ready" });
  });
  if (metrics) router.get("/metrics", metricsPage(metrics));
  return router;
}

const notFound: RequestHandler = (req) => {
  throw new Problem("not_found", { message: `There is no route ${req.method} ${req.baseUrl}${req.path}.` });
};
