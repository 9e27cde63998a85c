// @ts-check
import { spawn } from "node:child_process";
import { constants } from "node:os";
import path from "node:path";

/** @type {NodeJS.Signals[]} */
const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP"];
const REPEAT_MS = 500;

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null, received?: NodeJS.Signals }} Ending */

/** @typedef {{ onStart?: (pid: number | undefined) => void, onOutput?: (text: string) => void }} Watchers */

/** The user or the system asked us to stop while something was being installed. */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/**
 * Runs a program to its end and passes the signals that ask for an orderly stop on to it. Rejects only when the
 * program could not be started.
 *
 * Ctrl-C reaches every process of the terminal, and npm passes it on once more; what comes twice within half a second
 * is passed on once, so that a program that takes a second signal for impatience can still drain.
 * @param {string} program
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions & Watchers} options
 * @returns {Promise<Ending>}
 */
export function run(program, args, { onStart, onOutput, ...options }) {
  return new Promise((resolve, reject) => {
    /** @type {NodeJS.Signals | undefined} */
    let received;
    let passedAt = Number.NEGATIVE_INFINITY;
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      const repeated = signal === received && performance.now() - passedAt < REPEAT_MS;
      received = signal;
      if (repeated || process.platform === "win32") return; // Windows tells every process itself, and kill is no question there
      passedAt = performance.now();
      child.kill(signal);
    };
    // Before the program starts: a signal that comes right after must find somebody.
    for (const signal of PASSED_ON) process.on(signal, pass);
    const child = spawn(program, args, options);
    onStart?.(child.pid);
    const stopPassing = () => {
      for (const signal of PASSED_ON) process.off(signal, pass);
    };

    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text) => onOutput?.(text));
    child.once("error", (error) => {
      stopPassing();
      reject(error);
    });
    child.once("close", (code, signal) => {
      stopPassing();
      resolve({ code, signal, received });
    });
  });
}

/**
 * Ends this process the way another ended: with its code, or by its signal.
 * @param {Ending} ending
 */
export function leave({ code, signal }) {
  if (signal === null) return process.exit(code ?? 1);
  process.kill(process.pid, signal);
  setTimeout(() => process.exit(128 + constants.signals[signal]), 1000); // for a signal that is ignored here
}

/**
 * The environment in which `node` on PATH is the Node given, so that tools started further down run on it too.
 * @param {string} node
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function envFor(node, env = process.env) {
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return { ...env, [name]: [path.dirname(node), env[name]].filter(Boolean).join(path.delimiter) };
}
