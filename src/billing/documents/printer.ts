import { SECOND } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { openThread } from "../../kernel/thread.ts";
import type { Paper } from "./paper.ts";
import type { Printed } from "./pdf-worker.ts";

/** Makes PDFs. */
export interface Printer {
  pdf(paper: Paper): Promise<Buffer>;
  close(): Promise<void>;
}

const PRINT_MS_MAX = 60 * SECOND;
const MEMORY_MB_MAX = 512;
/** Documents that may wait for those before them; more are refused. */
const WAITING_MAX = 100;

/** Prints one document after the other, in a thread. */
export function openPrinter({ waitingMax = WAITING_MAX } = {}): Printer {
  const thread = openThread(new URL("./pdf-worker.ts", import.meta.url), { memoryMbMax: MEMORY_MB_MAX });
  let waiting = 0;

  return {
    async pdf(paper) {
      if (waiting >= waitingMax) {
        throw new Problem("rate_limited", { message: "Too many documents are being printed. Try again shortly." });
      }
      waiting += 1;
      const answer = (await thread.ask(paper, PRINT_MS_MAX).finally(() => (waiting -= 1))) as Printed;
      if ("failed" in answer) throw new Error(`${paper.number} could not be printed: ${answer.failed}`);
      return Buffer.from(answer.pdf);
    },
    close: thread.close,
  };
}
