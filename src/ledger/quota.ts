import type { Reader } from "../db/database.ts";
import type { Principal } from "../http/principal.ts";
import { type Instant, isoOrNull } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import { freeOf, isActive } from "./grants.ts";
import { demandsOf, limitContext } from "./limits.ts";
import { findCounters, listGrants, listLimits } from "./store.ts";

export interface Quota {
  /** What may still be spent: the least of the free grants and of the hard spend limits on every model. */
  readonly remaining_micros: number;
  readonly currency: string;
  readonly resets_at: string | null;
  /** What bounds it: `grants`, or the limit; null while something is left. */
  readonly blocked_by: { readonly kind: "grants" } | { readonly kind: "limit"; readonly limit_id: string } | null;
  readonly topup_url: string | null;
}

/** What is left for this principal now, holds counted as spent. The number that is shown is the number that blocks. */
export async function quotaOf(read: Reader, principal: Principal, at: Instant): Promise<Quota> {
  const { tenant, customer_id } = principal;
  if (customer_id === null) throw new Problem("user_required");
  const grants = await listGrants(read, tenant.id, customer_id);
  const free = grants.filter((grant) => isActive(grant, at)).reduce((sum, grant) => sum + freeOf(grant), 0);
  let tightest: { left: number; resets_at: number | null; limit_id: string | null } = {
    left: free,
    resets_at: null,
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

  return {
    remaining_micros: tightest.left,
    currency: tenant.currency,
    resets_at: isoOrNull(tightest.resets_at),
    blocked_by:
      tightest.left > 0
        ? null
        : tightest.limit_id
          ? { kind: "limit", limit_id: tightest.limit_id }
          : { kind: "grants" },
    topup_url: null,
  };
}
