import type { NewPlanLimit, PlanScope } from "../catalog/new-limit.ts";
import { PLAN_SCOPES } from "../catalog/new-limit.ts";
import type { Reader, Tx } from "../db/database.ts";
import { EVERYBODY } from "../db/schema.ts";
import { newId } from "../kernel/id.ts";
import { type Limit, presentLimit } from "./limits.ts";
import { type LimitRow, listLimits, replaceLimits } from "./store.ts";

/** The limits of plans, for who sells them: the same rows that `PUT /limits` sets by scope. They hold for every version, and at once. */
export const planLimits = {
  async of(read: Reader, plan_id: string) {
    return (await listLimits(read, EVERYBODY)).filter((limit) => isOf(limit, plan_id)).map(presentLimit);
  },

  async ofAll(read: Reader): Promise<ReadonlyMap<string, readonly ReturnType<typeof presentLimit>[]>> {
    const rows = (await listLimits(read, EVERYBODY)).filter(({ scope }) => isPlanScope(scope));
    return new Map(
      [...Map.groupBy(rows, ({ subject_id }) => subject_id)].map(([id, own]) => [id, own.map(presentLimit)]),
    );
  },

  /** Replaces the limits of a plan in every scope; what was used stays used. */
  async replace(tx: Tx, plan_id: string, limits: readonly NewPlanLimit[], at: number): Promise<void> {
    for (const scope of PLAN_SCOPES) {
      const subject = { tenant_id: EVERYBODY, scope, subject_id: plan_id } as const;
      const rows: LimitRow[] = limits
        .filter((limit) => limit.scope === scope)
        .map((limit) => ({ ...limit, ...subject, id: newId("limit", at), created_at: at }));
      await replaceLimits(tx, subject, rows);
    }
  },
};

const isPlanScope = (scope: string): scope is PlanScope => (PLAN_SCOPES as readonly string[]).includes(scope);
const isOf = ({ scope, subject_id }: Limit, plan_id: string): boolean => isPlanScope(scope) && subject_id === plan_id;
