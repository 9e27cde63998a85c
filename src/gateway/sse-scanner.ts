const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const NONE = Buffer.alloc(0);

/** One complete event: its name (from the `event:` field) and its data, as bytes that are only good during the call. */
export type OnEvent = (name: string, data: Buffer) => void;

export interface SseScanner {
  /** Takes the next bytes, wherever they are cut. */
  feed(chunk: Buffer): void;
  /** True between events: only there may a comment be inserted. */
  atBoundary(): boolean;
}

/**
 * Reads events off a passing stream, however its bytes are cut and whatever line ends it has (LF, CRLF, CR), with comments,
 * unknown fields and data over several lines. It holds back nothing and decodes nothing but event names.
 */
export function sseScanner(onEvent: OnEvent): SseScanner {
  let rest: Buffer = NONE;
  let name = "";
  let data: Buffer | null = null;
  /** The last line ended in CR: a LF that follows belongs to it. */
  let afterCr = false;
  /** Whether the event under way has a line yet. */
  let open = false;

  const line = (bytes: Buffer) => {
    if (bytes.length === 0) {
      if (data) onEvent(name, data);
      name = "";
      data = null;
      open = false;
      return;
    }
    open = true;
    const colon = bytes.indexOf(COLON);
    if (colon === 0) return;
    const field = colon === -1 ? bytes : bytes.subarray(0, colon);
    const from = colon === -1 ? bytes.length : bytes[colon + 1] === SPACE ? colon + 2 : colon + 1;
    if (isWord(field, DATA))
      data = data ? Buffer.concat([data, Buffer.of(LF), bytes.subarray(from)]) : bytes.subarray(from);
    else if (isWord(field, EVENT)) name = bytes.toString("latin1", from);
  };

  return {
    feed(chunk) {
      let bytes = chunk;
      if (afterCr && bytes.length > 0) {
        if (bytes[0] === LF) bytes = bytes.subarray(1);
        afterCr = false;
      }
      if (rest.length) bytes = Buffer.concat([rest, bytes]);
      let from = 0;
      for (;;) {
        const lf = bytes.indexOf(LF, from);
        const cr = indexWithin(bytes, CR, from, lf);
        const end = cr === -1 ? lf : cr;
        if (end === -1) break;
        line(bytes.subarray(from, end));
        from = end + 1;
        if (end === cr) {
          if (from === bytes.length) afterCr = true;
          else if (bytes[from] === LF) from += 1;
        }
      }
      // The rest of the line is copied: the chunk may be a view of a buffer that is used again. So is data kept for later.
      rest = from === bytes.length ? NONE : Buffer.from(bytes.subarray(from));
      if (data) data = Buffer.from(data);
    },
    atBoundary: () => !open && rest.length === 0 && !afterCr,
  };
}

/** Where `byte` first is in `[from, to)`, or up to the end where `to` is -1. */
function indexWithin(bytes: Buffer, byte: number, from: number, to: number): number {
  const at = to === -1 ? bytes.indexOf(byte, from) : bytes.subarray(from, to).indexOf(byte);
  return at === -1 || to === -1 ? at : at + from;
}

const DATA = Buffer.from("data");
const EVENT = Buffer.from("event");

const isWord = (bytes: Buffer, word: Buffer): boolean => bytes.length === word.length && bytes.equals(word);
