import { Worker } from "node:worker_threads";
import { SECOND } from "./clock.ts";

/** Work that could take too long, or too much memory, in a thread of its own. */
export interface Thread {
  /** Answers one question after the other. Rejects with NoAnswer where that takes too long, or the thread dies of it. */
  ask(question: unknown, msMax: number): Promise<unknown>;
  close(): Promise<void>;
}

/** What was asked was too much for the thread: it is gone, and the next question has another. */
export class NoAnswer extends Error {}

const START_MS_MAX = 30 * SECOND;

/** One thread of a file that says `ready`, then answers each message with one; started when it is first needed. What takes too long dies with it. */
export function openThread(file: URL, { memoryMbMax }: { readonly memoryMbMax: number }): Thread {
  let worker: Worker | null = null;
  let tail: Promise<unknown> = Promise.resolve();

  const start = async (): Promise<Worker> => {
    const started = new Worker(file, {
      ...{ execArgv: [], env: {} },
      resourceLimits: { maxOldGenerationSizeMb: memoryMbMax },
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

  return {
    ask(question, msMax) {
      const run = tail.then(async () => {
        worker ??= await start();
        try {
          const answered = answerOf(worker, msMax);
          worker.postMessage(question);
          return await answered;
        } catch (cause) {
          await end();
          throw new NoAnswer((cause as Error).message, { cause });
        }
      });
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
