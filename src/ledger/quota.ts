import type { Reader } from "../db/database.ts";
import type { PlanTerms } from "../db/schema.ts";
import type { Payer, Principal } from "../http/principal.ts";
import { type Instant, isoOrNull } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import { freeOf, isActive } from "./grants.ts";
import { demandsOf, limitContext } from "./limits.ts";
import { blockedByGrants, TOPUP_PATH } from "./refusals.ts";
import { findCounters, listGrants, listLimits } from "./store.ts";

export interface Quota {
  /** What may still be spent: the least of the free grants and of the hard spend limits on every model. */
  readonly remaining_micros: number;
  readonly currency: string;
  /** The same in the plan's own unit, whole ones. */
  readonly unit?: { readonly name: string; readonly micros: number; readonly remaining: number };
  readonly resets_at: string | null;
  /** What bounds it: how the payer stands, the grants, or the limit; null while something is left. */
  readonly blocked_by:
    | { readonly kind: "grants" }
    | { readonly kind: "standing"; readonly standing: Payer["standing"] }
    | { readonly kind: "limit"; readonly limit_id: string }
    | null;
  readonly topup_url: string | null;
}

/** What is left for this principal now, holds counted as spent. The number that is shown is the number that blocks. */
export async function quotaOf(
  read: Reader,
  principal: Principal,
  { at, unit = null }: { readonly at: Instant; readonly unit?: PlanTerms["unit"] },
): Promise<Quota> {
  const { tenant, customer_id, payer } = principal;
  if (customer_id === null) throw new Problem("user_required");
  const grants = await listGrants(read, tenant.id, customer_id);
  const suspended = payer.standing === "suspended" && tenant.enforcement !== "observe";
  const spendable = suspended ? [] : grants;
  const free = spendable.filter((grant) => isActive(grant, at)).reduce((sum, grant) => sum + freeOf(grant), 0);
  let tightest: { left: number; resets_at: number | null; limit_id: string | null } = {
    left: free,
    resets_at: payer.cycle_end,
    limit_id: null,
  };

  // The same limits that bear on a request for any model, by the same rule.
  const spendLimits = (await listLimits(read, tenant.id)).filter(
    (limit) => limit.metric === "spend_micros" && limit.models.length === 0,
  );
  const bounds = demandsOf(spendLimits, limitContext(principal, { model: "", at })).filter(({ hard }) => hard);
  const counters = await findCounters(
    read,
    tenant.id,
    bounds.map(({ counter }) => counter.id),
  );
  for (const { counter, amount, limit_id } of bounds) {
    const { used = 0, held = 0 } = counters.get(counter.id) ?? {};
    const left = Math.max(0, amount - used - held);
    if (left < tightest.left) tightest = { left, resets_at: counter.window_end, limit_id };
  }

  const { left, resets_at, limit_id } = tightest;
  const by = limit_id === null ? blockedByGrants(payer.standing) : ({ kind: "limit", limit_id } as const);
  return {
    ...{ remaining_micros: left, currency: tenant.currency },
    ...(unit && { unit: { ...unit, remaining: Math.floor(left / unit.micros) } }),
    resets_at: isoOrNull(resets_at),
    blocked_by: left > 0 ? null : by,
    topup_url: TOPUP_PATH,
  };
}
