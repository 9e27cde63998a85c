import { SECOND } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import { NoAnswer, openThread } from "../kernel/thread.ts";
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
const MEMORY_MB_MAX = 128;

/** Does one check after the other, in a thread: a schema can take for ever, and all memory. */
export function openSchemaChecker({ checkMsMax = CHECK_MS_MAX } = {}): SchemaChecker {
  const thread = openThread(new URL("./chat-schema-worker.ts", import.meta.url), { memoryMbMax: MEMORY_MB_MAX });

  const check = async (question: Check): Promise<readonly Misfit[]> => {
    const verdict = (await thread.ask(question, checkMsMax).catch((cause: unknown) => {
      if (!(cause instanceof NoAnswer)) throw cause;
      throw new Problem("invalid_request", {
        message: "schema: takes too long, or too much memory, to check",
        cause,
      });
    })) as Verdict;
    if ("unusable" in verdict)
      throw new Problem("invalid_request", { message: `schema: cannot be used: ${verdict.unusable}` });
    return verdict.misfits;
  };

  return {
    assertUsable: async (schema) => void (await check({ schema, text: null })),
    misfits: (schema, text) => check({ schema, text }),
    close: thread.close,
  };
}
