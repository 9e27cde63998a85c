import { findPlanVersion } from "../../catalog/store.ts";
import { partsOf } from "../../catalog/tiers.ts";
import type { Reader } from "../../db/database.ts";
import type { PlanTerms } from "../../db/schema/catalog.ts";
import type { GrantId } from "../../kernel/id.ts";
import { type Micros, micros, type Ppm, toDecimal } from "../../kernel/money.ts";
import type { InvoiceDraft } from "../invoices/issue.ts";
import { type CycleRow, eventsOfCycle } from "./store.ts";

/** The kinds of token (and searches) that an event keeps apart. */
const CLASSES = [
  ...(["input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"] as const),
  ...(["output_tokens", "web_searches"] as const),
] as const;
export type TokenClasses = Record<(typeof CLASSES)[number], number>;

/** What was used in a cycle, from its events: the sub-ledger of the grants. */
export interface CycleUsage {
  readonly requests: number;
  readonly tokens: TokenClasses;
  readonly spend_micros: Micros;
  readonly uncovered_micros: Micros;
  readonly cost_micros_usd: Micros;
  /** What was drawn of each grant, in all and by model. */
  readonly drawn: ReadonlyMap<GrantId, Micros>;
  readonly models: ReadonlyMap<string, ModelUsage>;
  /** Whether an exchange rate has a part in it: not where all of it is at prices of a rate card. */
  readonly exchanged: boolean;
}

interface ModelUsage {
  readonly tokens: TokenClasses;
  readonly drawn: ReadonlyMap<GrantId, Micros>;
  /** The spend at list by the factor of the tier that it lay in; empty where the plan has no tiers. */
  readonly atList: ReadonlyMap<Ppm, Micros>;
}

const noTokens = (): TokenClasses => ({
  ...{ input_tokens: 0, cache_read_tokens: 0, cache_write_5m_tokens: 0, cache_write_1h_tokens: 0 },
  ...{ output_tokens: 0, web_searches: 0 },
});

export async function usageOfCycle(
  read: Reader,
  cycle: Pick<CycleRow, "tenant_id" | "customer_id" | "start_at" | "end_at"> &
    Partial<Pick<CycleRow, "included_grant_id" | "overage_grant_id">>,
): Promise<CycleUsage> {
  const sum = { requests: 0, spend: 0, uncovered: 0, cost: 0 };
  const tokens = noTokens();
  const drawn = new Map<GrantId, Micros>();
  const models = new Map<string, { tokens: TokenClasses; drawn: Map<GrantId, Micros>; atList: Map<Ppm, Micros> }>();
  const termsOf = termsReader(read);
  const own = new Set<GrantId | null | undefined>([cycle.included_grant_id, cycle.overage_grant_id]);
  let exchanged = false;
  for await (const events of eventsOfCycle(read, cycle)) {
    for (const event of events) {
      const model = models.get(event.model) ?? { tokens: noTokens(), drawn: new Map(), atList: new Map() };
      models.set(event.model, model);
      // An adjustment is of the cycle in which it was made; what it takes of a grant is of that grant's.
      const here = event.kind === "call" || event.settled_at < cycle.end_at;
      for (const { grant_id, amount } of event.draws) {
        if (!here && !own.has(grant_id)) continue;
        drawn.set(grant_id, micros((drawn.get(grant_id) ?? 0) + amount));
        model.drawn.set(grant_id, micros((model.drawn.get(grant_id) ?? 0) + amount));
      }
      if (!here) continue;

      sum.requests += event.kind === "call" ? 1 : 0;
      sum.spend += event.spend_micros;
      sum.uncovered += event.uncovered_micros;
      sum.cost += event.cost_micros_usd;
      for (const name of CLASSES) {
        tokens[name] += event[name];
        model.tokens[name] += event[name];
      }
      const terms = await termsOf(event.plan_version_id);
      exchanged ||= isExchanged(terms);
      const sign = (event.tiered?.list_micros ?? 0) < 0 ? -1 : 1;
      for (const { multiplier_ppm: by, list_micros } of event.tiered ? partsOf(event.tiered, terms?.tiers ?? []) : [])
        model.atList.set(by, micros((model.atList.get(by) ?? 0) + sign * list_micros));
    }
  }
  return {
    ...{ requests: sum.requests, tokens, drawn, models, exchanged },
    ...{ spend_micros: micros(sum.spend), uncovered_micros: micros(sum.uncovered), cost_micros_usd: micros(sum.cost) },
  };
}

/** The terms of the versions that events name: of a cycle there is one, or two where its plan was changed. */
function termsReader(read: Reader): (plan_version_id: string | null) => Promise<PlanTerms | null> {
  const known = new Map<string, PlanTerms | null>();
  return async (id) => {
    if (id === null) return null;
    if (!known.has(id)) known.set(id, (await findPlanVersion(read, id))?.version.terms ?? null);
    return known.get(id) ?? null;
  };
}

const isExchanged = (terms: PlanTerms | null): boolean =>
  terms?.pricing.type !== "rate_card" || terms.pricing.fallback_multiplier_ppm !== null;

/**
 * The lines of a bill for overage: one for each model, with its tokens by class, which sum to exactly `net_micros`: what the grant says is used and
 * not billed. Tokens, and spend at list by tier, are those of the whole cycle. What was billed earlier in the cycle is taken off in the order of the
 * models; what is left of a rounding before comes on top.
 */
export function overageLines(
  { models }: CycleUsage,
  { grant_id, net_micros }: { readonly grant_id: GrantId; readonly net_micros: Micros },
): InvoiceDraft["lines"] {
  const used = [...models]
    .map(([model, { drawn, ...of }]) => ({ ...of, model, amount: drawn.get(grant_id) ?? 0 }))
    .filter(({ amount }) => amount > 0)
    .sort((a, b) => (a.model < b.model ? -1 : 1));
  let surplus = used.reduce((total, { amount }) => total + amount, 0) - net_micros;
  const lines = used.map(({ amount, ...of }) => {
    const off = Math.max(0, Math.min(amount, surplus));
    surplus -= off;
    return { ...of, amount: amount - off };
  });
  // A remainder below a paisa from an earlier bill.
  if (surplus < 0 && lines.length) lines[lines.length - 1]!.amount -= surplus;
  return lines
    .filter(({ amount }) => amount !== 0)
    .map(({ model, tokens, atList, amount }) => ({
      description: `Usage of ${model} beyond the plan`,
      details: { model, ...tokens, ...(atList.size && { tiers: tiersOf(atList) }) },
      ...{ net_micros: micros(amount), ledger_account: "unbilled" as const },
    }));
}

/** What lay in which tier, at list: the dearest first. */
const tiersOf = (atList: ModelUsage["atList"]) =>
  [...atList]
    .sort(([a], [b]) => b - a)
    .map(([by, list_micros]) => ({ multiplier: toDecimal(BigInt(by), 6), list_micros }));
