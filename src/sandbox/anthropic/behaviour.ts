import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { type Behaviour, directivesIn } from "./directives.ts";

/** What a rule may look at to decide whether it concerns a request. */
export interface SandboxRequest {
  endpoint: "messages" | "count_tokens" | "models" | "batches";
  id: string;
  key: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The resolved model id; empty for `models` and `batches`. */
  model: string;
  stream: boolean;
  /** The text of the last user message, directives included; for `batches` the method and the path. */
  text: string;
}

/** A behaviour imposed from outside; with no `match` and no `on` it concerns every Messages request. */
export interface SandboxRule extends Behaviour {
  match?: (request: SandboxRequest) => boolean;
  /** Of the other endpoints only `status`, `retry_after` and `first_byte_ms` are obeyed. */
  on?: SandboxRequest["endpoint"];
}

export interface Behaviours {
  behave(rule: SandboxRule): () => void;
  /** What this request must go through. Counts it against the `times` of what applies. */
  of(request: SandboxRequest): Behaviour;
  forget(): void;
}

const PROMPTS_MAX = 10_000;

export function openBehaviours(): Behaviours {
  const rules = new Map<SandboxRule, number>();
  const seen = new LRUCache<string, number>({ max: PROMPTS_MAX });

  /** The directives of the text, unless its `times` are used up. */
  function directed(request: SandboxRequest): Behaviour {
    if (request.endpoint !== "messages") return {};
    const behaviour = directivesIn(request.text);
    if (behaviour.times === undefined) return behaviour;
    const prompt = createHash("sha1").update(`${request.model}\n${request.text}`).digest("base64");
    const earlier = seen.get(prompt) ?? 0;
    seen.set(prompt, earlier + 1);
    return earlier < behaviour.times ? behaviour : {};
  }

  return {
    behave(rule) {
      const own = { ...rule };
      rules.set(own, own.times ?? Number.POSITIVE_INFINITY);
      return () => rules.delete(own);
    },

    of(request) {
      let behaviour = directed(request);
      for (const [rule, left] of rules) {
        if ((rule.on ?? "messages") !== request.endpoint || rule.match?.(request) === false) continue;
        if (left <= 1) rules.delete(rule);
        else rules.set(rule, left - 1);
        behaviour = { ...behaviour, ...rule };
      }
      return behaviour;
    },

    forget: () => seen.clear(),
  };
}
