import type { Ending, Step } from "./answer.ts";
import type { Behaviour } from "./directives.ts";
import type { Outlet } from "./outlet.ts";
import type { TallyEntry } from "./tally.ts";

/** What can happen to an answer before its end. */
export type Mishap = "overloaded" | "cut" | "stalled" | "aborted";

export interface Performed {
  ending: Ending | null;
  mishap: Mishap | null;
  thinkingTokens: number;
}

/**
 * Generates an answer at its pace, counting each step in the tally entry as it happens, until it ends, a mishap that
 * was asked for comes, or the client leaves. Streamed and whole answers are performed alike; only `put` differs.
 */
export async function perform(
  steps: Generator<Step, Ending>,
  stage: {
    behaviour: Behaviour;
    paceMs: number;
    outlet: Outlet;
    entry: TallyEntry;
    /** With prompt caching, what server tools add to the prompt is written to the cache for five minutes. */
    caches: boolean;
    put: (event: Step["event"]) => Promise<void> | undefined;
  },
): Promise<Performed> {
  const { behaviour, paceMs, outlet, entry, caches, put } = stage;
  let thinkingTokens = 0;

  for (;;) {
    const next = steps.next();
    if (!outlet.open) return { ending: null, mishap: "aborted", thinkingTokens };
    if (next.done) return { ending: next.value, mishap: null, thinkingTokens };

    const { event, outputTokens, inputTokens, webSearches, thinking } = next.value;
    const mishap = event.type === "content_block_start" ? null : mishapAfter(entry.deltas, behaviour);
    if (mishap) return { ending: null, mishap, thinkingTokens };

    if (event.type === "content_block_delta") {
      if (paceMs > 0) await outlet.pause(paceMs);
      if (!outlet.open) return { ending: null, mishap: "aborted", thinkingTokens };
      entry.deltas += 1;
    }
    entry.outputTokens += outputTokens;
    entry[caches ? "cacheWrite5m" : "inputTokens"] += inputTokens;
    entry.webSearches += webSearches;
    if (thinking) thinkingTokens += outputTokens;

    const written = put(event);
    if (written) await written;
  }
}

function mishapAfter(deltas: number, behaviour: Behaviour): Mishap | null {
  if (deltas === behaviour.overloaded_after) return "overloaded";
  if (deltas === behaviour.cut_after) return "cut";
  return deltas === behaviour.stall_after ? "stalled" : null;
}
