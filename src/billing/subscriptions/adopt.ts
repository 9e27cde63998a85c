import { SECOND } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { type Paise, paise } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { listSubscriptions, lockedCustomer, type SubscriptionRow } from "../cycles/store.ts";
import type { Note } from "../note.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import type { RazorpaySubscription } from "../razorpay/entities.ts";
import { isUnknownId, RazorpayUnreachable } from "../razorpay/errors.ts";
import type { Razorpay } from "../razorpay/port.ts";
import { synced } from "./act.ts";
import { type Buyer, type Offer, offerOf } from "./offer.ts";
import { grossOf } from "./razorpay-plan.ts";
import { assertNoneLive } from "./sign-up.ts";
import { factsOf, LIVE } from "./states.ts";
import { findByRazorpayId, insertAdopted, insertChange } from "./store.ts";
import { mirrored, paidBy } from "./sync.ts";

export interface Adoption {
  readonly plan_id: string;
  readonly razorpay_subscription_id: string;
}

/** What is to be adopted, looked at and found fit. Nothing is changed by looking. */
export interface Adoptable {
  readonly offer: Offer;
  readonly remote: RazorpaySubscription;
  readonly method: string | null;
  readonly looked_at: number;
  /** It is this customer's already. */
  readonly known: SubscriptionRow | null;
}

/**
 * Takes over a subscription that the operator made at Razorpay before: from now on its charges are invoiced here, and its plan's grants given from its
 * present cycle on. What it has charged so far was invoiced elsewhere. Doing it again changes nothing.
 */
export async function adoptSubscription(
  parts: BillingParts,
  payer: Payer,
  asked: Adoption,
  note: Note | null,
): Promise<{ readonly row: SubscriptionRow; readonly again: boolean }> {
  const found = await adoptable(parts, payer, asked);
  if (found.known) return { row: await synced(parts, found.known, "adoption"), again: true };
  return { row: await adopted(parts, payer, found, note), again: false };
}

/** Looks whether a subscription can be adopted for a plan; a Problem says why not. `buyer` stands for a billing profile that is still to come. */
export async function adoptable(parts: BillingParts, payer: Payer, asked: Adoption, buyer?: Buyer): Promise<Adoptable> {
  const { db, clock, collectors } = parts;
  const { tenant, customer } = payer;
  const offer = await offerOf(parts, payer, { plan_id: asked.plan_id, by: "admin" }, buyer);
  const { version, plan, account_id } = offer;
  const id = asked.razorpay_subscription_id;
  if (version.terms.collection !== "subscription")
    throw wrong(`the plan ${plan.name} is collected by ${version.terms.collection}, not by a subscription at Razorpay`);
  // Razorpay tells whole seconds: what is charged in this one is ours.
  const looked_at = Math.floor(clock.now() / SECOND) * SECOND;
  const razorpay = await collectors.of(account_id);
  const remote = await reached(() => razorpay.fetchSubscription(id));
  const known = (await findByRazorpayId(db.read, account_id, id)) ?? null;
  const { customer_id: noted } = remote.notes;
  if ((known && known.customer_id !== customer.id) || (noted?.startsWith("cus_") && noted !== customer.id))
    throw new Problem("conflict", { message: `The subscription ${id} is another customer's.` });
  if (known && known.plan_id !== plan.id)
    throw new Problem("conflict", {
      message: `The subscription ${id} is this customer's already, on another plan: change it instead.`,
      details: { subscription_id: known.id, plan_id: known.plan_id },
    });
  if (known) return { offer, remote, known, looked_at, method: known.method };
  if (!LIVE.includes(remote.status))
    throw new Problem("conflict", {
      message: `The subscription ${id} is ${remote.status} at Razorpay: only one that is approved and not over can be adopted.`,
      details: { status: remote.status },
    });
  assertNoneLive(await listSubscriptions(db.read, tenant.id, customer.id));
  const costs_paise = await grossOf(parts, version, payer, account_id, buyer);
  await assertFits(offer, costs_paise, razorpay, remote);
  const method = await reached(() => paidBy(razorpay, { method: null, paid_count: 0 }, remote));
  return { offer, remote, known: null, looked_at, method };
}

/** It charges what the plan costs this customer, as often; or by the very plan at Razorpay that the plan names. */
async function assertFits(
  { version, plan }: Offer,
  costs: Paise,
  razorpay: Razorpay,
  remote: RazorpaySubscription,
): Promise<void> {
  const { terms } = version;
  if (terms.razorpay_plan_id === remote.plan_id && remote.quantity === 1) return;
  const { period, interval, item } = await reached(() => razorpay.fetchPlan(remote.plan_id));
  const charges = paise(item.amount * Math.max(1, remote.quantity));
  const differs = [
    ...(item.currency === plan.currency ? [] : [`it charges ${item.currency} and the plan is in ${plan.currency}`]),
    ...(charges === costs ? [] : [`it charges ${charges} paise and the plan costs ${costs} with its tax`]),
    ...(period === terms.period && interval === terms.interval
      ? []
      : [`it charges every ${interval} ${period} and the plan every ${terms.interval} ${terms.period}`]),
  ];
  if (differs.length) {
    throw wrong(`does not fit the plan ${plan.name}: ${differs.join("; ")}`, {
      ...{ charges_paise: charges, costs_paise: costs, razorpay_plan_id: remote.plan_id },
    });
  }
}

async function adopted(
  parts: BillingParts,
  { tenant, customer }: Payer,
  { offer, remote, method, looked_at }: Adoptable,
  note: Note | null,
): Promise<SubscriptionRow> {
  const { db, clock, catalogs } = parts;
  const catalog = await catalogs.current();
  const { version, account_id } = offer;
  return db.transaction(async (tx) => {
    await lockedCustomer(tx, customer.id);
    assertNoneLive(await listSubscriptions(tx, tenant.id, customer.id));
    const [now, wall] = [clock.now(), clock.wall()];
    const row: SubscriptionRow = {
      ...{ id: newId("subscription", wall), tenant_id: tenant.id, customer_id: customer.id, account_id },
      ...{ plan_id: version.plan_id, plan_version_id: version.id, collection: version.terms.collection },
      ...{ razorpay_subscription_id: remote.id, short_url: null, pending_since: null, status: remote.status, method },
      ...{ total_count: 0, paid_count: 0, remaining_count: 0, auth_attempts: 0, start_at: null, trial_end: null },
      ...{ current_start: null, current_end: null, charge_at: null, cancel_at_cycle_end: false, replaces: null },
      ...{ replace_when: null, expire_by: null, ended_at: null, fetched_at: null, adopted_at: looked_at },
      ...{ created_at: now, updated_at: now },
    };
    const whole = { ...row, ...mirrored(row, remote, { now, method }) };
    if (!(await insertAdopted(tx, whole)))
      throw new Problem("conflict", { message: `The subscription ${remote.id} is another customer's.` });
    await insertChange(tx, whole, { from: null, to: whole.status, cause: "adoption", at: now, wall });
    await note?.(tx, "subscription.adopted", { after: factsOf(whole) });
    await reviewStanding(tx, { clock, catalog }, tenant.id, customer.id);
    return whole;
  });
}

/** What Razorpay says, with its troubles as ours. */
async function reached<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isUnknownId(error))
      throw wrong("Razorpay knows no such subscription on the account that this customer pays on");
    if (error instanceof RazorpayUnreachable) throw new Problem("collector_unreachable", { cause: error });
    throw error;
  }
}

const wrong = (what: string, details?: Readonly<Record<string, unknown>>) =>
  new Problem("invalid_request", { message: `razorpay_subscription_id: ${what}`, details });
