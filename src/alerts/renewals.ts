import { DateTime } from "luxon";
import { IST, UNITS } from "../billing/cycles/span.ts";
import type { PlanTerms } from "../db/schema/catalog.ts";
import { DAY, iso, isoOrNull } from "../kernel/clock.ts";
import { type AlertParts, raise } from "./parts.ts";
import type { AlertSettings } from "./settings.ts";
import { type EndingSubscription, listEndingMandates, listEndingSubscriptions } from "./store.ts";

const ROWS_MAX = 500;

/** Tells in time of what ends by itself: a subscription whose last charge comes near, a mandate that expires. Once each. */
export async function lookAtRenewals(parts: AlertParts, { days }: AlertSettings["renewals"]): Promise<void> {
  const { db, clock } = parts;
  const now = clock.now();
  const until = now + days * DAY;
  const catalog = await parts.catalogs.current();

  // No plan is charged more often than weekly.
  const charges_max = Math.ceil(days / 7) + 1;
  for (let after = ""; ; ) {
    const rows = await listEndingSubscriptions(db.read, { charges_max }, after, ROWS_MAX);
    await raise(
      parts,
      rows.flatMap((row) => {
        const terms = catalog.planVersion(row.plan_version_id)?.terms;
        const last = terms ? lastChargeOf(row, terms) : null;
        if (last === null || last > until) return [];
        const { id, tenant_id, customer_id, plan_id, total_count, remaining_count } = row;
        return {
          ...{ type: "subscription.ending" as const, dedupe: `subscription.ending ${id} ${total_count}`, tenant_id },
          data: {
            ...{ subscription_id: id, customer_id, plan_id, remaining_count },
            ...{ last_charge_at: iso(last), current_end: isoOrNull(row.current_end) },
          },
        };
      }),
    );
    if (rows.length < ROWS_MAX) break;
    after = rows.at(-1)!.id;
  }

  for (let after = ""; ; ) {
    const rows = await listEndingMandates(db.read, { now, until }, after, ROWS_MAX);
    await raise(
      parts,
      rows.map(({ id, tenant_id, customer_id, method, expires_at }) => ({
        ...{ type: "mandate.expiring" as const, dedupe: `mandate.expiring ${id} ${expires_at}`, tenant_id },
        data: { mandate_id: id, customer_id, method, expires_at: isoOrNull(expires_at) },
      })),
    );
    if (rows.length < ROWS_MAX) break;
    after = rows.at(-1)!.id;
  }
}

/** When a subscription is charged for the last time; where that is behind it, the end of what was paid. Null before it is known. */
export function lastChargeOf(
  {
    remaining_count,
    charge_at,
    current_end,
  }: Pick<EndingSubscription, "remaining_count" | "charge_at" | "current_end">,
  { period, interval }: Pick<PlanTerms, "period" | "interval">,
): number | null {
  if (remaining_count === 0) return current_end;
  if (charge_at === null) return null;
  return DateTime.fromMillis(charge_at, { zone: IST })
    .plus({ [UNITS[period]]: interval * (remaining_count - 1) })
    .toMillis();
}
