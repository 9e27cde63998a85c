import { SECOND } from "../kernel/clock.ts";
import { repeatedly } from "../kernel/repeatedly.ts";

/** Ends of holds that could not be committed because the database was away. They are tried again until they are. */
export interface Unsettled {
  /** Does `end` now, and where that fails, again later: its failure is thrown, but nothing is forgotten. */
  ensure<T>(end: () => Promise<T>): Promise<T>;
  /** How many are waiting. */
  size(): number;
  close(): Promise<void>;
}

const RETRY_MS = 2 * SECOND;

/**
 * A usage event is never dropped: ending a hold twice is harmless, so it is done again until it works. If this node dies before
 * that, its holds are recovered from their checkpoints.
 */
export function openUnsettled({ onError }: { readonly onError: (error: unknown) => void }): Unsettled {
  const waiting = new Set<() => Promise<unknown>>();

  const again = async () => {
    for (const end of waiting) {
      try {
        await end();
        waiting.delete(end);
      } catch (error) {
        // Where one cannot be committed the next one cannot either; a later round begins anew.
        onError(error);
        return;
      }
    }
  };
  const task = repeatedly(again, RETRY_MS, onError);

  return {
    async ensure(end) {
      try {
        return await end();
      } catch (error) {
        waiting.add(end);
        throw error;
      }
    },
    size: () => waiting.size,
    async close() {
      await task.close();
      await again();
    },
  };
}
