import { and, eq } from "drizzle-orm";
import type { Reader } from "../db/database.ts";
import { grants, plans, tenants } from "../db/schema.ts";
import type { TenantId } from "../kernel/id.ts";
import type { GrantRow } from "../ledger/store.ts";
import type { TenantRow } from "../tenants/store.ts";

export async function findTenantNamed(read: Reader, external_id: string): Promise<TenantRow | undefined> {
  const [row] = await read.select().from(tenants).where(eq(tenants.external_id, external_id));
  return row;
}

/** A plan's id, by that or by its name. */
export async function findPlanId(read: Reader, ref: string): Promise<string | undefined> {
  const [named] = await read.select({ id: plans.id }).from(plans).where(eq(plans.name, ref));
  if (named) return named.id;
  const [row] = await read.select({ id: plans.id }).from(plans).where(eq(plans.id, ref));
  return row?.id;
}

/** What was given on an occasion. */
export async function findGrantOf(read: Reader, tenant_id: TenantId, source: string): Promise<GrantRow | undefined> {
  const [row] = await read
    .select()
    .from(grants)
    .where(and(eq(grants.tenant_id, tenant_id), eq(grants.source, source)));
  return row;
}
