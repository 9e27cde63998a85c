import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { drizzle as drizzleLite } from "drizzle-orm/better-sqlite3";
import { migrate as migrateLite } from "drizzle-orm/better-sqlite3/migrator";
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres";
import { migrate as migratePg } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Database, migrationsFolder, openDatabase } from "../../src/db/database.ts";
import { dialect } from "../../src/db/dialect.ts";
import { usageEvents } from "../../src/db/schema.ts";
import { sqlitePath } from "../../src/db/sqlite.ts";
import { keepRollups } from "../../src/usage/refill.ts";
import { foldUsage } from "../../src/usage/rollups/fold.ts";
import { hasUnrolled } from "../../src/usage/store.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { createDatabase } from "../support/postgres.ts";
import { reportOf } from "./reports.ts";
import { empty, emptyRollups, HOUR, HOUR_MS, key, record, settled, user } from "./sample.ts";

const SINCE = { from: "2026-10-01T00:00:00Z" };
const reportsOf = (db: Database) =>
  Promise.all(["day", "user", "key", "tag", "model"].map((group_by) => reportOf(db)({ ...SINCE, group_by })));

describe("events that are in no rollup", () => {
  let database: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
    db = database.db;
  });
  afterAll(() => database.close());
  beforeEach(() => empty(db));

  const use = (i: number) => {
    const who = {
      user_id: i % 2 ? user("a") : null,
      key_id: key(`${i % 3}`),
      tags: (i % 4 ? {} : { x: "1" }) as Record<string, string>,
    };
    return settled(`${i}`.padStart(3, "0"), { ...who, hour: HOUR - i * 7 * HOUR_MS, spend_micros: 2 ** i });
  };
  const forgotten = () =>
    db.transaction(async (tx) => {
      await tx.update(usageEvents).set({ rolled_up: false });
      await emptyRollups(tx);
    });

  test("are brought in once each, some at a time, by several at once, and beside new ones", async () => {
    for (let i = 0; i < 20; i++) await record(db, use(i));
    await forgotten();
    for (let i = 20; i < 30; i++) await record(db, use(i));
    const wanted = 2 ** 30 - 1;

    expect(await keepRollups(db, { eventsMax: 3, batchesMax: 2 })).toBe(6);
    expect(await hasUnrolled(db.read)).toBe(true);
    const others = await Promise.all([0, 1, 2].map(() => keepRollups(db, { eventsMax: 4 })));
    expect(others.reduce((sum, count) => sum + count)).toBe(14);
    expect(await hasUnrolled(db.read)).toBe(false);
    expect(await keepRollups(db)).toBe(0);
    const [byDay, ...rest] = await reportsOf(db);
    for (const { totals } of [byDay!, ...rest]) expect(totals).toMatchObject([{ requests: 30, spend_micros: wanted }]);
  });

  test("come to the same reports as if they had been there from the start", async () => {
    for (let i = 0; i < 20; i++) await record(db, use(i));
    await foldUsage(db);
    const before = await reportsOf(db);
    await forgotten();
    expect((await reportsOf(db))[0]!.totals).toEqual([]);
    await keepRollups(db, { eventsMax: 6 });
    expect(await reportsOf(db)).toEqual(before);
  });
});

/** The last migration before there were these rollups. */
const BEFORE = "0008_proof";

test("an upgrade from before these rollups loses no usage", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "tollgate-upgrade-"));
  const { url, drop } =
    dialect === "postgres"
      ? await createDatabase()
      : { url: `file:${path.join(folder, "old.db")}`, drop: async () => {} };
  await anOlderDatabase(url, path.join(folder, "migrations"));
  const db = await openDatabase(url, { durable: false });
  try {
    expect(await keepRollups(db)).toBe(3);
    expect((await reportsOf(db))[1]).toMatchObject({
      data: [{ user: "usr_alice", requests: 3, spend_micros: 240 }],
      totals: [{ requests: 3, spend_micros: 240, cost_micros_usd: 3_000, output_tokens: 150 }],
    });
  } finally {
    await db.close();
    await drop();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** As the version before left it, with three events. */
async function anOlderDatabase(url: string, migrations: string): Promise<void> {
  cpSync(migrationsFolder(dialect), migrations, { recursive: true });
  const file = path.join(migrations, "meta", "_journal.json");
  const journal = JSON.parse(readFileSync(file, "utf8")) as { entries: { tag: string }[] };
  const last = journal.entries.findIndex(({ tag }) => tag === BEFORE);
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, last + 1) }));
  const inserts = [1, 2, 3].map(oldEvent).join(";");
  if (dialect === "postgres") {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await migratePg(drizzlePg(client), { migrationsFolder: migrations });
    await client.query(inserts);
    await client.end();
  } else {
    const client = new Sqlite(sqlitePath(url));
    migrateLite(drizzleLite(client), { migrationsFolder: migrations });
    client.exec(inserts);
    client.close();
  }
}

const oldEvent = (i: number): string => `insert into usage_events
  (id, tenant_id, customer_id, user_id, key_id, request_id, kind, route, asked_model, model, input_tokens, cache_read_tokens,
   cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, web_searches, list, geo, source, ended, unreconciled, cost_micros_usd,
   spend_micros, uncovered_micros, currency, rate_micros, multiplier_ppm, price_version, draws, samplings, tags, admitted_at, total_ms,
   settled_at)
  values ('evt_${i}', 'ten_1', 'cus_1', 'usr_alice', null, 'tgr_${i}', 'call', '/v1/messages', 'm', 'm', 100, 0, 0, 0, 50, 0, 'standard',
   'global', 'reported', 'complete', 1 = 0, 1000, 80, 0, 'INR', 80000000, 1000000, 'prc_1', '[]', '[]', '{"x":"1"}', ${HOUR - i * 24 * HOUR_MS},
   10, ${HOUR})`;
