import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A Tollgate process of its own, as an operator runs it, that can be stopped or killed. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Lines of its log so far. */
  readonly log: readonly Record<string, unknown>[];
  /** Sends a signal and waits for the end; its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** JSON over its API, with this credential; throws where the status is not 2xx. */
  call<T = Record<string, unknown>>(token: string, method: string, path: string, body?: unknown): Promise<T>;
}

/** Starts `src/main.ts` with these settings (and no others) on a free port, and waits until it serves. */
export async function startServer(settings: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const env = { PATH: process.env.PATH, PORT: "0", LOG_FORMAT: "json", ...settings };
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
    async call<T>(token: string, method: string, path: string, body?: unknown) {
      const answer = await fetch(`${url}/api/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
  };
}
