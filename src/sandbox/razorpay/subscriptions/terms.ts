import { cycleEdge, DAY } from "../calendar.ts";
import type { Change, Plan, Schedule, Subscription } from "../entities.ts";
import { found, type Shelf } from "../shelf.ts";

/** What is agreed for a subscription, and the dates that follow from it. */
export interface Parts {
  readonly plan: Plan;
  readonly schedule: Schedule;
}

export const partsOf = (shelf: Shelf, subscription: Subscription): Parts => ({
  plan: found(shelf.plans, subscription.plan_id),
  schedule: found(shelf.schedules, subscription.id),
});

/** The end of the cycle number `count` (from 1) since the present rhythm began. */
const edge = ({ plan, schedule }: Parts, count: number): number =>
  cycleEdge(schedule.anchor!, plan.period, plan.interval, count);

/** The rhythm begins (again): its first cycle runs from now to the midnight of the anniversary. */
export function beginRhythm(shelf: Shelf, subscription: Subscription): void {
  const parts = partsOf(shelf, subscription);
  Object.assign(parts.schedule, { anchor: shelf.now(), issuedBefore: parts.schedule.issued });
  Object.assign(subscription, { current_start: shelf.now(), current_end: edge(parts, 1) });
  setEnd(shelf, subscription);
}

/** `end_at` is when the last charge is made. */
function setEnd(shelf: Shelf, subscription: Subscription): void {
  const parts = partsOf(shelf, subscription);
  if (parts.schedule.anchor === null) return;
  subscription.end_at = edge(parts, Math.max(0, subscription.total_count - parts.schedule.issuedBefore - 1));
}

/** On to the next cycle. */
export function moveOn(shelf: Shelf, subscription: Subscription): void {
  const parts = partsOf(shelf, subscription);
  const start = subscription.current_end!;
  let count = 1;
  while (edge(parts, count) <= start) count += 1;
  Object.assign(subscription, { current_start: start, current_end: edge(parts, count) });
  if (subscription.status !== "paused") subscription.charge_at = subscription.current_end;
}

export const isSameRhythm = (one: Plan, other: Plan): boolean =>
  one.period === other.period && one.interval === other.interval;

/** Makes a change; answers whether the rhythm of cycles is another now. */
export function apply(shelf: Shelf, subscription: Subscription, change: Change): boolean {
  const before = partsOf(shelf, subscription);
  const { remaining_count, ...rest } = change;
  Object.assign(subscription, rest);
  if (remaining_count !== undefined) {
    Object.assign(subscription, { remaining_count, total_count: before.schedule.issued + remaining_count });
    setEnd(shelf, subscription);
  }
  return !isSameRhythm(before.plan, partsOf(shelf, subscription).plan);
}

/** What a change costs for the rest of the cycle, by whole days; negative where it becomes cheaper. */
export function difference(shelf: Shelf, subscription: Subscription, change: Change): number {
  const { plan } = partsOf(shelf, subscription);
  const { current_start, current_end, quantity } = subscription;
  const days = Math.max(1, Math.round((current_end! - current_start!) / DAY));
  const left = Math.floor((current_end! - shelf.now()) / DAY);
  const next = found(shelf.plans, change.plan_id ?? subscription.plan_id).item.amount;
  const old = plan.item.amount * quantity;
  return Math.round(((next * (change.quantity ?? quantity) - old) * left) / days);
}
