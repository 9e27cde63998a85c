import type { Catalog } from "../../catalog/catalog.ts";
import type { Tx } from "../../db/database.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { CustomerRow } from "../../tenants/store.ts";
import { exposureCap, overageAllowed } from "./overage.ts";
import { findCycle, findMandate, lockedGrants, saveGrant, sumOpenUsage } from "./store.ts";

/** Sets how much overage may be used in the present cycle, from the mandate, the open invoices and what is billed. The customer's row is locked. */
export async function resetOverage(
  tx: Tx,
  { clock, catalog }: { readonly clock: Clock; readonly catalog: Catalog },
  customer: CustomerRow,
  serving: boolean,
): Promise<void> {
  if (customer.cycle_id === null) return;
  const cycle = await findCycle(tx, customer.cycle_id);
  const version = cycle && catalog.planVersion(cycle.plan_version_id);
  if (!cycle?.overage_grant_id || !version) return;
  const { tenant_id, id: customer_id } = customer;
  const mandate = (await findMandate(tx, { tenant_id, customer_id, at: clock.now() })) ?? null;
  const open_micros = await sumOpenUsage(tx, tenant_id, customer_id);
  const grant = (await lockedGrants(tx, [cycle.overage_grant_id])).get(cycle.overage_grant_id);
  if (!grant) throw new Error(`the overage line of ${cycle.id} is missing`);
  const amount = overageAllowed({
    ...{ cap_micros: version.terms.overage.cap_micros, exposure_micros: exposureCap(version.terms, mandate) },
    ...{ billed_micros: cycle.billed_micros, open_micros, used: grant.used, held: grant.held, serving },
  });
  if (amount !== grant.amount) await saveGrant(tx, grant.id, { amount });
}
