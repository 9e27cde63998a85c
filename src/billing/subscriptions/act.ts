import { Problem } from "../../kernel/problems.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { listSubscriptions, lockedCustomer, type SubscriptionRow } from "../cycles/store.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { RazorpayRefusal, RazorpayUnreachable } from "../razorpay/errors.ts";
import type { Razorpay } from "../razorpay/port.ts";
import { checkoutMessage } from "../razorpay/signatures.ts";
import { listDue, saveSubscription } from "./store.ts";
import { syncSubscription } from "./sync.ts";

const UNFINISHED: readonly string[] = ["created", "authenticated", "active", "pending", "halted", "paused"];

/** The subscription that a customer's words are about: its newest that is not over. */
export async function currentSubscription({ db }: BillingParts, { tenant, customer }: Payer): Promise<SubscriptionRow> {
  const rows = await listSubscriptions(db.read, tenant.id, customer.id);
  const row =
    rows.find(({ status }) => status !== "created" && UNFINISHED.includes(status)) ??
    rows.find(({ status }) => status === "created");
  if (!row) throw new Problem("not_found", { message: "There is no subscription." });
  return row;
}

/** Checkout's answer: proves who approved. What came of it is then fetched, not believed. */
export async function verifySubscription(
  parts: BillingParts,
  row: SubscriptionRow,
  answer: { readonly razorpay_payment_id: string; readonly razorpay_signature: string },
): Promise<SubscriptionRow> {
  const razorpay = await parts.collectors.of(row.account_id);
  const id = razorpayIdOf(row);
  if (
    !razorpay.verifyCheckout(checkoutMessage.subscription(id, answer.razorpay_payment_id), answer.razorpay_signature)
  ) {
    throw new Problem("invalid_request", { message: "razorpay_signature: does not fit this subscription and payment" });
  }
  return synced(parts, row, "checkout");
}

/** Ends it: now, or when what is paid for is over. */
export async function cancelSubscription(
  parts: BillingParts,
  row: SubscriptionRow,
  at: "now" | "cycle_end",
): Promise<SubscriptionRow> {
  const { db, clock, catalogs } = parts;
  if (row.razorpay_subscription_id === null) {
    const catalog = await catalogs.current();
    return db.transaction(async (tx) => {
      const customer = await lockedCustomer(tx, row.customer_id);
      const now = clock.now();
      const later = at === "cycle_end" && customer.cycle_end !== null && customer.cycle_end > now;
      const change = later
        ? { cancel_at_cycle_end: true, current_end: customer.cycle_end }
        : { status: "cancelled" as const, ended_at: now };
      const after = await saveSubscription(tx, row, change, { cause: "cancel", at: now, wall: clock.wall() });
      await reviewStanding(tx, { clock, catalog }, row.tenant_id, row.customer_id);
      return after;
    });
  }
  const at_cycle_end = at === "cycle_end";
  if (at_cycle_end && row.cancel_at_cycle_end) return row;
  await asked(parts, row, (razorpay) => razorpay.cancelSubscription(razorpayIdOf(row), { at_cycle_end }));
  if (at_cycle_end) {
    // Razorpay says nothing of it until the end.
    await db.transaction((tx) =>
      saveSubscription(
        tx,
        row,
        { cancel_at_cycle_end: true },
        { cause: "cancel", at: clock.now(), wall: clock.wall() },
      ),
    );
  }
  return synced(parts, row, "cancel");
}

export async function pauseSubscription(parts: BillingParts, row: SubscriptionRow): Promise<SubscriptionRow> {
  if (row.status === "authenticated") {
    throw new Problem("conflict", {
      message:
        "Razorpay cancels a subscription that is paused before its start. Wait for its first charge, or cancel it.",
    });
  }
  await asked(parts, row, (razorpay) => razorpay.pauseSubscription(razorpayIdOf(row)));
  return synced(parts, row, "pause");
}

export async function resumeSubscription(parts: BillingParts, row: SubscriptionRow): Promise<SubscriptionRow> {
  await asked(parts, row, (razorpay) => razorpay.resumeSubscription(razorpayIdOf(row)));
  return synced(parts, row, "resume");
}

/** Asks Razorpay, whose no becomes a conflict in its own words. */
async function asked(
  parts: BillingParts,
  row: SubscriptionRow,
  ask: (razorpay: Razorpay) => Promise<unknown>,
): Promise<void> {
  try {
    await ask(await parts.collectors.of(row.account_id));
  } catch (error) {
    if (error instanceof RazorpayRefusal)
      throw new Problem("conflict", { message: `Razorpay refuses: ${error.message}`, details: { status: row.status } });
    if (error instanceof RazorpayUnreachable) throw new Problem("collector_unreachable", { cause: error });
    throw error;
  }
}

function razorpayIdOf({ razorpay_subscription_id, collection }: SubscriptionRow): string {
  if (razorpay_subscription_id === null) {
    throw new Problem("conflict", {
      message: `A plan with the collection ${collection} has no subscription at Razorpay.`,
    });
  }
  return razorpay_subscription_id;
}

async function synced(parts: BillingParts, row: SubscriptionRow, cause: string): Promise<SubscriptionRow> {
  return (await syncSubscription(parts, row.account_id, razorpayIdOf(row), cause)).row ?? row;
}

const ROWS_MAX = 200;

/** Moves on those that only we know of: they begin, end with their cycle, or were not approved in time. */
export async function moveOwn({ db, clock, catalogs }: BillingParts): Promise<void> {
  const catalog = await catalogs.current();
  for (const row of await listDue(db.read, clock.now(), ROWS_MAX)) {
    await db.transaction(async (tx) => {
      await lockedCustomer(tx, row.customer_id);
      const now = clock.now();
      const [change, cause] = dueOf(row, now);
      await saveSubscription(tx, row, change, { cause, at: now, wall: clock.wall() });
      await reviewStanding(tx, { clock, catalog }, row.tenant_id, row.customer_id);
    });
  }
}

function dueOf({ status }: SubscriptionRow, now: number): [Partial<SubscriptionRow>, string] {
  if (status === "authenticated") return [{ status: "active" }, "start"];
  if (status === "created") return [{ status: "expired", ended_at: now }, "not approved in time"];
  return [{ status: "cancelled", ended_at: now }, "cycle end"];
}
