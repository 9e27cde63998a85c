import { reviewStanding } from "../cycles/in-force.ts";
import { lockedCustomer, type SubscriptionRow } from "../cycles/store.ts";
import type { BillingParts } from "../parts.ts";
import { findSubscription, listDue, saveSubscription } from "./store.ts";

const ROWS_MAX = 200;

/** Moves on those that only we know of: they begin, end with their cycle, or were not approved in time. One that fails stops no other. */
export async function moveOwn(parts: BillingParts): Promise<void> {
  const { db, clock, log } = parts;
  for (const seen of await listDue(db.read, clock.now(), ROWS_MAX)) {
    await move(parts, seen).catch((error: unknown) =>
      log.error({ err: error, subscription: seen.id }, "a subscription could not move on yet"),
    );
  }
}

async function move({ db, clock, catalogs }: BillingParts, seen: SubscriptionRow): Promise<void> {
  const catalog = await catalogs.current();
  await db.transaction(async (tx) => {
    await lockedCustomer(tx, seen.customer_id);
    const now = clock.now();
    const row = await findSubscription(tx, seen.tenant_id, seen.id);
    // Somebody may have moved it since it was listed.
    if (!row || row.status !== seen.status || row.razorpay_subscription_id !== null) return;
    const [change, cause] = dueOf(row, now);
    await saveSubscription(tx, row, change, { cause, at: now, wall: clock.wall() });
    await reviewStanding(tx, { clock, catalog }, row.tenant_id, row.customer_id);
  });
}

function dueOf({ status }: SubscriptionRow, now: number): [Partial<SubscriptionRow>, string] {
  if (status === "authenticated") return [{ status: "active" }, "start"];
  if (status === "created") return [{ status: "expired", ended_at: now }, "not approved in time"];
  return [{ status: "cancelled", ended_at: now }, "cycle end"];
}
