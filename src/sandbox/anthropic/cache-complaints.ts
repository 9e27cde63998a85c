import { isJson, type Json } from "./json.ts";

const BREAKPOINTS_MAX = 4;

/** What is wrong with the cache breakpoints of a request: their kind, their number, the order of their lifetimes. */
export function* cacheComplaints(body: Json): Generator<string> {
  const marks = [...marksOf(body)];
  for (const { path, mark } of marks) {
    if (!isJson(mark) || mark.type !== "ephemeral")
      return yield `${path}.cache_control: Input tag should be 'ephemeral'`;
    if (mark.ttl != null && mark.ttl !== "5m" && mark.ttl !== "1h")
      yield `${path}.cache_control.ephemeral.ttl: Input should be '5m' or '1h'`;
  }
  if (marks.length > BREAKPOINTS_MAX)
    yield `A maximum of ${BREAKPOINTS_MAX} blocks with cache_control may be provided. Found ${marks.length}.`;

  const ttls = marks.map(({ mark }) => (mark as Json).ttl ?? "5m");
  const early = ttls.indexOf("5m");
  if (early >= 0 && ttls.lastIndexOf("1h") > early)
    yield `${marks[ttls.lastIndexOf("1h")]!.path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: \`tools\`, \`system\`, \`messages\`.`;
}

/** Every `cache_control` of a request, in the order the prompt is laid out. */
function* marksOf(body: Json): Generator<{ path: string; mark: unknown }> {
  yield* marksIn(body.tools, "tools");
  yield* marksIn(body.system, "system");
  for (const [index, message] of (body.messages as Json[]).entries())
    yield* marksIn(message.content, `messages.${index}.content`);
  if (body.cache_control != null) yield { path: "cache_control", mark: body.cache_control };
}

function* marksIn(blocks: unknown, path: string): Generator<{ path: string; mark: unknown }> {
  if (!Array.isArray(blocks)) return;
  for (const [index, block] of (blocks as Json[]).entries())
    if (block.cache_control != null) yield { path: `${path}.${index}`, mark: block.cache_control };
}
