import type { Catalog } from "../../catalog/catalog.ts";
import { type PlanVersion, planIdOf } from "../../catalog/plan.ts";
import type { Tx } from "../../db/database.ts";
import { type Clock, iso } from "../../kernel/clock.ts";
import type { CustomerId, TenantId } from "../../kernel/id.ts";
import { queueMail } from "../../outgoing/mails.ts";
import { type CustomerRow, findTenant, type TenantRow } from "../../tenants/store.ts";
import { findProfile } from "../parties/store.ts";
import { type BillingParts, told } from "../parts.ts";
import { endCycles, openCycle } from "./open.ts";
import { resetOverage } from "./overage-line.ts";
import { takeDueMoves } from "./plan-moves.ts";
import { type CycleSpan, cycleAt, monthAt } from "./span.ts";
import { type InForce, standingOf } from "./standing.ts";
import * as store from "./store.ts";

export type ReviewParts = Pick<BillingParts, "db" | "clock" | "catalogs">;

/** Which of a customer's subscriptions counts: one that serves, else one that could again. */
const RANK = ["active", "pending", "authenticated", "halted", "paused"] as const;

export function subscriptionInForce(rows: readonly store.SubscriptionRow[], now: number): store.SubscriptionRow | null {
  const live = rows.filter((row) => (RANK as readonly string[]).includes(row.status) && !isOver(row, now));
  // One that waits for the end of another's cycle does not count before its start, unless it is tried.
  const begun = live.filter(
    ({ status, start_at, trial_end }) =>
      status !== "authenticated" || trial_end !== null || start_at === null || start_at <= now,
  );
  const byRank = (a: store.SubscriptionRow, b: store.SubscriptionRow) =>
    RANK.indexOf(a.status as (typeof RANK)[number]) - RANK.indexOf(b.status as (typeof RANK)[number]);
  return begun.sort(byRank)[0] ?? null;
}

/**
 * Looks at a customer anew, in the caller's transaction: which plan is in force, how it stands, its present cycle with its grants, and how much overage
 * it may use. Everything that changes any of these calls it; calling it once too often changes nothing.
 */
export async function reviewStanding(
  tx: Tx,
  { clock, catalog }: { readonly clock: Clock; readonly catalog: Catalog },
  tenant_id: TenantId,
  customer_id: CustomerId,
): Promise<CustomerRow> {
  const before = await store.lockedCustomer(tx, customer_id);
  const tenant = await findTenant(tx, tenant_id);
  const now = clock.now();
  await takeDueMoves(tx, { clock, catalog }, before);
  const subscription = subscriptionInForce(await store.listSubscriptions(tx, tenant_id, customer_id), now);
  const found = standingOf({
    subscription,
    subscribed_version: subscription ? catalog.planVersion(subscription.plan_version_id) : undefined,
    default_version: defaultVersion(catalog, tenant, before, now),
    suspended: await store.hasSuspending(tx, tenant_id, customer_id),
    at: now,
  });

  const cycle = await cycleOf(tx, { clock, catalog, customer: before, tenant, subscription, found });
  const inForce: store.CustomerInForce = {
    plan_version_id: found.version?.id ?? null,
    subscription_id: subscription?.id ?? null,
    ...{ cycle_id: cycle?.id ?? null, cycle_start: cycle?.start_at ?? null, cycle_end: cycle?.end_at ?? null },
    standing: found.standing,
  };
  const same = (Object.keys(inForce) as (keyof typeof inForce)[]).every((name) => before[name] === inForce[name]);
  const after = same ? before : await store.saveInForce(tx, customer_id, inForce);
  if (cycle) await endIncluded(tx, cycle, found, now);
  await resetOverage(tx, { clock, catalog }, after, found.serving);
  if (before.standing !== after.standing) await tellStanding(tx, clock, before, after);
  return after;
}

/** Cancelled at its cycle's end, which has come: it gives nothing more, although nobody has told us of its end yet. */
const isOver = ({ cancel_at_cycle_end, current_end }: store.SubscriptionRow, now: number): boolean =>
  cancel_at_cycle_end && current_end !== null && current_end <= now;

/**
 * The version of the tenant's default plan: in a cycle that is running, the one with which it began. Who goes on with the plan begins the next by the
 * version that is sold when it begins, however late somebody looks; who is new to it, by the one that is sold now.
 */
function defaultVersion(
  catalog: Catalog,
  { default_plan_id, timezone }: TenantRow,
  { plan_version_id, subscription_id, cycle_end }: CustomerRow,
  now: number,
): PlanVersion | undefined {
  if (default_plan_id === null) return undefined;
  const own = subscription_id === null && plan_version_id !== null && planIdOf(plan_version_id) === default_plan_id;
  if (!own || cycle_end === null) return catalog.versionAt(default_plan_id, now);
  if (cycle_end > now) return catalog.planVersion(plan_version_id);
  return catalog.versionAt(default_plan_id, Math.max(cycle_end, monthAt(now, timezone).start));
}

/** The cycle that it is in now, made where it is not there; null where no plan gives one. */
async function cycleOf(
  tx: Tx,
  at: {
    readonly clock: Clock;
    readonly catalog: Catalog;
    readonly customer: CustomerRow;
    readonly tenant: TenantRow;
    readonly subscription: store.SubscriptionRow | null;
    readonly found: InForce;
  },
): Promise<store.CycleRow | null> {
  const { clock, catalog, customer, tenant, subscription, found } = at;
  const { version } = found;
  if (!version) {
    await endCycles(tx, clock, customer);
    return null;
  }
  const now = clock.now();
  const known = (await store.listCyclesAfter(tx, customer.id, now)).find(({ start_at }) => start_at <= now);
  if (known && known.plan_version_id === version.id && known.subscription_id === (subscription?.id ?? null)) {
    const razorpay = subscription && spanOfSubscription(subscription, now);
    if (!razorpay || (razorpay.start <= known.start_at && razorpay.end === known.end_at)) return known;
    // The same cycle, of which Razorpay knows another end.
    if (razorpay.start <= known.start_at) {
      const span = { start: known.start_at, end: razorpay.end } as CycleSpan;
      return openCycle(tx, { clock, catalog }, { customer, subscription, version, span, trial: null });
    }
  }
  // What has stopped keeps the cycle it had, and gets no new one.
  if (!found.serving) return known ?? null;

  const trying = subscription?.status === "authenticated" && subscription.trial_end !== null;
  // Until its first charge is known, who has tried it keeps the cycle of the trial, which is over.
  if (trying && subscription.trial_end! <= now) {
    const last = customer.cycle_id === null ? undefined : await store.findCycle(tx, customer.cycle_id);
    return last?.subscription_id === subscription.id ? last : null;
  }
  const trial = trying && version.terms.trial ? { included_micros: version.terms.trial.included_micros } : null;
  const span = subscription
    ? trying
      ? { start: subscription.created_at, end: subscription.trial_end! }
      : (spanOfSubscription(subscription, now) ??
        cycleAt(subscription.start_at ?? subscription.created_at, now, version.terms))
    : monthAt(now, tenant.timezone);
  return openCycle(tx, { clock, catalog }, { customer, subscription, version, span: span as CycleSpan, trial });
}

/** The span that Razorpay reckons, as long as it is the present one. */
function spanOfSubscription({ current_start, current_end }: store.SubscriptionRow, now: number): CycleSpan | null {
  if (current_start === null || current_end === null || current_end <= now || current_start > now) return null;
  return { start: current_start, end: current_end } as CycleSpan;
}

/** What is included in a cycle that nobody paid for ends when grace does, and comes back with the payment. */
async function endIncluded(tx: Tx, cycle: store.CycleRow, { serving }: InForce, now: number): Promise<void> {
  if (cycle.included_grant_id === null) return;
  const grant = (await store.lockedGrants(tx, [cycle.included_grant_id])).get(cycle.included_grant_id);
  if (!grant) return;
  if (!serving && (grant.expires_at ?? 0) > now) await store.saveGrant(tx, grant.id, { expires_at: now });
  if (serving && grant.expires_at !== cycle.end_at) await store.saveGrant(tx, grant.id, { expires_at: cycle.end_at });
}

async function tellStanding(tx: Tx, clock: Clock, before: CustomerRow, after: CustomerRow): Promise<void> {
  const type =
    after.standing === "suspended"
      ? "customer.suspended"
      : before.standing === "suspended"
        ? "customer.reinstated"
        : "subscription.updated";
  if (type === "customer.reinstated") await mailReinstated(tx, clock, after);
  await told(tx, clock, {
    ...{ type, dedupe: `${type} ${after.id} ${clock.now()}`, tenant_id: after.tenant_id },
    data: {
      ...{ customer_id: after.id, user_id: after.user_id, standing: after.standing, before: before.standing },
      cycle_end: after.cycle_end === null ? null : iso(after.cycle_end),
    },
  });
}

async function mailReinstated(tx: Tx, clock: Clock, { id, tenant_id }: CustomerRow): Promise<void> {
  const profile = await findProfile(tx, tenant_id, id);
  if (!profile) return;
  const now = clock.now();
  const words = { subject: "Service goes on", body: "What was open is paid, and service goes on. Thank you.\n" };
  const mail = { source: `reinstated:${id}:${now}`, tenant_id, customer_id: id, recipient: profile.email, ...words };
  await queueMail(tx, mail, { wall: clock.wall(), now });
}

/**
 * For the hot path: the customer with its present cycle, which is opened here when the one before has ended. Costs nothing while there is nothing
 * to do. A tenant without a plan, and a customer without a subscription, are let pass as they are.
 */
export async function ensureInForce(
  { db, clock, catalogs }: ReviewParts,
  tenant: TenantRow,
  customer: CustomerRow,
): Promise<CustomerRow> {
  const now = clock.now();
  const over = customer.cycle_end !== null && customer.cycle_end <= now;
  const unseen =
    customer.cycle_id === null &&
    customer.plan_version_id === null &&
    customer.standing === "ok" &&
    tenant.default_plan_id !== null;
  if (!over && !unseen) return customer;
  const catalog = await catalogs.current();
  return db.transaction((tx) => reviewStanding(tx, { clock, catalog }, customer.tenant_id, customer.id));
}

const ROWS_MAX = 500;

/** Opens the next cycles of those who did not call: so that bases and included credit do not wait for a call. One that fails stops no other. */
export async function rollDueCycles({
  db,
  clock,
  catalogs,
  log,
}: ReviewParts & Pick<BillingParts, "log">): Promise<void> {
  const catalog = await catalogs.current();
  for (const { id, tenant_id } of await store.listToRoll(db.read, clock.now(), ROWS_MAX)) {
    await db
      .transaction((tx) => reviewStanding(tx, { clock, catalog }, tenant_id, id))
      .catch((error: unknown) => log.error({ err: error, customer: id }, "a cycle could not be opened yet"));
  }
}
