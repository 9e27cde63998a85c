import { setImmediate as nextTurn } from "node:timers/promises";
import type { Behaviour } from "./directives.ts";
import type { Json } from "./json.ts";
import type { Outlet } from "./outlet.ts";

/** The server-sent events of one answer, framed as asked and written in as many pieces as asked. */
export interface Wire {
  put(event: Json): void;
  /** Writes what has gathered when it is enough, and returns a promise only then. */
  flow(): Promise<void> | undefined;
  /** Writes what has gathered, whatever it is. The last flush writes what was being held back, too. */
  flush(last?: boolean): Promise<void>;
}

export const PING: Json = { type: "ping" };

/** Unpaced events gather up to this size, so that a stream costs a few writes and not one for each delta. */
const LUMP_CHARACTERS = 4_096;
/** The API pads its JSON with spaces before the last brace, so that sizes give nothing away. */
const PADS = [6, 0, 10, 12, 5, 11, 15, 1, 0, 9, 3, 13, 0, 4, 8, 2].map((spaces) => " ".repeat(spaces));

export function openWire(outlet: Outlet, behaviour: Behaviour, paced: boolean): Wire {
  const eol = behaviour.crlf ? "\r\n" : "\n";
  const between = behaviour.comments ? `: the sandbox is talking${eol}${eol}` : "";
  const lump = behaviour.burst ? Number.POSITIVE_INFINITY : paced ? 0 : LUMP_CHARACTERS;
  const split = behaviour.split || 0;
  let gathered = "";
  let held: Uint8Array = new Uint8Array();
  let events = 0;

  async function flush(last = false) {
    if (behaviour.burst && !last) return;
    const text = gathered;
    gathered = "";
    if (split) held = await writeSplit(outlet, Buffer.concat([held, Buffer.from(text)]), split, last);
    else if (text) await outlet.write(text);
    if (!last) await nextTurn();
  }

  return {
    put(event) {
      events += 1;
      gathered += `${between}event: ${event.type}${eol}data: ${padded(event, events)}${eol}${eol}`;
    },
    flow: () => (gathered.length > lump ? flush() : undefined),
    flush,
  };
}

function padded(event: Json, count: number): string {
  if (event === PING) return '{"type": "ping"}';
  return `${JSON.stringify(event).slice(0, -1)}${PADS[count % PADS.length]}}`;
}

/** Writes chunks of exactly `size` bytes, each in a turn of its own, and returns what is left for the next flush. */
async function writeSplit(outlet: Outlet, bytes: Buffer, size: number, last: boolean): Promise<Buffer> {
  let at = 0;
  while (outlet.open && (at + size <= bytes.length || (last && at < bytes.length))) {
    await outlet.write(bytes.subarray(at, at + size));
    await nextTurn();
    at += size;
  }
  return bytes.subarray(at);
}
