import type { Database } from "../db/database.ts";
import type { Tier } from "../db/schema.ts";
import type { EventId } from "../kernel/id.ts";
import { type Micros, micros } from "../kernel/money.ts";
import type { Outcome } from "../ledger/books.ts";
import { adjustGrants } from "../ledger/store.ts";
import { owedAtList, type UsageDraft, type UsageEvent } from "./event.ts";
import { recordUsage } from "./record.ts";
import { findEvent, listAdjustments } from "./store.ts";

const REASON = "usage that was reported after the call had been recovered";

export interface LateUsage {
  readonly draft: UsageDraft;
  /** Before tiers, where the plan has them. */
  readonly owed: Micros;
  readonly observe: boolean;
  readonly tiers: readonly Tier[] | null;
}

/**
 * Posts the true usage of a call that another node had recovered in the meantime (its own node was frozen, and went on): an
 * adjustment by the difference, once. Null where there is nothing to put right: the call was settled by its own node.
 * `owed` is what the true usage comes to.
 */
export function postLateUsage(db: Database, { draft, owed, observe, tiers }: LateUsage): Promise<Outcome | null> {
  return db.transaction(async (tx) => {
    const recovered = await findEvent(tx, draft.id);
    if (recovered?.source !== "recovered") return null;
    const adjustments = (await listAdjustments(tx, [recovered])).get(recovered.id) ?? [];
    if (adjustments.some(({ reason }) => reason === REASON)) return null;

    const so_far = [recovered, ...adjustments];
    const sum = (of: (event: UsageEvent) => number) => so_far.reduce((total, event) => total + of(event), 0);
    const [outcome] = await adjustGrants(tx, [
      {
        ...{ so_far, observe, customer_id: recovered.customer_id, at: draft.settled_at },
        more: micros(owed - sum(owedAtList)),
        tiered: recovered.tiered && tiers && { counter_id: recovered.tiered.counter_id, tiers },
      },
    ]);
    const event: UsageDraft = {
      ...draft,
      id: `${recovered.id}.adj${String(adjustments.length + 1).padStart(3, "0")}` as EventId,
      kind: "adjustment",
      adjusts: recovered.id,
      reason: REASON,
      input_tokens: draft.input_tokens - sum((event) => event.input_tokens),
      cache_read_tokens: draft.cache_read_tokens - sum((event) => event.cache_read_tokens),
      cache_write_5m_tokens: draft.cache_write_5m_tokens - sum((event) => event.cache_write_5m_tokens),
      cache_write_1h_tokens: draft.cache_write_1h_tokens - sum((event) => event.cache_write_1h_tokens),
      output_tokens: draft.output_tokens - sum((event) => event.output_tokens),
      web_searches: draft.web_searches - sum((event) => event.web_searches),
      cost_micros_usd: micros(draft.cost_micros_usd - sum((event) => event.cost_micros_usd)),
      cache_saved_micros_usd: micros(draft.cache_saved_micros_usd - sum((event) => event.cache_saved_micros_usd)),
    };
    await recordUsage(tx, [{ event, outcome: outcome! }]);
    return outcome!;
  });
}
