import { setImmediate as nextTurn } from "node:timers/promises";
import { Problem } from "../../kernel/problems.ts";
import { assertSupported } from "../unsupported.ts";
import { type Line, type LineContext, readLine } from "./line.ts";
import { membersOf, parseValue } from "./members.ts";

/** Upstream's own bound. */
const LINES_MAX = 100_000;
/** Bytes that are looked at before others have their turn. */
const BYTES_AT_ONCE = 256 * 1024;

/** All lines of a batch's body, each found good. Throws a Problem that names the first that is not. */
export async function readLines(bytes: Buffer, context: LineContext): Promise<Line[]> {
  const lines: Line[] = [];
  const names = new Set<string>();
  const others: Record<string, unknown> = {};
  let listed = false;
  let turn = 0;
  for (const { key, index, start, end } of membersOf(bytes, "requests")) {
    if (index === null) {
      if (key === "requests") throw wrong("requests: must be a list");
      others[key] = parseValue(bytes.subarray(start, end));
      continue;
    }
    listed = true;
    if (index >= LINES_MAX) throw wrong(`requests: at most ${LINES_MAX} requests are allowed`);
    const line = readLine(bytes.subarray(start, end), index, context);
    if (names.has(line.custom_id)) throw wrong(`requests.${index}.custom_id: ${line.custom_id} is not unique`);
    names.add(line.custom_id);
    lines.push(line);
    if (end - turn > BYTES_AT_ONCE) {
      turn = end;
      await nextTurn();
    }
  }
  assertSupported(others, {});
  if (!listed) throw wrong("requests: a list of at least one request is required");
  return lines;
}

const wrong = (message: string) => new Problem("invalid_request", { message });
