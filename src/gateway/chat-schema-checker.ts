import { Worker } from "node:worker_threads";
import { SECOND } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import type { JsonSchema, Misfit } from "./chat-schema.ts";
import type { Check, Verdict } from "./chat-schema-worker.ts";

/** Checks text against JSON Schemas, without trusting either. */
export interface SchemaChecker {
  /** A Problem of 400 that names `schema` where it cannot be used. */
  assertUsable(schema: JsonSchema): Promise<void>;
  /** What of this text does not fit; nothing where it is JSON that fits. A Problem of 400 where the schema takes too long to check. */
  misfits(schema: JsonSchema, text: string): Promise<readonly Misfit[]>;
  close(): Promise<void>;
}

const CHECK_MS_MAX = 2 * SECOND;
const START_MS_MAX = 30 * SECOND;
const MEMORY_MB_MAX = 128;

/** One thread, started when it is first needed, that does one check after the other. What takes too long dies with its thread. */
export function openSchemaChecker({ checkMsMax = CHECK_MS_MAX } = {}): SchemaChecker {
  let worker: Worker | null = null;
  let tail: Promise<unknown> = Promise.resolve();

  const start = async (): Promise<Worker> => {
    const started = new Worker(new URL("./chat-schema-worker.ts", import.meta.url), {
      execArgv: [],
      env: {},
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

  const check = (question: Check): Promise<readonly Misfit[]> => {
    const run = tail.then(async () => {
      worker ??= await start();
      let verdict: Verdict;
      try {
        const answered = answerOf(worker, checkMsMax);
        worker.postMessage(question);
        verdict = (await answered) as Verdict;
      } catch (cause) {
        await end();
        throw new Problem("invalid_request", {
          message: "schema: takes too long, or too much memory, to check",
          cause,
        });
      }
      if ("unusable" in verdict) {
        throw new Problem("invalid_request", { message: `schema: cannot be used: ${verdict.unusable}` });
      }
      return verdict.misfits;
    });
    tail = run.catch(() => {});
    return run;
  };

  return {
    assertUsable: async (schema) => void (await check({ schema, text: null })),
    misfits: (schema, text) => check({ schema, text }),
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
