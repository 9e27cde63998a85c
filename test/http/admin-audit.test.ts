import { afterAll, beforeAll, expect, test } from "vitest";
import { audit } from "../../src/db/schema.ts";
import { everything, withoutAuditLog } from "../support/audit-log.ts";
import { openWorld, type World } from "../support/world.ts";
import { asAdmin } from "./ask.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
  // What was begun is worked on by nobody, so that nothing moves by itself.
  await world.app.jobs.close();
});
afterAll(() => world.close());

const rows = () => world.db.read.select().from(audit);

interface Step {
  readonly does: [method: string, path: string, body?: unknown];
  readonly action: string;
  /** Facts that the row must hold. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Keeps what the answer names, for the steps after it. */
  readonly as?: string;
  /** Concerns no one tenant. */
  readonly everybody?: true;
}

/** Goes in small units of work, the last of which is written down; asked for again, what is done twice changes nothing. */
const IN_PARTS = ["user.erased"];

/** Every change that an administrator can make, in an order in which each is possible. `$name` is an id from an earlier step. */
const STEPS: readonly Step[] = [
  {
    does: ["POST", "tenants", { name: "Acme", currency: "USD", external_id: "acme" }],
    action: "tenant.created",
    after: { name: "Acme" },
    as: "tenant",
  },
  {
    does: ["PATCH", "tenants/$tenant", { name: "Bolt" }],
    action: "tenant.changed",
    before: { name: "Acme" },
    after: { name: "Bolt" },
  },
  {
    does: ["POST", "tenants/$tenant/users", { external_id: "ann" }],
    action: "user.created",
    after: { external_id: "ann" },
    as: "user",
  },
  {
    does: ["PATCH", "users/$user", { status: "blocked" }],
    action: "user.changed",
    before: { status: "active" },
    after: { status: "blocked" },
  },
  {
    does: ["PUT", "tenants/$tenant/users", { external_id: "ann", name: "Ann" }],
    action: "user.changed",
    before: { name: null },
    after: { name: "Ann" },
  },
  {
    does: ["POST", "tenants/$tenant/keys", { name: "nightly" }],
    action: "key.created",
    after: { name: "nightly" },
    as: "key",
  },
  {
    does: ["POST", "keys/$key/rotate", { overlap_seconds: 60 }],
    action: "key.rotated",
    before: { name: "nightly" },
    after: { overlap_seconds: 60 },
  },
  {
    does: [
      "PUT",
      "limits",
      { scope: "key", subject_id: "$key", limits: [{ metric: "requests", window: "day", amount: 5 }] },
    ],
    action: "limits.replaced",
    before: [],
    after: [{ amount: 5 }],
  },
  {
    does: ["PUT", "limits", { scope: "key", subject_id: "$key", limits: [] }],
    action: "limits.replaced",
    before: [{ amount: 5 }],
    after: [],
  },
  { does: ["DELETE", "keys/$key"], action: "key.revoked", before: { revoked_at: null }, after: { name: "nightly" } },
  {
    does: [
      "POST",
      "tenants/$tenant/issuers",
      { issuer: "https://idp.example", audience: "app", algorithms: ["HS256"], shared_secret: "s".repeat(32) },
    ],
    action: "issuer.created",
    after: { audience: "app" },
    as: "issuer",
  },
  { does: ["DELETE", "tenants/$tenant/issuers/$issuer"], action: "issuer.deleted", before: { audience: "app" } },
  {
    does: [
      "POST",
      "issuers",
      {
        issuer: "https://all.example",
        audience: "app",
        algorithms: ["HS256"],
        shared_secret: "s".repeat(32),
        tenant_claim: "org",
      },
    ],
    action: "issuer.created",
    after: { tenant_claim: "org" },
    as: "global",
    everybody: true,
  },
  { does: ["DELETE", "issuers/$global"], action: "issuer.deleted", before: { tenant_claim: "org" }, everybody: true },
  {
    does: ["PUT", "tenants/$tenant/presets", { presets: { helper: { model: "claude-haiku-5-5", max_tokens: 1 } } }],
    action: "presets.replaced",
    before: { presets: {} },
    after: { presets: { helper: { max_tokens: 1 } } },
  },
  {
    does: ["POST", "tenants/$tenant/credits", { amount_micros: 7, reason: "sorry" }],
    action: "credit.granted",
    after: { amount_micros: 7, reason: "sorry" },
  },
  {
    does: ["POST", "prices", { model: "claude-audited-1", usd_per_million: { input: "3" } }],
    action: "prices.added",
    after: [{ usd_per_million: "3" }],
    everybody: true,
  },
  {
    does: ["POST", "fx_rates", { currency: "INR", rate_micros: 84_500_000 }],
    action: "fx_rate.added",
    after: { rate_micros: 84_500_000 },
    everybody: true,
  },
  {
    does: [
      "POST",
      "rerate",
      { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", dry_run: false, reason: "a typing error" },
    ],
    action: "usage.rerated",
    after: { from: "2026-01-01T00:00:00.000Z", reason: "a typing error" },
    everybody: true,
  },
  {
    does: [
      "POST",
      "cost_lines",
      {
        kind: "code_execution_hours",
        reference: "console, January",
        quantity: "1600",
        from: "2026-01-01T00:00:00Z",
        to: "2026-02-01T00:00:00Z",
      },
    ],
    action: "cost_line.added",
    after: { reference: "console, January", cost_usd: "2.5" },
    everybody: true,
  },
  {
    does: ["POST", "plans", { name: "Audited", pricing: { type: "markup", multiplier_ppm: 5 } }],
    action: "plan.created",
    after: { name: "Audited" },
    as: "plan",
    everybody: true,
  },
  {
    does: ["PATCH", "plans/$plan", { included_micros: 7 }],
    action: "plan.changed",
    before: { included_micros: 0, version: 1 },
    after: { included_micros: 7, version: 2 },
    everybody: true,
  },
  {
    does: ["PATCH", "plans/$plan", { included_micros: 8, valid_from: "2099-01-01T00:00:00Z" }],
    action: "plan.scheduled",
    before: { included_micros: 7, version: 2, next_version: null },
    after: { version: 2, coming: { included_micros: 8, version: 3, valid_from: "2099-01-01T00:00:00.000Z" } },
    everybody: true,
  },
  {
    does: ["POST", "endpoints", { url: "https://hooks.example.com/tollgate", types: ["invoice.*"] }],
    action: "endpoint.created",
    after: { types: ["invoice.*"] },
    as: "endpoint",
    everybody: true,
  },
  {
    does: ["POST", "endpoints/$endpoint/replay", { since: "2026-01-01T00:00:00Z" }],
    action: "endpoint.replayed",
    after: { replayed: 0 },
    everybody: true,
  },
  {
    does: ["PUT", "alert_settings", { renewals: { days: 30 } }],
    action: "alert_settings.changed",
    before: { renewals: { days: 60 } },
    after: { renewals: { days: 30 } },
    everybody: true,
  },
  {
    does: ["PUT", "tenants/$tenant/alert_settings", { signups: { hour_min: 7 } }],
    action: "alert_settings.changed",
    before: {},
    after: { signups: { hour_min: 7 } },
  },
  {
    does: ["DELETE", "endpoints/$endpoint"],
    action: "endpoint.deleted",
    before: { url: "https://hooks.example.com/tollgate" },
    everybody: true,
  },
  {
    does: ["POST", "reconciliations", { from: "2026-01-01", to: "2026-01-02" }],
    action: "reconciliation.begun",
    after: { repair: false },
    everybody: true,
  },
  {
    does: ["POST", "keys", { name: "Asha", role: "finance" }],
    action: "admin_key.created",
    after: { name: "Asha", role: "finance" },
    as: "admin",
    everybody: true,
  },
  {
    does: ["PATCH", "keys/$admin", { role: "support" }],
    action: "admin_key.changed",
    before: { role: "finance" },
    after: { name: "Asha", role: "support" },
    everybody: true,
  },
  {
    does: ["DELETE", "keys/$admin"],
    action: "admin_key.revoked",
    before: { revoked_at: null },
    after: { revoked_at: expect.any(String) },
    everybody: true,
  },
  { does: ["POST", "users/$user/erase", {}], action: "user.erased", after: { rows: { users: 1 } } },
];

test("every change that an administrator makes is written down with it: who, from where, what, before, after", async () => {
  const ids: Record<string, string> = {};
  const filled = (text: string) => text.replace(/\$(\w+)/g, (_, name: string) => ids[name]!);
  for (const { does, action, before = null, after = null, as, everybody } of STEPS) {
    const [method, path, body] = does;
    const known = new Set((await rows()).map(({ id }) => id));
    const ask = () => asAdmin(world, method, filled(path), body && JSON.parse(filled(JSON.stringify(body))));

    if (!IN_PARTS.includes(action)) {
      const stored = await everything(world);
      await withoutAuditLog(world, async () => expect((await ask()).status, `${method} ${path}, unwritten`).toBe(500));
      expect(await everything(world), `${method} ${path}, unwritten`).toEqual(stored);
    }
    const answer = await ask();
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300);
    if (as) ids[as] = answer.body.id as string;

    const added = (await rows()).filter(({ id }) => !known.has(id));
    expect(added, `${method} ${path}`).toHaveLength(1);
    const { at, subject_id, ...row } = added[0]!;
    expect(row, `${method} ${path}`).toMatchObject({
      ...{ actor: "admin", address: "127.0.0.1", agent: "node" },
      action,
      before,
      after,
      tenant_id: everybody ? null : ids.tenant,
    });
    expect(subject_id.length).toBeGreaterThan(3);
    expect(Math.abs(at - Date.now())).toBeLessThan(600_000);
  }
});

/** Of billing; see test/billing/routes.test.ts, wallet.test.ts and plan-migration.test.ts. */
const BILLING = [
  "POST plans/*/migrate",
  // See test/catalog/plan-versions.test.ts.
  "DELETE plans/*/versions/*",
  // These only look: see test/reports/plan-preview.test.ts and price-preview.test.ts.
  ...["POST plans/*/preview", "POST prices/preview"],
  ...[
    "PUT sellers/*",
    "POST invoices/*/payments",
    "POST invoices/*/credit_notes",
    "POST invoices/*/write_off",
    "POST refunds",
    "POST promotions",
    "DELETE tenants/*/credits/repeats/*",
  ],
  ...["tenants/*", "users/*"].flatMap((payer) => [
    ...[`PUT ${payer}/billing_profile`, `POST ${payer}/subscription`, `POST ${payer}/mandate`],
    ...["cancel", "pause", "resume", "change"].map((act) => `POST ${payer}/subscription/${act}`),
    ...[`DELETE ${payer}/mandate`, `DELETE ${payer}/mandate/*`, `PUT ${payer}/wallet`],
  ]),
];
/** Routes that change nothing of ours, and those whose audit is tested beside what they need to exist. */
const ELSEWHERE = new Set([
  // See test/admins/sessions.test.ts.
  ...["POST sessions", "DELETE sessions/*", "DELETE sessions/current"],
  "POST endpoints/*/test",
  "POST deliveries/*/replay",
  "POST webhooks/*/replay",
  "POST alerts/*/acknowledge",
  // See test/reconcile/run.test.ts.
  "POST reconciliations/*/findings/*/repair",
  ...BILLING,
]);

test("every route that changes anything is among those steps", async () => {
  const { WALK } = await import("./walk-table.ts");
  const shape = (path: string) =>
    path.replace(/:[a-z_]+|\$\w+/g, "*").replace(/^users\/\*\/credits/, "tenants/*/credits");
  // What is done to the sandbox: see test/sandbox/acts.test.ts.
  const changing = WALK.filter(
    ({ method, path }) => path.startsWith("/api/admin/") && method !== "GET" && !path.includes("/sandbox/"),
  );
  const tried = new Set(STEPS.map(({ does: [method, path] }) => `${method} ${shape(path)}`));
  const untried = changing
    .map(({ method, path }) => `${method} ${shape(path.slice("/api/admin/".length))}`)
    .filter((route) => !tried.has(route) && !ELSEWHERE.has(route));
  expect(untried).toEqual([]);
});

test("a change that was refused leaves no trace, and reading leaves none either", async () => {
  const before = (await rows()).length;
  for (const [method, path, body] of [
    ["POST", "tenants", { name: "" }],
    ["POST", "tenants", { name: "Again", external_id: "acme" }],
    ["PATCH", "tenants/ten_unknown", { name: "New" }],
    ["DELETE", "keys/key_unknown", undefined],
    ["GET", "tenants", undefined],
    ["GET", "holds", undefined],
  ] as const) {
    await asAdmin(world, method, path, body);
  }
  expect((await rows()).length).toBe(before);
});
