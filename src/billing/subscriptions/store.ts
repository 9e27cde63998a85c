import { and, asc, count, desc, eq, gt, gte, inArray, isNotNull, isNull, lte, ne, or } from "drizzle-orm";
import type { Reader, Tx } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import {
  customers,
  cycles,
  invoices,
  planMoves,
  planVersions,
  razorpayPlans,
  subscriptionChanges,
  subscriptions,
} from "../../db/schema.ts";
import { type CustomerId, newId, type SubscriptionId, type TenantId } from "../../kernel/id.ts";
import type { CycleRow, SubscriptionRow } from "../cycles/store.ts";

export type ChangeRow = typeof subscriptionChanges.$inferSelect;

export async function insertSubscription(tx: Tx, row: SubscriptionRow): Promise<void> {
  await tx.insert(subscriptions).values(row);
}

/** False where this subscription of Razorpay's is a row of ours already. */
export async function insertAdopted(tx: Tx, row: SubscriptionRow): Promise<boolean> {
  const made = await tx
    .insert(subscriptions)
    .values(row)
    .onConflictDoNothing({ target: subscriptions.razorpay_subscription_id })
    .returning({ id: subscriptions.id });
  return made.length === 1;
}

export async function findSubscription(
  read: Reader,
  tenant_id: TenantId,
  id: string,
): Promise<SubscriptionRow | undefined> {
  const [row] = await read
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.tenant_id, tenant_id), eq(subscriptions.id, id as SubscriptionId)));
  return row;
}

/** By the id that Razorpay knows it under. */
export async function findByRazorpayId(
  read: Reader,
  account_id: AccountId,
  id: string,
): Promise<SubscriptionRow | undefined> {
  const [row] = await read
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.account_id, account_id), eq(subscriptions.razorpay_subscription_id, id)));
  return row;
}

/** By Razorpay's id. */
export async function subscriptionsOf(read: Reader, account_id: AccountId, ids: readonly string[]) {
  const rows = await read
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.account_id, account_id), inArray(subscriptions.razorpay_subscription_id, [...ids])));
  return new Map(rows.map((row) => [row.razorpay_subscription_id, row]));
}

/** Saves what changed; a change of state is written down. */
export async function saveSubscription(
  tx: Tx,
  before: SubscriptionRow,
  change: Partial<SubscriptionRow>,
  { cause, at, wall }: { readonly cause: string; readonly at: number; readonly wall: number },
): Promise<SubscriptionRow> {
  const [row] = await tx
    .update(subscriptions)
    .set({ ...change, updated_at: at })
    .where(eq(subscriptions.id, before.id))
    .returning();
  if (change.status !== undefined && change.status !== before.status)
    await insertChange(tx, before, { from: before.status, to: change.status, cause, at, wall });
  return row!;
}

export async function insertChange(
  tx: Tx,
  { id, tenant_id }: Pick<SubscriptionRow, "id" | "tenant_id">,
  change: {
    from: SubscriptionRow["status"] | null;
    to: SubscriptionRow["status"];
    cause: string;
    at: number;
    wall: number;
  },
): Promise<void> {
  await tx.insert(subscriptionChanges).values({
    ...{ id: newId("subscription_change", change.wall), tenant_id, subscription_id: id },
    ...{ from_status: change.from, to_status: change.to, cause: change.cause, at: change.at },
  });
}

export const listChanges = (read: Reader, id: SubscriptionId): Promise<ChangeRow[]> =>
  read
    .select()
    .from(subscriptionChanges)
    .where(eq(subscriptionChanges.subscription_id, id))
    .orderBy(asc(subscriptionChanges.id));

/** Whether the customer has ever begun a trial: it is given once. One that was offered and not approved does not count. */
export async function hasTried(
  read: Reader,
  { tenant_id, customer_id }: { readonly tenant_id: TenantId; readonly customer_id: CustomerId },
): Promise<boolean> {
  const [row] = await read
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .innerJoin(subscriptionChanges, eq(subscriptionChanges.subscription_id, subscriptions.id))
    .where(
      and(
        ...[eq(subscriptions.tenant_id, tenant_id), eq(subscriptions.customer_id, customer_id)],
        ...[isNotNull(subscriptions.trial_end), inArray(subscriptionChanges.to_status, ["authenticated", "active"])],
      ),
    )
    .limit(1);
  return row !== undefined;
}

const UNFINISHED = ["created", "authenticated", "active", "pending", "halted", "paused"] as const;

/** Subscriptions at Razorpay that move, page by page, unless they were looked at since: those that wait for somebody, and whose charge is due. */
export const listSubscriptionsToWatch = (
  read: Reader,
  { now, since }: { readonly now: number; readonly since: number },
  after: string,
  rowsMax: number,
): Promise<SubscriptionRow[]> =>
  read
    .select()
    .from(subscriptions)
    .where(
      and(
        isNotNull(subscriptions.razorpay_subscription_id),
        inArray(subscriptions.status, [...UNFINISHED]),
        gt(subscriptions.id, after as SubscriptionId),
        or(
          isNull(subscriptions.fetched_at),
          and(
            or(inArray(subscriptions.status, ["created", "pending"]), lte(subscriptions.charge_at, now)),
            lte(subscriptions.fetched_at, since),
          ),
        ),
      ),
    )
    .orderBy(asc(subscriptions.id))
    .limit(rowsMax);

/** Ours alone (no subscription at Razorpay), of which something is due: their end, their beginning, the end of waiting. */
export const listDue = (read: Reader, now: number, rowsMax: number): Promise<SubscriptionRow[]> =>
  read
    .select()
    .from(subscriptions)
    .where(
      and(
        isNull(subscriptions.razorpay_subscription_id),
        or(
          and(
            ...[eq(subscriptions.status, "active"), eq(subscriptions.cancel_at_cycle_end, true)],
            lte(subscriptions.current_end, now),
          ),
          and(eq(subscriptions.status, "authenticated"), lte(subscriptions.start_at, now)),
          and(eq(subscriptions.status, "created"), lte(subscriptions.expire_by, now)),
        ),
      ),
    )
    .orderBy(asc(subscriptions.id))
    .limit(rowsMax);

/** Approved, and what they take the place of is not seen to yet. */
export const listReplacing = (read: Reader, rowsMax: number): Promise<SubscriptionRow[]> =>
  read
    .select()
    .from(subscriptions)
    .where(
      and(isNotNull(subscriptions.replace_when), inArray(subscriptions.status, ["authenticated", "active", "pending"])),
    )
    .orderBy(asc(subscriptions.id))
    .limit(rowsMax);

/** The latest invoice with a base fee of this subscription since an instant: alone, or in one with usage. */
export async function findBaseInvoice(
  read: Reader,
  { tenant_id, id, since }: { readonly tenant_id: TenantId; readonly id: SubscriptionId; readonly since: number },
) {
  const [row] = await read
    .select()
    .from(invoices)
    .where(
      and(
        ...[eq(invoices.tenant_id, tenant_id), eq(invoices.subscription_id, id)],
        inArray(invoices.kind, ["base", "combined"]),
        gte(invoices.issued_at, since),
      ),
    )
    .orderBy(desc(invoices.id))
    .limit(1);
  return row;
}

/** The cycle of a subscription that began at an instant. */
export async function findCycleFrom(
  read: Reader,
  of: Pick<CycleRow, "tenant_id" | "customer_id" | "subscription_id" | "start_at">,
): Promise<CycleRow | undefined> {
  const [row] = await read
    .select()
    .from(cycles)
    .where(
      and(
        ...[eq(cycles.tenant_id, of.tenant_id), eq(cycles.customer_id, of.customer_id)],
        ...[eq(cycles.start_at, of.start_at), eq(cycles.subscription_id, of.subscription_id as SubscriptionId)],
      ),
    );
  return row;
}

export async function findRazorpayPlan(read: Reader, account_id: AccountId, key: string): Promise<string | undefined> {
  const [row] = await read
    .select({ id: razorpayPlans.razorpay_plan_id })
    .from(razorpayPlans)
    .where(and(eq(razorpayPlans.account_id, account_id), eq(razorpayPlans.plan_version_id, key)));
  return row?.id;
}

export async function insertRazorpayPlan(tx: Tx, row: typeof razorpayPlans.$inferInsert): Promise<void> {
  await tx.insert(razorpayPlans).values(row).onConflictDoNothing();
}

/* Moves to the present version of a plan */

const MOVABLE = ["authenticated", "active", "pending", "halted", "paused"] as const;

/** Subscriptions of a plan that are on an older version of it, with their customers, page by page. */
export const listOnOlderVersions = (
  read: Reader,
  plan: {
    readonly plan_id: string;
    readonly present_version_id: string;
    readonly customer_ids?: readonly CustomerId[];
  },
  page: { readonly after_id?: string; readonly limit: number },
) =>
  read
    .select({ subscription: subscriptions, customer: customers, move: planMoves.to_version_id })
    .from(subscriptions)
    .innerJoin(customers, eq(customers.id, subscriptions.customer_id))
    .leftJoin(planMoves, eq(planMoves.subscription_id, subscriptions.id))
    .where(
      and(
        ...[eq(subscriptions.plan_id, plan.plan_id), ne(subscriptions.plan_version_id, plan.present_version_id)],
        inArray(subscriptions.status, [...MOVABLE]),
        plan.customer_ids ? inArray(subscriptions.customer_id, [...plan.customer_ids]) : undefined,
        page.after_id ? gt(subscriptions.id, page.after_id as SubscriptionId) : undefined,
      ),
    )
    .orderBy(asc(subscriptions.id))
    .limit(page.limit);

/** How many customers are on a version of a plan without having subscribed to it: it is their tenant's default. */
export async function countOnDefault(
  read: Reader,
  { plan_id, present_version_id }: { readonly plan_id: string; readonly present_version_id: string },
): Promise<number> {
  const versions = read.select({ id: planVersions.id }).from(planVersions).where(eq(planVersions.plan_id, plan_id));
  const [row] = await read
    .select({ n: count() })
    .from(customers)
    .where(
      and(
        ...[isNull(customers.subscription_id), inArray(customers.plan_version_id, versions)],
        ne(customers.plan_version_id, present_version_id),
      ),
    );
  return row!.n;
}

/** Notes that these move to a version when their next cycles begin. Noting it again, or a later version, leaves one move of each. */
export async function insertMoves(
  tx: Tx,
  rows: readonly Omit<typeof planMoves.$inferInsert, "to_version_id" | "created_at">[],
  { to_version_id, at }: { readonly to_version_id: string; readonly at: number },
): Promise<void> {
  if (!rows.length) return;
  await tx
    .insert(planMoves)
    .values(rows.map((row) => ({ ...row, to_version_id, created_at: at })))
    .onConflictDoUpdate({ target: planMoves.subscription_id, set: { to_version_id } });
}
