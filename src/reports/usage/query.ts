import { z } from "zod";
import type { Reader } from "../../db/database.ts";
import { QueryInt, Ref, Time, Timezone } from "../../http/fields.ts";
import { DAY, type Instant, instant } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { windowAt } from "../../kernel/windows.ts";
import { findKey, findTenant, findUser } from "../../tenants/store.ts";
import { DIMENSIONS, type Dimension, type RollupFilter } from "../../usage/rollups/dimensions.ts";
import { type Range, UNITS, type Unit, widened } from "../../usage/rollups/spans.ts";
import { findPromotion } from "../store.ts";

const DAYS_MAX = 3_700;
const TIMEZONE = "Asia/Kolkata";
const GROUPS = [...DIMENSIONS, ...UNITS] as const;

/** A list of names, separated by commas: at most one unit of time among them. */
const GroupBy = z
  .string()
  .max(200)
  .transform((text) => (text === "" ? [] : text.split(",").map((name) => name.trim())))
  .pipe(z.array(z.enum(GROUPS, { error: `must be of ${GROUPS.join(", ")}` })))
  .refine((names) => new Set(names).size === names.length, "names something twice")
  .refine((names) => names.filter(isUnit).length <= 1, `has at most one of ${UNITS.join(", ")}`)
  .refine((names) => !(names.includes("tag") && names.includes("promotion")), "has either tag or promotion");

function isUnit(name: string): name is Unit {
  return (UNITS as readonly string[]).includes(name);
}

/** What all reports of usage are asked by. `[from, to)` is widened to whole quarters of an hour; without it, it is the month so far. */
export const Selection = z.strictObject({
  from: Time.optional(),
  to: Time.optional(),
  /** Where hours, days, weeks and months begin: by default where the tenant's do, or in India. */
  tz: Timezone.optional(),
  tenant_id: Ref.optional(),
  user_id: Ref.optional(),
  key_id: Ref.optional(),
  model: z.string().min(1).max(100).optional(),
  tag: z.string().min(1).max(200).optional(),
  plan_version_id: Ref.optional(),
  promotion: Ref.optional(),
});
export type Selection = z.infer<typeof Selection>;

export const ReportQuery = Selection.extend({
  group_by: GroupBy.default(["day"]),
  limit: QueryInt.pipe(z.number().min(1).max(1000)).default(100),
  after_id: z.string().min(1).max(1_000).optional(),
  format: z.enum(["json", "csv"]).default("json"),
});

/** A report as it is read: what of the usage, when, in which zone. */
export interface Selected {
  readonly filter: RollupFilter;
  readonly range: Range;
  readonly timezone: string;
}

/** The rows that a selection means, with everything it names looked up. */
export async function selected(read: Reader, query: Selection, now: Instant): Promise<Selected> {
  const tenant = query.tenant_id === undefined ? undefined : await findTenant(read, query.tenant_id);
  const user = query.user_id === undefined ? undefined : await findUser(read, query.user_id, tenant?.id);
  const key = query.key_id === undefined ? undefined : await findKey(read, query.key_id, tenant?.id);
  const promotion = query.promotion === undefined ? undefined : await findPromotion(read, query.promotion);
  if (query.tag !== undefined && promotion) throw wrong("tag", "a report is by a tag or by a promotion, not by both");
  const timezone = query.tz ?? tenant?.timezone ?? TIMEZONE;
  const from = query.from ?? windowAt("month", now, timezone).start;
  const to = query.to ?? Math.max(from, now);
  if (to < from) throw wrong("to", "must not be before from");
  if (to - from > DAYS_MAX * DAY) throw wrong("to", `must be at most ${DAYS_MAX} days after from`);
  return {
    // A user or key names its tenant: its rows are found by both.
    filter: {
      tenant: tenant?.id ?? user?.tenant_id ?? key?.tenant_id,
      ...{ user: user?.id, key: key?.id, model: query.model, tag: query.tag },
      ...{ plan_version: query.plan_version_id, promotion: promotion?.id },
    },
    range: to === from ? { from: instant(from), to: instant(from) } : widened(from, to),
    timezone,
  };
}

export const wrong = (path: string, message: string) =>
  new Problem("invalid_request", { message: `${path}: ${message}` });

/** How rows are told apart: by dimensions, in the order of the list, and by a unit of time, which comes first. */
export interface Grouping {
  readonly by: readonly Dimension[];
  readonly unit: Unit | null;
}

export const groupingOf = (names: readonly (typeof GROUPS)[number][]): Grouping => ({
  by: names.filter((name): name is Dimension => !isUnit(name)),
  unit: names.find(isUnit) ?? null,
});
