import type { Reader } from "../../db/database.ts";
import type { GrantId } from "../../kernel/id.ts";
import { type Micros, micros } from "../../kernel/money.ts";
import type { InvoiceDraft } from "../invoices/issue.ts";
import type { CycleRow } from "./store.ts";
import { eventsOfCycle } from "./store.ts";

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
  readonly models: ReadonlyMap<string, { readonly tokens: TokenClasses; readonly drawn: ReadonlyMap<GrantId, Micros> }>;
}

const noTokens = (): TokenClasses => ({
  ...{ input_tokens: 0, cache_read_tokens: 0, cache_write_5m_tokens: 0, cache_write_1h_tokens: 0 },
  ...{ output_tokens: 0, web_searches: 0 },
});

export async function usageOfCycle(read: Reader, cycle: CycleRow): Promise<CycleUsage> {
  const sum = { requests: 0, spend: 0, uncovered: 0, cost: 0 };
  const tokens = noTokens();
  const drawn = new Map<GrantId, Micros>();
  const models = new Map<string, { tokens: TokenClasses; drawn: Map<GrantId, Micros> }>();
  for await (const events of eventsOfCycle(read, cycle)) {
    for (const event of events) {
      sum.requests += event.kind === "call" ? 1 : 0;
      sum.spend += event.spend_micros;
      sum.uncovered += event.uncovered_micros;
      sum.cost += event.cost_micros_usd;
      const model = models.get(event.model) ?? { tokens: noTokens(), drawn: new Map() };
      models.set(event.model, model);
      for (const name of CLASSES) {
        tokens[name] += event[name];
        model.tokens[name] += event[name];
      }
      for (const { grant_id, amount } of event.draws) {
        drawn.set(grant_id, micros((drawn.get(grant_id) ?? 0) + amount));
        model.drawn.set(grant_id, micros((model.drawn.get(grant_id) ?? 0) + amount));
      }
    }
  }
  return {
    ...{ requests: sum.requests, tokens, drawn, models },
    ...{ spend_micros: micros(sum.spend), uncovered_micros: micros(sum.uncovered), cost_micros_usd: micros(sum.cost) },
  };
}

/**
 * The lines of a bill for overage: one for each model, with its tokens by class, which sum to exactly `net_micros`: what the grant says is used and
 * not billed. What was billed earlier in the cycle is taken off in the order of the models; what is left of a rounding before comes on top.
 */
export function overageLines(
  { models }: CycleUsage,
  { grant_id, net_micros }: { readonly grant_id: GrantId; readonly net_micros: Micros },
): InvoiceDraft["lines"] {
  const used = [...models]
    .map(([model, { tokens, drawn }]) => ({ model, tokens, amount: drawn.get(grant_id) ?? 0 }))
    .filter(({ amount }) => amount > 0)
    .sort((a, b) => (a.model < b.model ? -1 : 1));
  let surplus = used.reduce((total, { amount }) => total + amount, 0) - net_micros;
  const lines = used.map(({ model, tokens, amount }) => {
    const off = Math.max(0, Math.min(amount, surplus));
    surplus -= off;
    return { model, tokens, amount: amount - off };
  });
  // A remainder below a paisa from an earlier bill.
  if (surplus < 0 && lines.length) lines[lines.length - 1]!.amount -= surplus;
  return lines
    .filter(({ amount }) => amount !== 0)
    .map(({ model, tokens, amount }) => ({
      ...{ description: `Usage of ${model} beyond the plan`, details: { model, ...tokens } },
      ...{ net_micros: micros(amount), ledger_account: "unbilled" as const },
    }));
}
