import {
  GRAINS,
  type Grain,
  LATENCY_COLUMNS,
  type RollupView,
  SUBJECT_GRAINS,
  type SubjectKind,
} from "../../../../db/schema.ts";
import { FIGURES } from "../../../../usage/rollups/figures.ts";

export type Table = "usage_detail" | "usage_whole" | "usage_all" | "usage_subjects" | "usage_zones";

/** Rows of one table and grain; of which part of the usage, or of which kind of subject. */
export interface Rows {
  readonly table: Table;
  readonly grain: number;
  readonly parts: readonly (RollupView | SubjectKind)[];
}

/**
 * What rows are the sum of. Each row of the rollups is made of the rows of one other place, and in the end of quarters of an hour by user
 * and key, which are made of events.
 */
export interface Made {
  readonly is: Rows;
  readonly of: Rows;
  /** Columns that are not those of the same name: what they always are, or another column. */
  readonly from: Readonly<Record<string, { readonly is: string } | { readonly column: string }>>;
  /** When it is: as what it is made of, the hour or the whole span around that, or all time. */
  readonly at: "same" | "hour" | "span" | "ever";
  /** By what it is proved some at a time. */
  readonly by: "user" | "key" | "tenant" | "all";
  readonly figures: readonly string[];
}

const { slot, hour, day, month } = GRAINS;
const PARTS = ["", "tag", "promotion"] as const;
const TIMED = [...FIGURES, ...LATENCY_COLUMNS];
const OF_SUBJECTS = [
  ...["requests", "input_tokens", "output_tokens", "cost_micros_usd", "spend_micros", "uncovered_micros", "errors"],
];

const detail = (grain: Grain, ...parts: RollupView[]): Rows => ({ table: "usage_detail", grain, parts });
const whole = (grain: Grain, ...parts: RollupView[]): Rows => ({ table: "usage_whole", grain, parts });
const all = (grain: Grain, ...parts: RollupView[]): Rows => ({ table: "usage_all", grain, parts });
const subjects = (grain: number, kind: SubjectKind): Rows => ({ table: "usage_subjects", grain, parts: [kind] });

/** The same rows of a longer span. */
const longer = (by: Made["by"], is: Rows, of: Rows, figures: readonly string[]): Made => ({
  ...{ is, of, by, figures, from: {}, at: is.grain === hour ? "hour" : "span" },
});

const everyDetail = (grain: Grain) => detail(grain, ...PARTS, "key");
const everyAll = (grain: Grain) => all(grain, ...PARTS, "plan", "tags");

const ofSubjects = (grain: number, of: Grain, at: "same" | "ever"): Made[] =>
  (
    [
      ["user", detail(of, ""), "user_id", "user"],
      ["key", detail(of, "key"), "key_id", "key"],
      ["tenant", whole(of, ""), "tenant_id", "tenant"],
    ] as const
  ).map(([kind, rows, column, by]) => ({
    ...{ is: subjects(grain, kind), of: rows, at, by, figures: OF_SUBJECTS },
    from: { kind: { is: kind }, subject_id: { column } },
  }));

/** What is proved of a day. */
export const OF_DAYS: readonly Made[] = [
  longer("user", everyDetail(day), everyDetail(slot), FIGURES),
  {
    ...{ is: detail(slot, "key"), of: detail(slot, ""), at: "same", by: "key", figures: FIGURES },
    from: { part: { is: "key" }, user_id: { is: "" } },
  },
  {
    ...{ is: whole(slot, ""), of: detail(slot, "key"), at: "same", by: "tenant", figures: FIGURES },
    from: { part: { is: "" } },
  },
  {
    ...{ is: whole(slot, "tag", "promotion"), of: detail(slot, "tag", "promotion"), at: "same", by: "tenant" },
    ...{ figures: FIGURES, from: {} },
  },
  longer("tenant", whole(hour, ...PARTS), whole(slot, ...PARTS), TIMED),
  longer("tenant", whole(day, ...PARTS), whole(hour, ...PARTS), TIMED),
  { is: all(slot, ...PARTS), of: whole(slot, ...PARTS), from: {}, at: "same", by: "all", figures: TIMED },
  {
    ...{ is: all(slot, "plan"), of: whole(slot, ""), at: "same", by: "all", figures: TIMED },
    from: { part: { is: "plan" }, slice: { column: "plan_version_id" } },
  },
  {
    ...{ is: all(slot, "tags"), of: whole(slot, "tag"), at: "same", by: "all", figures: TIMED },
    from: { part: { is: "tags" }, model: { is: "" } },
  },
  longer("all", everyAll(hour), everyAll(slot), TIMED),
  longer("all", everyAll(day), everyAll(hour), TIMED),
  ...ofSubjects(SUBJECT_GRAINS.day, day, "same"),
];

/** What is proved of a month. */
export const OF_MONTHS: readonly Made[] = [
  longer("user", everyDetail(month), everyDetail(day), FIGURES),
  longer("tenant", whole(month, ...PARTS), whole(day, ...PARTS), TIMED),
  longer("all", everyAll(month), everyAll(day), TIMED),
  ...ofSubjects(SUBJECT_GRAINS.month, month, "same"),
  ...ofSubjects(SUBJECT_GRAINS.ever, month, "ever"),
];

export const MADE: readonly Made[] = [...OF_DAYS, ...OF_MONTHS];
