import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  type SQL,
  sql,
} from "drizzle-orm";
import { total } from "../db/columns.ts";
import type { Reader, Tx } from "../db/database.ts";
import { rowWriter } from "../db/rows.ts";
import type { AccountId } from "../db/schema/sellers.ts";
import {
  alerts,
  customers,
  cycles,
  grants,
  installation,
  mandates,
  outcomeMinutes,
  payments,
  subscriptions,
  tenantAlertSettings,
  tenants,
  users,
  webhookEvents,
} from "../db/schema.ts";
import { type PageQuery, pageClause } from "../http/paging.ts";
import { firstIdAt, type GrantId, type TenantId, type UserId } from "../kernel/id.ts";
import type { Micros } from "../kernel/money.ts";
import type { Subscribers } from "./margin.ts";
import type { Outcome } from "./outcomes.ts";
import { type AlertSettings, storedSettings, TenantAlertSettings } from "./settings.ts";

export type Alert = typeof alerts.$inferSelect;

/* Alerts */

export interface AlertFilter {
  readonly types?: readonly string[];
  readonly tenant_id?: TenantId;
  readonly acknowledged?: boolean;
  readonly from?: number;
  readonly to?: number;
}

export function listAlerts(read: Reader, filter: AlertFilter, query: PageQuery): Promise<Alert[]> {
  const { where, orderBy, limit } = pageClause(alerts.id, query);
  return read
    .select()
    .from(alerts)
    .where(and(...matching(filter), where))
    .orderBy(orderBy)
    .limit(limit);
}

function matching({ types, tenant_id, acknowledged, from, to }: AlertFilter): (SQL | undefined)[] {
  return [
    types && inArray(alerts.type, [...types]),
    tenant_id && eq(alerts.tenant_id, tenant_id),
    acknowledged === undefined
      ? undefined
      : acknowledged
        ? isNotNull(alerts.acknowledged_at)
        : isNull(alerts.acknowledged_at),
    from === undefined ? undefined : gte(alerts.created_at, from),
    to === undefined ? undefined : lt(alerts.created_at, to),
  ];
}

export async function findAlert(read: Reader, id: string): Promise<Alert | undefined> {
  const [row] = await read
    .select()
    .from(alerts)
    .where(eq(alerts.id, id as Alert["id"]));
  return row;
}

/** Notes that somebody has seen an alert; nothing where somebody had before. */
export async function acknowledgeAlert(
  tx: Tx,
  id: string,
  seen: { readonly acknowledged_at: number; readonly acknowledged_by: string; readonly note: string | null },
): Promise<Alert | undefined> {
  const [row] = await tx
    .update(alerts)
    .set(seen)
    .where(and(eq(alerts.id, id as Alert["id"]), isNull(alerts.acknowledged_at)))
    .returning();
  return row;
}

/** Whether a mark at the end of this limit and window was told already: what is used up is told once. */
export async function toldExhausted(
  read: Reader,
  tenant_id: TenantId,
  data: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const { blocked_by, resets_at = null } = data as {
    readonly blocked_by?: { readonly limit_id?: string };
    readonly resets_at?: string | null;
  };
  if (blocked_by?.limit_id === undefined) return false;
  const rows = await read
    .select({ data: alerts.data })
    .from(alerts)
    .where(and(eq(alerts.type, "quota.exhausted"), eq(alerts.tenant_id, tenant_id)))
    .orderBy(desc(alerts.id))
    .limit(100);
  return rows.some(({ data }) => data.limit_id === blocked_by.limit_id && data.resets_at === resets_at);
}

/* Settings */

export async function findSettings(read: Reader): Promise<AlertSettings> {
  const [row] = await read.select().from(installation).where(eq(installation.name, "alert_settings"));
  return storedSettings(row?.value);
}

export async function saveSettings(tx: Tx, settings: AlertSettings): Promise<void> {
  const value = JSON.stringify(settings);
  await tx
    .insert(installation)
    .values({ name: "alert_settings", value })
    .onConflictDoUpdate({ target: installation.name, set: { value } });
}

/** Of every tenant whose bounds are its own: a few, read whole at each look. */
export async function findTenantSettings(read: Reader): Promise<ReadonlyMap<TenantId, TenantAlertSettings>> {
  const rows = await read.select().from(tenantAlertSettings);
  return new Map(rows.map(({ tenant_id, settings }) => [tenant_id, TenantAlertSettings.parse(settings)]));
}

export async function findOwnSettings(read: Reader, tenant_id: TenantId): Promise<TenantAlertSettings> {
  const [row] = await read.select().from(tenantAlertSettings).where(eq(tenantAlertSettings.tenant_id, tenant_id));
  return TenantAlertSettings.parse(row?.settings ?? {});
}

export async function saveOwnSettings(tx: Tx, tenant_id: TenantId, settings: TenantAlertSettings): Promise<void> {
  await tx
    .insert(tenantAlertSettings)
    .values({ tenant_id, settings })
    .onConflictDoUpdate({ target: tenantAlertSettings.tenant_id, set: { settings } });
}

/* What leaves no usage event */

const o = outcomeMinutes;
const add = rowWriter(o, { key: [o.minute, o.tenant_id, o.outcome], add: ["calls"] });

/** Adds counts to those of their minutes, in one order, so that two nodes cannot wait for each other. */
export const addOutcomes = (tx: Tx, rows: readonly (typeof outcomeMinutes.$inferInsert)[]): Promise<void> =>
  add(
    tx,
    rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  );
const keyOf = ({ minute, tenant_id, outcome }: typeof outcomeMinutes.$inferInsert) =>
  `${minute} ${tenant_id} ${outcome}`;

/** Counts since an instant, by tenant. */
export async function sumOutcomes(
  read: Reader,
  since: number,
): Promise<{ readonly tenant_id: TenantId; readonly outcome: Outcome; readonly calls: number }[]> {
  const rows = await read
    .select({ tenant_id: o.tenant_id, outcome: o.outcome, calls: total(o.calls) })
    .from(o)
    .where(gte(o.minute, since))
    .groupBy(o.tenant_id, o.outcome)
    .orderBy(o.tenant_id, o.outcome);
  return rows as { tenant_id: TenantId; outcome: Outcome; calls: number }[];
}

export async function purgeOutcomes(tx: Tx, before: number): Promise<void> {
  await tx.delete(o).where(lt(o.minute, before));
}

/* What plans include */

export interface IncludedUsed {
  readonly grant_id: GrantId;
  readonly tenant_id: TenantId;
  readonly customer_id: string;
  readonly user_id: UserId | null;
  readonly cycle_id: string;
  readonly currency: string;
  readonly amount: Micros;
  readonly used: Micros;
  readonly expires_at: number;
}

/**
 * What the cycles of now include and of which at least this share is used, after one, by the ids of their grants. A grant that its cycle replaced
 * by another plan's was cut down to what was used of it, and is none of them.
 */
export async function listIncludedUsed(
  read: Reader,
  { now, share_min }: { readonly now: number; readonly share_min: number },
  after: string,
  rowsMax: number,
): Promise<IncludedUsed[]> {
  const g = grants;
  const rows = await read
    .select({
      ...{ grant_id: g.id, tenant_id: g.tenant_id, customer_id: g.customer_id, user_id: customers.user_id },
      ...{ cycle_id: cycles.id, currency: g.currency, amount: g.amount, used: g.used, expires_at: cycles.end_at },
    })
    .from(g)
    .innerJoin(cycles, and(eq(cycles.id, g.cycle_id), eq(cycles.included_grant_id, g.id)))
    .innerJoin(customers, eq(customers.id, g.customer_id))
    .where(
      and(
        ...[eq(g.kind, "included"), gt(g.expires_at, now), lte(g.starts_at, now), gt(g.id, after as GrantId)],
        ...[gt(g.used, 0 as Micros), sql`${g.used} >= ${g.amount} * cast(${share_min} as double precision)`],
      ),
    )
    .orderBy(asc(g.id))
    .limit(rowsMax);
  return rows;
}

/* Margins */

/** Everybody who is on a plan, grouped by what decides on the price. */
export function listSubscribers(read: Reader): Promise<Subscribers[]> {
  const { plan_version_id, cycle_start, cycle_end } = customers;
  const by = [customers.tenant_id, tenants.timezone, customers.currency, plan_version_id] as const;
  return read
    .select({
      tenant_id: customers.tenant_id,
      timezone: tenants.timezone,
      currency: customers.currency,
      default_plan_id: tenants.default_plan_id,
      ...{ plan_version_id, cycle_start, cycle_end },
      customers: count(),
    })
    .from(customers)
    .innerJoin(tenants, eq(tenants.id, customers.tenant_id))
    .groupBy(...by, tenants.default_plan_id, cycle_start, cycle_end);
}

/* Razorpay */

/** By account, the payments that were captured in `[from, to)` and of which a webhook was due. */
export async function countDuePayments(
  read: Reader,
  from: number,
  to: number,
): Promise<{ readonly account_id: AccountId; readonly due: number }[]> {
  return read
    .select({ account_id: payments.account_id, due: count() })
    .from(payments)
    .where(and(gte(payments.captured_at, from), lt(payments.captured_at, to), ne(payments.purpose, "manual")))
    .groupBy(payments.account_id)
    .orderBy(asc(payments.account_id));
}

export async function lastWebhook(
  read: Reader,
  account_id: AccountId,
): Promise<{ readonly id: string; readonly received_at: number } | undefined> {
  const [row] = await read
    .select({ id: webhookEvents.id, received_at: webhookEvents.received_at })
    .from(webhookEvents)
    .where(eq(webhookEvents.account_id, account_id))
    .orderBy(desc(webhookEvents.id))
    .limit(1);
  return row;
}

/* Renewals */

export type EndingSubscription = typeof subscriptions.$inferSelect;

/** Subscriptions at Razorpay that go on and have few charges left, after one, by their ids. */
export const listEndingSubscriptions = (
  read: Reader,
  { charges_max }: { readonly charges_max: number },
  after: string,
  rowsMax: number,
): Promise<EndingSubscription[]> =>
  read
    .select()
    .from(subscriptions)
    .where(
      and(
        gt(subscriptions.id, after as EndingSubscription["id"]),
        inArray(subscriptions.status, ["authenticated", "active", "pending"]),
        eq(subscriptions.collection, "subscription"),
        eq(subscriptions.cancel_at_cycle_end, false),
        lte(subscriptions.remaining_count, charges_max),
      ),
    )
    .orderBy(asc(subscriptions.id))
    .limit(rowsMax);

/** Mandates that can be debited and expire within a span, after one, by their ids. */
export const listEndingMandates = (
  read: Reader,
  { now, until }: { readonly now: number; readonly until: number },
  after: string,
  rowsMax: number,
): Promise<(typeof mandates.$inferSelect)[]> =>
  read
    .select()
    .from(mandates)
    .where(
      and(
        gt(mandates.id, after as (typeof mandates.$inferSelect)["id"]),
        eq(mandates.status, "confirmed"),
        gt(mandates.expires_at, now),
        lte(mandates.expires_at, until),
      ),
    )
    .orderBy(asc(mandates.id))
    .limit(rowsMax);

/* Sign-ups */

/** By tenant, the users that were made in `[from, to)` of real time; of one tenant, where one is named. */
export async function countSignups(
  read: Reader,
  { from, to }: { readonly from: number; readonly to: number },
  tenant_id?: TenantId,
): Promise<{ readonly tenant_id: TenantId; readonly users: number }[]> {
  const made = and(
    gte(users.id, firstIdAt("user", from) as UserId),
    lte(users.id, firstIdAt("user", to + 1) as UserId),
  );
  return read
    .select({ tenant_id: users.tenant_id, users: count() })
    .from(users)
    .where(and(made, tenant_id && eq(users.tenant_id, tenant_id)))
    .groupBy(users.tenant_id)
    .orderBy(asc(users.tenant_id));
}

export async function findBilled(read: Reader, id: TenantId) {
  const [row] = await read
    .select({ billing: tenants.billing, default_plan_id: tenants.default_plan_id })
    .from(tenants)
    .where(eq(tenants.id, id));
  return row;
}
