import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { pino } from "pino";
import { openBilling } from "./billing/billing.ts";
import { openCatalog } from "./catalog/catalog.ts";
import { parsePriceList } from "./catalog/price-list.ts";
import { checkPrices, tellPriceCheck } from "./catalog/prices-check.ts";
import { listAllPrices } from "./catalog/store.ts";
import type { Config } from "./config.ts";
import type { Actor } from "./db/audit.ts";
import { type Database, openDatabase } from "./db/database.ts";
import { parse } from "./http/parse.ts";
import { importCustomers } from "./import/customers.ts";
import { tellImport } from "./import/told.ts";
import { clockOf, openSecrets, prepareInstallation } from "./installation.ts";
import type { Clock } from "./kernel/clock.ts";
import { Problem } from "./kernel/problems.ts";
import { collectorsOf, providerOf, serve, withConfig } from "./main.ts";
import { openApiDocument } from "./openapi.ts";
import { reconcileOnce, tellRun } from "./reconcile/once.ts";
import { csvOf } from "./reports/csv.ts";
import { CYCLE_COLUMNS, CyclesQuery, cyclesReport, everyCycle } from "./reports/money/subscriptions.ts";
import { tellReport } from "./reports/table.ts";
import { ReportQuery } from "./reports/usage/query.ts";
import { columnsOf, everyRow, jsonReport, openReport } from "./reports/usage/report.ts";
import { NewKey } from "./tenants/key.ts";
import { createKey, createTenant } from "./tenants/provision.ts";
import type { Secrets } from "./tenants/seal.ts";
import { findTenant } from "./tenants/store.ts";
import { NewTenant } from "./tenants/tenant.ts";
import { RerateQuery, rerate, tellRerated } from "./usage/rerate.ts";

/** The `tollgate` command. Exit codes: 0 done, 1 failed, 2 unusable arguments or configuration. */

const ACTOR: Actor = { name: "cli", address: null, agent: "cli" };
const SHIPPED_LIST = new URL("./catalog/prices.json", import.meta.url);

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly config: Config;
}

// Whoever reads may have read enough (`| head`): then there is nothing left to do.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const program = new Command("tollgate")
  .description("The gateway between a SaaS's customers and the Claude API.")
  .option("--json", "print the result as JSON")
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  })
  .showHelpAfterError();

program
  .command("serve")
  .description("serve until stopped")
  .action(() => withConfig((config) => serve(config)));

program
  .command("migrate")
  .description("bring the database to this version")
  .action(() =>
    withParts(
      async () => ({ migrated: true }),
      () => "The database is up to date.",
    ),
  );

program
  .command("openapi")
  .description("print what the API is, as an OpenAPI 3.1 document")
  .action(() => console.log(JSON.stringify(openApiDocument(), null, 2)));

const tenant = program.command("tenant").description("tenants");
tenant
  .command("create <name>")
  .description("create a tenant")
  .option("--external-id <id>", "your own id of it")
  .option("--currency <code>", "currency of its spend", "INR")
  .option("--timezone <zone>", "where its days begin", "Asia/Kolkata")
  .option("--billing <who>", "who pays: tenant, or user (each user for itself)", "tenant")
  .action((name: string, options: { externalId?: string; currency: string; timezone: string; billing: string }) =>
    withParts(
      ({ db, clock, secrets }) => {
        const { externalId: external_id, ...rest } = options;
        const fields = parse(NewTenant, { name, external_id, ...rest });
        return db.transaction((tx) => createTenant(tx, fields, { actor: ACTOR, at: clock.wall(), secrets }));
      },
      (made) => `Tenant ${made.id} created. Give it a key: tollgate key create ${made.id} --name first`,
    ),
  );

const key = program.command("key").description("API keys");
key
  .command("create <tenant>")
  .description("create an API key of a tenant (an id, or ext:<external id>)")
  .requiredOption("--name <name>", "what the key is for")
  .option("--user <user>", "the user it belongs to (an id, or ext:<external id>)")
  .option("--scopes <scopes>", "comma-separated", "inference")
  .option("--models <globs>", "comma-separated models it may use")
  .option("--expires-at <time>", "ISO 8601 time with a zone")
  .action(
    (ref: string, options: { name: string; user?: string; scopes: string; models?: string; expiresAt?: string }) =>
      withParts(
        ({ db, clock, config }) => {
          const fields = parse(NewKey, {
            name: options.name,
            user_id: options.user,
            scopes: list(options.scopes),
            models: options.models && list(options.models),
            expires_at: options.expiresAt,
          });
          const act = { actor: ACTOR, at: clock.wall(), sandbox: config.sandbox };
          return db.transaction((tx) => createKey(tx, ref, fields, act));
        },
        (made) => `Key ${made.id} of tenant ${made.tenant_id}. Its secret, shown this once:\n${made.secret}`,
      ),
  );

program
  .command("prices")
  .description("the price book")
  .command("check [file]")
  .description("compare everybody's price book with a price list (the shipped one, or a JSON file of its shape)")
  .action((file?: string) =>
    withParts(async ({ db, clock }) => {
      const text = await readFile(file ?? SHIPPED_LIST, "utf8").catch((error: Error) => {
        throw new Problem("invalid_request", { message: `${file}: ${error.message}` });
      });
      const check = checkPrices(await listAllPrices(db.read), parsePriceList(text, file ?? "prices.json"), clock.now());
      if (check.differences.length) process.exitCode = 1;
      return check;
    }, tellPriceCheck),
  );

program
  .command("rerate")
  .description(
    "price stored calls again, by the book and the terms of their admission; says the difference, or posts it",
  )
  .requiredOption("--from <time>", "calls admitted at or after this ISO 8601 time")
  .requiredOption("--to <time>", "… and before this one")
  .option("--tenant <tenant>", "of this tenant alone (an id, or ext:<external id>)")
  .option("--reason <words>", "why, as the adjustments say it")
  .option("--post", "post the differences as adjustments")
  .action((options: { from: string; to: string; tenant?: string; reason?: string; post?: true }) =>
    withParts(async ({ db, clock }) => {
      const { from, to, reason, tenant: ref, post } = options;
      const query = { ...parse(RerateQuery, { from, to, reason, dry_run: !post }), limit: Number.MAX_SAFE_INTEGER };
      const tenant_id = ref === undefined ? undefined : (await findTenant(db.read, ref)).id;
      const parts = { db, clock, catalogs: openCatalog({ db, clock }), actor: ACTOR, onProgress: showProgress };
      return rerate(parts, { ...query, tenant_id });
    }, tellRerated),
  );

const report = program.command("report").description("what was used, what it cost and brought, and what was paid");
for (const kind of ["usage", "margin"] as const) {
  report
    .command(kind)
    .description(
      kind === "usage" ? "tokens, cost and spend" : "spend less cost, at the rate that each call was priced at",
    )
    .option("--from <time>", "ISO 8601 time with a zone; by default the month so far")
    .option("--to <time>", "… up to, and not including, this one")
    .option(
      "--group-by <names>",
      "comma-separated: tenant, user, key, model, plan_version, tag; hour, day, week, month",
      "day",
    )
    .option("--tenant <tenant>", "of this tenant alone (an id, or ext:<external id>)")
    .option("--tz <zone>", "where days begin; by default where the tenant's do, or in India")
    .option("--after <id>", "the rows that follow: the last_id of those before")
    .option("--csv", "every row, as CSV")
    .action((options: ReportOptions) =>
      withParts(
        async ({ db, clock }) => {
          const { groupBy: group_by, tenant: tenant_id, after: after_id, from, to, tz } = options;
          const query = parse(ReportQuery, { from, to, tz, tenant_id, group_by, after_id, limit: REPORT_ROWS_MAX });
          const opened = await openReport(db.read, kind, query, clock.now());
          if (!isCsv(options)) return jsonReport(db.read, opened, query);
          for await (const text of csvOf(everyRow(db.read, opened), columnsOf(opened))) await written(text);
          return null;
        },
        (made) => (made ? tellReport(made) : null),
      ),
    );
}
report
  .command("subscriptions")
  .description("a row for each customer and cycle: base, included, metered, overage, invoiced, collected")
  .option("--from <time>", "cycles that begin at or after this ISO 8601 time")
  .option("--to <time>", "… and before this one")
  .option("--tenant <tenant>", "of this tenant alone (an id, or ext:<external id>)")
  .option("--after <id>", "the rows that follow: the last_id of those before")
  .option("--csv", "every row, as CSV")
  .action((options: ReportOptions) =>
    withParts(
      async ({ db }) => {
        const { from, to, tenant: tenant_id, after: after_id } = options;
        const query = parse(CyclesQuery, { from, to, tenant_id, after_id, limit: REPORT_ROWS_MAX });
        if (!isCsv(options)) return cyclesReport(db.read, query);
        for await (const text of csvOf(everyCycle(db.read, query), CYCLE_COLUMNS)) await written(text);
        return null;
      },
      (made) => (made ? tellReport(made) : null),
    ),
  );

interface ReportOptions {
  readonly from?: string;
  readonly to?: string;
  readonly groupBy?: string;
  readonly tenant?: string;
  readonly tz?: string;
  readonly after?: string;
  readonly csv?: true;
}

function isCsv({ csv }: ReportOptions): boolean {
  if (csv && program.opts<{ json?: boolean }>().json)
    throw new Problem("invalid_request", { message: "--csv and --json: ask for one of them" });
  return csv === true;
}

const REPORT_ROWS_MAX = 1_000;

/** Written, when whoever reads has taken it: what is in memory is one piece. */
const written = (text: string): Promise<void> =>
  new Promise((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())));

program
  .command("import <file>")
  .description(
    "bring customers, their balances and their live Razorpay subscriptions from a CSV file; looks only, unless --apply",
  )
  .option("--apply", "do it; lines that are wrong are named and left out")
  .action((file: string, { apply = false }: { apply?: boolean }) =>
    withParts(async ({ db, clock, secrets, config }) => {
      const text = await readFile(file, "utf8").catch((error: Error) => {
        throw new Problem("invalid_request", { message: `${file}: ${error.message}` });
      });
      const collectors = collectorsOf({ db, clock, secrets }, config);
      const log = pino({ level: "warn" }, pino.destination(2));
      const billing = { db, clock, log, catalogs: openCatalog({ db, clock }), collectors, secrets, actor: ACTOR };
      const report = await importCustomers(billing, text, { apply, onProgress: showLines });
      if (report.problems.length) process.exitCode = 1;
      return report;
    }, tellImport),
  );

program
  .command("reconcile")
  .description(
    "prove the books, the provider's reports and the collector's against each other; exits 1 where they differ",
  )
  .requiredOption("--from <day>", "the first day, in UTC, such as 2026-11-01")
  .requiredOption("--to <day>", "the day after the last one")
  .option("--repair", "put right what is safe to put right")
  .action(({ from, to, repair = false }: { from: string; to: string; repair?: boolean }) =>
    withParts(async ({ db, clock, secrets, config }) => {
      const collectors = collectorsOf({ db, clock, secrets }, config);
      const log = pino({ level: "warn" }, pino.destination(2));
      const parts = { db, clock, log, catalogs: openCatalog({ db, clock }), collectors, secrets };
      const billing = openBilling(parts);
      try {
        // They live and die with the server.
        if (config.sandbox)
          console.error("The sandbox's provider and Razorpay are proved by POST /api/admin/reconciliations.");
        const { appliers, charges } = billing;
        const proving = { ...parts, appliers, charges, provider: providerOf(config) };
        const run = await reconcileOnce(
          proving,
          { from, to, repair },
          { actor: ACTOR, onProgress: showSteps, onWaiting: console.error },
        );
        if (run.status !== "done" || run.findings.length) process.exitCode = 1;
        return run;
      } finally {
        await billing.close();
      }
    }, tellRun),
  );

/** Steps that are done, where somebody is watching. */
const showSteps = ({ done, of, at }: { done: number; of: number; at: string | null }) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of} steps ${(at ?? "").padEnd(40)}${at ? "" : "\n"}`);
};

/** Lines that are done, where somebody is watching. */
const showLines = (done: number, of: number) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of} lines${done === of ? "\n" : ""}`);
};

/** A count that runs, where somebody is watching. */
const showProgress = (events: number) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${events} calls priced again`);
};

const list = (text: string): string[] => text.split(",").map((part) => part.trim());

/** Runs one command against the configured database, and prints what it made, unless that is printed already. */
function withParts<T>(work: (parts: Parts) => Promise<T>, told: (made: T) => string | null): Promise<void> {
  return withConfig(async (config) => {
    const db = await openDatabase(config.DATABASE_URL);
    try {
      const clock = await clockOf(db, config);
      const { newAdminToken } = await prepareInstallation({ db, clock }, config);
      if (newAdminToken) console.error(`Admin token, shown this once: ${newAdminToken}`);
      const made = await work({ db, clock, secrets: openSecrets(config), config });
      const text = program.opts<{ json?: boolean }>().json && made !== null ? JSON.stringify(made) : told(made);
      if (text !== null) console.log(text);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      console.error(`tollgate: ${error.message}`);
      process.exitCode = error.status === 400 ? 2 : 1;
    } finally {
      await db.close();
    }
  });
}

await program.parseAsync();
