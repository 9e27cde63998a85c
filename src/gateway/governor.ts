import type { Readable } from "node:stream";
import type { Problem } from "../kernel/problems.ts";
import type { Ended } from "./metered.ts";
import type { StreamMeter } from "./stream-meter.ts";

/** Says how far a stream may go: its hold, and whoever may stop it. */
export interface Governor {
  /** Asked after every chunk: go on, wait for more to be held (`onChange` says when), end here in good order, or stop at once. */
  check(): "go" | "wait" | "end" | "stop";
  onChange(callback: () => void): void;
  /** Ends the stream, whatever is held: its credential was revoked, its time is over. */
  stop(problem: Problem): void;
  /** Why it was stopped, or (in good order) ended. */
  reason(): Problem | null;
}

/** How reading a governed stream came to its end. `quota` is the good order, `stopped` is not. */
export type StreamEnd = "ended" | "broken" | "client_gone" | "quota" | "stopped";

/**
 * The chunks of a stream as far as its governor lets it go, for those who take in what they do not pass on. Its return value is
 * how it ended; then upstream is closed. Never throws.
 */
export async function* governed(
  body: Readable,
  meter: StreamMeter,
  governor: Governor,
): AsyncGenerator<Buffer, Exclude<StreamEnd, "client_gone">> {
  let changed = Promise.withResolvers<void>();
  governor.onChange(() => {
    changed.resolve();
    changed = Promise.withResolvers();
  });
  const onStop = () => governor.check() === "stop" && body.destroy();
  governor.onChange(onStop);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      meter.feed(chunk);
      yield chunk;
      for (let verdict = governor.check(); verdict !== "go"; verdict = governor.check()) {
        if (verdict === "end") return "quota";
        if (verdict === "stop") return "stopped";
        await changed.promise;
      }
    }
    return "ended";
  } catch {
    return governor.check() === "stop" ? "stopped" : "broken";
  } finally {
    body.destroy();
  }
}

/** A stream that ends without `message_stop` or an error event was cut, even when its connection closed in good order. */
export function howEnded(end: StreamEnd, state: ReturnType<StreamMeter["state"]>): Ended {
  if (state === "complete") return "complete";
  if (end === "quota" || end === "client_gone") return end;
  if (end === "stopped") return "revoked";
  return state === "errored" ? "upstream_error" : "interrupted";
}
