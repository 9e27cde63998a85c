import type { Subscription } from "../entities.ts";
import { Refused } from "../refusal.ts";
import { found, type Shelf } from "../shelf.ts";
import { tell } from "./cycle.ts";

/** Cancelling, pausing and resuming: by the merchant, or by the customer in the bank's app. */
type By = "self" | "customer";

const LIVE: readonly string[] = ["authenticated", "active", "pending", "halted", "paused"];

export function cancel(
  shelf: Shelf,
  subscription: Subscription,
  { atEnd, by }: { readonly atEnd: boolean; readonly by: By },
): void {
  const { status } = subscription;
  if (!LIVE.includes(status) && status !== "created")
    throw new Refused(`Subscription is not cancellable in ${status} status.`, { field: "status", manner: "bare" });
  if (atEnd) {
    if (!["active", "pending", "halted"].includes(status))
      throw new Refused("Subscription cannot be cancelled since no billing cycle is going on");
    // Nothing tells of it, not even the entity, until the cycle ends.
    found(shelf.schedules, subscription.id).cancelAtEnd = true;
    return;
  }
  Object.assign(subscription, { status: "cancelled", ended_at: shelf.now(), charge_at: null, cancel_initiated_by: by });
  tell(shelf, subscription, "cancelled");
}

/** What has not begun is cancelled by a pause. */
export function pause(shelf: Shelf, subscription: Subscription, by: By): void {
  if (subscription.status === "authenticated") {
    cancel(shelf, subscription, { atEnd: false, by });
    return;
  }
  if (subscription.status !== "active")
    throw new Refused(`Subscription cannot be paused in ${subscription.status} status.`, { field: "status" });
  Object.assign(subscription, { status: "paused", paused_at: shelf.now(), pause_initiated_by: by, charge_at: null });
  tell(shelf, subscription, "paused");
}

export function resume(shelf: Shelf, subscription: Subscription, by: By): void {
  if (subscription.status !== "paused")
    throw new Refused(`Subscription cannot be resumed in ${subscription.status} status.`, { field: "status" });
  if (subscription.pause_initiated_by === "customer" && by === "self" && subscription.payment_method === "upi")
    throw new Refused("Subscription was paused by the customer and can be resumed by the customer only");
  Object.assign(subscription, { status: "active", charge_at: subscription.current_end });
  tell(shelf, subscription, "resumed");
}
