import { and, asc, count, eq, gt, inArray, isNotNull, isNull, lte, or, sql } from "drizzle-orm";
import type { Reader } from "../../db/database.ts";
import { customers, cycles, planVersions, tenants } from "../../db/schema.ts";
import type { CustomerId } from "../../kernel/id.ts";

export type CycleRow = typeof cycles.$inferSelect;

/** Who is on a version of a plan now: whole tenants, and the users of those that bill each of theirs. */
const onPlan = (read: Reader, plan_id: string) =>
  and(
    inArray(
      customers.plan_version_id,
      read.select({ id: planVersions.id }).from(planVersions).where(eq(planVersions.plan_id, plan_id)),
    ),
    or(
      and(eq(tenants.billing, "user"), isNotNull(customers.user_id)),
      and(eq(tenants.billing, "tenant"), isNull(customers.user_id)),
    ),
  );

export async function countOnPlan(read: Reader, plan_id: string): Promise<number> {
  const [row] = await read
    .select({ n: count() })
    .from(customers)
    .innerJoin(tenants, eq(tenants.id, customers.tenant_id))
    .where(onPlan(read, plan_id));
  return row!.n;
}

/** Customers on a plan, in the order of their ids. */
export const listOnPlan = (
  read: Reader,
  plan_id: string,
  { after_id, limit }: { readonly after_id?: string; readonly limit: number },
) =>
  read
    .select({ customer: customers, tenant_name: tenants.name, timezone: tenants.timezone })
    .from(customers)
    .innerJoin(tenants, eq(tenants.id, customers.tenant_id))
    .where(and(onPlan(read, plan_id), after_id ? gt(customers.id, after_id as CustomerId) : undefined))
    .orderBy(asc(customers.id))
    .limit(limit);

/** By customer, its last cycle on a plan that is over; where there is none, the one that runs. Trials are none. */
export async function lastCycles(
  read: Reader,
  plan_id: string,
  customer_ids: readonly CustomerId[],
  now: number,
): Promise<ReadonlyMap<CustomerId, CycleRow>> {
  if (!customer_ids.length) return new Map();
  const own = and(
    ...[inArray(cycles.customer_id, [...customer_ids]), eq(cycles.plan_id, plan_id), eq(cycles.trial, false)],
  );
  const last = sql`(select max(o.start_at) from ${cycles} o where o.customer_id = ${cycles.customer_id}
    and o.plan_id = ${cycles.plan_id} and o.trial = ${cycles.trial} and o.end_at <= ${now})`;
  const over = await read
    .select()
    .from(cycles)
    .where(and(own, eq(cycles.start_at, last)));
  const running = await read
    .select()
    .from(cycles)
    .where(and(own, lte(cycles.start_at, now), gt(cycles.end_at, now)));
  return new Map([...running, ...over].map((cycle) => [cycle.customer_id, cycle]));
}
