import { Problem } from "../../kernel/problems.ts";
import type { Batch } from "./batch.ts";
import { LINES_AT_ONCE, releaseOpen } from "./hold.ts";
import type { BatchParts } from "./parts.ts";
import { type LineResult, readResult, settleLines } from "./settle-lines.ts";
import { changeBatch } from "./store.ts";

/** Settles the results of a batch as their bytes pass, a bounded number of lines at a time, wherever the bytes are cut. */
export interface Settler {
  feed(chunk: Buffer): Promise<void>;
  /** After the last byte: what no line spoke of is given back, and the batch is settled. */
  finish(): Promise<void>;
}

const LF = 0x0a;
/** Longer than any message that a model can write. */
const LINE_BYTES_MAX = 64 * 1024 * 1024;

export function openSettler(parts: BatchParts, batch: Batch): Settler {
  let waiting: LineResult[] = [];
  /** The line under way. */
  let pieces: Buffer[] = [];
  let size = 0;

  const settleWaiting = async () => {
    const results = waiting;
    waiting = [];
    await settleLines(parts, batch, results);
  };
  const add = (piece: Buffer) => {
    pieces.push(piece);
    size += piece.length;
    if (size > LINE_BYTES_MAX)
      throw new Problem("upstream_interrupted", { message: "A line of the results is too long." });
  };
  const endLine = () => {
    if (size > 0) {
      const line = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      if (line.toString("latin1").trim()) waiting.push(readResult(line));
    }
    pieces = [];
    size = 0;
  };

  return {
    async feed(chunk) {
      let from = 0;
      for (let lf = chunk.indexOf(LF); lf !== -1; lf = chunk.indexOf(LF, from)) {
        add(chunk.subarray(from, lf));
        endLine();
        from = lf + 1;
        if (waiting.length >= LINES_AT_ONCE) await settleWaiting();
      }
      if (from < chunk.length) add(chunk.subarray(from));
    },
    async finish() {
      endLine();
      await settleWaiting();
      await releaseOpen(parts, batch);
      await parts.db.transaction((tx) => changeBatch(tx, batch.id, ["open"], { state: "settled" }));
    },
  };
}

/** Reads results from upstream to their end, and settles them. */
export async function settleResults(parts: BatchParts, batch: Batch, body: AsyncIterable<Buffer>): Promise<void> {
  const settler = openSettler(parts, batch);
  for await (const chunk of body) await settler.feed(chunk);
  await settler.finish();
}
