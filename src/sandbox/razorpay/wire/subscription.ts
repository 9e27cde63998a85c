import type { Addon, Item, Plan, Subscription } from "../entities.ts";
import { withNotes } from "./notes.ts";

/** Plans, subscriptions and add-ons as they stand on the wire. */

const itemOnWire = (item: Item) => ({
  ...item,
  ...{ active: true, unit_amount: item.amount, unit: null, tax_inclusive: false, hsn_code: null, sac_code: null },
  ...{ tax_rate: null, tax_id: null, tax_group_id: null, updated_at: item.created_at },
});

export const planOnWire = (plan: Plan) => withNotes({ ...plan, item: itemOnWire(plan.item) });
export const addonOnWire = (addon: Addon) => ({ ...addon, item: itemOnWire(addon.item) });

export function subscriptionOnWire(subscription: Subscription): Record<string, unknown> {
  const { paused_at, pause_initiated_by, cancel_initiated_by, ...rest } = subscription;
  return withNotes({
    ...rest,
    ...(subscription.status === "paused" && { paused_at, pause_initiated_by }),
    ...(subscription.status === "cancelled" && cancel_initiated_by && { cancel_initiated_by }),
  });
}

/** In events the address of the hosted page is missing, and some say a little more. */
export function subscriptionInEvent(subscription: Subscription, type: string): Record<string, unknown> {
  const { payment_method, pause_initiated_by, cancel_initiated_by, paused_at: _, ...rest } = subscription;
  const name = type.slice("subscription.".length);
  return withNotes({
    ...rest,
    short_url: null,
    ...(name !== "authenticated" && subscription.paid_count > 0 && { type: 2 }),
    ...((name === "paused" || name === "resumed") && {
      ...{ type: 2, payment_method: payment_method ?? null, cancel_initiated_by: cancel_initiated_by ?? null },
      pause_initiated_by: name === "paused" ? (pause_initiated_by ?? null) : null,
    }),
  });
}
