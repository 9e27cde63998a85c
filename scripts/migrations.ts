/**
 * Generates the migrations of both engines from the one schema: `npm run migrations`. With `--check` it writes nothing and
 * fails when the committed ones are stale.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

const ENGINES = { sqlite: "file:unused.db", postgres: "postgres://unused/unused" };
const drizzleKit = join(dirname(createRequire(import.meta.url).resolve("drizzle-kit")), "bin.cjs");
const check = process.argv.includes("--check");
const name = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
let stale = false;

for (const [engine, url] of Object.entries(ENGINES)) {
  const folder = join("migrations", engine);
  // drizzle-kit reads what is there by a path from here: an absolute one is not found.
  const out = check ? relative(process.cwd(), mkdtempSync(join(tmpdir(), "tollgate-migrations-"))) : folder;
  if (check) cpSync(folder, out, { recursive: true });
  const before = readdirSync(out);
  const run = spawnSync(process.execPath, [drizzleKit, "generate", ...(name ? [`--name=${name}`] : [])], {
    env: { ...process.env, DATABASE_URL: url, TOLLGATE_MIGRATIONS_OUT: out },
    encoding: "utf8",
  });
  // Where it would ask (a column added, another dropped: is it renamed?), it says so and leaves with 0.
  if (run.status !== 0 || run.stderr.includes("Error:")) {
    console.error(run.stdout, run.stderr);
    process.exit(1);
  }
  const added = readdirSync(out).filter((file) => !before.includes(file));
  if (check) {
    rmSync(out, { recursive: true });
    if (added.length) {
      stale = true;
      console.error(
        `migrations/${engine} is stale: the schema changed. Run \`npm run migrations\` and commit the result.`,
      );
    }
  } else {
    console.log(`migrations/${engine}: ${added.length ? added.join(", ") : "nothing to add"}`);
  }
}
process.exit(stale ? 1 : 0);
