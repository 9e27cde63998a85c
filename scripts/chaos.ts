/**
 * `npm run chaos [-- --kills 30]`: kills a node with SIGKILL again and again under load, and prints the books against what the
 * provider served. On the database of DATABASE_URL when it is set (an empty one), else on a SQLite file that is thrown away.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runChaos } from "./support/chaos.ts";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "30" }, clients: { type: "string", default: "24" } },
});
const folder = mkdtempSync(join(tmpdir(), "tollgate-chaos-"));
const databaseUrl = process.env.DATABASE_URL || `file:${join(folder, "chaos.db")}`;

try {
  const figures = await runChaos({
    databaseUrl,
    kills: Number(values.kills),
    clients: Number(values.clients),
    onKill: (count) => process.stderr.write(`\rkilled ${count} times`),
  });
  process.stderr.write("\n");
  console.log(figures);
  const sound =
    figures.doubled === 0 &&
    figures.open_holds === 0 &&
    figures.held_micros === 0 &&
    figures.spend_micros === figures.used_micros &&
    figures.unknown === figures.unknown_listed;
  if (!sound) throw new Error("the books are not sound");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
