// @ts-check
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { holdingLock } from "./lock.mjs";
import { Failure } from "./npm.mjs";
import { envFor, Interrupted, run } from "./run.mjs";

/** Scripts that serve the pages, or test them. */
const NEED_PAGES = ["src/main.ts", "src/cli.ts", "scripts/check.ts"];

/** @param {string} script */
export const needsPages = (script) => NEED_PAGES.includes(script);

/**
 * Builds the pages unless they are those of the sources. Only reads files when they are.
 * @param {string} root
 * @param {string} node
 */
export async function ensurePages(root, node) {
  if (pagesReady(root)) return;
  await holdingLock(path.join(root, ".bootstrap"), async (claim) => {
    if (pagesReady(root)) return;
    console.error("tollgate: building the pages, because dist/web is missing or out of date (some seconds) …");
    const ending = await run(node, [path.join(root, "scripts/pages.ts")], {
      cwd: root,
      env: envFor(node),
      stdio: ["ignore", 2, 2],
      onStart: claim,
    });
    if (ending.received) throw new Interrupted(ending.received);
    if (ending.code !== 0) throw new Failure("the pages could not be built: what went wrong is above");
  });
}

/**
 * Whether dist/web was built of what is in src/web/apps now. Without sources there is nothing to build: then what is
 * there is served.
 * @param {string} root
 */
export function pagesReady(root) {
  if (!existsSync(sourcesPath(root))) return true;
  try {
    return readFileSync(stampPath(root), "utf8") === pagesStamp(root);
  } catch {
    return false;
  }
}

/**
 * Says what the pages are built of: their sources, the packages they use, and how they are built.
 * @param {string} root
 */
export function pagesStamp(root) {
  const sources = sourcesPath(root);
  const files = readdirSync(sources, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash("sha256");
  for (const file of [...files, path.join(root, "package-lock.json"), path.join(root, "scripts/pages.ts")]) {
    hash
      .update(`${path.relative(root, file)}\n`)
      .update(readFileSync(file))
      .update("\n");
  }
  return hash.digest("hex");
}

/** @param {string} root */
export const stampPath = (root) => path.join(root, "dist/web/.stamp");

/** @param {string} root */
const sourcesPath = (root) => path.join(root, "src/web/apps");
