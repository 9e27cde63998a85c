/**
 * `npm run demo [-- --months 12]`: a billing year on the sandbox's clock, told as it happens, on a database of its own that is thrown away. It ends with the
 * books held against Razorpay's and the provider's; a difference fails it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { months: { type: "string", default: "12" } } });
const months = Number(values.months);
if (!Number.isInteger(months) || months < 1 || months > 12) {
  console.error("--months: a whole number from 1 to 12");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "tollgate-demo-"));
const database = `file:${join(folder, "demo.db")}`;
// Which engine is decided when the rest is loaded.
process.env.DATABASE_URL = database;
const { openStage } = await import("./demo/stage.ts");
const { tellYear, YEAR_STARTS } = await import("./demo/year.ts");
const { provenBooks, tableOfMonths } = await import("./demo/books.ts");

const say = (text: string) => console.log(text);
const begun = performance.now();
const stage = await openStage({ database, start: YEAR_STARTS });
try {
  const year = await tellYear(stage, { months, say });
  say("\nAcme, month by month:\n");
  say(await tableOfMonths(stage, year.acme));
  say("\n   What was used is told before GST; what was invoiced is the plan's price, the overage, and GST.");
  say("\nThe books:\n");
  const proofs = await provenBooks(stage, year);
  for (const [text, isTrue] of proofs) say(`   ${isTrue ? "✓" : "✗"} ${text}`);
  const balanced = proofs.every(([, isTrue]) => isTrue);
  const seconds = Math.round((performance.now() - begun) / 1_000);
  say(balanced ? `\n   The books balance. It took ${seconds} s.` : "\n   The books do not balance.");
  if (!balanced) process.exitCode = 1;
} finally {
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
}
