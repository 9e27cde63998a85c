import { spawn } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { MINUTE } from "../../src/kernel/clock.ts";
import { EACH, type Mortal } from "./mortal.ts";
import { NOW_HEADER, type Settings } from "./mortal-process.ts";
import { QUICK_START } from "./quick-start.ts";
import type { OpenApp } from "./world.ts";

const ENTRY = fileURLToPath(new URL("./mortal-process.ts", import.meta.url));
/** Longer than anything is leased for. */
const LATER_MS = 5 * MINUTE;

/**
 * A Tollgate in a process of its own, which is killed with SIGKILL exactly at a step. Its database, the provider and Razorpay live outside of it; it is
 * started again as another process.
 */
export function openKilled(): Mortal {
  let life: Life;
  let start: () => Promise<Life>;
  let lives = 0;

  const open: OpenApp = async ({ clock }, where) => {
    const now = () => clock.now();
    start = () => openLife({ ...where, laterMs: lives++ * LATER_MS, now: now() }, now);
    life = await start();
    return {
      jobs: {
        runDue: async () => {
          await life.ask("run");
          return [];
        },
        close: async () => {},
      },
      metricsHandler: (_req, res) => void res.destroy(),
      handler: (req, res) => life.pass(req, res),
      idle: async () => {},
      close: () => life.end(),
    };
  };
  return {
    open,
    told: new Set(),
    async listen(dieAt) {
      if (dieAt === EACH) throw new Error("a process is killed at one step");
      await life.ask("listen", dieAt);
    },
    isDead: () => life.isDead(),
    async revive() {
      life = await start();
    },
  };
}

interface Life {
  /** Resolves when it has done so; rejects when it dies over it. */
  ask(what: "run" | "listen" | "nothing", dieAt?: string): Promise<void>;
  isDead(): Promise<boolean>;
  /** Passes a request on to it, and its answer back. */
  pass(req: IncomingMessage, res: ServerResponse): void;
  end(): Promise<void>;
}

async function openLife(settings: Settings, now: () => number): Promise<Life> {
  const env = { ...QUICK_START, PATH: process.env.PATH, DATABASE_URL: settings.database_url };
  const child = spawn(process.execPath, [ENTRY, JSON.stringify(settings)], {
    ...{ env, stdio: ["ignore", "inherit", "inherit", "ipc"] },
  });
  const asked = new Map<number, { done: () => void; failed: (error: Error) => void }>();
  let count = 0;
  const died = once(child, "exit").then(() => {
    for (const { failed } of asked.values()) failed(new Error("killed"));
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.on("message", (message: { port?: number; done?: number; error?: string }) => {
      if (message.port !== undefined) return resolve(message.port);
      const waiting = asked.get(message.done!);
      asked.delete(message.done!);
      if (message.error === undefined) waiting?.done();
      else waiting?.failed(new Error(message.error));
    });
    child.once("exit", (code) => reject(new Error(`the process ended with ${code} before it served`)));
  });

  const hasEnded = () => child.signalCode !== null || child.exitCode !== null;
  const ask: Life["ask"] = (what, dieAt) =>
    new Promise((done, failed) => {
      if (hasEnded()) return failed(new Error("killed"));
      asked.set(++count, { done, failed });
      child.send({ id: count, ask: what, now: now(), dieAt }, (error) => error && failed(error));
    });

  return {
    ask,
    async isDead() {
      // Its connections may be seen to close before its end is.
      const lives = await ask("nothing").then(
        () => true,
        () => false,
      );
      if (!lives) await died;
      return child.signalCode === "SIGKILL";
    },
    pass(req, res) {
      const { method, url: path, headers } = req;
      const on = request({ port, method, path, headers: { ...headers, [NOW_HEADER]: String(now()) } });
      on.once("response", (answer) => {
        res.writeHead(answer.statusCode!, answer.headers);
        answer.once("error", () => res.destroy());
        answer.pipe(res);
      });
      on.once("error", () => res.destroy());
      req.pipe(on);
    },
    async end() {
      if (!hasEnded()) child.kill("SIGTERM");
      await died;
    },
  };
}
