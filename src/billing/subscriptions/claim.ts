import type { Tx } from "../../db/database.ts";
import type { SubscriptionStatus } from "../../db/schema/subscriptions.ts";
import { HOUR } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { findMandate, listSubscriptions, lockedCustomer, type SubscriptionRow } from "../cycles/store.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import type { Offer } from "./offer.ts";
import { hasTried, insertChange, insertSubscription, saveSubscription } from "./store.ts";

/** When a subscription begins, decided under the customer's lock. */
export interface Beginning {
  /** Null: as soon as it is approved. */
  readonly start_at: number | null;
  readonly trial_end: number | null;
  /** Until when it may be approved. */
  readonly expire_by: number;
}

export interface Wanted {
  readonly total_count: number;
  readonly replaces: SubscriptionRow["replaces"];
  readonly replace_when: SubscriptionRow["replace_when"];
  readonly cause: string;
  /** Looks at what the customer has, and throws a Problem where this cannot be. */
  /** Writes down who wants it, with the row that was made; what is asked for again changes nothing. */
  note(tx: Tx, row: SubscriptionRow): Promise<void> | undefined;
  begins(state: { rows: readonly SubscriptionRow[]; tried: boolean; now: number }): Beginning;
}

/** A trial that was offered longer ago than this is offered anew, so that its days are whole. */
const TRIAL_KEPT_MS = HOUR;

/**
 * Our own row, before anything is made at Razorpay. Of one customer there is one that waits: asked for again, the same is answered; another takes the
 * place of those before, which are to be taken back at Razorpay.
 */
export async function claimed(
  { db, clock, catalogs }: BillingParts,
  { tenant, customer }: Payer,
  { version, account_id }: Offer,
  wanted: Wanted,
): Promise<{ readonly row: SubscriptionRow; readonly replaced: readonly SubscriptionRow[] }> {
  const catalog = await catalogs.current();
  const { terms } = version;
  const of = { tenant_id: tenant.id, customer_id: customer.id };
  return db.transaction(async (tx) => {
    await lockedCustomer(tx, customer.id);
    const [now, wall] = [clock.now(), clock.wall()];
    const rows = await listSubscriptions(tx, tenant.id, customer.id);
    const beginning = wanted.begins({ rows, tried: await hasTried(tx, of), now });
    const { total_count, replaces, replace_when, cause } = wanted;
    const waiting = rows.filter(({ status }) => status === "created");
    const same = waiting.find(
      (row) =>
        row.plan_version_id === version.id &&
        row.total_count === total_count &&
        row.replaces === replaces &&
        row.replace_when === replace_when &&
        (row.expire_by ?? now + 1) > now &&
        isSameBeginning(row, beginning, now),
    );
    const replaced = [];
    for (const row of waiting) {
      if (row === same) continue;
      const change = { status: "expired", ended_at: now } as const;
      replaced.push(await saveSubscription(tx, row, change, { cause: "replaced", at: now, wall }));
    }
    if (same) return { row: same, replaced };

    const { start_at, trial_end, expire_by } = beginning;
    const mandate = terms.collection === "mandate" && (await findMandate(tx, { ...of, at: now }));
    const approved = terms.collection === "prepaid" || Boolean(mandate);
    const later = start_at !== null && start_at > now;
    const status: SubscriptionStatus = !approved ? "created" : later ? "authenticated" : "active";
    const row: SubscriptionRow = {
      ...{ id: newId("subscription", wall), ...of, account_id, plan_id: version.plan_id, plan_version_id: version.id },
      ...{ collection: terms.collection, status, razorpay_subscription_id: null, short_url: null, method: null },
      ...{ total_count, paid_count: 0, remaining_count: total_count, auth_attempts: 0 },
      ...{ start_at: start_at ?? (approved ? now : null), trial_end, current_start: null, current_end: null },
      ...{ charge_at: null, cancel_at_cycle_end: false, replaces, replace_when, pending_since: null, expire_by },
      ...{ ended_at: null, fetched_at: null, adopted_at: null, created_at: now, updated_at: now },
    };
    await insertSubscription(tx, row);
    await insertChange(tx, row, { from: null, to: status, cause, at: now, wall });
    await wanted.note(tx, row);
    await reviewStanding(tx, { clock, catalog }, tenant.id, customer.id);
    return { row, replaced };
  });
}

function isSameBeginning(row: SubscriptionRow, { start_at, trial_end }: Beginning, now: number): boolean {
  if (trial_end === null) return row.trial_end === null && row.start_at === start_at;
  return row.trial_end !== null && (row.trial_end === trial_end || now - row.created_at < TRIAL_KEPT_MS);
}
