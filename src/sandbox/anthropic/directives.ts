/**
 * How a request is made to go otherwise than well. Each name is both a directive in the text of the last user message
 * (`[[name=N]]`, so that it passes through any client and any gateway) and a field of a rule given to `behave`.
 * The value here is what the bare `[[name]]` means: `null` has no meaning without a number, `true` takes none.
 */
const DIRECTIVES = {
  /** Answer with this HTTP status and its error. */
  status: null,
  /** Seconds, in the `retry-after` header of that answer. */
  retry_after: null,
  /** Wait before the first byte. */
  first_byte_ms: null,
  /** Wait before each delta. */
  pace_ms: null,
  /** After N deltas (if there are so many): `event: error` with `overloaded_error`; 529 when not streaming. */
  overloaded_after: null,
  /** After N deltas: the socket is destroyed. */
  cut_after: null,
  /** After N deltas: silence, until the client leaves. */
  stall_after: null,
  /** Refuse before any content (not billed), or after N deltas (billed). */
  refuse: true,
  refuse_after: null,
  /** Exactly N output tokens, if `max_tokens` allows. */
  output_tokens: null,
  /** Call a tool, think (N tokens), search the web (N times); where the request allows it. */
  tool: true,
  thinking: 40,
  search: 1,
  /** Where JSON is asked for (`output_config.format`), answer prose all the same; without `times`, in every later turn too. */
  bad_json: true,
  /** All events in one write; or the bytes cut in chunks of N, each a write of its own. */
  burst: true,
  split: null,
  /** Lines end in CRLF; comment lines stand between events. */
  crlf: true,
  comments: true,
  /** The directives hold for the first N requests with this same text only. */
  times: null,
} as const;

type Directive = keyof typeof DIRECTIVES;

export type Behaviour = { [name in Directive]?: (typeof DIRECTIVES)[name] extends true ? boolean : number };

const MARK = /\[\[(\w+)(?:=(\d+))?\]\]/g;

/** What the directives in a text ask for. Unknown names, and numbers missing where one is needed, are plain text. */
export function directivesIn(text: string): Behaviour {
  const asked: Record<string, number | boolean> = {};
  if (!text.includes("[[")) return asked;
  for (const [, name = "", digits] of text.matchAll(MARK)) {
    if (!Object.hasOwn(DIRECTIVES, name)) continue;
    const bare = DIRECTIVES[name as Directive];
    if (bare === true) asked[name] = true;
    else if (digits !== undefined) asked[name] = Number(digits);
    else if (bare !== null) asked[name] = bare;
  }
  return asked;
}

/** The text as a person meant it. */
export const withoutDirectives = (text: string): string =>
  text.includes("[[") ? text.replace(MARK, "").replace(/\s+/g, " ").trim() : text.trim();
