import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { SECOND } from "../kernel/clock.ts";
import type { StreamMeter } from "./stream-meter.ts";

/** Upstream's silence after which a comment tells the client's proxies that we are alive. */
const KEEP_ALIVE_MS = 15 * SECOND;
const KEEP_ALIVE = ": keep-alive\n\n";

/**
 * Passes a stream through, byte for byte, and reads the usage on the way. Both sides set the pace: a slow reader stops the reading
 * from upstream. All that arrives in one turn is written at once. Resolves when upstream has ended or broken, or the client has
 * gone (with `drain`, upstream is then still read to its end). Never rejects; never ends `res`.
 */
export function relay(
  body: Readable,
  res: ServerResponse,
  meter: StreamMeter,
  { onDisconnect }: { readonly onDisconnect: "abort" | "drain" },
): Promise<"ended" | "broken" | "client_gone"> {
  return new Promise((resolve) => {
    let gone = res.destroyed;
    let corked = false;
    let silentSince = performance.now();

    const keepAlive = setInterval(() => {
      if (!gone && performance.now() - silentSince >= KEEP_ALIVE_MS && meter.atBoundary()) res.write(KEEP_ALIVE);
    }, KEEP_ALIVE_MS / 3);
    const finish = (end: "ended" | "broken" | "client_gone") => {
      clearInterval(keepAlive);
      res.off("drain", onDrain);
      res.off("close", onClose);
      resolve(end);
    };
    const onDrain = () => body.resume();
    const onClose = () => {
      gone = true;
      if (onDisconnect === "drain") body.resume();
      else {
        body.destroy();
        finish("client_gone");
      }
    };
    const uncork = () => {
      corked = false;
      res.uncork();
    };

    res.on("drain", onDrain);
    res.on("close", onClose);
    body.on("data", (chunk: Buffer) => {
      silentSince = performance.now();
      meter.feed(chunk);
      if (gone) return;
      if (!corked) {
        corked = true;
        res.cork();
        process.nextTick(uncork);
      }
      if (!res.write(chunk)) body.pause();
    });
    body.on("end", () => finish(gone ? "client_gone" : "ended"));
    body.on("error", () => finish(gone ? "client_gone" : "broken"));
    if (gone) onClose();
  });
}
