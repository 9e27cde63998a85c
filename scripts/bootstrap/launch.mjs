// @ts-check
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { dependenciesReady, installDependencies } from "./dependencies.mjs";
import { holdingLock } from "./lock.mjs";
import { Failure } from "./npm.mjs";
import { ensurePages, needsPages } from "./pages.mjs";
import { envFor, Interrupted, leave, run } from "./run.mjs";
import { chooseNode, installNode } from "./runtime.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * Runs `script` (relative to the repository) on Node 24 in the caller's working directory, and ends this process the
 * way the script ended. The product itself (src/) gets the settings of a `.env` file there; what is set already wins. A failure to prepare is one sentence and exit code 1.
 * @param {string | undefined} script
 * @param {string[]} args
 */
export async function launch(script, args) {
  try {
    if (script === undefined)
      throw new Failure("say which script to run: node scripts/bootstrap.mjs <script.ts> [args…]");
    const node = await prepare(ROOT);
    if (needsPages(script)) await ensurePages(ROOT, node);
    const flags = script.startsWith("src/") && existsSync(".env") ? ["--env-file=.env"] : [];
    leave(await run(node, [...flags, path.resolve(ROOT, script), ...args], { env: envFor(node), stdio: "inherit" }));
  } catch (error) {
    if (error instanceof Interrupted) return leave({ code: null, signal: error.signal });
    if (!(error instanceof Failure)) throw error;
    console.error(`tollgate: ${error.message}`);
    process.exitCode = 1;
  }
}

/**
 * The path of a Node 24 with every package in place. Only reads files when nothing is missing. Node comes before the
 * packages because npm skips optional packages (native bindings) whose `engines` refuse the Node that npm runs on.
 * @param {string} root
 */
export async function prepare(root) {
  const node = chooseNode(root);
  if (node.ready && dependenciesReady(root)) return node.path;
  await holdingLock(path.join(root, ".bootstrap"), async (claim) => {
    if (!chooseNode(root).ready) await installNode(root, claim);
    if (!dependenciesReady(root)) await installDependencies(root, node.path, claim);
  });
  return node.path;
}
