// @ts-check
import { envFor, Interrupted, run } from "./run.mjs";

/** @typedef {(pid: number | undefined) => void} Claim tells the lock which process does the work */

const TAIL_CHARS = 20_000;

/** Something the user can do something about; its message is a sentence that says what. */
export class Failure extends Error {}

/**
 * Runs npm on `node`, silently: its output is shown only when it fails.
 * @param {string[]} args
 * @param {{ cwd: string, node: string, claim: Claim, missing?: string }} options `missing`: what to say when a package
 *   does not exist
 */
export async function npm(args, { cwd, node, claim, missing }) {
  let output = "";
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--engine-strict=false"];
  const ending = await run("npm", [...args, ...quiet], {
    cwd,
    env: envFor(node),
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32", // npm is a .cmd file there
    onStart: claim,
    onOutput: (text) => {
      output = (output + text).slice(-TAIL_CHARS);
    },
  }).catch((error) => {
    if (error.code === "ENOENT") throw new Failure("npm is not on PATH: install Node.js together with npm");
    throw error;
  });
  if (ending.received) throw new Interrupted(ending.received);
  if (ending.code === 0) return;
  process.stderr.write(output);
  throw new Failure(explain(output, cwd, missing));
}

/**
 * What went wrong in npm's output, in a sentence that says what to do.
 * @param {string} output
 * @param {string} cwd
 * @param {string} [missing]
 */
export function explain(output, cwd, missing) {
  const code = /^npm (?:error|ERR!) code (\S+)/m.exec(output)?.[1] ?? "";
  if (/^(ENOTFOUND|EAI_AGAIN|ECONN\w+|E\w*TIMEDOUT|E\w+UNREACH|E\w*_?SOCKET_TIMEOUT|EIDLETIMEOUT)$/.test(code)) {
    return `npm could not reach its registry (${code}): check the network, or npm's proxy and registry settings, and run the same command again`;
  }
  if (/^(EACCES|EPERM|EROFS)$/.test(code))
    return `npm may not write (${code}): make ${cwd} and npm's cache writable for this user`;
  if (code === "ENOSPC") return "the disk is full: make room and run the same command again";
  if (code === "EUSAGE") return "package-lock.json does not match package.json: run npm install, and commit both";
  if (missing && /^(E404|ETARGET)$/.test(code)) return missing;
  return `npm failed${code && ` (${code})`}; its output is above`;
}
