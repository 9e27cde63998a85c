import { isFree } from "../catalog/plan.ts";
import { DAY, HOUR, iso } from "../kernel/clock.ts";
import { type AlertParts, raise } from "./parts.ts";
import type { Bounds } from "./settings.ts";
import { countSignups, findBilled } from "./store.ts";

const USUAL_MS = 7 * DAY;

/**
 * Tells of many new users within an hour where each of them gets a plan for nothing: somebody may be making accounts by the hundred. Held against
 * the tenant's own week before. Users are counted by real time, as their ids are. Once a day and tenant.
 */
export async function lookAtSignups(parts: AlertParts, bounds: Bounds<"signups">): Promise<void> {
  const { db, clock } = parts;
  const wall = clock.wall();
  const catalog = await parts.catalogs.current();
  for (const { tenant_id, users } of await countSignups(db.read, { from: wall - HOUR, to: wall })) {
    const { enabled, hour_min, ratio_min } = bounds.of(tenant_id);
    if (!enabled || users < hour_min) continue;
    const tenant = await findBilled(db.read, tenant_id);
    const terms = catalog.versionAt(tenant?.default_plan_id ?? "", clock.now())?.terms;
    if (tenant?.billing !== "user" || !terms || !isFree(terms)) continue;
    const [week] = await countSignups(db.read, { from: wall - USUAL_MS, to: wall - HOUR }, tenant_id);
    const usual = ((week?.users ?? 0) * HOUR) / (USUAL_MS - HOUR);
    if (users < ratio_min * usual) continue;
    await raise(parts, [
      {
        ...{ type: "signups.surge", dedupe: `signups.surge ${tenant_id} ${iso(wall).slice(0, 10)}`, tenant_id },
        data: { users, usual_per_hour: Math.round(usual * 100) / 100, plan_id: tenant.default_plan_id },
      },
    ]);
  }
}
