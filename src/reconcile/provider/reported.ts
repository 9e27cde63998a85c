import { METERS, NOTHING, plus, type Quantities } from "../../catalog/meters.ts";
import { canonicalModel } from "../../catalog/models.ts";
import { type KeyRing, workspaceOf } from "./keys.ts";
import { costKey, type Dimensions, geoOf, groupKey } from "./metered.ts";
import type { CostResult, UsageResult } from "./port.ts";

export interface DayReported {
  readonly groups: ReadonlyMap<string, { readonly dimensions: Dimensions; quantities: Quantities }>;
  /** In micro-USD, by workspace and model. */
  readonly costs: ReadonlyMap<string, number>;
  /** Workspaces and models of which the cost report cannot say what is ours: other products use them too, or part of it is charged otherwise. */
  readonly mixed: ReadonlySet<string>;
  readonly foreign: number;
}

/** The provider's rows of a day in our words. Rows of keys that are not ours are other products', and are counted only. */
export function reportedDay(usage: readonly UsageResult[], cost: readonly CostResult[], ring: KeyRing): DayReported {
  const groups = new Map<string, { readonly dimensions: Dimensions; quantities: Quantities }>();
  const mixed = new Set<string>();
  let foreign = 0;
  for (const row of usage) {
    const quantities = quantitiesOf(row);
    if (METERS.every((meter) => quantities[meter] === 0)) continue;
    const model = canonicalModel(row.model ?? "");
    const workspace_id = workspaceOf(row.workspace_id);
    const ours = ring.owns(row.api_key_id);
    if (!ours || row.service_tier === "priority") mixed.add(costKey({ workspace_id, model }));
    if (!ours) {
      foreign += 1;
      continue;
    }
    const dimensions: Dimensions = {
      ...{ api_key_id: row.api_key_id ?? "", workspace_id, model, geo: geoOf(row.inference_geo) },
      tier: row.service_tier === "batch" ? "batch" : "standard",
      speed: row.speed === "fast" ? "fast" : "standard",
    };
    const key = groupKey(dimensions);
    const group = groups.get(key) ?? { dimensions, quantities: NOTHING };
    group.quantities = plus(group.quantities, quantities);
    groups.set(key, group);
  }

  const picos = new Map<string, bigint>();
  for (const row of cost) {
    if (row.currency !== "USD" || row.model === null) continue;
    const key = costKey({ workspace_id: workspaceOf(row.workspace_id), model: canonicalModel(row.model) });
    picos.set(key, (picos.get(key) ?? 0n) + picosOfCents(row.amount));
  }
  const costs = new Map([...picos].map(([key, pico]) => [key, Math.round(Number(pico) / 1e6)]));
  return { groups, costs, mixed, foreign };
}

const quantitiesOf = (row: UsageResult): Quantities => ({
  ...{ input: row.uncached_input_tokens, cache_read: row.cache_read_input_tokens, output: row.output_tokens },
  cache_write_5m: row.cache_creation?.ephemeral_5m_input_tokens ?? 0,
  cache_write_1h: row.cache_creation?.ephemeral_1h_input_tokens ?? 0,
  web_search: row.server_tool_use?.web_search_requests ?? 0,
});

/** A decimal string of cents as pico-USD (10¹⁰ a cent); what is finer is cut off. */
export function picosOfCents(amount: string): bigint {
  const [, sign, whole = "0", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  const picos = BigInt(whole + fraction.slice(0, 10).padEnd(10, "0"));
  return sign ? -picos : picos;
}
