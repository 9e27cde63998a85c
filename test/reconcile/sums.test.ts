import { and, eq, getTableColumns, type SQL } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBilling } from "../../src/billing/billing.ts";
import { openCatalog } from "../../src/catalog/catalog.ts";
import * as t from "../../src/db/schema.ts";
import { HOUR, instant, MINUTE, movableClock } from "../../src/kernel/clock.ts";
import { newId } from "../../src/kernel/id.ts";
import { micros } from "../../src/kernel/money.ts";
import { MADE, type Made, type Table } from "../../src/reconcile/books/rollups/sums/made.ts";
import { KEYS, nameOfRow } from "../../src/reconcile/books/rollups/sums/row.ts";
import { reconcileOnce } from "../../src/reconcile/once.ts";
import type { ReconcileParts } from "../../src/reconcile/step.ts";
import { secretsFrom } from "../../src/tenants/seal.ts";
import { foldUsage } from "../../src/usage/rollups/fold.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { noCollectors } from "../support/no-collectors.ts";
import { ROOT_SECRET, TEST_ACTOR } from "../support/secrets.ts";
import { key, record, settled, tenant, user } from "../usage/sample.ts";

const TABLES: Readonly<Record<string, PgTable>> = {
  ...{ usage_detail: t.usageDetail, usage_whole: t.usageWhole, usage_all: t.usageAll },
  ...{ usage_subjects: t.usageSubjects, usage_zones: t.usageZones },
};
type Row = Readonly<Record<string, string | number>>;

/** Days around the end of a month, in three tenants; one of them has moved. */
const SPAN = { from: "2026-10-30", to: "2026-11-03" };
const ZONES = { "1": ["Asia/Kolkata"], "2": ["America/New_York"], "3": ["Asia/Kolkata", "UTC"] } as const;

let database: TestDatabase;
let parts: ReconcileParts;
let stop: () => Promise<void>;
let before: Record<string, readonly Row[]>;

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  const { now } = movableClock(instant(Date.parse("2026-11-06T12:00:00Z")));
  const clock = { now, wall: now };
  const shared = {
    db,
    clock,
    log: pino({ level: "silent" }),
    catalogs: openCatalog({ db, clock }),
    collectors: noCollectors,
  };
  const { appliers, charges, close } = openBilling(shared);
  stop = close;
  parts = { ...shared, secrets: secretsFrom(ROOT_SECRET), appliers, charges, provider: null };
  await sold();
  await foldUsage(db);
  before = await rollups();
});
afterAll(async () => {
  await stop();
  await database.close();
});

async function sold(): Promise<void> {
  const { db } = database;
  await db.transaction(async (tx) => {
    for (const [id, [timezone]] of Object.entries(ZONES))
      await tx.insert(t.tenants).values({
        ...{
          id: tenant(id),
          name: `Tenant ${id}`,
          timezone,
          currency: "INR",
          status: "active",
          enforcement: "enforce",
        },
        ...{ billing: "tenant", settings: {} as never, created_at: 0 },
      });
    await tx.insert(t.grants).values({
      ...{ id: "grt_1" as never, tenant_id: tenant("1"), customer_id: "cus_1" as never, kind: "promotional" },
      ...{ source: "promotion:prm_1:a", reason: "test", priority: 1, currency: "INR", amount: micros(0) },
      ...{ used: micros(0), held: micros(0), starts_at: 0, created_at: 0 },
    });
  });
  const uses = [];
  for (let i = 0, at = Date.parse("2026-10-30T20:20:00Z"); at < Date.parse("2026-11-02T12:00:00Z"); i++, at += 5 * HOUR)
    for (const [id, zones] of Object.entries(ZONES)) {
      const { event, outcome } = settled("x", {
        ...{ tenant_id: tenant(id), timezone: zones[i % zones.length]!, admitted_at: at + i * MINUTE },
        ...{ user_id: i % 3 ? user(`${i % 2}`) : null, key_id: i % 2 ? key("a") : key("b"), model: i % 4 ? "a" : "b" },
        ...{ plan_version_id: i % 2 ? "pln_1.1" : null, tags: i % 3 ? { team: "red", app: `${i % 2}` } : {} },
        ...{ first_byte_ms: i % 5 ? 40 * i : null, total_ms: 100 * i, ended: i % 6 ? "complete" : "upstream_error" },
        draws: id === "1" ? [{ grant_id: "grt_1" as never, amount: micros(7) }] : [],
      });
      const request_id = newId("request", event.admitted_at);
      uses.push({ event: { ...event, request_id, id: request_id.replace("tgr_", "evt_") as never }, outcome });
    }
  await record(db, ...uses);
}

const keysOf = (table: string): readonly string[] =>
  table === "usage_zones" ? ["tenant_id", "zone"] : KEYS[table as Table];
const columnsOf = (table: string) => getTableColumns(TABLES[table]!) as Record<string, PgColumn>;
const isRow = (table: string, row: Row): SQL =>
  and(...keysOf(table).map((column) => eq(columnsOf(table)[column]!, row[column])))!;

/** All that reports read. */
async function rollups(): Promise<Record<string, readonly Row[]>> {
  const all: Record<string, readonly Row[]> = {};
  for (const [name, table] of Object.entries(TABLES)) {
    const rows = (await database.db.read.select().from(table as never)) as Row[];
    all[name] = rows.sort((a, b) => (orderOf(name, a) < orderOf(name, b) ? -1 : 1));
  }
  return all;
}
const orderOf = (table: string, row: Row) => JSON.stringify(keysOf(table).map((column) => row[column]));

const prove = (repair: boolean) => reconcileOnce(parts, { ...SPAN, repair }, { actor: TEST_ACTOR });
const found = (run: Awaited<ReturnType<typeof prove>>) =>
  run.findings.map(({ kind, subject }) => `${kind} ${subject}`).sort();
const change = (table: string, row: Row, values: Row) =>
  database.db.transaction((tx) => tx.update(TABLES[table]!).set(values).where(isRow(table, row)));
const remove = (table: string, row: Row) =>
  database.db.transaction((tx) => tx.delete(TABLES[table]!).where(isRow(table, row)));
const add = (table: string, row: Row) =>
  database.db.transaction((tx) => tx.insert(TABLES[table]!).values(row as never));

/** The rows of one kind, of days that the run has whole. */
const rowsOf = ({ table, grain, parts }: Made["is"]): readonly Row[] =>
  before[table]!.filter(
    (row) =>
      row.grain === grain &&
      (parts as readonly unknown[]).includes(row.part ?? row.kind) &&
      (grain !== t.GRAINS.slot || Number(row.at) < Date.parse("2026-11-02")),
  );

test("where nothing was damaged there is no finding, folded or not", async () => {
  const run = await prove(false);
  expect(run).toMatchObject({ status: "done", looked_at: { events: before.usage_detail && expect.any(Number) } });
  expect(run.looked_at.summed_tenants).toBeGreaterThan(3);
  expect(found(run)).toEqual([]);
});

describe("a row that is wrong, one that is gone and one that nobody wrote are found, alone, and put right:", () => {
  test.each(MADE.map((made) => [`${made.is.table} ${made.is.grain} ${made.is.parts}`, made.is] as const))(
    "%s",
    async (_name, rows) => {
      const { table } = rows;
      const own = rowsOf(rows);
      const [wrong, gone = wrong] = [
        own[0]!,
        own.find((row) => row.at !== own[0]!.at || row.subject_id !== own[0]!.subject_id),
      ];
      await change(table, wrong, { output_tokens: Number(wrong.output_tokens) + 5 });
      const planted = [wrong];
      if (gone !== wrong) {
        await remove(table, gone!);
        planted.push(gone!);
      }
      const extra = { ...wrong, currency: "EUR" };
      await add(table, extra);
      planted.push(extra);
      const run = await prove(true);
      expect(found(run)).toEqual(planted.map((key) => `rollup_sum_differs ${nameOfRow({ table, key })}`).sort());
      expect(run.findings.map(({ repaired, repair_error }) => ({ repaired, repair_error }))).toEqual(
        planted.map(() => ({ repaired: true, repair_error: null })),
      );
      expect(await rollups()).toEqual(before);
    },
  );
  test("and another run finds nothing", async () => expect(found(await prove(false))).toEqual([]));
});

const first = (table: Table, is: Row): Row =>
  before[table]!.find((row) => Object.entries(is).every(([column, value]) => row[column] === value))!;

test.each(["", "tag", "promotion"])(
  "a quarter of an hour that is wrong is found alone, whatever is made of it (part '%s')",
  async (part) => {
    const row = first("usage_detail", { part, grain: t.GRAINS.slot, tenant_id: tenant("1") });
    await change("usage_detail", row, { output_tokens: Number(row.output_tokens) + 5 });
    expect((await prove(false)).findings).toMatchObject([
      { kind: part === "" ? "rollup_differs" : "tag_rollup_differs", subject: expect.stringContaining(String(row.at)) },
    ]);
    expect((await prove(true)).findings).toMatchObject([{ repaired: true }]);
    expect(await rollups()).toEqual(before);
  },
);

test("what a rollup never had of an event is added everywhere, and taken away again where there is no such event", async () => {
  const { db } = database;
  const [event] = await db.read
    .select()
    .from(t.usageEvents)
    .where(eq(t.usageEvents.tenant_id, tenant("1")))
    .limit(1);
  const lost = { ...event!, id: `${event!.id}.1` as never, user_id: user("new"), key_id: key("new"), output_tokens: 9 };
  await db.transaction((tx) => tx.insert(t.usageEvents).values(lost));
  expect((await prove(true)).findings.map(({ kind }) => kind)).toContain("rollup_differs");
  expect(found(await prove(false))).toEqual([]);
  const listed = (await rollups()).usage_subjects!.filter((row) => row.subject_id === user("new"));
  expect(listed).toMatchObject([1, 2, 3].map((grain) => ({ grain, requests: 1, output_tokens: 9 })));
  await db.transaction((tx) => tx.delete(t.usageEvents).where(eq(t.usageEvents.id, lost.id)));
  await prove(true);
  expect(found(await prove(false))).toEqual([]);
  expect(await rollups()).toEqual(before);
});

test("how long calls took is counted again from the events", async () => {
  const row = before.usage_whole!.find(({ part, grain, total_9 }) => part === "tag" && grain === 0 && total_9)!;
  await change("usage_whole", row, { total_9: 0, total_10: 1 });
  const run = await prove(true);
  expect(found(run)).toEqual([`rollup_sum_differs ${nameOfRow({ table: "usage_whole", key: row })}`]);
  expect(run.findings).toMatchObject([{ local: { total_9: 1, total_10: 0 }, remote: { total_9: 0, total_10: 1 } }]);
  expect(await rollups()).toEqual(before);
});

test("a time zone of a tenant that is not in the list is put there, and nothing is added to what is there", async () => {
  const row = { tenant_id: tenant("2"), zone: "America/New_York" };
  await remove("usage_zones", row);
  expect(found(await prove(true))).toEqual([`rollup_sum_differs ${nameOfRow({ table: "usage_zones", key: row })}`]);
  expect(await rollups()).toEqual(before);
});

test("a month is not put right by a day that is wrong, though no run looked at that day", async () => {
  const at = Date.parse("2026-10-31T18:30:00Z");
  const row = first("usage_detail", { part: "", grain: t.GRAINS.day, tenant_id: tenant("1"), at });
  await change("usage_detail", row, { requests: Number(row.requests) + 1 });
  const late = { from: "2026-11-01", to: SPAN.to, repair: true };
  const run = await reconcileOnce(parts, late, { actor: TEST_ACTOR });
  expect(found(run)).toEqual([`rollup_sum_differs ${nameOfRow({ table: "usage_detail", key: row })}`]);
  expect(await rollups()).toEqual(before);
});
