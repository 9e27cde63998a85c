import { z } from "zod";
import { CollectionTold } from "../../catalog/described.ts";
import {
  At,
  AtOrNull,
  adminChapter,
  Id,
  IdOrNull,
  listTold,
  MicrosTold,
  named,
  PaiseTold,
} from "../../http/operation.ts";
import { MandateMethodTold, MandateRules } from "../collection/described.ts";
import { adminDoorsDescribed, customerDoorDescribed } from "../described-doors.ts";
import { SUBSCRIPTION_METHODS } from "./methods.ts";
import { Migration } from "./migrate.ts";
import { Adopt, Cancel, Change, NewSubscription, Verify } from "./routes.ts";
import { ACTS } from "./states.ts";

const STATUSES = [
  ...["created", "authenticated", "active", "pending", "halted", "paused", "cancelled", "completed", "expired"],
] as const;
export const SubscriptionStatusTold = z.enum(STATUSES);
const subscription = {
  ...{ id: Id, plan_id: Id, plan_version_id: Id, collection: CollectionTold, status: SubscriptionStatusTold },
  ...{ method: z.string().nullable(), razorpay_subscription_id: IdOrNull, short_url: z.string().nullable() },
  ...{ key_id: z.string().nullable(), cancel_at_cycle_end: z.boolean(), total_count: z.int(), paid_count: z.int() },
  ...{ remaining_count: z.int(), start_at: AtOrNull, trial_end: AtOrNull, charge_at: AtOrNull },
  ...{ current_start: AtOrNull, current_end: AtOrNull, replaces: IdOrNull },
  ...{ replace_when: z.enum(["now", "cycle_end"]).nullable(), expire_by: AtOrNull, ended_at: AtOrNull, created_at: At },
};
const Subscription = named(
  "Subscription",
  z.object(subscription),
  "A customer on a plan, with what Checkout needs while it waits to be approved.",
);

const Cell = z.union([
  z.object({ allowed: z.literal(true) }),
  z.object({ allowed: z.literal(false), why: z.string() }),
]);
const MethodRules = named(
  "MethodRules",
  z.object({
    ...{ update: Cell, addon: Cell, pause: Cell, resume: Cell, resume_customers_pause: Cell },
    ...{ cancel_now: Cell, cancel_at_cycle_end: Cell, change_method_to: z.array(z.enum(SUBSCRIPTION_METHODS)) },
    unattended_max_paise: PaiseTold.nullable(),
  }),
  "What Razorpay allows for a method, and in its own words why it does not.",
);
export const statusChange = z.object({
  ...{ from: SubscriptionStatusTold.nullable(), to: SubscriptionStatusTold, cause: z.string(), at: At },
});
const standing = {
  ...{ ...subscription, possible: z.array(z.enum(ACTS)), next: Subscription.nullable() },
  history: z.array(statusChange),
};
const SubscriptionStanding = named(
  "SubscriptionStanding",
  z.object(standing),
  "A subscription, what can be done with it now, what takes its place, and what became of it.",
);
const SubscriptionForAdmin = named(
  "SubscriptionForAdmin",
  z.object({ ...standing, method_rules: MethodRules.nullable() }),
);

const ChangePreview = z.object({
  ...{ preview: z.literal(true), when: z.enum(["now", "cycle_end"]) },
  from: z.object({ plan_id: Id, plan_version_id: Id }),
  to: z.object({ plan_id: Id, plan_version_id: Id, name: z.string(), collection: CollectionTold }),
  ...{ currency: z.string(), starts_at: AtOrNull, needs_approval: z.boolean(), approve_by: AtOrNull },
  ...{ pay_now_paise: PaiseTold, pay_by: CollectionTold.nullable(), pay_each_cycle_paise: PaiseTold },
  credit: z.object({ days: z.int(), days_left: z.int(), gross_paise: PaiseTold, credit_micros: MicrosTold }).nullable(),
  included_micros: MicrosTold,
});

const problems = ["conflict", "billing_not_configured", "collector_refused", "collector_unreachable"] as const;
const acts = {
  "POST /subscription/cancel": {
    summary: "Cancel a subscription, at its cycle's end unless it says now",
    ...{ body: Cancel, answers: { 200: Subscription }, problems },
  },
  "POST /subscription/pause": {
    summary: "Pause a subscription",
    ...{ body: z.strictObject({}), answers: { 200: Subscription }, problems },
  },
  "POST /subscription/resume": {
    summary: "Resume a paused subscription",
    ...{ body: z.strictObject({}), answers: { 200: Subscription }, problems },
  },
  "POST /subscription/change": {
    summary: "Change to another plan, or preview that",
    description: "With `preview: true` nothing is changed, and what would happen is answered with 200.",
    ...{ body: Change, answers: { 200: named("ChangePreview", ChangePreview), 201: Subscription }, problems },
  },
};

export const subscriptionAdminDescribed = adminDoorsDescribed(
  "Customers",
  {
    "GET /subscription": { summary: "Show the subscription", answers: { 200: SubscriptionForAdmin } },
    "POST /subscription": {
      summary: "Sign up to a plan, or adopt a subscription that is live at Razorpay",
      ...{ body: z.union([NewSubscription, Adopt]), answers: { 200: Subscription, 201: Subscription }, problems },
    },
    ...acts,
  },
  {
    "GET /razorpay/methods": {
      summary: "Show what Razorpay allows by which method",
      answers: {
        200: listTold(
          z.object({
            ...{ method: z.enum(SUBSCRIPTION_METHODS), subscription: MethodRules },
            mandate: MandateRules.extend({ method: MandateMethodTold }).nullable(),
          }),
        ),
      },
    },
  },
);

export const subscriptionDescribed = customerDoorDescribed({
  "GET /subscription": {
    summary: "Show one's subscription",
    ...{ answers: { 200: SubscriptionStanding }, problems: ["not_found"] },
  },
  "POST /subscription": {
    summary: "Sign up to a plan",
    ...{ body: NewSubscription, answers: { 201: Subscription }, problems: ["not_found", ...problems] },
  },
  ...acts,
  "POST /subscription/verify": {
    summary: "Hand in Checkout's answer to a subscription",
    ...{ body: Verify, answers: { 200: Subscription }, problems: ["not_found", "collector_unreachable"] },
  },
  "POST /subscription/payment_method": {
    summary: "Say what Checkout is opened with to pay another way",
    body: z.strictObject({}),
    answers: {
      200: z.object({
        ...{ subscription_id: Id, key_id: z.string(), subscription_card_change: z.literal(true) },
        ...{ short_url: z.string().nullable(), status: SubscriptionStatusTold, method: z.string().nullable() },
        change_method_to: z.array(z.enum(SUBSCRIPTION_METHODS)).nullable(),
      }),
    },
    problems: ["not_found", ...problems],
  },
});

const PlanMigration = named(
  "PlanMigration",
  z.object({
    ...{ plan_id: Id, to_version: z.int(), dry_run: z.boolean(), moves: z.int(), must_approve: z.int(), ends: z.int() },
    by_default: z.int().nullable().describe("Those on it as their tenant's default plan: they move in any case."),
    data: z.array(
      z.object({
        ...{ customer_id: Id, tenant_id: Id, user_id: IdOrNull, subscription_id: Id, status: SubscriptionStatusTold },
        ...{ from_version: z.int().nullable(), action: z.enum(["moves", "must_approve", "ends"]) },
        ...{ because: z.string().optional(), at: AtOrNull.optional(), noted_version: z.int().nullable() },
      }),
    ),
    ...{ has_more: z.boolean(), last_id: IdOrNull },
  }),
);
export const planMigrationAdminDescribed = adminChapter("Plans", {
  "POST /plans/:id/migrate": {
    summary: "Move customers from older versions of a plan to its present one",
    description: "A dry run unless `dry_run` is false. Each moves when its next cycle begins.",
    ...{ body: Migration, answers: { 200: PlanMigration } },
  },
});
