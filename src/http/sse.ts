import type { ServerResponse } from "node:http";

/** The headers of every streamed answer: nothing between us and the reader may hold bytes back. */
export const STREAM_HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
} as const;

/** One event: `data` over as many `data:` lines as it has lines, with an event name when it is not a plain message. */
export function sseEvent(data: string, event?: string): string {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${event ? `event: ${event}\n` : ""}${lines.join("")}\n`;
}

/** Writes and waits while the reader is slower than we are. False when the reader is gone. */
export async function writeTo(res: ServerResponse, chunk: string | Uint8Array): Promise<boolean> {
  if (res.destroyed || res.writableEnded) return false;
  if (res.write(chunk)) return true;
  return new Promise((resolve) => {
    const done = (alive: boolean) => {
      res.off("drain", onDrain);
      res.off("close", onClose);
      resolve(alive);
    };
    const onDrain = () => done(true);
    const onClose = () => done(false);
    res.once("drain", onDrain);
    res.once("close", onClose);
  });
}
