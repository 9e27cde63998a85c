import { HOUR } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { billBaseLeft } from "../cycles/base.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { lockedCustomer, type SubscriptionRow } from "../cycles/store.ts";
import { type BillingParts, told } from "../parts.ts";
import { cancelSubscription, synced } from "./act.ts";
import { givingWay } from "./change.ts";
import { creditUnused, unusedFor } from "./credit-unused.ts";
import { LIVE } from "./states.ts";
import { findSubscription, listReplacing, saveSubscription } from "./store.ts";

const ROWS_MAX = 200;
/** How long after its end one that was cancelled at Razorpay may still be shown as live. */
const LATE_MS = HOUR;

/** Books the charges of a subscription that we have not seen; given by the caller, because payments know subscriptions and not the reverse. */
export type Charges = (row: SubscriptionRow) => Promise<void>;

/** Sees every change that was approved to its end. One that fails is tried again, and stops no other. */
export async function completeChanges(parts: BillingParts, charges: Charges): Promise<void> {
  for (const row of await listReplacing(parts.db.read, ROWS_MAX)) {
    await completeChange(parts, charges, row).catch((error: unknown) =>
      parts.log.error({ err: error, subscription: row.id }, "a change of plan could not be completed yet"),
    );
  }
}

/**
 * Ends what an approved subscription takes the place of, each in its way, and in an order in which a crash between any two steps loses nothing: what
 * is unused is credited first, once, and then the old one is cancelled. Doing it again changes nothing.
 */
export async function completeChange(parts: BillingParts, charges: Charges, row: SubscriptionRow): Promise<void> {
  if (row.replace_when === null || !LIVE.includes(row.status)) return;
  // Approved, and its first charge is a moment away.
  if (row.replace_when === "now" && row.status === "authenticated") return;
  let done = true;
  for (const old of await givingWay(parts, row)) done = (await gaveWay(parts, charges, row, old)) && done;
  if (!done) return;
  const { db, clock } = parts;
  await db.transaction(async (tx) => {
    await lockedCustomer(tx, row.customer_id);
    const now = clock.now();
    await saveSubscription(tx, row, { replace_when: null }, { cause: "change", at: now, wall: clock.wall() });
    await told(tx, clock, {
      ...{ type: "subscription.updated", dedupe: `subscription.changed ${row.id}`, tenant_id: row.tenant_id },
      data: {
        ...{ subscription_id: row.id, customer_id: row.customer_id, status: row.status, plan_id: row.plan_id },
        replaced: row.replaces,
      },
    });
  });
}

/** Whether the old one is out of the way. */
async function gaveWay(
  parts: BillingParts,
  charges: Charges,
  row: SubscriptionRow,
  seen: SubscriptionRow,
): Promise<boolean> {
  const now = parts.clock.now();
  // What has not begun has charged nothing.
  if (seen.status === "authenticated") return ended(parts, seen, "now");
  const begins = row.start_at ?? now;
  if (row.replace_when === "cycle_end" && begins > now) {
    if (!seen.cancel_at_cycle_end) await cancelAtEnd(parts, seen);
    return false;
  }
  if (row.replace_when === "cycle_end") {
    const old = await synced(parts, seen, "change");
    if (!LIVE.includes(old.status)) return true;
    if (old.cancel_at_cycle_end && now < begins + LATE_MS) return false;
  }
  // Now; or it went on past the end at which it should have stopped.
  await charges(seen);
  await credited(parts, row, seen.id);
  return ended(parts, seen, "now");
}

/** What is paused or halted has no cycle whose end is worth waiting for, and Razorpay refuses it: it ends when the new one begins. */
async function cancelAtEnd(parts: BillingParts, old: SubscriptionRow): Promise<void> {
  try {
    await cancelSubscription(parts, old, "cycle_end", null);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "conflict") throw error;
    parts.log.warn(
      { err: error, subscription: old.id },
      "a subscription cannot end with its cycle: it ends at once then",
    );
  }
}

async function ended(parts: BillingParts, old: SubscriptionRow, at: "now"): Promise<boolean> {
  try {
    return !LIVE.includes((await cancelSubscription(parts, old, at, null)).status);
  } catch (error) {
    // Somebody else may have ended it first.
    if (error instanceof Problem && !LIVE.includes((await synced(parts, old, "change")).status)) return true;
    throw error;
  }
}

async function credited(parts: BillingParts, row: SubscriptionRow, old_id: SubscriptionRow["id"]): Promise<void> {
  const { db, clock, catalogs } = parts;
  const catalog = await catalogs.current();
  const { tenant_id, customer_id } = row;
  await db.transaction(async (tx) => {
    await lockedCustomer(tx, customer_id);
    // The new cycle first: from then on nothing more is drawn of what the old one had included.
    const customer = await reviewStanding(tx, { clock, catalog }, tenant_id, customer_id);
    const old = await findSubscription(tx, tenant_id, old_id);
    // A base that waits for the usage before it is found by nobody else any more.
    if (old) await billBaseLeft(tx, parts, catalog, customer, old);
    const at = Math.max(row.current_start ?? row.start_at ?? clock.now(), old?.current_start ?? 0);
    const found = old && (await unusedFor(tx, catalog, old, at));
    if (found) await creditUnused(tx, parts, old, { ...found, source: `unused:${row.id}:${old_id}` });
    await reviewStanding(tx, { clock, catalog }, tenant_id, customer_id);
  });
}
