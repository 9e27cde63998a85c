import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { ADMIN_TOKEN, ROOT_SECRET } from "./world.ts";

/** A Tollgate process of its own, as an operator runs it, that a test can stop or kill. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Lines of its log so far. */
  readonly log: readonly Record<string, unknown>[];
  /** Sends a signal and waits for the end; its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  admin<T>(path: string): Promise<T>;
}

/** Starts a node on this database with this upstream, in live mode. */
export async function startServer(options: {
  databaseUrl: string;
  upstream: string;
  env?: Record<string, string>;
}): Promise<ServerProcess> {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: options.databaseUrl,
    PORT: "0",
    LOG_FORMAT: "json",
    ANTHROPIC_API_KEY: "sk-ant-sandbox",
    ANTHROPIC_BASE_URL: options.upstream,
    TOLLGATE_ADMIN_TOKEN: ADMIN_TOKEN,
    TOLLGATE_SECRET: ROOT_SECRET,
    ...options.env,
  };
  const child = spawn(process.execPath, ["src/main.ts"], { env, stdio: ["ignore", "pipe", "pipe"] });
  const stderr: string[] = [];
  child.stderr.on("data", (chunk) => stderr.push(String(chunk)));
  const log: Record<string, unknown>[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on("line", (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      log.push(line);
      if (line.msg === "serving") resolve(String(line.url));
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${stderr.join("")}`)));
  });

  return {
    url,
    child,
    log,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, "exit");
        child.kill(signal);
        await exited;
      }
      return child.exitCode;
    },
    async admin<T>(path: string) {
      const response = await fetch(`${url}/api/admin/${path}`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
  };
}
