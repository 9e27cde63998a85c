import { z } from "zod";
import type { Reader } from "../../db/database.ts";
import { QueryInt } from "../../http/fields.ts";
import { type Instant, iso } from "../../kernel/clock.ts";
import { bucketsOf } from "../../usage/rollups/spans.ts";
import { topRows } from "../../usage/rollups/top.ts";
import { figuresReadBy, KINDS, type Kind } from "./kinds.ts";
import { Selection, selected, wrong } from "./query.ts";
import { columnsOf, presented } from "./report.ts";

/** Who or what used most, by one figure. Amounts of different currencies are never added up: each is a row of its own. */
export const TopQuery = Selection.omit({ promotion: true }).extend({
  of: z.enum(["tenant", "user", "key", "model", "tag", "plan_version"]).default("tenant"),
  by: z
    .enum([
      "spend_micros",
      "cost_micros_usd",
      "requests",
      "input_tokens",
      "output_tokens",
      "uncovered_micros",
      "errors",
    ])
    .default("spend_micros"),
  limit: QueryInt.pipe(z.number().min(1).max(1000)).default(10),
  format: z.enum(["json", "csv"]).default("json"),
});
type Query = z.infer<typeof TopQuery>;

const KIND: Kind = { columns: (row) => ({ ...KINDS.usage.columns(row), errors: row.figures.errors }) };
const FIGURES_READ = figuresReadBy(KIND);

export async function topReport(read: Reader, query: Query, now: Instant) {
  const { filter, range, timezone } = await selected(read, query, now);
  if (filter.tag !== undefined && query.of === "tag") throw wrong("of", "the most used tag is asked without a tag");
  const page = { filter, range, timezone, by: [query.of], unit: null, latencies: false, figures: FIGURES_READ };
  const buckets = [...bucketsOf(range, null, timezone)];
  const rows = await topRows(read, { ...page, buckets, most: query.by, limit: query.limit });
  return {
    ...{ from: iso(range.from), to: iso(range.to), tz: timezone, of: query.of, by: query.by },
    data: await presented(read, { page, kind: KIND }, rows),
  };
}

export const topColumns = ({ of }: Query): string[] => columnsOf({ page: { by: [of], unit: null }, kind: KIND });
