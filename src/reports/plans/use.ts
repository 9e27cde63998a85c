import type { NewPlanLimit } from "../../catalog/new-limit.ts";
import type { Reader } from "../../db/database.ts";
import { DAY, type Instant } from "../../kernel/clock.ts";
import { bucketsOf, widened } from "../../usage/rollups/spans.ts";
import { type RollupRow, sumRollups } from "../../usage/rollups/store.ts";
import type { CycleRow } from "./store.ts";
import { type ModelUse, USED } from "./used.ts";

/** What was used in a cycle: by model, and where limits are looked at, by day too. */
export interface CycleUse {
  readonly byModel: readonly ModelUse[];
  readonly byDay: readonly (ModelUse & { readonly at: number })[];
}

/** Of longer cycles the days are not read. */
const BY_DAY_MAX_MS = 100 * DAY;

/** Of whoever pays: a whole tenant, or one of its users. */
export async function usedIn(
  read: Reader,
  of: {
    readonly cycle: CycleRow;
    readonly user_id: string | null;
    readonly timezone: string;
    readonly now: Instant;
  },
  limits: readonly NewPlanLimit[] | undefined,
): Promise<CycleUse> {
  const { cycle, user_id, timezone, now } = of;
  const range = widened(cycle.start_at, Math.min(cycle.end_at, now));
  const isByDay = limits !== undefined && limits.length > 0 && range.to - range.from <= BY_DAY_MAX_MS;
  const rows = await sumRollups(read, {
    filter: {
      tenant: cycle.tenant_id,
      plan_version: cycle.plan_version_id,
      ...(user_id !== null && { user: user_id }),
    },
    ...{ by: ["model"], figures: USED },
    buckets: [...bucketsOf(range, isByDay ? "day" : null, timezone)],
  });
  const used = rows.map((row) => ({ at: row.at, ...modelUseOf(row) }));
  return {
    byModel: [...Map.groupBy(used, ({ model }) => model)].map(([model, parts]) => ({ model, figures: sumOf(parts) })),
    byDay: isByDay ? used : [],
  };
}

const modelUseOf = ({ dimensions: [model = ""], figures }: RollupRow): ModelUse => ({ model, figures });

const sumOf = (parts: readonly ModelUse[]): ModelUse["figures"] =>
  Object.fromEntries(
    USED.map((name) => [name, parts.reduce((sum, { figures }) => sum + figures[name], 0)]),
  ) as unknown as ModelUse["figures"];
