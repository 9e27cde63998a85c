import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/db/database.ts";
import { instant } from "../../src/kernel/clock.ts";
import { micros } from "../../src/kernel/money.ts";
import { csvOf } from "../../src/reports/csv.ts";
import type { KindName } from "../../src/reports/usage/kinds.ts";
import { ReportQuery } from "../../src/reports/usage/query.ts";
import { columnsOf, everyRow, jsonReport, openReport } from "../../src/reports/usage/report.ts";
import { TopQuery, topReport } from "../../src/reports/usage/top.ts";
import { foldUsage } from "../../src/usage/rollups/fold.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { empty, HOUR, HOUR_MS, key, record, settled, tenant, user } from "../usage/sample.ts";

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterAll(() => database.close());
beforeEach(() => empty(db));

const NOW = instant(HOUR + 5 * HOUR_MS);
const RANGE = { from: "2026-10-01T00:00:00Z", to: "2026-12-01T00:00:00Z" };
const ask = async (kind: KindName, asked: Record<string, unknown> = {}) => {
  const query = ReportQuery.parse({ ...RANGE, ...asked });
  return jsonReport(db.read, await openReport(db.read, kind, query, NOW), query);
};
const csv = async (kind: KindName, asked: Record<string, unknown> = {}): Promise<string> => {
  const report = await openReport(db.read, kind, ReportQuery.parse({ ...RANGE, ...asked }), NOW);
  let text = "";
  for await (const piece of csvOf(everyRow(db.read, report), columnsOf(report))) text += piece;
  return text;
};

describe("a report", () => {
  test("of margin is the spend less the cost at the rate that each call was priced at", async () => {
    const priced = { rate_micros: 84_500_000 as never, cost_micros_usd: micros(1_000_000) };
    await record(
      db,
      settled("1", { ...priced, spend_micros: 100_000_000 }),
      settled("2", { ...priced, spend_micros: 50 }),
    );
    const { data } = await ask("margin", { group_by: "tenant" });
    expect(data).toMatchObject([
      {
        tenant_id: "ten_1",
        spend_micros: 100_000_050,
        cost_micros: 169_000_000,
        cost_usd: "2",
        margin_micros: -68_999_950,
      },
    ]);
  });

  test("of caching says what share of the prompt was read from it, and what that saved", async () => {
    const tokens = { input_tokens: 100, cache_read_tokens: 300, cache_write_5m_tokens: 0, cache_write_1h_tokens: 0 };
    await record(db, settled("1", { ...tokens, cache_saved_micros_usd: micros(900) }));
    expect((await ask("cache")).totals).toEqual([
      {
        ...{
          requests: 1,
          prompt_tokens: 400,
          cache_read_tokens: 300,
          cache_write_5m_tokens: 0,
          cache_write_1h_tokens: 0,
        },
        ...{ cache_hit_ppm: 750_000, cache_saved_micros_usd: 900, cache_saved_usd: "0.0009", currency: "INR" },
      },
    ]);
  });

  test("of reliability says how many ended otherwise than they should", async () => {
    const ends = [
      "complete",
      "complete",
      "client_gone",
      "upstream_error",
      "interrupted",
      "quota",
      "node_lost",
      "complete",
    ];
    await record(db, ...ends.map((ended, i) => settled(`${i}`, { ended, unreconciled: ended === "client_gone" })));
    expect((await ask("reliability")).totals).toEqual([
      {
        requests: 8,
        errors: 3,
        error_ppm: 375_000,
        disconnects: 1,
        disconnect_ppm: 125_000,
        quota_ends: 1,
        unreconciled: 1,
        currency: "INR",
      },
    ]);
  });

  test("of latency gives percentiles that are within their class, and refuses users and keys", async () => {
    const times = Array.from({ length: 100 }, (_, i) => settled(`${i}`, { first_byte_ms: i * 10, total_ms: 6_000 }));
    await record(db, ...times, settled("none", { first_byte_ms: null, total_ms: 6_000 }));
    const [row] = (await ask("latency", { group_by: "model" })).data;
    expect(row).toMatchObject({ requests: 101, first_byte_mean_ms: 495, total_mean_ms: 6_000 });
    const { first_byte_p50_ms, first_byte_p99_ms, total_p95_ms } = row as Record<string, number>;
    expect([first_byte_p50_ms! > 320 && first_byte_p50_ms! <= 500, first_byte_p99_ms! > 800]).toEqual([true, true]);
    expect([first_byte_p99_ms! <= 1_250, total_p95_ms! > 5_000 && total_p95_ms! <= 8_000]).toEqual([true, true]);
    await expect(ask("latency", { group_by: "user" })).rejects.toThrow("group_by: latency is kept by");
  });

  test("is by several dimensions and a unit at once, page by page, and the pages are the whole", async () => {
    for (let i = 0; i < 30; i++) {
      const fields = { user_id: user(`${i % 4}`), key_id: key(`${i % 2}`), model: i % 3 ? "a" : "b" };
      await record(db, settled(`${i}`, { ...fields, hour: HOUR - i * 11 * HOUR_MS, spend_micros: 2 ** i }));
      if (i === 15) await foldUsage(db);
    }
    for (const group_by of ["user,model,day", "week", "hour,key", "user,key", ""]) {
      const whole = await ask("spend", { group_by, limit: 1000 });
      const pages: unknown[] = [];
      for (let after_id: string | undefined; ; ) {
        const page = await ask("spend", { group_by, limit: 4, after_id });
        pages.push(...page.data);
        if (!page.has_more) break;
        after_id = page.last_id!;
      }
      expect(pages).toEqual(whole.data);
      expect(whole.data.reduce((sum, row) => sum + (row.spend_micros as number), 0)).toBe(2 ** 30 - 1);
      expect(whole.totals).toMatchObject([{ requests: 30, spend_micros: 2 ** 30 - 1 }]);
      const lines = (await csv("spend", { group_by })).trimEnd().split("\r\n");
      expect(lines).toHaveLength(whole.data.length + 1);
    }
  });

  test("goes on after a page of its own only", async () => {
    for (const after_id of ["x", "bm90", Buffer.from("[1]").toString("base64url")]) {
      await expect(ask("usage", { after_id })).rejects.toThrow("after_id: is not the last_id");
    }
  });

  test("as CSV has a line of names, and no text in it that becomes a formula", async () => {
    await record(db, settled("1", { model: "=1+1", tags: { "@x": 'say "hi", you' } }));
    expect(await csv("reliability", { group_by: "model" })).toBe(
      "model,requests,errors,error_ppm,disconnects,disconnect_ppm,quota_ends,unreconciled,currency\r\n'=1+1,1,0,0,0,0,0,0,INR\r\n",
    );
    expect(await csv("reliability", { group_by: "tag" })).toMatch(/\r\n"'@x=say ""hi"", you",1,/);
    expect(await csv("usage", { group_by: "model", from: RANGE.to, to: RANGE.to })).toMatch(
      /^model,requests,[^\n]*\r\n$/,
    );
  });
});

test("who used most comes first, by the figure that is asked for", async () => {
  await record(
    db,
    settled("1", { user_id: user("a"), spend_micros: 5, output_tokens: 1 }),
    settled("2", { user_id: user("b"), spend_micros: 7, output_tokens: 1 }),
    settled("3", { user_id: user("c"), spend_micros: 1, output_tokens: 9, tenant_id: tenant("2") }),
  );
  const top = async (asked: Record<string, unknown>) =>
    (await topReport(db.read, TopQuery.parse({ ...RANGE, of: "user", ...asked }), NOW)).data.map((row) => row.user_id);
  expect(await top({})).toEqual(["usr_b", "usr_a", "usr_c"]);
  expect(await top({ by: "output_tokens", limit: 1 })).toEqual(["usr_c"]);
});
