import type { z } from "zod";
import type { Reader } from "../../db/database.ts";
import { type Instant, iso } from "../../kernel/clock.ts";
import { labelOf } from "../../usage/report.ts";
import { type Dimension, readsDetail } from "../../usage/rollups/dimensions.ts";
import { FIGURES, type Figures } from "../../usage/rollups/figures.ts";
import { bucketsOf } from "../../usage/rollups/spans.ts";
import { type RollupRow, sumRollups } from "../../usage/rollups/store.ts";
import { hasUnrolled } from "../../usage/store.ts";
import type { Row } from "../csv.ts";
import { namesOf } from "../store.ts";
import { figuresReadBy, KINDS, type Kind, type KindName } from "./kinds.ts";
import { idOf, keyOf, type PageOf, pagesOf } from "./pages.ts";
import { type Grouping, groupingOf, type ReportQuery, selected, wrong } from "./query.ts";

type Query = z.infer<typeof ReportQuery>;

/** What the columns of a dimension are called; a name that people know stands beside the id. */
const COLUMNS: Record<Dimension, readonly [id: string, name: string | null]> = {
  tenant: ["tenant_id", "tenant_name"],
  user: ["user_id", "user_external_id"],
  key: ["key_id", "key_name"],
  model: ["model", null],
  plan_version: ["plan_version_id", null],
  tag: ["tag", null],
  promotion: ["promotion_id", "promotion_code"],
};

/** A report that is ready to be read, page by page. */
export interface OpenReport {
  readonly page: PageOf;
  readonly kind: Kind;
}

export async function openReport(read: Reader, kindName: KindName, query: Query, now: Instant): Promise<OpenReport> {
  const kind: Kind = KINDS[kindName];
  const grouping = groupingOf(query.group_by);
  const page = {
    ...(await selected(read, query, now)),
    ...grouping,
    latencies: kind.latencies === true,
    figures: figuresReadBy(kind),
  };
  if (kind.latencies && readsDetail(page.filter, page.by))
    throw wrong("group_by", "latency is kept by tenant, model, tag, plan_version and time, not by user or key");
  if (page.filter.promotion !== undefined && grouping.by.includes("tag"))
    throw wrong("group_by", "a report is by tag or by promotion, not by both");
  if (page.filter.tag !== undefined && grouping.by.includes("promotion"))
    throw wrong("group_by", "a report is by tag or by promotion, not by both");
  if (kindName !== "spend" && (grouping.by.includes("promotion") || page.filter.promotion !== undefined))
    throw wrong("group_by", "what a promotion paid for is spend: ask reports/spend");
  return { page, kind };
}

/** One page, and the totals of all of it: of all usage that the filter names, where tags and promotions overlap or leave some out. */
export async function jsonReport(read: Reader, { page, kind }: OpenReport, query: Query) {
  const after = query.after_id === undefined ? undefined : keyOf(query.after_id, page);
  const first = await pagesOf(read, page, query.limit + 1, after).next();
  const rows = (first.done ? [] : first.value).slice(0, query.limit);
  const { filter, range, timezone, latencies, figures } = page;
  const whole = { filter, latencies, figures, by: [], buckets: [...bucketsOf(range, null, timezone)] };
  const totals = await sumRollups(read, whole);
  return {
    ...{ from: iso(range.from), to: iso(range.to), tz: timezone, group_by: query.group_by },
    // After an upgrade, what was used before it comes in bit by bit.
    complete: !(await hasUnrolled(read)),
    data: await presented(read, { page, kind }, rows),
    totals: totals.map(kind.columns),
    has_more: !first.done && first.value.length > query.limit,
    first_id: rows[0] ? idOf(rows[0]) : null,
    last_id: rows.length ? idOf(rows.at(-1)!) : null,
  };
}

/** Rows as they are shown: when, what, and its figures. */
export async function presented(read: Reader, { page, kind }: OpenReport, rows: readonly RollupRow[]): Promise<Row[]> {
  const { by, unit, timezone } = page;
  const names = await namesOf(read, by, rows);
  return rows.map((row) => ({
    ...(unit && { [unit]: labelOf(row.at, unit, timezone) }),
    ...Object.fromEntries(
      by.flatMap((dimension, index) => {
        const [id, name] = COLUMNS[dimension];
        const value = row.dimensions[index]!;
        return [[id, value || null], ...(name === null ? [] : [[name, names.get(value) ?? null]])];
      }),
    ),
    ...kind.columns(row),
  }));
}

interface Columns {
  readonly page: Grouping;
  readonly kind: Kind;
}

/** The names of the columns of `presented`. */
export const columnsOf = ({ page: { by, unit }, kind }: Columns): string[] => [
  ...(unit ? [unit] : []),
  ...by.flatMap((dimension) => COLUMNS[dimension].filter((name) => name !== null)),
  ...Object.keys(kind.columns(NOTHING)),
];

const NOTHING: RollupRow = {
  ...{ at: 0, dimensions: [], currency: "", first: [], total: [] },
  figures: Object.fromEntries(FIGURES.map((figure) => [figure, 0])) as unknown as Figures,
};

/** Every row, in pages: memory holds one of them. */
export async function* everyRow(read: Reader, report: OpenReport): AsyncGenerator<Row[]> {
  for await (const rows of pagesOf(read, report.page, ROWS_AT_ONCE)) yield presented(read, report, rows);
}

const ROWS_AT_ONCE = 5_000;
