/**
 * `npm run bench:reports`: what reports cost over many events. Seeds a database by the very code that settles (events, tail, fold), then asks
 * every report with random ranges and filters, and says the median and the 95th percentile. `-- --events 10000000` is the full scale
 * (default 100,000); `--database <url>` seeds one that is kept, and a seeded one is asked without seeding it again.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { askReports } from "./bench/reports-asked.ts";
import { seedUsage } from "./bench/reports-seed.ts";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "100000" },
    database: { type: "string" },
    rounds: { type: "string", default: "20" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "tollgate-reports-"));
const url = values.database ?? `file:${join(folder, "bench.db")}`;
process.env.DATABASE_URL = url;
const { openDatabase } = await import("../src/db/database.ts");
const db = await openDatabase(url, { durable: false });
try {
  await seedUsage(db, Number(values.events));
  await askReports(db, Number(values.rounds));
} finally {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
}
