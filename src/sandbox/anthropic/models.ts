import rows from "../../catalog/prices.json" with { type: "json" };

/** A model as the sandbox serves it: what limits a request, and what may be asked for. */
export interface Model {
  id: string;
  aliases: readonly string[];
  windowTokens: number;
  outputTokensMax: number;
  cacheableTokensMin: number;
  /** Whether `speed: "fast"` is accepted at all; Opus 4.6 accepts it and runs at standard speed. */
  acceptsFast: boolean;
  runsFast: boolean;
  acceptsGeo: boolean;
  createdAt: string;
  retiresAt: string | null;
  deprecated: boolean;
}

interface Row {
  id: string;
  aliases: string[];
  context_window: number;
  max_output_tokens?: number | null;
  min_cacheable_tokens?: number;
  us_only_multiplier: number | null;
  fast?: object | null;
  released?: string;
  retires?: string;
  deprecated: boolean;
}

const ACCEPTS_FAST_AND_RUNS_STANDARD = "claude-opus-4-6";

const modelOf = (row: Row): Model => ({
  id: row.id,
  aliases: row.aliases,
  windowTokens: row.context_window,
  outputTokensMax: row.max_output_tokens ?? row.context_window,
  cacheableTokensMin: row.min_cacheable_tokens ?? 1024,
  acceptsFast: Boolean(row.fast) || row.id === ACCEPTS_FAST_AND_RUNS_STANDARD,
  runsFast: Boolean(row.fast),
  acceptsGeo: row.us_only_multiplier !== null,
  createdAt: `${row.released?.slice(0, 10) ?? "1970-01-01"}T00:00:00Z`,
  retiresAt: row.retires ? `${row.retires}T00:00:00Z` : null,
  deprecated: row.deprecated,
});

/** Newest first, as the real list is. */
const MODELS: readonly Model[] = (rows as readonly Row[])
  .map(modelOf)
  .sort((a, b) => b.createdAt.localeCompare(a.createdAt));

const BY_NAME: ReadonlyMap<string, Model> = new Map(
  MODELS.flatMap((model) => [model.id, ...model.aliases].map((name): [string, Model] => [name, model])),
);

export const findModel = (name: string): Model | undefined => BY_NAME.get(name);

/** The `ModelInfo` of the Models API. */
export const presentModel = (model: Model) => ({
  type: "model",
  id: model.id,
  display_name: displayNameOf(model.id),
  created_at: model.createdAt,
  capabilities: null,
  lifecycle: model.deprecated ? "deprecated" : "active",
  line: model.id.split("-")[1] ?? null,
  max_input_tokens: model.windowTokens,
  max_tokens: model.outputTokensMax,
  deprecated_at: null,
  retires_at: model.retiresAt,
});

/** `claude-opus-5-5` is shown as `Claude Opus 5.5`. */
function displayNameOf(id: string): string {
  const [, line = "", ...version] = id.split("-");
  return `Claude ${line[0]?.toUpperCase()}${line.slice(1)} ${version.join(".")}`;
}

/** One page of the model list, or the reason why the query asks for none. */
export function pageOfModels(query: URLSearchParams): object | string {
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1) return "limit: Input should be greater than or equal to 1";
  if (limit > 1000) return "limit: Input should be less than or equal to 1000";

  const [after, before] = [query.get("after_id"), query.get("before_id")];
  if (after && before) return "after_id: cannot be combined with before_id";
  const cursor = after ?? before;
  const at = MODELS.findIndex((model) => model.id === cursor);
  if (cursor && at < 0) return `${after ? "after_id" : "before_id"}: ${cursor} was not found`;

  const rest = before ? MODELS.slice(0, at) : MODELS.slice(at + 1);
  const page = (before ? rest.slice(-limit) : rest.slice(0, limit)).map(presentModel);
  return {
    data: page,
    has_more: rest.length > page.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}
