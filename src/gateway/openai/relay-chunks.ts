import type { ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { writeTo } from "../../http/sse.ts";
import { MINUTE, SECOND } from "../../kernel/clock.ts";
import { type Governor, governed, type StreamEnd } from "../governor.ts";
import type { StreamMeter } from "../stream-meter.ts";

/** Silence after which a comment tells the client's proxies that we are alive: Claude may think for long, and thinking is not shown. */
const KEEP_ALIVE_MS = 15 * SECOND;
const KEEP_ALIVE = ": keep-alive\n\n";
/** How long a stream whose client has gone is read on for its exact count. */
const DRAIN_MS_MAX = 10 * MINUTE;

/**
 * Passes a stream on in other words: after each chunk that the meter has read, `spoken` says what it comes to. A slow reader stops the
 * reading from upstream. Resolves when upstream has ended or broken, the client has gone (with `drain`, upstream is then still read to
 * its end), or the governor lets it go no further. Never rejects; never ends `res`.
 */
export async function relayChunks(
  body: Readable,
  res: ServerResponse,
  spoken: () => string,
  options: { readonly meter: StreamMeter; readonly governor: Governor; readonly onDisconnect: "abort" | "drain" },
): Promise<StreamEnd> {
  const { meter, governor, onDisconnect } = options;
  let drainTimer: NodeJS.Timeout | undefined;
  let spokeAt = performance.now();
  const keepAlive = setInterval(() => {
    const silent = performance.now() - spokeAt >= KEEP_ALIVE_MS;
    if (silent && !res.destroyed && !res.writableNeedDrain) res.write(KEEP_ALIVE);
  }, KEEP_ALIVE_MS / 3);

  const chunks = governed(body, meter, governor);
  try {
    for (;;) {
      const step = await chunks.next();
      const text = spoken();
      if (text && (await writeTo(res, text))) spokeAt = performance.now();
      const gone = res.destroyed;
      if (step.done) return gone && (step.value === "ended" || step.value === "broken") ? "client_gone" : step.value;
      if (gone && onDisconnect === "abort") {
        await chunks.return("broken");
        return "client_gone";
      }
      if (gone) drainTimer ??= setTimeout(() => body.destroy(), DRAIN_MS_MAX);
    }
  } finally {
    clearInterval(keepAlive);
    clearTimeout(drainTimer);
  }
}
