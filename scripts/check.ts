// `npm test`: everything that must hold before a commit, quickest first; `npm test -- test/ledger` runs only those tests.
import path from "node:path";
import { leave, run } from "./bootstrap/run.mjs";

const root = path.resolve(import.meta.dirname, "..");
const only = process.argv.slice(2);

const checks: [heading: string, ...command: string[]][] = [
  ["format and lint", "node_modules/@biomejs/biome/bin/biome", "check"],
  ["types", "node_modules/typescript/bin/tsc", "--noEmit"],
  ["types of the pages", "node_modules/typescript/bin/tsc", "--noEmit", "-p", "src/web/apps"],
  ["migrations are those of the schema", "scripts/migrations.ts", "--check"],
  ["tests", "node_modules/vitest/vitest.mjs", "run", ...only],
];

for (const [heading, script = "", ...args] of only.length === 0 ? checks : checks.slice(-1)) {
  console.log(`\n── ${heading} ${"─".repeat(76 - heading.length)}\n`);
  const ending = await run(process.execPath, [path.join(root, script), ...args], { cwd: root, stdio: "inherit" });
  if (ending.code === 0) continue;
  leave(ending);
  break;
}
