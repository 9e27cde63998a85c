import { type PlanVersion, versionIdOf } from "../../catalog/plan.ts";
import { findPlan, findPlanVersion } from "../../catalog/store.ts";
import { DAY, SECOND } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { findMandate, listSubscriptions, lockedCustomer, type SubscriptionRow } from "../cycles/store.ts";
import { accountOf, profileOf, sellerOf } from "../parties/store.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { createOnce } from "../razorpay/outbox.ts";
import { grossOf, razorpayPlanOf } from "./razorpay-plan.ts";
import { insertChange, insertSubscription, saveSubscription } from "./store.ts";

export interface SignUp {
  readonly plan_id: string;
  readonly total_count?: number;
  /** Only public plans may be chosen by a tenant or its user. */
  readonly by: "admin" | "customer";
}

/** Ten years of months, and what comes near it in other periods: Razorpay allows thirty years. */
const COUNTS = { daily: 520, weekly: 520, monthly: 120, quarterly: 40, yearly: 10 } as const;
/** How long a sign-up may be approved. What is not approved by then is gone, and costs nothing. */
const APPROVE_DAYS = 7;
/** A subscription that nobody approved charges nobody: a second one may be made when the first does not show. */
const RESEND_MS = 60 * SECOND;
const LIVE = ["authenticated", "active", "pending", "halted", "paused"];

/**
 * Signs a customer up for a plan: what it answers waits to be approved, at Checkout or on the hosted page. Two that do so at once get the same one.
 * A plan that is paid by a mandate begins with it; one that is prepaid begins now.
 */
export async function signUp(parts: BillingParts, payer: Payer, asked: SignUp): Promise<SubscriptionRow> {
  const { db } = parts;
  const { tenant, customer } = payer;
  const found = await findPlan(db.read, asked.plan_id);
  if (!found || (asked.by === "customer" && found.plan.visibility === "hidden"))
    throw new Problem("not_found", { message: "There is no such plan." });
  const { plan } = found;
  if (plan.archived_at !== null) throw new Problem("conflict", { message: `The plan ${plan.name} is no longer sold.` });
  if (plan.currency !== customer.currency) {
    throw new Problem("invalid_request", {
      message: `plan_id: the plan ${plan.name} is sold in ${plan.currency}, and this customer pays in ${customer.currency}`,
    });
  }
  const { version } = (await findPlanVersion(db.read, versionIdOf(plan.id, plan.version)))!;
  const account_id = await accountOf(db.read, tenant.id);
  await parts.collectors.of(account_id);
  await sellerOf(db.read, account_id);
  await profileOf(db.read, tenant.id, customer.id);

  const row = await claimed(parts, payer, version, { account_id, total_count: asked.total_count });
  if (version.terms.collection !== "subscription" || row.razorpay_subscription_id !== null) return row;
  return sentToRazorpay(parts, payer, row, version, plan);
}

/** Our own row, before anything is made at Razorpay: of one plan there is one that waits. */
async function claimed(
  { db, clock, catalogs }: BillingParts,
  { tenant, customer }: Payer,
  version: PlanVersion,
  { account_id, total_count }: { account_id: SubscriptionRow["account_id"]; total_count?: number },
): Promise<SubscriptionRow> {
  const catalog = await catalogs.current();
  const { terms } = version;
  return db.transaction(async (tx) => {
    await lockedCustomer(tx, customer.id);
    const now = clock.now();
    const wall = clock.wall();
    const rows = await listSubscriptions(tx, tenant.id, customer.id);
    const live = rows.find(({ status }) => LIVE.includes(status));
    if (live) {
      throw new Problem("conflict", {
        message: `This customer has a subscription that is ${live.status}: change or cancel that one.`,
        details: { subscription_id: live.id, status: live.status },
      });
    }
    const waiting = rows.filter(({ status }) => status === "created");
    const same = waiting.find(
      ({ plan_version_id, expire_by }) => plan_version_id === version.id && (expire_by ?? now + 1) > now,
    );
    if (same) return same;
    // Another plan was chosen before and not approved: this one takes its place.
    for (const row of waiting)
      await saveSubscription(tx, row, { status: "expired", ended_at: now }, { cause: "replaced", at: now, wall });

    const tried = rows.some(
      ({ trial_end, status }) => trial_end !== null && status !== "created" && status !== "expired",
    );
    const trial_end = terms.trial && !tried ? now + terms.trial.days * DAY : null;
    const status = await initialStatus(terms.collection, async () =>
      Boolean(await findMandate(tx, { tenant_id: tenant.id, customer_id: customer.id, at: now })),
    );
    const count = total_count ?? Math.max(1, Math.floor(COUNTS[terms.period] / terms.interval));
    const row: SubscriptionRow = {
      ...{ id: newId("subscription", wall), tenant_id: tenant.id, customer_id: customer.id, account_id },
      ...{ plan_id: version.plan_id, plan_version_id: version.id, collection: terms.collection, status },
      ...{ razorpay_subscription_id: null, short_url: null, method: null },
      ...{ total_count: count, paid_count: 0, remaining_count: count, auth_attempts: 0 },
      ...{
        start_at: trial_end ?? (status === "active" ? now : null),
        trial_end,
        current_start: null,
        current_end: null,
      },
      ...{ charge_at: null, cancel_at_cycle_end: false, replaces: null, replace_when: null, pending_since: null },
      expire_by: (trial_end ?? now) + (trial_end ? 0 : APPROVE_DAYS * DAY),
      ...{ ended_at: null, fetched_at: null, created_at: now, updated_at: now },
    };
    await insertSubscription(tx, row);
    await insertChange(tx, row, { from: null, to: status, cause: "sign-up", at: now, wall });
    await reviewStanding(tx, { clock, catalog }, tenant.id, customer.id);
    return row;
  });
}

const initialStatus = async (collection: SubscriptionRow["collection"], hasMandate: () => Promise<boolean>) => {
  if (collection === "prepaid") return "active" as const;
  return collection === "mandate" && (await hasMandate()) ? ("active" as const) : ("created" as const);
};

async function sentToRazorpay(
  parts: BillingParts,
  payer: Payer,
  row: SubscriptionRow,
  version: PlanVersion,
  { name, currency }: { readonly name: string; readonly currency: string },
): Promise<SubscriptionRow> {
  const { db, clock } = parts;
  const { account_id, tenant_id, customer_id } = row;
  const gross_paise = await grossOf(parts, version, payer, account_id);
  const plan_id = await razorpayPlanOf(parts, version, { name, currency, gross_paise, account_id, payer });
  const seconds = (at: number) => Math.floor(at / SECOND);
  const made = await createOnce(parts, {
    ...{ key: `subscription:${row.id}`, account_id, tenant_id, operation: "subscription.create" },
    request: {
      ...{ plan_id, total_count: row.total_count, quantity: 1, customer_notify: false },
      ...(row.trial_end !== null && { start_at: seconds(row.trial_end) }),
      ...(row.expire_by !== null && { expire_by: seconds(row.expire_by) }),
      notes: { tollgate: "1", tenant_id, customer_id, subject: row.id },
    },
    send: (razorpay, request) => razorpay.createSubscription(request),
    find: async (razorpay) =>
      (await razorpay.listSubscriptions({ plan_id })).find(({ notes }) => notes.subject === row.id) ?? null,
    resendAfterMs: RESEND_MS,
  });
  return db.transaction((tx) =>
    saveSubscription(
      tx,
      row,
      { razorpay_subscription_id: made.id, short_url: made.short_url },
      { cause: "sign-up", at: clock.now(), wall: clock.wall() },
    ),
  );
}
