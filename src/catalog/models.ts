import { ONE_PPM, type Ppm } from "../kernel/money.ts";
import file from "./prices.json" with { type: "json" };

/** What is known of a model besides its prices. Tokens; multipliers in ppm, null where upstream refuses the feature. */
export interface Model {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly context_window: number;
  /** Null where it is not public: then upstream decides. */
  readonly max_output_tokens: number | null;
  readonly released: string | null;
  readonly us_multiplier_ppm: Ppm | null;
  readonly batch_multiplier_ppm: Ppm;
}

export const ppm = (factor: number): Ppm => Math.round(factor * ONE_PPM) as Ppm;

/** The models that ship with Tollgate (catalog/prices.json), newest families first. */
export const MODELS: readonly Model[] = file.map((entry) => ({
  id: entry.id,
  aliases: entry.aliases,
  context_window: entry.context_window,
  max_output_tokens: entry.max_output_tokens,
  released: entry.released?.slice(0, 10) ?? null,
  us_multiplier_ppm: entry.us_only_multiplier === null ? null : ppm(entry.us_only_multiplier),
  batch_multiplier_ppm: ppm(entry.batch_multiplier),
}));

const byName = new Map(MODELS.flatMap((model) => [model.id, ...model.aliases].map((name) => [name, model] as const)));

/** The canonical id of a model: aliases and dated forms (`…-20251001`) lead to it; an unknown name is its own. */
export function canonicalModel(name: string): string {
  return (byName.get(name) ?? byName.get(name.replace(/-20\d{6}$/, "")))?.id ?? name;
}

/** A model that an operator priced and this build does not know: the family's usual bounds and multipliers. */
const UNKNOWN = {
  aliases: [],
  context_window: 1_000_000,
  max_output_tokens: null,
  released: null,
  us_multiplier_ppm: ppm(1.1),
  batch_multiplier_ppm: ppm(0.5),
} as const;

export const modelOf = (name: string): Model => {
  const id = canonicalModel(name);
  return byName.get(id) ?? { id, ...UNKNOWN };
};
