/** What may go wrong with a call. The first two happen after it was done: only the answer is lost. */
export type Fault =
  | "commit-then-drop"
  | "commit-then-hang"
  | "drop"
  | "429"
  | "500"
  | "502-html"
  | { readonly slowMs: number }
  /** Any other answer, word for word. */
  | { readonly status: number; readonly body: unknown };

export interface FaultRule {
  readonly method?: string;
  /** Matched against the path without `/v1`. */
  readonly path?: RegExp;
  readonly fault: Fault;
  /** For so many calls; for ever without it. */
  readonly times?: number;
}

export interface Faults {
  /** Imposes a fault on the calls that a rule matches, until undone or used up. */
  impose(rule: FaultRule): () => void;
  /** The fault of this call, if any; uses it up. */
  of(method: string, path: string): Fault | null;
}

export function openFaults(): Faults {
  const rules: { rule: FaultRule; left: number }[] = [];
  return {
    impose(rule) {
      const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
      rules.push(entry);
      return () => {
        entry.left = 0;
      };
    },
    of(method, path) {
      const hit = rules.find(
        ({ rule, left }) =>
          left > 0 && (!rule.method || rule.method === method) && (!rule.path || rule.path.test(path)),
      );
      if (!hit) return null;
      hit.left -= 1;
      return hit.rule.fault;
    },
  };
}
