import { setTimeout as sleep } from "node:timers/promises";
import { isConnectionLost } from "../db/errors.ts";

export interface GroupCommit<Op, Answer> {
  /** Resolves once the operation is durable, with its answer. Rejects when it could not be committed; nothing of it remains then. */
  submit(operation: Op): Promise<Answer>;
  /** Resolves when nothing is waiting or under way. */
  idle(): Promise<void>;
}

interface Waiting<Op, Answer> {
  readonly operation: Op;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

const OPERATIONS_MAX = 1_000;
const RETRY_MS = [10, 50, 200, 500, 1_000, 2_000, 4_000];

/**
 * Operations that arrive while a commit is under way go into the next one together: one transaction, one fsync. Without a
 * commit under way a batch closes at the end of the event loop's turn. `commit` is all or nothing, and harmless when it is
 * repeated: after a broken connection nobody knows whether it happened, so the same batch is committed again before
 * anyone is answered. An operation that makes a batch fail is found by committing each alone, and only it fails.
 */
export function groupCommit<Op, Answer>(
  commit: (operations: readonly Op[]) => Promise<readonly Answer[]>,
): GroupCommit<Op, Answer> {
  let queue: Waiting<Op, Answer>[] = [];
  let running: Promise<void> | undefined;

  const run = async () => {
    while (queue.length) {
      const batch = queue.slice(0, OPERATIONS_MAX);
      queue = queue.slice(OPERATIONS_MAX);
      await settleBatch(batch);
      await nextTurn();
    }
    running = undefined;
  };

  const settleBatch = async (batch: readonly Waiting<Op, Answer>[]): Promise<void> => {
    try {
      const answers = await committed(batch.map(({ operation }) => operation));
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index]!);
    } catch (error) {
      // A database that is away is away for each of them: only a fault of the batch's own is looked for in its parts.
      if (batch.length === 1 || isConnectionLost(error)) for (const { reject } of batch) reject(error);
      else for (const waiting of batch) await settleBatch([waiting]);
    }
  };

  const committed = async (operations: readonly Op[]): Promise<readonly Answer[]> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await commit(operations);
      } catch (error) {
        const wait = RETRY_MS[attempt];
        if (wait === undefined || !isConnectionLost(error)) throw error;
        await sleep(wait);
      }
    }
  };

  return {
    submit(operation) {
      return new Promise((resolve, reject) => {
        queue.push({ operation, resolve, reject });
        running ??= nextTurn().then(run);
      });
    },
    async idle() {
      while (running) await running;
    },
  };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
