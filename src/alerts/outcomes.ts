import { LRUCache } from "lru-cache";
import { isFree } from "../catalog/plan.ts";
import type { Principal } from "../http/principal.ts";
import { iso, MINUTE, SECOND } from "../kernel/clock.ts";
import type { TenantId } from "../kernel/id.ts";
import { Problem, type ProblemCode } from "../kernel/problems.ts";
import { repeatedly } from "../kernel/repeatedly.ts";
import { type Exhaustion, exhaustionOf, isForQuota } from "./exhaustion.ts";
import { type AlertParts, raise } from "./parts.ts";
import { addOutcomes, toldExhausted } from "./store.ts";

/** How a call that was sent upstream failed. `upstream_refused_own`: by a tenant's own key there. */
export const FAILURES = [
  ...["upstream_busy", "upstream_overloaded", "upstream_error"],
  ...["upstream_unreachable", "upstream_timeout", "upstream_interrupted"],
] as const;
export type Failure = (typeof FAILURES)[number];
export type Outcome = "sent" | "upstream_refused" | "upstream_refused_own" | "free_refused" | Failure;

/** On whose behalf upstream is asked: by the operator's key, or by one of its own. */
export interface Asker {
  readonly tenant: Pick<Principal["tenant"], "id" | "upstream_api_key_sealed">;
}

/** Counts what leaves no usage event. Told of in memory, written down in one batch every few seconds. */
export interface Outcomes {
  /** Sends a call upstream, and counts what became of it: a refusal, a failure, or no answer. A client that went is nobody's failure. */
  watch<Answer extends { readonly statusCode: number }>(
    asker: Asker,
    signal: AbortSignal,
    send: () => Promise<Answer>,
  ): Promise<Answer>;
  /** An answer that had begun broke off. */
  brokeOff(asker: Asker): void;
  /** We refused a call before it was sent. */
  refused(principal: Principal, error: unknown): void;
  /** Writes down what was counted since. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const FLUSH_MS = 5 * SECOND;
/** Occasions that are kept until they are written down; there are not more of them in a few seconds. */
const OCCASIONS_MAX = 1_000;

interface Counted {
  readonly minute: number;
  readonly tenant_id: TenantId;
  readonly outcome: Outcome;
  readonly calls: number;
}
export function openOutcomes(parts: AlertParts & { readonly onError: (error: unknown) => void }): Outcomes {
  const { db, clock, catalogs, onError } = parts;
  let counts = new Map<string, Counted>();
  let exhausted = new Map<string, Exhaustion>();
  let refused = new Map<string, { readonly principal: Principal; readonly minute: number; readonly calls: number }>();
  /** Occasions that were told of: the rows of the alerts know, and this saves asking them for each refusal. */
  const told = new LRUCache<string, true>({ max: 10_000 });

  const add = (row: Counted) => {
    const key = `${row.minute} ${row.tenant_id} ${row.outcome}`;
    counts.set(key, { ...row, calls: row.calls + (counts.get(key)?.calls ?? 0) });
  };
  const minuteNow = () => {
    const now = clock.now();
    return now - (now % MINUTE);
  };
  const note = ({ tenant }: Asker, outcome: Outcome) =>
    add({ minute: minuteNow(), tenant_id: tenant.id, outcome, calls: 1 });
  const noteStatus = (asker: Asker, status: number) => {
    const own = asker.tenant.upstream_api_key_sealed !== null;
    if (status === 429) note(asker, "upstream_busy");
    else if (status === 529) note(asker, "upstream_overloaded");
    else if (status >= 500) note(asker, "upstream_error");
    else if ([401, 402, 403].includes(status)) note(asker, own ? "upstream_refused_own" : "upstream_refused");
  };

  /** What was refused on a plan that is free: which that is, the catalog knows. */
  const addFree = async () => {
    const catalog = await catalogs.current();
    const seen = refused;
    refused = new Map();
    for (const { principal, minute, calls } of seen.values()) {
      const terms = catalog.versionFor(principal, minute)?.terms;
      if (terms && isFree(terms)) add({ minute, tenant_id: principal.tenant.id, outcome: "free_refused", calls });
    }
  };

  const writeCounts = async () => {
    const rows = [...counts.values()];
    counts = new Map();
    if (!rows.length) return;
    try {
      await db.transaction((tx) => addOutcomes(tx, rows));
    } catch (error) {
      for (const row of rows) add(row);
      throw error;
    }
  };

  const tellExhausted = async () => {
    const occasions = exhausted;
    exhausted = new Map();
    try {
      for (const [dedupe, { tenant_id, data }] of occasions) {
        if (!(await toldExhausted(db.read, tenant_id, data)))
          await raise(parts, [{ type: "quota.exhausted", dedupe, tenant_id, data }]);
        told.set(dedupe, true);
      }
    } catch (error) {
      exhausted = new Map([...occasions, ...exhausted]);
      throw error;
    }
  };

  const flush = async () => {
    await addFree();
    await writeCounts();
    await tellExhausted();
  };
  const flushing = repeatedly(flush, FLUSH_MS, onError);

  return {
    async watch(asker, signal, send) {
      note(asker, "sent");
      try {
        const answer = await send();
        noteStatus(asker, answer.statusCode);
        return answer;
      } catch (error) {
        const code = error instanceof Problem ? error.code : null;
        if (!signal.aborted && code !== "client_gone") note(asker, isFailure(code) ? code : "upstream_interrupted");
        throw error;
      }
    },
    brokeOff: (asker) => note(asker, "upstream_interrupted"),
    refused(principal, error) {
      if (!isForQuota(error)) return;
      const { tenant, payer } = principal;
      const minute = minuteNow();
      const key = `${minute} ${tenant.id} ${payer.plan_version_id ?? tenant.default_plan_id}`;
      refused.set(key, { principal, minute, calls: 1 + (refused.get(key)?.calls ?? 0) });
      const occasion = exhaustionOf(principal, error, iso(clock.now()).slice(0, 10));
      if (occasion && !told.has(occasion.dedupe) && exhausted.size < OCCASIONS_MAX)
        exhausted.set(occasion.dedupe, occasion);
    },
    flush,
    async close() {
      await flushing.close();
      await flush().catch(onError);
    },
  };
}

const isFailure = (code: ProblemCode | null): code is Failure =>
  code !== null && (FAILURES as readonly string[]).includes(code);
