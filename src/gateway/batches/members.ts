import { Problem } from "../../kernel/problems.ts";

/** A member of the body, or where `index` is not null an element of its list; `[start, end)` are the bytes of its value. */
export interface Member {
  readonly key: string;
  readonly index: number | null;
  readonly start: number;
  readonly end: number;
}

const byte = (character: string) => character.charCodeAt(0);
const QUOTE = byte('"');
const BACKSLASH = byte("\\");
const COMMA = byte(",");
const COLON = byte(":");
const BRACES = [byte("{"), byte("}")] as const;
const BRACKETS = [byte("["), byte("]")] as const;
const SPACES = [" ", "\t", "\n", "\r"].map(byte);
const AFTER_SCALAR = [COMMA, BRACES[1], BRACKETS[1], ...SPACES];

/**
 * Finds the members of a JSON object in its bytes, and the elements of the one that is a list named `listed`, without reading any of them:
 * a batch of 256 MB is taken in line by line and never becomes one big object. A member that is given twice is refused, because upstream
 * might read the other one. What is inside a member is not checked; `JSON.parse` does that.
 */
export function* membersOf(bytes: Buffer, listed?: string): Generator<Member> {
  const seen = new Set<string>();
  let at = expect(bytes, skipSpace(bytes, 0), BRACES[0]);
  let more = bytes[skipSpace(bytes, at)] !== BRACES[1];
  while (more) {
    const from = skipSpace(bytes, at);
    const to = stringEnd(bytes, from);
    const key = parseValue(bytes.subarray(from, to)) as string;
    if (seen.has(key)) throw new Problem("invalid_request", { message: `${key.slice(0, 100)}: is given twice` });
    seen.add(key);
    const start = skipSpace(bytes, expect(bytes, skipSpace(bytes, to), COLON));
    if (key === listed && bytes[start] === BRACKETS[0]) at = yield* elementsOf(bytes, start + 1, key);
    else {
      at = valueEnd(bytes, start);
      yield { key, index: null, start, end: at };
    }
    at = skipSpace(bytes, at);
    more = bytes[at] === COMMA;
    if (more) at += 1;
  }
  at = skipSpace(bytes, expect(bytes, skipSpace(bytes, at), BRACES[1]));
  if (at !== bytes.length) throw broken(at);
}

/** The elements of the list whose bracket was just passed; returns where it ends. */
function* elementsOf(bytes: Buffer, from: number, key: string): Generator<Member, number> {
  let at = skipSpace(bytes, from);
  if (bytes[at] === BRACKETS[1]) return at + 1;
  for (let index = 0; ; index++) {
    const start = skipSpace(bytes, at);
    const end = valueEnd(bytes, start);
    yield { key, index, start, end };
    at = skipSpace(bytes, end);
    if (bytes[at] !== COMMA) return expect(bytes, at, BRACKETS[1]);
    at += 1;
  }
}

export function parseValue(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new Problem("invalid_request", { message: `The body is not valid JSON: ${(cause as Error).message}`, cause });
  }
}

const skipSpace = (bytes: Buffer, from: number): number => {
  let at = from;
  while (SPACES.includes(bytes[at]!)) at += 1;
  return at;
};

function expect(bytes: Buffer, at: number, wanted: number): number {
  if (bytes[at] !== wanted) throw broken(at);
  return at + 1;
}

/** Where the value that starts here ends. Brackets are counted, not matched: `JSON.parse` will find those that do not match. */
function valueEnd(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start);
  let at = start;
  if (first !== BRACES[0] && first !== BRACKETS[0]) {
    while (at < bytes.length && !AFTER_SCALAR.includes(bytes[at]!)) at += 1;
    if (at === start) throw broken(at);
    return at;
  }
  for (let depth = 0; at < bytes.length; ) {
    const here = bytes[at]!;
    if (here === QUOTE) {
      at = stringEnd(bytes, at);
      continue;
    }
    at += 1;
    if (here === BRACES[0] || here === BRACKETS[0]) depth += 1;
    else if ((here === BRACES[1] || here === BRACKETS[1]) && --depth === 0) return at;
  }
  throw broken(at);
}

function stringEnd(bytes: Buffer, start: number): number {
  expect(bytes, start, QUOTE);
  for (let at = start; ; ) {
    at = bytes.indexOf(QUOTE, at + 1);
    if (at === -1) throw broken(bytes.length);
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
}

const broken = (at: number): Problem =>
  new Problem("invalid_request", { message: `The body is not valid JSON: it breaks at byte ${at}.` });
