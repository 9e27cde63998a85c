import { findCycle } from "../billing/cycles/store.ts";
import { findProfile } from "../billing/parties/store.ts";
import type { BillingParts } from "../billing/parts.ts";
import { planOfVersion } from "../billing/payer.ts";
import { findWallet } from "../billing/wallet/store.ts";
import { findPlan } from "../catalog/store.ts";
import type { Reader } from "../db/database.ts";
import { iso, isoOrNull } from "../kernel/clock.ts";
import { findGrants, type GrantRow } from "../ledger/store.ts";
import type { CustomerRow, TenantRow, UserRow } from "../tenants/store.ts";

interface Who {
  readonly tenant: TenantRow;
  readonly user: UserRow | null;
  readonly customer: CustomerRow;
  /** The routes of this payer begin so. */
  readonly door: string;
}

/** Who a customer is, the plan that is in force, how far its cycle is used, and what is left of its prepaid credit. As it is kept: looking changes nothing. */
export async function standingNow({ db: { read }, clock, catalogs }: BillingParts, who: Who) {
  const { tenant, user, customer, door } = who;
  const now = clock.now();
  const profile = await findProfile(read, tenant.id, customer.id);
  const version_id = customer.plan_version_id;
  const version = version_id === null ? undefined : (await catalogs.current()).planVersion(version_id);
  const plan = version && (await findPlan(read, version.plan_id));
  const wallet = await findWallet(read, tenant.id, customer.id, now);
  return {
    customer: {
      ...{ id: customer.id, currency: customer.currency, created_at: iso(customer.created_at) },
      tenant: { id: tenant.id, external_id: tenant.external_id, name: tenant.name, status: tenant.status },
      user: user && { id: user.id, external_id: user.external_id, name: user.name, status: user.status },
      profile: profile
        ? {
            ...{ name: profile.name, email: profile.email, contact: profile.contact, gstin: profile.gstin },
            state_code: profile.state_code,
          }
        : null,
    },
    standing: customer.standing,
    plan: version
      ? { id: planOfVersion(version.id), name: plan?.name ?? null, version: version.version, link: `${door}/billing` }
      : null,
    cycle: await gauge(who, read),
    wallet: { left_micros: wallet?.left_micros ?? 0, link: `${door}/wallet` },
  };
}

/** The present cycle and what of its included spend and overage is used. */
async function gauge({ tenant, customer }: Who, read: Reader) {
  if (customer.cycle_start === null) return null;
  const cycle = customer.cycle_id === null ? undefined : await findCycle(read, customer.cycle_id);
  const ids = [cycle?.included_grant_id, cycle?.overage_grant_id].filter((id) => id != null);
  const rows = await findGrants(read, tenant.id, ids);
  const of = (id: string | null | undefined) => drawn(rows.find((grant) => grant.id === id));
  return {
    ...{ id: customer.cycle_id, start: iso(customer.cycle_start), end: isoOrNull(customer.cycle_end) },
    ...{ state: cycle?.state ?? null, trial: cycle?.trial ?? false, billed_micros: cycle?.billed_micros ?? 0 },
    ...{ included: of(cycle?.included_grant_id), overage: of(cycle?.overage_grant_id) },
    link: `/api/admin/cycles?customer_id=${customer.id}`,
  };
}

const drawn = (grant: GrantRow | undefined) =>
  grant ? { amount_micros: grant.amount, used_micros: grant.used, held_micros: grant.held } : null;
