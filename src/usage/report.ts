import { DateTime } from "luxon";
import { z } from "zod";
import type { Reader } from "../db/database.ts";
import { Ref, Time, Timezone } from "../http/fields.ts";
import { type Instant, instant, iso } from "../kernel/clock.ts";
import type { TenantId, UserId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { windowAt } from "../kernel/windows.ts";
import { type CostVisibility, visibleMoney } from "./event.ts";
import { DIMENSIONS, type Dimension, sumUsage, type UsageFigures, type UsageRow } from "./store.ts";

/** `[from, to)`; without them, the current month so far. `tz` is where days and hours begin; by default the tenant's. */
export const UsageQuery = z.strictObject({
  from: Time.optional(),
  to: Time.optional(),
  tz: Timezone.optional(),
  group_by: z.enum(["day", "hour", ...DIMENSIONS]).default("day"),
  user_id: Ref.optional(),
});
export type UsageQuery = z.infer<typeof UsageQuery>;

const HOURLY_DAYS_MAX = 62;

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
  const tz = query.tz ?? who.timezone;
  // Rollups are kept by the tenant's hours: a range is widened to whole ones.
  const hourStart = (at: number) => windowAt("hour", instant(at), who.timezone).start;
  const from = hourStart(query.from ?? windowAt("month", now, tz).start);
  const to = Math.max(from, hourStart((query.to ?? now) - 1) + 3_600_000);
  if (query.group_by === "hour" && to - from > HOURLY_DAYS_MAX * 86_400_000) {
    throw new Problem("invalid_request", { message: `group_by: hour reports cover at most ${HOURLY_DAYS_MAX} days` });
  }

  const filter = { tenant_id: who.tenant_id, user_id: who.user_id, from, to };
  const timed = query.group_by === "day" || query.group_by === "hour";
  const rows = timed
    ? byTime(await sumUsage(read, filter, { hourly: true }), query.group_by as "day" | "hour", tz)
    : (await sumUsage(read, filter, { dimension: query.group_by as Dimension })).map((row) => ({
        group: row.group ?? "",
        row,
      }));
  // Tags overlap, so their sum is not the whole: totals always come from the plain rollup.
  const totals = await sumUsage(read, filter, {});

  return {
    from: iso(from),
    to: iso(to),
    tz,
    group_by: query.group_by,
    data: rows.map(({ group, row }) => ({ [query.group_by]: group || null, ...presentFigures(row, who.visibility) })),
    totals: totals.map((row) => presentFigures(row, who.visibility)),
  };
}

function byTime(rows: readonly UsageRow[], unit: "day" | "hour", tz: string): { group: string; row: UsageRow }[] {
  const groups = new Map<string, { group: string; row: UsageRow }>();
  for (const row of rows) {
    const local = DateTime.fromMillis(row.hour!, { zone: tz });
    const group = unit === "day" ? local.toISODate()! : local.startOf("hour").toISO({ suppressMilliseconds: true })!;
    const key = `${group} ${row.currency}`;
    const sum = groups.get(key);
    groups.set(key, { group, row: sum ? added(sum.row, row) : row });
  }
  return [...groups.values()];
}

function added(a: UsageRow, b: UsageRow): UsageRow {
  const sum: Record<string, unknown> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    if (typeof value === "number" && name !== "hour") sum[name] = (a[name as keyof UsageFigures] as number) + value;
  }
  return sum as unknown as UsageRow;
}

function presentFigures(
  { group, hour, cost_micros_usd, spend_micros, uncovered_micros, currency, ...counts }: UsageRow,
  visibility: CostVisibility,
) {
  return { ...counts, ...visibleMoney({ cost_micros_usd, spend_micros, currency }, visibility) };
}
