import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { usageEvents } from "../../src/db/schema.ts";
import { instant, iso } from "../../src/kernel/clock.ts";
import type { TenantId } from "../../src/kernel/id.ts";
import { micros } from "../../src/kernel/money.ts";
import type { Row } from "../../src/reports/csv.ts";
import { KINDS, type KindName } from "../../src/reports/usage/kinds.ts";
import { countRows } from "../../src/reports/usage/pages.ts";
import { ReportQuery } from "../../src/reports/usage/query.ts";
import { everyRow, jsonReport, openReport } from "../../src/reports/usage/report.ts";
import { TopQuery, topReport } from "../../src/reports/usage/top.ts";
import { createTenant } from "../../src/tenants/provision.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { NewTenant } from "../../src/tenants/tenant.ts";
import { foldUsage } from "../../src/usage/rollups/fold.ts";
import { bucketsOf, type Range, UNITS } from "../../src/usage/rollups/spans.ts";
import { sumRollups } from "../../src/usage/rollups/store.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { ROOT_SECRET, TEST_ACTOR } from "../support/secrets.ts";
import { key, record, settled, user } from "../usage/sample.ts";

/** Three months with a change of the clocks in them, of two tenants in different zones; the last of it is not folded. */
const START = Date.UTC(2026, 7, 30, 20);
const SPAN = 92 * 86_400_000;
const EVENTS = 400;
const NOW = instant(START + SPAN);
const ZONES = ["Asia/Kolkata", "America/New_York"];

let database: TestDatabase;
let db: Database;
let tenants: TenantId[];
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
  const act = { actor: TEST_ACTOR, at: instant(START), secrets: secretsFrom(ROOT_SECRET) };
  const made = (timezone: string) =>
    db.transaction((tx) => createTenant(tx, NewTenant.parse({ name: timezone, currency: "INR", timezone }), act));
  tenants = [];
  for (const zone of ZONES) tenants.push((await made(zone)).id as TenantId);
  for (let i = 0; i < EVENTS; i++) {
    const of = (count: number) => Math.floor(i * 7.3 + (i % 11)) % count;
    const admitted_at = START + Math.floor((SPAN * ((i * 37) % EVENTS)) / EVENTS) + of(900_000);
    await record(
      db,
      settled(`${i}`, {
        ...{ admitted_at, tenant_id: tenants[of(2)]!, timezone: ZONES[of(2)]!, currency: of(5) ? "INR" : "USD" },
        ...{ user_id: of(4) ? user(`${of(4)}`) : null, key_id: key(`${of(3)}`), model: ["a", "b", "c"][of(3)]! },
        ...{ plan_version_id: of(3) ? `pln_1.${of(3)}` : null, tags: of(2) ? { team: `${of(3)}` } : {} },
        ...{ ended: of(6) ? "complete" : "client_gone", spend_micros: i * i, cost_micros_usd: micros(i * 31) },
      }),
    );
    if (i === EVENTS - 60) await foldUsage(db);
  }
}, 120_000);
afterAll(() => database.close());

const quarters = fc.nat(92 * 96).map((slot) => START + slot * 900_000);
const dimensions = ["tenant", "user", "key", "model", "plan_version"] as const;
const questions = fc.record({
  kind: fc.constantFrom(...(Object.keys(KINDS) as KindName[])),
  range: fc.tuple(quarters, quarters).map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const),
  tz: fc.constantFrom(undefined, "Asia/Kolkata", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"),
  unit: fc.constantFrom(null, ...UNITS),
  by: fc.subarray([...dimensions]),
  of: fc.record(
    {
      ...{ tenant: fc.nat(1), model: fc.constantFrom("a", "b") },
      ...{ plan_version: fc.constantFrom("pln_1.1", "pln_1.2"), tag: fc.constantFrom("team=1", "team=2") },
    },
    { requiredKeys: [] },
  ),
});

/** What can be added up: shares and times of a part cannot. */
const isSum = (name: string, value: unknown) => typeof value === "number" && !/_ppm$|_ms$/.test(name);

function sums(rows: readonly Row[]): Map<string, Record<string, number>> {
  const byCurrency = new Map<string, Record<string, number>>();
  for (const row of rows) {
    const sum = byCurrency.get(String(row.currency)) ?? {};
    byCurrency.set(String(row.currency), sum);
    for (const [name, value] of Object.entries(row))
      if (isSum(name, value)) sum[name] = (sum[name] ?? 0) + (value as number);
  }
  return byCurrency;
}

test("whatever report, filter and split: its parts come to its whole, and its whole to the events", async () => {
  const events = await db.read.select().from(usageEvents);
  await fc.assert(
    fc.asyncProperty(questions, async ({ kind, range, tz, unit, by, of }) => {
      const split = kind === "latency" ? by.filter((name) => name !== "user" && name !== "key") : by;
      const query = ReportQuery.parse({
        ...{ from: iso(range[0]), to: iso(range[1]), tz, group_by: [...split, ...(unit ? [unit] : [])].join(",") },
        ...{ model: of.model, plan_version_id: of.plan_version, tag: of.tag },
        ...(of.tenant !== undefined && { tenant_id: tenants[of.tenant] }),
      });
      const report = await openReport(db.read, kind, query, NOW);
      const rows: Row[] = [];
      for await (const page of everyRow(db.read, report)) rows.push(...page);
      const { totals } = await jsonReport(db.read, report, query);
      expect(sums(rows)).toEqual(sums(totals));

      const mine = events.filter(
        ({ admitted_at, tenant_id, model, plan_version_id, tags }) =>
          admitted_at >= report.page.range.from &&
          admitted_at < report.page.range.to &&
          (of.tenant === undefined || tenant_id === tenants[of.tenant]) &&
          (of.model === undefined || model === of.model) &&
          (of.plan_version === undefined || plan_version_id === of.plan_version) &&
          (of.tag === undefined || Object.entries(tags).some(([name, value]) => `${name}=${value}` === of.tag)),
      );
      const plain = mine.map(({ currency, spend_micros, cost_micros_usd, input_tokens, output_tokens, ended }) => ({
        ...{ currency, requests: 1, spend_micros, cost_micros_usd, input_tokens, output_tokens },
        disconnects: ended === "client_gone" ? 1 : 0,
      }));
      const wanted = sums(plain);
      expect([...sums(totals).keys()].sort()).toEqual([...wanted.keys()].sort());
      for (const [currency, figures] of sums(totals)) {
        const known = Object.entries(figures).filter(([name]) => name in plain[0]!);
        expect(known.length).toBeGreaterThan(0);
        for (const [name, value] of known) expect([name, value]).toEqual([name, wanted.get(currency)![name]]);
      }
    }),
    { numRuns: 150 },
  );
}, 120_000);

test("in pages of any size, and after any row: the same rows, each once, in one order", async () => {
  await fc.assert(
    fc.asyncProperty(questions, fc.integer({ min: 3, max: 120 }), async ({ kind, range, tz, unit, by, of }, limit) => {
      const split = kind === "latency" ? by.filter((name) => name !== "user" && name !== "key") : by;
      const query = ReportQuery.parse({
        ...{ from: iso(range[0]), to: iso(range[1]), tz, limit: String(limit) },
        ...{ group_by: [...split, ...(unit ? [unit] : [])].join(","), model: of.model, tag: of.tag },
        ...(of.tenant !== undefined && { tenant_id: tenants[of.tenant] }),
      });
      const report = await openReport(db.read, kind, query, NOW);
      const all: Row[] = [];
      for await (const page of everyRow(db.read, report)) all.push(...page);
      expect(await countRows(db.read, report.page)).toBe(all.length);
      const paged: Row[] = [];
      for (let after_id: string | undefined; ; ) {
        const page = await jsonReport(db.read, report, { ...query, ...(after_id !== undefined && { after_id }) });
        paged.push(...page.data);
        if (!page.has_more) break;
        after_id = page.last_id!;
      }
      expect(paged).toEqual(all);
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("the top of anything is the first of all of it", async () => {
  const asked = fc.record({
    range: questions.map(({ range }) => range),
    of: fc.constantFrom("tenant", "user", "key", "model", "plan_version", "tag"),
    by: fc.constantFrom("spend_micros", "requests", "errors", "cost_micros_usd"),
    model: fc.constantFrom(undefined, "a"),
    limit: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ range, of, by, model, limit }) => {
      const query = TopQuery.parse({
        ...{ from: iso(range[0]), to: iso(range[1]), of, by, model, limit: String(limit) },
      });
      const { data } = await topReport(db.read, query, NOW);
      const report = await openReport(
        db.read,
        "usage",
        ReportQuery.parse({ from: query.from && iso(query.from), to: query.to && iso(query.to), group_by: of, model }),
        NOW,
      );
      const figures = [...(await sumRollups(db.read, { ...report.page, figures: [by], buckets: whole(report.page) }))];
      const most = figures.map((row) => row.figures[by]).sort((a, b) => b - a);
      expect(data.map((row) => row[by])).toEqual(most.slice(0, limit));
    }),
    { numRuns: 60 },
  );
}, 120_000);

const whole = ({ range, timezone }: { readonly range: Range; readonly timezone: string }) => [
  ...bucketsOf(range, null, timezone),
];
