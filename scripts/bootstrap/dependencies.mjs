// @ts-check
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { npm } from "./npm.mjs";

/** @typedef {{ version?: string, dev?: boolean, optional?: boolean, devOptional?: boolean }} Locked */
/** @typedef {{ packages: Record<string, Locked> }} Lockfile */

/**
 * Whether node_modules holds what package-lock.json asks for: by our stamp, or because somebody ran `npm ci`
 * themselves. Both marks are written after everything else, so a half-finished install has neither.
 * @param {string} root
 */
export function dependenciesReady(root) {
  const lock = readText(path.join(root, "package-lock.json"));
  if (lock === null) return true; // Not our repository: whoever installed this package looks after its dependencies.
  const stamp = readText(stampPath(root));
  if (stamp === stampOf(lock, "all") || stamp === stampOf(lock, extent())) return true;
  const installed = readText(path.join(root, "node_modules/.package-lock.json"));
  if (installed === null || !covers(parseLock(installed), parseLock(lock), extent())) return false;
  if (stamp !== null) return false; // Our own install, of another lock file or on another platform.
  writeStamp(root, lock);
  return true;
}

/**
 * Installs exactly what package-lock.json says, with npm running on `node`.
 * @param {string} root
 * @param {string} node
 * @param {import("./npm.mjs").Claim} claim
 */
export async function installDependencies(root, node, claim) {
  console.error(
    "tollgate: installing packages with npm ci, because node_modules is missing or out of date (a minute or two) …",
  );
  const dev = extent() === "all" ? ["--include=dev"] : ["--omit=dev"];
  await npm(["ci", ...dev, "--include=optional"], { cwd: root, node, claim });
  writeStamp(root, readFileSync(path.join(root, "package-lock.json"), "utf8"));
}

/**
 * Says which lock file was installed, and where: a folder shared by two platforms is installed again on each.
 * @param {string} lock the text of package-lock.json
 * @param {"all" | "production"} extent
 */
export function stampOf(lock, extent) {
  return createHash("sha256").update(`${process.platform} ${process.arch} ${extent}\n${lock}`).digest("hex");
}

/**
 * Whether `installed` (npm's own record in node_modules) has every package of `lock` in its version. Optional ones
 * may be absent, because most are for other platforms.
 * @param {Lockfile} installed
 * @param {Lockfile} lock
 * @param {"all" | "production"} extent
 */
export function covers(installed, lock, extent) {
  return Object.entries(lock.packages).every(([place, wanted]) => {
    const found = installed.packages[place];
    if (place === "") return true;
    if (found) return found.version === wanted.version;
    return wanted.optional || wanted.devOptional || (wanted.dev && extent === "production");
  });
}

/** With NODE_ENV=production npm leaves the development packages out, and so do we. */
function extent() {
  return process.env.NODE_ENV === "production" ? "production" : "all";
}

/** @param {string} root */
function stampPath(root) {
  return path.join(root, "node_modules/.tollgate-stamp");
}

/**
 * A folder that cannot be written to is left without a stamp; it is then judged by npm's record each time.
 * @param {string} root
 * @param {string} lock
 */
function writeStamp(root, lock) {
  try {
    writeFileSync(stampPath(root), stampOf(lock, extent()));
  } catch {}
}

/**
 * @param {string} file
 * @returns {string | null}
 */
function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

/**
 * @param {string} text
 * @returns {Lockfile}
 */
function parseLock(text) {
  try {
    return { packages: {}, ...JSON.parse(text) };
  } catch {
    return { packages: {} };
  }
}
