import { planIdOf } from "../catalog/plan.ts";
import type { Reader } from "../db/database.ts";
import type { Principal, Scope } from "../http/principal.ts";
import { requireScope } from "../http/principal.ts";
import { Problem } from "../kernel/problems.ts";
import { payerOf } from "../tenants/payer.ts";
import { type CustomerRow, ensureCustomer, findCustomer, findTenant, type TenantRow } from "../tenants/store.ts";
import type { BillingParts } from "./parts.ts";

/** Who pays, with whose customer it is. */
export interface Payer {
  readonly tenant: TenantRow;
  readonly customer: CustomerRow;
}

/** The payer that an administrator names: a tenant, or a user where its tenant bills each. */
export async function payerNamed({ db, clock }: BillingParts, ref: string, isUser: boolean): Promise<Payer> {
  const { tenant, user_id } = await payerOf(db.read, ref, isUser);
  return payerFor(db.read, tenant, user_id ?? tenant.id, () =>
    db.transaction((tx) => ensureCustomer(tx, tenant, user_id, clock.now())),
  );
}

/**
 * The payer that a request stands for. A key needs the scope; the token of an end user has it where its tenant bills each user. What belongs to one user
 * never stands for a tenant that pays for all of them.
 */
export async function payerAsking({ db }: BillingParts, principal: Principal, scope: Scope): Promise<Payer> {
  requireScope(principal, scope);
  if (principal.customer_id === null) throw new Problem("user_required");
  const tenant = await findTenant(db.read, principal.tenant.id);
  if (principal.user && tenant.billing === "tenant")
    throw new Problem("scope_missing", {
      message: "This credential belongs to one user, and its tenant pays for all: use a key of the tenant's.",
    });
  return payerFor(db.read, tenant, principal.user?.id ?? tenant.id);
}

async function payerFor(
  read: Reader,
  tenant: TenantRow,
  subject_id: string,
  make?: () => Promise<unknown>,
): Promise<Payer> {
  let customer = await findCustomer(read, tenant.id, subject_id);
  if (!customer && make) {
    await make();
    customer = await findCustomer(read, tenant.id, subject_id);
  }
  if (!customer) throw new Problem("not_found", { message: "There is no such customer." });
  return { tenant, customer };
}

/** Nothing is sold any more to a tenant that is closed; what it has is ended and settled as before. */
export function assertMayBuy({ tenant }: Payer): void {
  if (tenant.status === "closed")
    throw new Problem("conflict", { message: "This tenant is closed: nothing can be sold to it." });
}

export const planOfVersion = (version_id: string | null): string | null =>
  version_id === null ? null : planIdOf(version_id);
