import type { SubscriptionStatus } from "../../db/schema/subscriptions.ts";

/** What can be done with a subscription in which state, and what to do instead. */

export type Act = "approve" | "pause" | "resume" | "cancel_now" | "cancel_at_cycle_end" | "payment_method";

/** Approved, and not over. */
export const LIVE: readonly SubscriptionStatus[] = ["authenticated", "active", "pending", "halted", "paused"];
export const OVER: readonly SubscriptionStatus[] = ["cancelled", "completed", "expired"];

const ALLOWED: Readonly<Record<Act, readonly SubscriptionStatus[]>> = {
  approve: ["created"],
  pause: ["active"],
  resume: ["paused"],
  cancel_now: ["created", ...LIVE],
  cancel_at_cycle_end: ["active", "pending", "halted"],
  payment_method: ["active", "pending", "halted"],
};

const INSTEAD: Readonly<Record<SubscriptionStatus, string>> = {
  created: "It waits to be approved: open its page (short_url) or Checkout, or cancel it with at: now.",
  authenticated: "It has not begun: nothing is charged before. It can be cancelled with at: now.",
  active: "It is active.",
  pending: "A charge failed and is tried again: pay with another method (payment_method), or cancel it.",
  halted: "Its charges failed: pay with another method (payment_method), or cancel it.",
  paused: "It is paused: resume it first, or cancel it with at: now.",
  cancelled: "It is cancelled: sign up again.",
  completed: "All its charges were made: sign up again.",
  expired: "It was not approved in time: sign up again.",
};

/** Why an act is not for a subscription in this state, and what is; null where it is allowed. */
export const hindrance = (act: Act, status: SubscriptionStatus): string | null =>
  ALLOWED[act].includes(status) ? null : `The subscription is ${status}. ${INSTEAD[status]}`;

/** What can be done with it now. */
export const possible = (status: SubscriptionStatus): readonly Act[] =>
  (Object.keys(ALLOWED) as Act[]).filter((act) => ALLOWED[act].includes(status));
