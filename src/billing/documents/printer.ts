import { Worker } from "node:worker_threads";
import { SECOND } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Paper } from "./paper.ts";
import type { Printed } from "./pdf-worker.ts";

/** Makes PDFs. */
export interface Printer {
  pdf(paper: Paper): Promise<Buffer>;
  close(): Promise<void>;
}

const PRINT_MS_MAX = 60 * SECOND;
const START_MS_MAX = 30 * SECOND;
const MEMORY_MB_MAX = 512;
/** Documents that may wait for those before them; more are refused. */
const WAITING_MAX = 100;

/** One thread, started when it is first needed, that prints one document after the other. What takes too long dies with its thread. */
export function openPrinter({ waitingMax = WAITING_MAX } = {}): Printer {
  let worker: Worker | null = null;
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const start = async (): Promise<Worker> => {
    const started = new Worker(new URL("./pdf-worker.ts", import.meta.url), {
      ...{ execArgv: [], env: {} },
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB_MAX },
    });
    started.unref();
    started
      .on("error", () => {})
      .on("exit", () => {
        if (worker === started) worker = null;
      });
    try {
      await answerOf(started, START_MS_MAX);
      return started;
    } catch (error) {
      await started.terminate();
      throw error;
    }
  };
  const end = async () => {
    const ended = worker;
    worker = null;
    await ended?.terminate();
  };

  const print = async (paper: Paper): Promise<Buffer> => {
    worker ??= await start();
    let answer: Printed;
    try {
      const answered = answerOf(worker, PRINT_MS_MAX);
      worker.postMessage(paper);
      answer = (await answered) as Printed;
    } catch (error) {
      await end();
      throw error;
    }
    if ("failed" in answer) throw new Error(`${paper.number} could not be printed: ${answer.failed}`);
    return Buffer.from(answer.pdf);
  };

  return {
    async pdf(paper) {
      if (waiting >= waitingMax) {
        throw new Problem("rate_limited", { message: "Too many documents are being printed. Try again shortly." });
      }
      waiting += 1;
      const run = tail.then(() => print(paper)).finally(() => (waiting -= 1));
      tail = run.catch(() => {});
      return run;
    },
    async close() {
      await tail;
      await end();
    },
  };
}

/** The next message of a thread; rejects when it dies, or takes longer than it may. */
function answerOf(worker: Worker, msMax: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settled(() => reject(new Error(`no answer within ${msMax} ms`))), msMax);
    const settled = (answer: () => void) => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      answer();
    };
    const onMessage = (message: unknown) => settled(() => resolve(message));
    const onError = (error: unknown) => settled(() => reject(error));
    const onExit = (code: number) => settled(() => reject(new Error(`the thread ended with ${code}`)));
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
  });
}
