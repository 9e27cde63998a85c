import type { AccountId } from "../../db/schema/sellers.ts";
import type { TenantId } from "../../kernel/id.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { lockedCustomer, type SubscriptionRow } from "../cycles/store.ts";
import { type BillingParts, told } from "../parts.ts";
import type { RazorpaySubscription } from "../razorpay/entities.ts";
import type { Applied } from "../razorpay/inbox.ts";
import type { Razorpay } from "../razorpay/port.ts";
import { methodOf } from "./methods.ts";
import { findByRazorpayId, findSubscription, saveSubscription } from "./store.ts";

/**
 * Makes our row agree with the subscription as Razorpay has it now, and looks at its customer anew: cycle, grants and standing follow. One that
 * is in none of our rows is another product's.
 */
export async function syncSubscription(
  parts: BillingParts,
  account_id: AccountId,
  id: string,
  cause: string,
): Promise<{ readonly applied: Applied; readonly row: SubscriptionRow | null }> {
  const { db, clock, catalogs } = parts;
  const razorpay = await parts.collectors.of(account_id);
  const known = await findByRazorpayId(db.read, account_id, id);
  const asked = clock.now();
  const remote = await razorpay.fetchSubscription(id);
  const row = known ?? (await adoptedAnswer(parts, account_id, remote));
  if (!row) return { applied: "foreign", row: null };

  const method = await paidBy(razorpay, row, remote);
  const catalog = await catalogs.current();
  const synced = await db.transaction(async (tx) => {
    await lockedCustomer(tx, row.customer_id);
    const before = (await findByRazorpayId(tx, account_id, id)) ?? row;
    // Somebody has asked since, and written down what came of it.
    if ((before.fetched_at ?? 0) > asked) return before;
    const now = clock.now();
    const change = { ...mirrored(before, remote, { now, method }), fetched_at: asked };
    const after = await saveSubscription(tx, before, change, { cause, at: now, wall: clock.wall() });
    await reviewStanding(tx, { clock, catalog }, after.tenant_id, after.customer_id);
    if (after.status !== before.status) {
      await told(tx, clock, {
        ...{ type: "subscription.updated", dedupe: `subscription.updated ${after.id} ${after.status} ${now}` },
        tenant_id: after.tenant_id,
        data: {
          ...{ subscription_id: after.id, customer_id: after.customer_id, status: after.status, before: before.status },
        },
      });
    }
    return after;
  });
  parts.step?.("subscription synced");
  return { applied: "applied", row: synced };
}

/** A subscription that we asked for and whose answer was lost: it names our row in its notes. */
async function adoptedAnswer(
  { db, clock }: BillingParts,
  account_id: AccountId,
  { id, notes, short_url }: RazorpaySubscription,
): Promise<SubscriptionRow | null> {
  const { tenant_id, subject } = notes;
  if (!tenant_id || !subject) return null;
  const row = await findSubscription(db.read, tenant_id as TenantId, subject);
  if (!row || row.account_id !== account_id || row.razorpay_subscription_id !== null) return null;
  return db.transaction((tx) =>
    saveSubscription(
      tx,
      row,
      { razorpay_subscription_id: id, short_url },
      { cause: "webhook", at: clock.now(), wall: clock.wall() },
    ),
  );
}

/** How it is paid. Where a card's bank is, only its payments say: the latest charge is looked at when there is a new one. */
export async function paidBy(
  razorpay: Razorpay,
  before: Pick<SubscriptionRow, "method" | "paid_count">,
  { id, payment_method, paid_count }: RazorpaySubscription,
): Promise<string | null> {
  if (payment_method !== "card") return methodOf(payment_method, false) ?? before.method;
  const known = before.method?.startsWith("card_") ? before.method : null;
  if (known && paid_count === before.paid_count) return known;
  const [latest] = (await razorpay.listInvoices({ subscription_id: id }))
    .filter(({ payment_id }) => payment_id !== null)
    .sort((a, b) => (b.paid_at ?? 0) - (a.paid_at ?? 0));
  if (!latest?.payment_id) return known ?? methodOf(payment_method, false);
  return methodOf(payment_method, (await razorpay.fetchPayment(latest.payment_id)).international);
}

/** What Razorpay says of a subscription, in our columns. */
export function mirrored(
  before: Pick<SubscriptionRow, "short_url" | "pending_since">,
  remote: RazorpaySubscription,
  { now, method }: { readonly now: number; readonly method: string | null },
): Partial<SubscriptionRow> {
  const pending = remote.status === "pending";
  return {
    ...{ status: remote.status, total_count: remote.total_count, paid_count: remote.paid_count },
    ...{ remaining_count: remote.remaining_count, auth_attempts: remote.auth_attempts },
    ...{ start_at: remote.start_at, current_start: remote.current_start, current_end: remote.current_end },
    ...{ charge_at: remote.charge_at, ended_at: remote.ended_at, method },
    // The page's address is left out of webhooks, and kept from the creation.
    short_url: remote.short_url ?? before.short_url,
    pending_since: pending ? (before.pending_since ?? now) : null,
    fetched_at: now,
  };
}
