import type { RollupView } from "../../db/schema.ts";

/** What usage can be told apart by, besides time. */
export const DIMENSIONS = ["tenant", "user", "key", "model", "plan_version", "tag", "promotion"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export type RollupFilter = { readonly [D in Dimension]?: string };

export const asksFor = (filter: RollupFilter, by: readonly Dimension[], dimension: Dimension): boolean =>
  filter[dimension] !== undefined || by.includes(dimension);

/** Which rollup has it in the fewest rows, and as which part of it. */
export interface Source {
  readonly rollup: "detail" | "whole" | "all";
  readonly part: RollupView;
}

export function sourceOf(filter: RollupFilter, by: readonly Dimension[]): Source {
  const asks = (dimension: Dimension) => asksFor(filter, by, dimension);
  const part = asks("tag") ? "tag" : asks("promotion") ? "promotion" : "";
  if (asks("user")) return { rollup: "detail", part };
  if (asks("key")) return { rollup: "detail", part: part || "key" };
  if (asks("tenant") || (part && asks("plan_version"))) return { rollup: "whole", part };
  if (asks("plan_version")) return { rollup: "all", part: "plan" };
  return { rollup: "all", part: part === "tag" && !asks("model") ? "tags" : part };
}

/** Whether only the rollup by users and keys has it. */
export const readsDetail = (filter: RollupFilter, by: readonly Dimension[]): boolean =>
  sourceOf(filter, by).rollup === "detail";

const COLUMN: Record<Dimension, string> = {
  ...{ tenant: "tenant_id", user: "user_id", key: "key_id", model: "model", plan_version: "plan_version_id" },
  ...{ tag: "slice", promotion: "slice" },
};
/** What holds a dimension in a rollup; in the tail, which is of no rollup, too. */
export const columnOf = (dimension: Dimension, { rollup }: Partial<Source> = {}): string =>
  rollup === "all" && dimension === "plan_version" ? "slice" : COLUMN[dimension];
