import { PLAN_SCOPES } from "../catalog/new-limit.ts";
import { planIdOf } from "../catalog/plan.ts";
import type { Tier } from "../db/schema.ts";
import type { Principal } from "../http/principal.ts";
import { type Instant, instant, iso } from "../kernel/clock.ts";
import { matchesAny } from "../kernel/glob.ts";
import type { CustomerId, KeyId, LimitId, TenantId, UserId } from "../kernel/id.ts";
import type { Metric } from "../kernel/metrics.ts";
import { type Span, type Window, windowAt } from "../kernel/windows.ts";
import type { CounterRef, Demand, Tiering } from "./books.ts";

/**
 * `plan`: each subscriber of a plan; `plan_each_user`: each user of each of them; `plan_pool`: all of them together, against many who are one.
 */
export const LIMIT_SCOPES = ["tenant", "user", "key", "each_user", ...PLAN_SCOPES] as const;
export type LimitScope = (typeof LIMIT_SCOPES)[number];

/** A bound on what a subject may use in a window. */
export interface Limit {
  readonly id: LimitId;
  readonly scope: LimitScope;
  readonly subject_id: string;
  readonly metric: Metric;
  readonly window: Window;
  readonly amount: number;
  readonly models: readonly string[];
  readonly enforcement: "hard" | "soft";
  readonly alert_at: readonly number[];
  readonly raise: { readonly amount: number; readonly until: number } | null;
}

/** What decides which limits bear on a request. */
export interface LimitContext {
  readonly tenant_id: TenantId;
  readonly user_id: UserId | null;
  readonly key_id: KeyId | null;
  /** Who pays, and so whom a plan's limits count: the tenant (by default), or each of its users. */
  readonly billing?: "tenant" | "user";
  readonly model: string;
  readonly timezone: string;
  /** The plan that is in force, and the payer's cycle; without a cycle it is the calendar month. */
  readonly plan_id?: string | null;
  readonly cycle?: Span | null;
  readonly at: Instant;
}

/** Whom and when a request of this principal counts. */
export function limitContext(
  { tenant, user, key_id, payer }: Pick<Principal, "tenant" | "user" | "key_id" | "payer">,
  { model, at }: { readonly model: string; readonly at: Instant },
): LimitContext {
  const { cycle_start, cycle_end, plan_version_id } = payer;
  return {
    ...{ tenant_id: tenant.id, user_id: user?.id ?? null, key_id },
    ...{ billing: tenant.billing, timezone: tenant.timezone, model, at },
    plan_id: plan_version_id === null ? tenant.default_plan_id : planIdOf(plan_version_id),
    cycle:
      cycle_start === null
        ? null
        : { start: instant(cycle_start), end: cycle_end === null ? null : instant(cycle_end) },
  };
}

/** Of two limits on one counter the later of these stands: one's own instead of each user's, and that instead of the plan's. */
const TURN: Record<LimitScope, number> = {
  ...{ plan_pool: 0, plan: 0, plan_each_user: 0 },
  ...{ each_user: 1, tenant: 2, user: 2, key: 2 },
};

/** The limits of a tenant (its plan's among them) that bear on a request, as demands on counters, each counter once. */
export function demandsOf(limits: readonly Limit[], context: LimitContext): Demand[] {
  const demands = new Map<string, Demand>();
  const bearing = limits.filter((limit) => matchesAny(limit.models, context.model));
  for (const limit of [...bearing].sort((a, b) => TURN[a.scope] - TURN[b.scope])) {
    const subject = subjectOf(limit, context);
    if (subject === null) continue;
    const counter = counterOf(limit, subject, context);
    demands.set(counter.id, {
      counter,
      limit_id: limit.id,
      amount: amountAt(limit, context.at),
      hard: limit.enforcement === "hard",
      alert_at: limit.alert_at,
    });
  }
  return [...demands.values()];
}

/** Whom a limit counts for a request of this tenant, user and key; null where it does not bear on it. */
function subjectOf(
  { scope, subject_id }: Pick<Limit, "scope" | "subject_id">,
  { tenant_id, user_id, key_id, billing, plan_id }: LimitContext,
): string | null {
  if (scope === "plan" || scope === "plan_each_user" || scope === "plan_pool") {
    if (plan_id !== undefined && plan_id !== subject_id) return null;
    if (scope === "plan_pool") return subject_id;
    return scope === "plan" && billing !== "user" ? tenant_id : user_id;
  }
  const subjects = { tenant: tenant_id, user: user_id, key: key_id, each_user: tenant_id };
  if (subject_id !== subjects[scope]) return null;
  return scope === "each_user" ? user_id : subject_id;
}

/** What a limit counts by. It does not contain the limit's id: replacing a limit resets nothing. */
function counterOf(
  { metric, window, models }: Pick<Limit, "metric" | "window" | "models">,
  subject_id: string,
  { tenant_id, timezone, cycle, at }: Pick<LimitContext, "tenant_id" | "timezone" | "cycle" | "at">,
): CounterRef {
  const span = (window === "cycle" && cycle) || windowAt(window, at, timezone);
  const globs = models.join(",");
  const id = [subject_id, metric, window, globs || "*", span.start].join("|");
  return { id, tenant_id, subject_id, metric, window, models: globs, window_start: span.start, window_end: span.end };
}

/** By what the tiers of a plan go: the customer's spend at list in its cycle. Null where the plan has none. */
export function tieringOf(
  tiers: readonly Tier[] | null | undefined,
  customer_id: CustomerId,
  context: Pick<LimitContext, "tenant_id" | "timezone" | "cycle" | "at">,
): Tiering | null {
  if (!tiers?.length) return null;
  const ref = counterOf({ metric: "spend_micros", window: "cycle", models: [] }, customer_id, context);
  const id = [customer_id, "list_micros", "cycle", "*", ref.window_start].join("|");
  return { tiers, counter: { ...ref, id, metric: "list_micros" } };
}

/** A temporary raise counts until its end. */
export const amountAt = ({ amount, raise }: Pick<Limit, "amount" | "raise">, at: number): number =>
  raise && at < raise.until ? Math.max(amount, raise.amount) : amount;

export const presentLimit = (limit: Limit) => ({
  ...limit,
  ...("created_at" in limit && { created_at: iso(limit.created_at as number) }),
  raise: limit.raise && { ...limit.raise, until: iso(limit.raise.until) },
});
