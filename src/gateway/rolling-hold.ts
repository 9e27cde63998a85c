import type { Quantities } from "../catalog/meters.ts";
import type { Amounts } from "../kernel/metrics.ts";
import type { Problem } from "../kernel/problems.ts";
import type { Hold, Refusal } from "../ledger/books.ts";
import type { Governor } from "./governor.ts";
import type { StreamMeter } from "./stream-meter.ts";

/** Output tokens that are held at first, and at least each time more is held. */
export const SLICE_TOKENS = 1_024;
/** Less than this is no answer: where not even this fits, the call is refused or ended. */
export const SLICE_TOKENS_MIN = 64;
const SLICE_TOKENS_MAX = 8_192;
/** What was generated is estimated; the hold covers the estimate and this much more. */
const MARGIN = 1.2;

export interface Extension {
  /** The most that the call may need in all, with so much output, and input of further samplings. `prompt` is the first, once upstream has counted it. */
  needs(output_tokens: number, input_again: number, prompt: Quantities | null): Amounts;
  /** Holds that much, or says what refuses it; null where the hold has ended already. */
  extend(needs: Amounts): Promise<{ hold: Hold } | { refusal: Refusal } | null>;
  problem(refusal: Refusal): Problem;
  /** The hold was ended by somebody else. */
  lost(): Problem;
}

/**
 * Keeps a stream within what is held for it: more is held well before the slice is used up, and while that takes longer than the slice
 * lasts, the stream waits. When nothing more can be held it goes on to the end of what is, and ends in good order. So its spend never
 * passes what could be held, and nobody is kept out by a hold for 128,000 tokens that are never written.
 * `covered` is the output that is held; `most` is `max_tokens`, beyond which nothing is needed.
 */
export function rollingHold(
  meter: StreamMeter,
  { covered: first, most, extension }: { covered: number; most: number; extension: Extension | null },
): Governor {
  const callbacks: (() => void)[] = [];
  let covered = first;
  let input = 0;
  let slice = first;
  let asking = false;
  let exhausted: Problem | null = null;
  let stopped: Problem | null = null;
  const changed = () => {
    for (const callback of callbacks) callback();
  };

  /** Asks for the next slice; where it does not fit, for what does, as long as that is worth it. */
  const ask = async (ext: Extension, from: number, inputNow: number) => {
    for (let wanted = Math.min(Math.max(slice, SLICE_TOKENS), SLICE_TOKENS_MAX); ; ) {
      const target = Math.min(most, from + wanted);
      const needs = ext.needs(target, inputNow, meter.prompt());
      const answer = await ext.extend(needs);
      if (answer === null) {
        stopped ??= ext.lost();
        return;
      }
      if ("hold" in answer) {
        covered = target;
        input = inputNow;
        slice = Math.min(wanted * 2, SLICE_TOKENS_MAX);
        return;
      }
      wanted = Math.floor(wanted * fitting(answer.refusal));
      if (wanted < SLICE_TOKENS_MIN) {
        exhausted = ext.problem(answer.refusal);
        return;
      }
    }
  };

  return {
    check() {
      if (stopped) return "stop";
      if (!extension) return "go";
      const used = Math.ceil(meter.outputSoFar() * MARGIN);
      const inputNow = meter.inputSoFar();
      const outOfInput = inputNow > input;
      const low = outOfInput || (covered < most && used > covered - slice / 2);
      if (low && !asking && !exhausted) {
        asking = true;
        ask(extension, Math.max(used, covered), inputNow)
          // The hold stays as it was; what fits into it may still pass.
          .catch(() => {
            exhausted ??= extension.lost();
          })
          .finally(() => {
            asking = false;
            changed();
          });
      }
      const over = outOfInput || (covered < most && used >= covered);
      if (!over) return "go";
      return asking ? "wait" : exhausted ? "end" : "wait";
    },
    onChange: (callback) => void callbacks.push(callback),
    stop(problem) {
      stopped ??= problem;
      changed();
    },
    reason: () => stopped ?? exhausted,
  };
}

/** The share of what was asked for that is there. */
function fitting(refusal: Refusal): number {
  if (refusal.by === "grants") return refusal.needed_micros > 0 ? refusal.remaining_micros / refusal.needed_micros : 0;
  return refusal.needed > 0 ? refusal.remaining / refusal.needed : 0;
}
