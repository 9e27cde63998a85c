import {
  METERS,
  type Meter,
  NOTHING,
  plus,
  promptTokens,
  type Quantities,
  type Sampling,
} from "../../catalog/meters.ts";
import { canonicalModel } from "../../catalog/models.ts";
import { type PriceBook, priceSamplings } from "../../catalog/price-book.ts";
import type { KeyOfTenant } from "./keys.ts";
import type { MeteredEvent } from "./store.ts";

/** By what the provider's usage report is grouped. */
export interface Dimensions extends KeyOfTenant {
  readonly model: string;
  readonly tier: "standard" | "batch";
  readonly geo: string;
  readonly speed: "standard" | "fast";
}

/** What was used in one group of a day, and by how much it may be off. */
export interface Group {
  readonly dimensions: Dimensions;
  quantities: Quantities;
  band: Quantities;
  /** Some of the events behind it. */
  readonly rows: string[];
}

/** What a workspace's use of a model in a day cost by our books, in micro-USD, and by how much that may be off. */
export interface CostGroup {
  readonly workspace_id: string;
  readonly model: string;
  cost: number;
  band: number;
  events: number;
}

export interface DayMetered {
  readonly groups: ReadonlyMap<string, Group>;
  /** By how much the groups of a key, a model and a tier may be off together, whatever their geography and speed: of calls of which nothing was seen. */
  readonly unplaced: ReadonlyMap<string, Quantities>;
  readonly costs: ReadonlyMap<string, CostGroup>;
  readonly events: number;
  readonly elsewhere: number;
}

/**
 * What is not known of a call that did not end with its final usage: the provider may have generated so many tokens more than passed. `partial`: what
 * was under way when its client left; `recovered`, and calls of which nothing was seen: what can come between two checkpoints, or in all.
 */
export const UNSEEN_TOKENS = { partial: 256, recovered: 4_096 } as const;
/** A prompt that was estimated may have been so many times that, and how much of it was cached nobody knows. */
const ESTIMATE_OFF = 2;
const ROWS_MAX = 20;

export const geoOf = (geo: string | null): string => (geo === null || geo === "" ? "not_available" : geo);
export const groupKey = ({ api_key_id, workspace_id, model, tier, geo, speed }: Dimensions): string =>
  [api_key_id, workspace_id, model, tier, geo, speed].join("|");
export const placeKey = ({ api_key_id, workspace_id, model, tier }: Omit<Dimensions, "geo" | "speed">): string =>
  [api_key_id, workspace_id, model, tier].join("|");
export const costKey = ({ workspace_id, model }: Pick<CostGroup, "workspace_id" | "model">): string =>
  `${workspace_id}|${model}`;

/** Adds up the events of a day `[from, to)` in the provider's groups. Events of tenants whose key is another organization's are left out. */
export function openDay(
  { from, to }: { readonly from: number; readonly to: number },
  book: PriceBook,
  keyOf: (event: MeteredEvent) => KeyOfTenant | null,
): { add(event: MeteredEvent): void; day(): DayMetered } {
  const groups = new Map<string, Group>();
  const unplaced = new Map<string, Quantities>();
  const costs = new Map<string, CostGroup>();
  let [events, elsewhere] = [0, 0];

  const groupOf = (dimensions: Dimensions): Group => {
    const key = groupKey(dimensions);
    const group = groups.get(key) ?? { dimensions, quantities: NOTHING, band: NOTHING, rows: [] };
    groups.set(key, group);
    return group;
  };
  const costOf = (of: Pick<CostGroup, "workspace_id" | "model">): CostGroup => {
    const key = costKey(of);
    const group = costs.get(key) ?? { workspace_id: of.workspace_id, model: of.model, cost: 0, band: 0, events: 0 };
    costs.set(key, group);
    return group;
  };

  return {
    add(event) {
      const key = keyOf(event);
      if (!key) {
        elsewhere += 1;
        return;
      }
      events += 1;
      const within = event.admitted_at >= from && event.admitted_at < to;
      // The provider may count a call that was under way at midnight in either day.
      const straddles = event.admitted_at < from || (event.kind === "call" && event.settled_at >= to);
      const shares = costShares(event, book);
      for (const [index, { sampling, seen }] of samplingsOf(event).entries()) {
        const model = canonicalModel(sampling.model);
        const { list: speed, batch, geo } = sampling;
        const tier = batch ? "batch" : "standard";
        const uncertain = bandOf(event, sampling, seen);
        const band = straddles ? plus(sampling.quantities, uncertain) : uncertain;
        if (seen) {
          const group = groupOf({ ...key, model, tier, geo: geoOf(geo), speed });
          if (within) group.quantities = plus(group.quantities, sampling.quantities);
          group.band = plus(group.band, band);
          if (group.rows.length < ROWS_MAX) group.rows.push(event.id);
        } else {
          const place = placeKey({ ...key, model, tier });
          unplaced.set(place, plus(unplaced.get(place) ?? NOTHING, band));
        }

        const cost = costOf({ workspace_id: key.workspace_id, model });
        const share = shares[index] ?? 0;
        if (within) cost.cost += share;
        if (within) cost.events += 1;
        const unsure = uncertain !== NOTHING;
        cost.band +=
          straddles || unsure ? Math.abs(share) + priced(book, event, { ...sampling, quantities: uncertain }) : 0;
      }
    },
    day: () => ({ groups, unplaced, costs, events, elsewhere }),
  };
}

interface Part {
  readonly sampling: Sampling;
  /** False for an estimate: nobody reported it. */
  readonly seen: boolean;
}

/** A call is its samplings, each at its own model; an adjustment of late usage has the differences in its columns. */
function samplingsOf(event: MeteredEvent): Part[] {
  if (event.kind === "call" && event.samplings.length)
    return event.samplings.map((sampling) => ({ sampling, seen: !(sampling.estimated || isGuessed(event)) }));
  const { model, list, geo } = event;
  const quantities = {
    ...{ input: event.input_tokens, cache_read: event.cache_read_tokens, output: event.output_tokens },
    ...{ cache_write_5m: event.cache_write_5m_tokens, cache_write_1h: event.cache_write_1h_tokens },
    web_search: event.web_searches,
  };
  return [{ sampling: { model, list, geo, batch: event.samplings[0]?.batch ?? false, quantities }, seen: true }];
}

/** Its client left before the provider said anything: it pays for its prompt, which nobody counted. */
const isGuessed = ({ source, raw_usage }: MeteredEvent): boolean => source === "partial" && raw_usage === null;

function bandOf({ source, unreconciled, kind }: MeteredEvent, { quantities }: Sampling, seen: boolean): Quantities {
  if (kind === "adjustment" || (source === "reported" && !unreconciled)) return NOTHING;
  if (seen && source === "partial") return { ...NOTHING, output: quantities.output + UNSEEN_TOKENS.partial };
  const output = quantities.output + UNSEEN_TOKENS.recovered;
  if (seen) return { ...quantities, output };
  const prompt = promptTokens(quantities) * ESTIMATE_OFF;
  return { ...quantities, input: prompt, cache_read: prompt, cache_write_5m: prompt, cache_write_1h: prompt, output };
}

/** The cost of an event over its samplings: as it was priced, so that the shares are the whole. */
function costShares(event: MeteredEvent, book: PriceBook): number[] {
  const parts = samplingsOf(event);
  const models = new Set(parts.map(({ sampling }) => canonicalModel(sampling.model)));
  if (models.size === 1) return parts.map((_, index) => (index === 0 ? event.cost_micros_usd : 0));
  const own = parts.map(({ sampling }) => priced(book, event, sampling));
  const all = own.reduce((sum, share) => sum + share, 0);
  let left = event.cost_micros_usd as number;
  return own.map((share, index) => {
    const part = index === own.length - 1 ? left : all ? Math.round((event.cost_micros_usd * share) / all) : 0;
    left -= part;
    return part;
  });
}

/** In micro-USD, rounded up. */
function priced(book: PriceBook, { tenant_id, admitted_at, asked_model }: MeteredEvent, sampling: Sampling): number {
  const context = { tenant_id, at: admitted_at, fallback_model: asked_model };
  const [one] = priceSamplings(book, [sampling], context) ?? [];
  return one ? Math.ceil(Number(one.pico_usd) / 1e6) : 0;
}

export const isNothing = (quantities: Quantities): boolean => METERS.every((meter) => quantities[meter] === 0);

/** The meters in which two sides are further apart than they may be. */
export const beyondBand = (local: Quantities, remote: Quantities, band: Quantities): Meter[] =>
  METERS.filter((meter) => Math.abs(remote[meter] - local[meter]) > band[meter]);
