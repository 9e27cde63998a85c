import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Database } from "../../src/db/database.ts";
import { DAY, instant, iso } from "../../src/kernel/clock.ts";
import { csvOf } from "../../src/reports/csv.ts";
import { KINDS, type KindName } from "../../src/reports/usage/kinds.ts";
import { ReportQuery } from "../../src/reports/usage/query.ts";
import { columnsOf, everyRow, jsonReport, openReport } from "../../src/reports/usage/report.ts";
import { TopQuery, topReport } from "../../src/reports/usage/top.ts";
import { END, MODELS, randoms, START, tenantName, tenantOf, USERS, userName } from "./reports-seed.ts";

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
  const all: Time[] = [];
  console.log(`${"report".padEnd(30)}${"p50 ms".padStart(10)}${"p95 ms".padStart(10)}${"p95 cpu".padStart(10)}`);
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
  for (const what of ["tenant", "user", "key", "model", "tag"]) {
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
  const days = [1, 7, 30, 60, 89][Math.floor(random() * 5)]!;
  const from = START + Math.floor(random() * (END - START - days * DAY));
  return { from: iso(from), to: iso(from + days * DAY) };
}

async function ask(db: Database, kind: KindName, group_by: string, scope: "tenant" | "all", random: Random) {
  const user = Math.floor(USERS * random() ** 2);
  const tenant = tenantName(tenantOf(user));
  const filters: Record<string, string>[] = [{}, { model: MODELS[Math.floor(random() * 3)]! }, { tz: "Europe/Berlin" }];
  const filter = filters[Math.floor(random() * filters.length)]!;
  const query = ReportQuery.parse({ ...rangeOf(random), group_by, ...filter });
  const report = await openReport(db.read, kind, query, instant(END));
  const ofUser = scope === "tenant" && random() < 0.3 && kind !== "latency" ? { user: userName(user) } : {};
  // The seeded tenants and users are in the usage alone.
  const asked = scope === "tenant" ? { ...report.page.filter, tenant, ...ofUser } : report.page.filter;
  return jsonReport(db.read, { ...report, page: { ...report.page, filter: asked } }, query);
}

/** A CSV of a million rows, as it is sent: memory must not grow with it. What is garbage does not count. */
async function readCsv(db: Database): Promise<void> {
  const query = ReportQuery.parse({ from: iso(START), to: iso(END), group_by: "user,day" });
  const report = await openReport(db.read, "usage", query, instant(END));
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const started = performance.now();
  const inUse: string[] = [];
  let [rows, bytes, next] = [0, 0, CSV_ROWS / 10];
  for await (const text of csvOf(everyRow(db.read, report), columnsOf(report))) {
    rows += text.split("\n").length - 1;
    bytes += text.length;
    if (rows >= next) {
      next += CSV_ROWS / 10;
      collect();
      const { heapUsed, external } = process.memoryUsage();
      inUse.push(((heapUsed + external) / 2 ** 20).toFixed(1));
    }
    if (rows >= CSV_ROWS) break;
  }
  const seconds = (performance.now() - started) / 1_000;
  console.log(`CSV: ${rows} rows, ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s`);
  console.log(`memory in use after each ${CSV_ROWS / 10} rows, in MiB: ${inUse.join(", ")}`);
}

const CSV_ROWS = 1_000_000;

async function timed(rounds: number, ask: () => Promise<unknown>): Promise<Time[]> {
  const times: Time[] = [];
  // The first is not counted: code is compiled in it.
  for (let round = 0; round <= rounds; round++) {
    const [started, before] = [performance.now(), process.cpuUsage()];
    await ask();
    const { user, system } = process.cpuUsage(before);
    if (round > 0) times.push({ took: performance.now() - started, cpu: (user + system) / 1_000 });
  }
  return times;
}

interface Time {
  readonly took: number;
  /** Of this process: on SQLite all of it, and on a machine that does other work too, what it would have taken alone. */
  readonly cpu: number;
}

const at = (times: readonly Time[], share: number, of: keyof Time = "took"): number =>
  times.map((time) => time[of]).sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ??
  0;

const row = (name: string, times: readonly Time[]) =>
  console.log(
    name.padEnd(30) +
      [at(times, 0.5), at(times, 0.95), at(times, 0.95, "cpu")].map((ms) => ms.toFixed(1).padStart(10)).join(""),
  );
