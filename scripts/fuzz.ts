/** `npm run fuzz [-- 10]`: so many times the random operations of `npm test` against the ledger's rule (10 are a million). */
import path from "node:path";
import { leave, run } from "./bootstrap/run.mjs";

const [runs = "10"] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, "..");
const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
const env = { ...process.env, TOLLGATE_FUZZ_RUNS: runs };
const args = [vitest, "run", "test/ledger/decide.property", "--testTimeout=3600000"];
leave(await run(process.execPath, args, { cwd: root, env, stdio: "inherit" }));
