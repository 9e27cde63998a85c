import { isFree, type PlanVersion } from "../../catalog/plan.ts";
import type { SubscriptionStatus } from "../../db/schema/subscriptions.ts";
import { DAY } from "../../kernel/clock.ts";
import type { CustomerRow } from "../../tenants/store.ts";

export type Standing = CustomerRow["standing"];

/** What bears on whether a customer may call, and on which plan. */
export interface Situation {
  /** Its live subscription: of several (a change of plan) the one that is in force. */
  readonly subscription: {
    readonly status: SubscriptionStatus;
    readonly pending_since: number | null;
    readonly plan_version_id: string;
  } | null;
  readonly subscribed_version: PlanVersion | undefined;
  /** The present version of the tenant's default plan. */
  readonly default_version: PlanVersion | undefined;
  /** An invoice is open for longer than its plan allows, or a payment was taken back. */
  readonly suspended: boolean;
  readonly at: number;
}

export interface InForce {
  readonly version: PlanVersion | null;
  readonly standing: Standing;
  /** Whether the plan gives anything now: what it includes, and overage. */
  readonly serving: boolean;
}

const LIVE: readonly SubscriptionStatus[] = ["authenticated", "active", "pending"];
const STOPPED: readonly SubscriptionStatus[] = ["halted", "paused"];

/**
 * Which version of a plan is in force, and how the customer stands. `pending` is grace: it is served for as many days as its plan says. What was
 * prepaid can be used in every standing but `suspended`.
 */
export function standingOf({ subscription, subscribed_version, default_version, suspended, at }: Situation): InForce {
  const base = ((): InForce => {
    if (subscription && subscribed_version && LIVE.includes(subscription.status)) {
      const graceEnd =
        subscription.pending_since === null
          ? Number.POSITIVE_INFINITY
          : subscription.pending_since + subscribed_version.terms.grace_days * DAY;
      const inGrace = at < graceEnd;
      return { version: subscribed_version, standing: inGrace ? "ok" : "halted", serving: inGrace };
    }
    if (subscription && subscribed_version && STOPPED.includes(subscription.status))
      return { version: subscribed_version, standing: "halted", serving: false };
    if (!default_version) return { version: null, standing: "ok", serving: false };
    if (isFree(default_version.terms)) return { version: default_version, standing: "ok", serving: true };
    return { version: null, standing: "unsubscribed", serving: false };
  })();
  return suspended ? { ...base, standing: "suspended", serving: false } : base;
}
