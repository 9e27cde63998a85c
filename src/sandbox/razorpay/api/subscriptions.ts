import { cycleEdge, type Period } from "../calendar.ts";
import type { Change, Subscription } from "../entities.ts";
import { notBefore, Refused } from "../refusal.ts";
import { found } from "../shelf.ts";
import { dropChange, update, withChange } from "../subscriptions/change.ts";
import { cancel, pause, resume } from "../subscriptions/stop.ts";
import { subscriptionOnWire } from "../wire/subscription.ts";
import * as body from "./body.ts";
import { type Handler, matching, page, type Route } from "./call.ts";

const FIELDS = [
  ...["plan_id", "total_count", "quantity", "start_at", "expire_by", "customer_notify", "addons", "offer_id"],
  ...["notes", "notify_info"],
];
const UPFRONT_MAX = 5;
const PERIODS_PER_YEAR: Record<Period, number> = { daily: 365, weekly: 52, monthly: 12, quarterly: 4, yearly: 1 };

const positive = (fields: body.Body, name: string, otherwise?: number): number => {
  const value = otherwise === undefined ? body.whole(fields, name) : (body.optionalWhole(fields, name) ?? otherwise);
  if (value < 1) throw new Refused(`The ${name} must be at least 1.`, { field: name });
  return value;
};

const create: Handler = (shelf, { body: fields }) => {
  body.expectFields(fields, FIELDS);
  const plan = found(shelf.plans, body.text(fields, "plan_id"));
  const total_count = positive(fields, "total_count");
  const { longestYears } = shelf.knobs;
  if (total_count * plan.interval > longestYears * PERIODS_PER_YEAR[plan.period])
    throw new Refused(`A subscription may not last longer than ${longestYears} years.`, { field: "total_count" });
  const start_at = body.optionalWhole(fields, "start_at");
  if (start_at !== null && start_at <= shelf.now()) throw notBefore("start_at");
  const expire_by = body.optionalWhole(fields, "expire_by");
  if (expire_by !== null && expire_by <= shelf.now()) throw notBefore("expire_by");
  const addons = body.list(fields, "addons");
  if (addons.length > UPFRONT_MAX) throw new Refused("The addons may not have more than 5 items.", { field: "addons" });
  const upfront = addons.map((addon) => {
    const item = body.part(addon, "item");
    return { name: body.text(item, "name"), amount: body.amountOf(item), quantity: positive(addon, "quantity", 1) };
  });
  const offer_id = body.optionalText(fields, "offer_id");
  const id = shelf.newId("sub");
  const subscription: Subscription = {
    ...{ id, entity: "subscription", plan_id: plan.id, status: "created", current_start: null, current_end: null },
    ...{ ended_at: null, quantity: positive(fields, "quantity", 1), notes: body.notesOf(fields), charge_at: start_at },
    ...{ start_at, end_at: start_at && cycleEdge(start_at, plan.period, plan.interval, total_count - 1) },
    ...{ auth_attempts: 0, total_count, paid_count: 0, remaining_count: total_count },
    ...{ customer_notify: body.flag(fields, "customer_notify", true), created_at: shelf.now(), expire_by },
    ...{ short_url: `${shelf.base()}/i/${id}`, has_scheduled_changes: false, change_scheduled_at: null, source: "api" },
    ...(offer_id && { offer_id }),
  };
  shelf.subscriptions.set(id, subscription);
  shelf.schedules.set(id, {
    ...{ method: null, upfront, cancelAtEnd: false, issued: 0, issuedBefore: 0, anchor: null, token_id: null },
    ...{ outcomes: [], change: null },
  });
  const deadline = Math.min(start_at ?? Number.POSITIVE_INFINITY, expire_by ?? Number.POSITIVE_INFINITY);
  if (Number.isFinite(deadline)) shelf.at(deadline, "subscription.expire", id);
  return subscriptionOnWire(subscription);
};

const UPDATED = ["plan_id", "quantity", "remaining_count", "start_at", "offer_id", "customer_notify"];

const patch: Handler = (shelf, { body: fields }, id) => {
  body.expectFields(fields, [...UPDATED, "schedule_change_at"]);
  const subscription = found(shelf.subscriptions, id);
  const when = fields.schedule_change_at ?? "now";
  if (when !== "now" && when !== "cycle_end")
    throw new Refused("The schedule_change_at must be now or cycle_end.", { field: "schedule_change_at" });
  const start_at = body.optionalWhole(fields, "start_at");
  if (start_at !== null && start_at <= shelf.now()) throw notBefore("start_at");
  const change: Change = {
    ...(fields.plan_id !== undefined && { plan_id: found(shelf.plans, body.text(fields, "plan_id")).id }),
    ...(fields.quantity !== undefined && { quantity: positive(fields, "quantity") }),
    ...(fields.remaining_count !== undefined && { remaining_count: positive(fields, "remaining_count") }),
    ...(start_at !== null && { start_at }),
    ...(fields.offer_id !== undefined && { offer_id: body.text(fields, "offer_id") }),
    ...(fields.customer_notify !== undefined && { customer_notify: body.flag(fields, "customer_notify", true) }),
  };
  if (!Object.keys(change).length) throw new Refused("At least one field to update is required.");
  update(shelf, subscription, change, when);
  return subscriptionOnWire(subscription);
};

/** Does something to one, and shows it. */
const acting =
  (act: (...args: [...Parameters<typeof pause>, body.Body]) => void, known: readonly string[]): Handler =>
  (shelf, call, id) => {
    body.expectFields(call.body, known);
    const subscription = found(shelf.subscriptions, id);
    act(shelf, subscription, "self", call.body);
    return subscriptionOnWire(subscription);
  };

function onlyNow(fields: body.Body, name: string): void {
  if ((fields[name] ?? "now") !== "now") throw new Refused(`The ${name} must be now.`, { field: name });
}

const unlinkOffer: Handler = (shelf, _call, id, offer_id) => {
  const subscription = found(shelf.subscriptions, id);
  if (subscription.offer_id !== offer_id) throw new Refused("The offer is not linked to this subscription");
  subscription.offer_id = null;
  return subscriptionOnWire(subscription);
};

export const SUBSCRIPTIONS: readonly Route[] = [
  ["POST", "/subscriptions", create],
  [
    "GET",
    "/subscriptions",
    (shelf, call) => page(shelf, call, matching(shelf.subscriptions.values(), call, ["plan_id"]), subscriptionOnWire),
  ],
  ["GET", "/subscriptions/:id", (shelf, _call, id) => subscriptionOnWire(found(shelf.subscriptions, id))],
  ["PATCH", "/subscriptions/:id", patch],
  [
    "POST",
    "/subscriptions/:id/cancel",
    acting(
      (shelf, one, by, fields) => cancel(shelf, one, { atEnd: body.flag(fields, "cancel_at_cycle_end", false), by }),
      ["cancel_at_cycle_end"],
    ),
  ],
  [
    "POST",
    "/subscriptions/:id/pause",
    acting(
      (shelf, one, by, fields) => {
        onlyNow(fields, "pause_at");
        pause(shelf, one, by);
      },
      ["pause_at"],
    ),
  ],
  [
    "POST",
    "/subscriptions/:id/resume",
    acting(
      (shelf, one, by, fields) => {
        onlyNow(fields, "resume_at");
        resume(shelf, one, by);
      },
      ["resume_at"],
    ),
  ],
  [
    "GET",
    "/subscriptions/:id/retrieve_scheduled_changes",
    (shelf, _call, id) => subscriptionOnWire(withChange(shelf, found(shelf.subscriptions, id))),
  ],
  ["POST", "/subscriptions/:id/cancel_scheduled_changes", acting((shelf, one) => dropChange(shelf, one), [])],
  ["DELETE", "/subscriptions/:id/:id", unlinkOffer],
];
