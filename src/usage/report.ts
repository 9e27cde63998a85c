import { DateTime } from "luxon";
import { z } from "zod";
import type { Reader } from "../db/database.ts";
import { Ref, Time, Timezone } from "../http/fields.ts";
import { DAY, type Instant, instant, iso } from "../kernel/clock.ts";
import type { TenantId, UserId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { windowAt } from "../kernel/windows.ts";
import { type UserRow, usersById } from "../tenants/store.ts";
import { type CostVisibility, visibleMoney } from "./event.ts";
import type { Dimension } from "./rollups/dimensions.ts";
import { bucketsOf, type Range, slotOf, UNITS, type Unit } from "./rollups/spans.ts";
import { type RollupRow, sumRollups } from "./rollups/store.ts";

/** Of one tenant; by tag and by promotion, what has none is in the totals alone. */
const DIMENSIONS = ["model", "user", "key", "tag", "plan_version", "promotion"] as const satisfies readonly Dimension[];

/** `[from, to)`; without them, the current month so far. `tz` is where days and hours begin; by default the tenant's. */
export const UsageQuery = z.strictObject({
  from: Time.optional(),
  to: Time.optional(),
  tz: Timezone.optional(),
  group_by: z.enum([...UNITS, ...DIMENSIONS]).default("day"),
  user_id: Ref.optional(),
});
export type UsageQuery = z.infer<typeof UsageQuery>;

const HOURLY_DAYS_MAX = 62;
/** Four years of days. */
const BUCKETS_MAX = 1_500;

export const isUnit = (name: string): name is Unit => (UNITS as readonly string[]).includes(name);

/** What a tenant (or one user) used in a range, grouped, with totals; from the rollups alone. */
export async function usageReport(
  read: Reader,
  who: {
    readonly tenant_id: TenantId;
    readonly user_id?: UserId;
    readonly timezone: string;
    readonly visibility: CostVisibility;
  },
  query: UsageQuery,
  now: Instant,
) {
  const timezone = query.tz ?? who.timezone;
  const range = hoursOf(query, { timezone: who.timezone, month: windowAt("month", now, timezone).start, now });
  const { group_by } = query;
  const unit = isUnit(group_by) ? group_by : null;
  const by = isUnit(group_by) ? [] : [group_by];
  const filter = { tenant: who.tenant_id, user: who.user_id };
  const rows = await sumRollups(read, { filter, by, buckets: bounded(range, unit, timezone) });
  // Tags overlap, so their sum is not the whole: totals always come from all of the usage.
  const totals = await sumRollups(read, { filter, by: [], buckets: bounded(range, null, timezone) });

  const ids = group_by === "user" ? rows.map((row) => row.dimensions[0] as UserId) : [];
  const users = await usersById(read, who.tenant_id, ids);

  return {
    ...{ from: iso(range.from), to: iso(range.to), tz: timezone, group_by },
    data: rows.map((row) => ({
      [group_by]: unit ? labelOf(row.at, unit, timezone) : row.dimensions[0] || null,
      ...(group_by === "user" && namesOf(users.get(row.dimensions[0] as UserId))),
      ...presentFigures(row, who.visibility),
    })),
    totals: totals.map((row) => presentFigures(row, who.visibility)),
  };
}

/** What its tenant and people call a user; null for what no user used. */
const namesOf = (user: UserRow | undefined) => ({
  user_external_id: user?.external_id ?? null,
  user_name: user?.name ?? null,
});

/** A range as it is asked for, widened to whole hours of the tenant's clock. */
function hoursOf(
  { from, to }: { readonly from?: number; readonly to?: number },
  { timezone, month, now }: { readonly timezone: string; readonly month: Instant; readonly now: Instant },
): Range {
  const hour = (at: number) => windowAt("hour", slotOf(at), timezone);
  const start = hour(from ?? month).start;
  return { from: start, to: instant(Math.max(start, hour((to ?? now) - 1).end!)) };
}

function bounded(range: Range, unit: Unit | null, timezone: string) {
  if (unit === "hour" && range.to - range.from > HOURLY_DAYS_MAX * DAY)
    throw new Problem("invalid_request", { message: `group_by: hour reports cover at most ${HOURLY_DAYS_MAX} days` });
  const buckets = bucketsOf(range, unit, timezone)
    .take(BUCKETS_MAX + 1)
    .toArray();
  if (buckets.length <= BUCKETS_MAX) return buckets;
  throw new Problem("invalid_request", { message: `from: a report has at most ${BUCKETS_MAX} of a ${unit}` });
}

/** `2026-11-20`, `2026-11`, `2026-11-20T06:00:00+05:30`; a week by its Monday. */
export function labelOf(at: number, unit: Unit, timezone: string): string {
  const local = DateTime.fromMillis(at, { zone: timezone });
  if (unit === "month") return local.toFormat("yyyy-MM");
  return unit === "hour" ? local.toISO({ suppressMilliseconds: true })! : local.toISODate()!;
}

function presentFigures({ figures, currency }: RollupRow, visibility: CostVisibility) {
  const { requests, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens } = figures;
  const { output_tokens, web_searches, cost_micros_usd, spend_micros } = figures;
  return {
    ...{ requests, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens },
    ...{ output_tokens, web_searches },
    ...visibleMoney({ cost_micros_usd, spend_micros, currency }, visibility),
  };
}
