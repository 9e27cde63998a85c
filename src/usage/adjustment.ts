import type { Pricer } from "../catalog/charge.ts";
import type { Database, Reader } from "../db/database.ts";
import type { Instant } from "../kernel/clock.ts";
import type { EventId, TenantId } from "../kernel/id.ts";
import { type Micros, micros } from "../kernel/money.ts";
import type { Adjustment } from "../ledger/adjust.ts";
import type { Counter, Outcome } from "../ledger/books.ts";
import { adjust } from "../ledger/decide.ts";
import { adjustGrants, findCounters } from "../ledger/store.ts";
import type { TenantRow } from "../tenants/store.ts";
import { owedAtList, type UsageDraft, type UsageEvent } from "./event.ts";
import { priceAgain, standing, tiersOf } from "./receipt.ts";
import { recordUsage } from "./record.ts";
import { listAdjustments } from "./store.ts";

/** By what and when calls are priced again. */
export interface Act {
  readonly pricer: Pricer;
  readonly tenants: ReadonlyMap<TenantId, TenantRow>;
  readonly at: Instant;
  readonly reason: string;
  /** Of a dry run: the counters that tiers go by, as the calls before have left them. */
  readonly counters: Map<string, Counter>;
}

/** A call, what it came to with its adjustments, and what is to be changed about that; null where it has no price. */
export interface Repriced {
  readonly event: UsageEvent;
  readonly adjustments: readonly UsageEvent[];
  readonly cost: Micros;
  readonly change: (Adjustment & { readonly cost: Micros; readonly version: string }) | null;
  readonly outcome: Outcome;
}

const NO_CHANGE: Outcome = { spend_micros: micros(0), uncovered_micros: micros(0), draws: [] };

async function repriced(read: Reader, page: readonly UsageEvent[], act: Act): Promise<Repriced[]> {
  const adjustmentsOf = await listAdjustments(read, page);
  return page.map((event) => {
    const adjustments = adjustmentsOf.get(event.id) ?? [];
    const so_far = [event, ...adjustments];
    const sum = (of: (part: UsageEvent) => number) => micros(so_far.reduce((total, part) => total + of(part), 0));
    const cost = sum((part) => part.cost_micros_usd);
    const priced = priceAgain(standing(event, adjustments), act.pricer);
    const tiers = tiersOf(event, act.pricer);
    const observe = act.tenants.get(event.tenant_id)!.enforcement === "observe";
    const change = priced && {
      so_far,
      more: micros(priced.list_micros - sum(owedAtList)),
      tiered: event.tiered && tiers && { counter_id: event.tiered.counter_id, tiers },
      customer_id: event.customer_id,
      ...{ observe, at: act.at, cost: micros(priced.cost_micros_usd - cost), version: priced.version },
    };
    return { event, adjustments, cost, change, outcome: NO_CHANGE };
  });
}

export const isChanged = ({ change }: Repriced): boolean => change !== null && (change.cost !== 0 || change.more !== 0);

/** As it would be: as if grants covered whatever more is owed. */
export async function previewed(db: Database, page: readonly UsageEvent[], act: Act): Promise<Repriced[]> {
  const calls = await repriced(db.read, page, act);
  await loadCounters(db.read, calls, act);
  return calls.map((call) => {
    if (!call.change) return call;
    const { outcomes, counters } = adjust(new Map(), [{ ...call.change, observe: true }], act.counters);
    for (const counter of counters) act.counters.set(counter.id, counter);
    return { ...call, outcome: outcomes[0]! };
  });
}

async function loadCounters(read: Reader, calls: readonly Repriced[], { counters }: Act): Promise<void> {
  const unknown = calls.flatMap(({ event: { tenant_id, tiered } }) =>
    tiered && !counters.has(tiered.counter_id) ? [{ tenant_id, id: tiered.counter_id }] : [],
  );
  for (const [tenant_id, refs] of Map.groupBy(unknown, (ref) => ref.tenant_id)) {
    const ids = [...new Set(refs.map(({ id }) => id))];
    for (const [id, counter] of await findCounters(read, tenant_id, ids)) counters.set(id, counter);
  }
}

/**
 * Posts the adjustments of a page. What they are is worked out in the transaction that posts them, and their ids follow from their
 * number: whoever posts at the same time gets a conflict, and nothing is posted twice.
 */
export function posted(db: Database, page: readonly UsageEvent[], act: Act): Promise<Repriced[]> {
  return db.transaction(async (tx) => {
    const calls = await repriced(tx, page, act);
    const wrong = calls.filter(isChanged);
    const outcomes = await adjustGrants(
      tx,
      wrong.map(({ change }) => change!),
    );
    const outcomeOf = new Map(wrong.map((call, index) => [call, outcomes[index]!]));
    await recordUsage(
      tx,
      wrong.map((call) => ({ event: adjustmentOf(call, act), outcome: outcomeOf.get(call)! })),
    );
    return calls.map((call) => ({ ...call, outcome: outcomeOf.get(call) ?? NO_CHANGE }));
  });
}

function adjustmentOf({ event, adjustments, change }: Repriced, { at, reason, tenants }: Act): UsageDraft {
  const { timezone } = tenants.get(event.tenant_id)!;
  return {
    ...event,
    id: `${event.id}.adj${String(adjustments.length + 1).padStart(3, "0")}` as EventId,
    kind: "adjustment",
    adjusts: event.id,
    reason,
    ...{ input_tokens: 0, cache_read_tokens: 0, cache_write_5m_tokens: 0, cache_write_1h_tokens: 0 },
    ...{ output_tokens: 0, web_searches: 0, samplings: standing(event, adjustments).samplings, raw_usage: null },
    cost_micros_usd: change!.cost,
    cache_saved_micros_usd: micros(0),
    price_version: change!.version,
    ...{ unreconciled: false, first_byte_ms: null, total_ms: 0, settled_at: at },
    timezone,
  };
}
