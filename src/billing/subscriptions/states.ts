import type { SubscriptionStatus } from "../../db/schema/subscriptions.ts";
import type { SubscriptionRow } from "../cycles/store.ts";

/** What can be done with a subscription in which state, and what to do instead. */

export const ACTS = [
  ...(["approve", "pause", "resume", "cancel_now", "cancel_at_cycle_end", "payment_method"] as const),
  ...(["change_now", "change_at_cycle_end"] as const),
] as const;
export type Act = (typeof ACTS)[number];

/** Approved, and not over. */
export const LIVE: readonly SubscriptionStatus[] = ["authenticated", "active", "pending", "halted", "paused"];

const ALLOWED: Readonly<Record<Act, readonly SubscriptionStatus[]>> = {
  approve: ["created"],
  pause: ["active"],
  resume: ["paused"],
  cancel_now: ["created", ...LIVE],
  cancel_at_cycle_end: ["active", "pending", "halted"],
  payment_method: ["active", "pending", "halted"],
  change_now: LIVE,
  change_at_cycle_end: ["authenticated", "active", "pending"],
};

/** What only Razorpay does: plans that are paid by a mandate or in advance have no subscription there. */
const AT_RAZORPAY: readonly Act[] = ["approve", "pause", "resume", "payment_method"];

const INSTEAD: Readonly<Record<SubscriptionStatus, string>> = {
  created: "It waits to be approved: open its page (short_url) or Checkout, or cancel it with at: now.",
  authenticated: "It has not begun: nothing is charged before. It can be cancelled with at: now.",
  active: "It is paid and in force: it can be changed, paused or cancelled.",
  pending: "A charge failed and is tried again: pay with another method (payment_method), or cancel it.",
  halted: "Its charges failed: pay with another method (payment_method), or cancel it.",
  paused: "Resume it first, or cancel it with at: now.",
  cancelled: "Sign up again.",
  completed: "All its charges were made: sign up again.",
  expired: "It was not approved in time: sign up again.",
};

export type Acted = Pick<SubscriptionRow, "status" | "collection" | "trial_end">;

/** Why an act is not for a subscription as it stands, and what is; null where it is allowed. */
export function hindrance(act: Act, { status, collection, trial_end }: Acted): string | null {
  if (collection !== "subscription" && AT_RAZORPAY.includes(act)) return elsewhere(act, collection);
  if (act === "change_at_cycle_end" && status === "authenticated" && trial_end !== null)
    return "It is being tried, so no paid cycle ends. Change it with when: now, which is charged at once, or after its trial.";
  return ALLOWED[act].includes(status) ? null : `The subscription is ${status}. ${INSTEAD[status]}`;
}

const elsewhere = (act: Act, collection: SubscriptionRow["collection"]): string =>
  collection === "mandate"
    ? act === "approve" || act === "payment_method"
      ? "This plan is paid by a mandate: register one (POST mandate) instead."
      : "This plan is paid by a mandate, and has no subscription at Razorpay to pause: cancel it at its cycle's end, and sign up again."
    : "This plan is paid in advance: nothing is charged that could be paused, resumed or paid another way.";

/** What can be done with it now. */
export const possible = (row: Acted): readonly Act[] => ACTS.filter((act) => hindrance(act, row) === null);

/** A subscription as the audit log shows it. */
export const factsOf = ({ id, plan_id, plan_version_id, status, ...row }: SubscriptionRow) => ({
  ...{ id, plan_id, plan_version_id, status, cancel_at_cycle_end: row.cancel_at_cycle_end },
  razorpay_subscription_id: row.razorpay_subscription_id,
});
