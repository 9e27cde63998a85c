import type { Payer } from "../billing/payer.ts";
import { newId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { createTenant } from "../tenants/provision.ts";
import {
  type CustomerRow,
  ensureCustomer,
  ensureUser,
  findCustomer,
  findTenant,
  findUserByExternalId,
  type TenantRow,
  updateUser,
} from "../tenants/store.ts";
import { makeTenant, NewTenant } from "../tenants/tenant.ts";
import type { ImportParts } from "./customers.ts";
import type { CustomerLine } from "./line.ts";
import { findTenantNamed } from "./store.ts";

/** Who a line is about: as it is in the database, or as it would be. */
export interface Found {
  readonly payer: Payer;
  /** What is not there yet, in words. */
  readonly missing: readonly string[];
}

/** Looks who pays, and imagines who is not there yet, so that the rest of the line can be looked at, too. */
export async function foundPayer({ db, clock, secrets }: ImportParts, line: CustomerLine): Promise<Found> {
  const { external_id, user_external_id } = line;
  const known = await findTenantNamed(db.read, external_id);
  if (known) assertSame(known, line);
  else if (user_external_id !== undefined)
    throw new Problem("not_found", {
      message: `external_id: there is no tenant ${external_id} whose user this could be: create it first, with --billing user`,
    });
  const tenant = known ?? makeTenant(fieldsOf(line), { at: clock.wall(), secrets });
  const user = user_external_id === undefined ? null : await findUserByExternalId(db.read, tenant.id, user_external_id);
  const subject_id = user_external_id === undefined ? tenant.id : user?.id;
  const customer = subject_id === undefined ? undefined : await findCustomer(db.read, tenant.id, subject_id);
  const imagined: CustomerRow = {
    ...{ id: newId("customer", clock.wall()), tenant_id: tenant.id, user_id: user?.id ?? null },
    ...{ subject_id: subject_id ?? "", currency: tenant.currency, plan_version_id: null, subscription_id: null },
    ...{ cycle_id: null, cycle_start: null, cycle_end: null, booked_until: null },
    ...{ standing: "ok", created_at: clock.now() },
  };
  const missing = [
    ...(known ? [] : [`create the tenant ${external_id}`]),
    ...(user === undefined ? [`create the user ${user_external_id}`] : []),
  ];
  return { payer: { tenant, customer: customer ?? imagined }, missing };
}

/** Makes who is not there yet. */
export async function madePayer({ db, clock, secrets, actor }: ImportParts, line: CustomerLine): Promise<Payer> {
  const [at, wall] = [clock.now(), clock.wall()];
  return db.transaction(async (tx) => {
    const known = await findTenantNamed(tx, line.external_id);
    const id = known?.id ?? (await createTenant(tx, fieldsOf(line), { actor, at: wall, secrets })).id;
    const tenant = await findTenant(tx, id);
    const { user_external_id } = line;
    const seen = user_external_id === undefined ? null : await ensureUser(tx, tenant.id, user_external_id, at);
    const user = seen?.name === null ? await updateUser(tx, seen.id, { name: line.name }) : seen;
    await ensureCustomer(tx, tenant, user?.id ?? null, at);
    const customer = await findCustomer(tx, tenant.id, user?.id ?? tenant.id);
    if (!customer) throw new Error(`the customer of ${tenant.id} was not made`);
    return { tenant, customer };
  });
}

const fieldsOf = ({ name, external_id, currency, timezone }: CustomerLine): NewTenant =>
  NewTenant.parse({ name, external_id, currency, timezone });

function assertSame(tenant: TenantRow, { currency, user_external_id }: CustomerLine): void {
  const wrong = (message: string) => new Problem("conflict", { message });
  if (tenant.currency !== currency) throw wrong(`currency: this tenant pays in ${tenant.currency}, not in ${currency}`);
  if (tenant.billing === "user" && user_external_id === undefined)
    throw wrong("user_external_id: this tenant bills each of its users: which one is it?");
  if (tenant.billing === "tenant" && user_external_id !== undefined)
    throw wrong("user_external_id: this tenant pays for all its users: leave it empty");
}
