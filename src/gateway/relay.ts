import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { MINUTE, SECOND } from "../kernel/clock.ts";
import type { Governor, StreamEnd } from "./governor.ts";
import type { StreamMeter } from "./stream-meter.ts";

/** Upstream's silence after which a comment tells the client's proxies that we are alive. */
const KEEP_ALIVE_MS = 15 * SECOND;
const KEEP_ALIVE = ": keep-alive\n\n";
/** How long a stream whose client has gone is read on for its exact count. */
const DRAIN_MS_MAX = 10 * MINUTE;

/**
 * Passes a stream through, byte for byte, and reads the usage on the way. Both sides set the pace: a slow reader stops the reading
 * from upstream. All that arrives in one turn is written at once. Resolves when upstream has ended or broken, the client has gone
 * (with `drain`, upstream is then still read to its end), or the governor lets it go no further: then the last bytes that passed are
 * the end of an event. Never rejects; never ends `res`.
 */
export function relay(
  body: Readable,
  res: ServerResponse,
  meter: StreamMeter,
  { onDisconnect, governor }: { readonly onDisconnect: "abort" | "drain"; readonly governor: Governor },
): Promise<StreamEnd> {
  return new Promise((resolve) => {
    let gone = res.destroyed;
    let waiting = false;
    let ending = false;
    let finished = false;
    let silentSince = performance.now();
    let drainTimer: NodeJS.Timeout | undefined;

    const keepAlive = setInterval(() => {
      if (gone || performance.now() - silentSince < KEEP_ALIVE_MS || !meter.atBoundary()) return;
      silentSince = performance.now();
      res.write(KEEP_ALIVE);
    }, KEEP_ALIVE_MS / 3);
    const finish = (end: StreamEnd) => {
      if (finished) return;
      finished = true;
      clearInterval(keepAlive);
      clearTimeout(drainTimer);
      res.off("drain", flow);
      res.off("close", onClose);
      body.destroy();
      resolve(end);
    };
    const flow = () => {
      if (!waiting && (gone || !res.writableNeedDrain)) body.resume();
    };
    const onClose = () => {
      gone = true;
      if (onDisconnect === "abort") finish("client_gone");
      else {
        drainTimer = setTimeout(() => finish("client_gone"), DRAIN_MS_MAX);
        flow();
      }
    };
    const write = (chunk: Buffer) => {
      if (gone) return;
      // Node corks the socket for the turn by itself; corking the answer too would hide that its reader is slow.
      if (!res.write(chunk)) body.pause();
    };
    const govern = () => {
      if (finished) return;
      const verdict = governor.check();
      if (verdict === "stop") finish("stopped");
      else if (verdict === "wait") {
        waiting = true;
        body.pause();
      } else {
        waiting = false;
        if (verdict === "end" && meter.atBoundary()) finish("quota");
        else {
          ending = verdict === "end";
          flow();
        }
      }
    };

    res.on("drain", flow);
    res.on("close", onClose);
    governor.onChange(govern);
    body.on("data", (chunk: Buffer) => {
      if (finished) return;
      silentSince = performance.now();
      if (ending) {
        // Only what is left of the event under way may still pass.
        const rest = feedToBoundary(meter, chunk);
        write(rest);
        if (meter.atBoundary()) finish("quota");
        return;
      }
      meter.feed(chunk);
      write(chunk);
      const verdict = governor.check();
      if (verdict !== "go") govern();
    });
    body.on("end", () => finish(gone ? "client_gone" : "ended"));
    body.on("error", () => finish(gone ? "client_gone" : "broken"));
    if (gone) onClose();
  });
}

/** Feeds the meter up to the end of the event under way, and returns what was fed. */
function feedToBoundary(meter: StreamMeter, chunk: Buffer): Buffer {
  for (let at = 0; at < chunk.length; at++) {
    meter.feed(chunk.subarray(at, at + 1));
    if (meter.atBoundary()) return chunk.subarray(0, at + 1);
  }
  return chunk;
}
