import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Model } from "./models.ts";
import { contentOf, type Segment } from "./tokens.ts";

/** How a prompt divides into what is sent anew, what is written to the cache and what is read from it. */
export interface PromptSplit {
  inputTokens: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  cacheRead: number;
}

/** Prefixes a key has sent before, alive for the time they asked for. */
export interface PromptCache {
  /** The split as of now. `keep` makes the writes readable, and reads live on: call it when the answer begins. */
  look(key: string, model: Model, segments: readonly Segment[]): { split: PromptSplit; keep: () => void };
  forget(): void;
}

const PREFIXES_MAX = 50_000;
/** How many parts before a breakpoint the API looks back for an earlier prefix. */
const LOOK_BACK = 20;
const TTL_MS = { "5m": 5 * 60_000, "1h": 60 * 60_000 } as const;
type Ttl = keyof typeof TTL_MS;

interface Point {
  hash: string;
  tokens: number;
  ttl: Ttl | null;
}

export function openPromptCache(now: () => number): PromptCache {
  const alive = new LRUCache<string, { ttl: Ttl; until: number }>({ max: PREFIXES_MAX });
  const isAlive = (hash: string) => (alive.peek(hash)?.until ?? 0) > now();
  const keepFor = (hash: string, ttl: Ttl) => alive.set(hash, { ttl, until: now() + TTL_MS[ttl] });

  return {
    look(key, model, segments) {
      const points = pointsOf(key, model, segments);
      const breakpoints = [...points.keys()].filter((at) => {
        const { ttl, tokens } = points[at]!;
        return ttl !== null && tokens >= model.cacheableTokensMin;
      });
      const readable = (at: number) => breakpoints.some((b) => at <= b && at > b - LOOK_BACK);
      const read = points.findLastIndex(({ hash }, at) => readable(at) && isAlive(hash));

      const total = points.at(-1)?.tokens ?? 0;
      const cacheRead = points[read]?.tokens ?? 0;
      const split = { inputTokens: total, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead };
      let cached = cacheRead;
      for (const at of breakpoints.filter((b) => b > read)) {
        const { ttl, tokens } = points[at]!;
        split[ttl === "1h" ? "cacheWrite1h" : "cacheWrite5m"] += tokens - cached;
        cached = tokens;
      }
      split.inputTokens -= cached;

      const keep = () => {
        for (const { hash } of points.slice(0, read + 1)) if (isAlive(hash)) keepFor(hash, alive.peek(hash)!.ttl);
        for (const at of breakpoints.filter((b) => b > read)) keepFor(points[at]!.hash, points[at]!.ttl!);
      };
      return { split, keep };
    },

    forget: () => alive.clear(),
  };
}

/** The running prefix after each part. Prefixes are hashed only when there is a breakpoint to hash for. */
function pointsOf(key: string, model: Model, segments: readonly Segment[]): Point[] {
  const marked = segments.some(({ mark }) => mark !== null);
  let hash = `${key}\n${model.id}`;
  let tokens = 0;
  return segments.map((segment) => {
    tokens += segment.tokens;
    if (marked) hash = createHash("sha1").update(hash).update(contentOf(segment.part)).digest("base64");
    return { hash, tokens, ttl: segment.mark && (segment.mark.ttl === "1h" ? "1h" : "5m") };
  });
}
