import type { Database } from "../../src/db/database.ts";
import { DAY, instant, iso } from "../../src/kernel/clock.ts";
import { KINDS, type KindName } from "../../src/reports/usage/kinds.ts";
import { ReportQuery } from "../../src/reports/usage/query.ts";
import { everyRow, jsonReport, openReport } from "../../src/reports/usage/report.ts";
import { TopQuery, topReport } from "../../src/reports/usage/top.ts";
import { END, MODELS, randoms, START, TENANTS, tenantName, USERS, userName } from "./reports-seed.ts";

const TARGET_MS = 100;
const GROUPS = [
  ...["day", "week", "month", "tenant", "model", "user", "key", "tag", "plan_version", "tenant,day", "model,month"],
  ...["user,day", "tag,week", "user,model", "hour", "user,hour"],
];
type Random = () => number;

/** Asks every report many times, and says how long it took. */
export async function askReports(db: Database, rounds: number): Promise<void> {
  const random = randoms(11);
  const kinds = Object.keys(KINDS) as KindName[];
  const all: number[] = [];
  console.log(`${"report".padEnd(30)}${"p50 ms".padStart(10)}${"p95 ms".padStart(10)}`);
  for (const group_by of GROUPS) {
    for (const scope of ["tenant", "all"] as const) {
      const times = await timed(rounds, () => {
        const kind = kinds.filter((name) => name !== "latency" || !/user|key/.test(group_by))[
          Math.floor(random() * 6)
        ]!;
        return ask(db, kind, group_by, scope, random);
      });
      all.push(...times);
      row(`${scope}: by ${group_by}`, times);
    }
  }
  for (const what of ["tenant", "user", "model"]) {
    const times = await timed(rounds, () =>
      topReport(db.read, TopQuery.parse({ ...rangeOf(random), of: what }), instant(END)),
    );
    all.push(...times);
    row(`top: ${what}`, times);
  }
  row("all of them", all);
  console.log(at(all, 0.95) <= TARGET_MS ? `within ${TARGET_MS} ms` : `NOT within ${TARGET_MS} ms`);
  await readCsv(db);
}

function rangeOf(random: Random) {
  const days = [1, 7, 30, 90, 365][Math.floor(random() * 5)]!;
  const from = START + Math.floor(random() * (END - START - days * DAY));
  return { from: iso(from), to: iso(from + days * DAY) };
}

async function ask(db: Database, kind: KindName, group_by: string, scope: "tenant" | "all", random: Random) {
  const tenant = Math.floor(TENANTS * random() ** 2);
  const filters: Record<string, string>[] = [{}, { model: MODELS[Math.floor(random() * 3)]! }, { tz: "Europe/Berlin" }];
  const filter = filters[Math.floor(random() * filters.length)]!;
  const query = ReportQuery.parse({ ...rangeOf(random), group_by, ...filter });
  const report = await openReport(db.read, kind, query, instant(END));
  const user =
    scope === "tenant" && random() < 0.3 && kind !== "latency"
      ? userName(tenant, Math.floor(USERS * random()))
      : undefined;
  // The seeded tenants and users are in the usage alone.
  const asked = scope === "tenant" ? { ...report.page.filter, tenant: tenantName(tenant), user } : report.page.filter;
  return jsonReport(db.read, { ...report, page: { ...report.page, filter: asked } }, query);
}

async function readCsv(db: Database): Promise<void> {
  const query = ReportQuery.parse({ from: iso(START), to: iso(END), group_by: "user,hour" });
  const report = await openReport(db.read, "usage", query, instant(END));
  const before = process.memoryUsage().rss;
  const started = performance.now();
  let [rows, peak] = [0, before];
  for await (const page of everyRow(db.read, report)) {
    rows += page.length;
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  const seconds = (performance.now() - started) / 1_000;
  console.log(
    `CSV: ${rows} rows in ${seconds.toFixed(1)} s, ${((peak - before) / 2 ** 20).toFixed(0)} MiB more at the most`,
  );
}

async function timed(rounds: number, ask: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  // The first is not counted: code is compiled in it.
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    await ask();
    if (round > 0) times.push(performance.now() - started);
  }
  return times;
}

const at = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;

const row = (name: string, times: readonly number[]) =>
  console.log(`${name.padEnd(30)}${at(times, 0.5).toFixed(1).padStart(10)}${at(times, 0.95).toFixed(1).padStart(10)}`);
