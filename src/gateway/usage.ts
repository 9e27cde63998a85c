import { NOTHING, plus, type Quantities, type Sampling } from "../catalog/meters.ts";
import { canonicalModel } from "../catalog/models.ts";

/**
 * Upstream's `usage` object, as far as it is billed (Anthropic SDK 1.11 `Usage`). Unknown fields are kept in the raw copy.
 * Everything may be missing or null: older models and error paths leave fields out.
 */
export interface UpstreamUsage {
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly cache_creation?: {
    readonly ephemeral_5m_input_tokens?: number;
    readonly ephemeral_1h_input_tokens?: number;
  } | null;
  readonly server_tool_use?: { readonly web_search_requests?: number } | null;
  readonly service_tier?: string | null;
  readonly inference_geo?: string | null;
  readonly speed?: string | null;
  readonly iterations?: readonly Iteration[] | null;
}

/** One sampling of a call that took several: compaction, advisor, fallback. */
export interface Iteration extends UpstreamUsage {
  readonly type: string;
  readonly model?: string | null;
}

/**
 * The merge rule of the stream: counts are cumulative, so the latest of each stands. `message_delta` is authoritative for
 * every field that it carries with a value; a null keeps what was there (the split of cache writes, geography and speed stand
 * only in `message_start`). Never summed.
 */
export function mergeUsage(start: UpstreamUsage, delta: UpstreamUsage): UpstreamUsage {
  const given = Object.entries(delta).filter(([, value]) => value !== null && value !== undefined);
  return { ...start, ...Object.fromEntries(given) };
}

/**
 * What is to be priced for a usage object: one sampling, or where upstream lists iterations, one for each at its own model
 * (the top level leaves compaction and advisor out). An attempt that was declined before any output, and taken over by a
 * fallback, is free.
 */
export function samplingsOf(usage: UpstreamUsage, model: string): Sampling[] {
  const shared = {
    list: usage.speed === "fast" ? ("fast" as const) : ("standard" as const),
    geo: usage.inference_geo ?? "",
    batch: usage.service_tier === "batch",
  };
  const web_search = usage.server_tool_use?.web_search_requests ?? 0;
  const iterations = (usage.iterations ?? []).filter((iteration, index, all) => !declined(iteration, all[index + 1]));
  if (!iterations.length) return [{ ...shared, model, quantities: { ...tokensOf(usage), web_search } }];
  return iterations.map((iteration, index) => ({
    ...shared,
    model: iteration.model ?? model,
    // Searches are reported for the call as a whole.
    quantities: { ...tokensOf(iteration), web_search: index === iterations.length - 1 ? web_search : 0 },
  }));
}

const declined = (iteration: Iteration, next: Iteration | undefined): boolean =>
  next?.type === "fallback_message" && (iteration.output_tokens ?? 0) === 0;

/** Cache writes that the split does not explain are five-minute ones: the automatic breakpoint on server-tool results. */
function tokensOf(usage: UpstreamUsage): Omit<Quantities, "web_search"> {
  const split = usage.cache_creation;
  const cache_write_1h = count(split?.ephemeral_1h_input_tokens);
  const explained = count(split?.ephemeral_5m_input_tokens) + cache_write_1h;
  const writes = Math.max(count(usage.cache_creation_input_tokens), explained);
  return {
    input: count(usage.input_tokens),
    cache_read: count(usage.cache_read_input_tokens),
    cache_write_5m: writes - cache_write_1h,
    cache_write_1h,
    output: count(usage.output_tokens),
  };
}

const count = (value: number | null | undefined): number =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;

export const totalOf = (samplings: readonly Sampling[]): Quantities =>
  samplings.reduce((sum, sampling) => plus(sum, sampling.quantities), NOTHING);

/** The model that gave the answer: the last sampling's, by its canonical name. */
export const answeringModel = (samplings: readonly Sampling[], asked: string): string =>
  canonicalModel(samplings.at(-1)?.model ?? asked);
