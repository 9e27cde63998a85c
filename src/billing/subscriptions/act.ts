import type { Tx } from "../../db/database.ts";
import { Problem } from "../../kernel/problems.ts";
import { billBaseLeft } from "../cycles/base.ts";
import { reviewStanding } from "../cycles/in-force.ts";
import { listSubscriptions, lockedCustomer, type SubscriptionRow } from "../cycles/store.ts";
import { intended, type Note } from "../note.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { RazorpayRefusal, RazorpayUnreachable } from "../razorpay/errors.ts";
import type { Razorpay } from "../razorpay/port.ts";
import { checkoutMessage } from "../razorpay/signatures.ts";
import type { Standing } from "./current.ts";
import { type Act, factsOf, hindrance, possible } from "./states.ts";
import { saveSubscription } from "./store.ts";
import { syncSubscription } from "./sync.ts";

/**
 * Checkout's answer: proves who approved which of the customer's subscriptions. The ids it is held against are ours, not the browser's. What came of
 * it is then fetched, not believed.
 */
export async function verifySubscription(
  parts: BillingParts,
  { tenant, customer }: Payer,
  answer: { readonly razorpay_payment_id: string; readonly razorpay_signature: string },
): Promise<SubscriptionRow> {
  const rows = await listSubscriptions(parts.db.read, tenant.id, customer.id);
  for (const row of rows) {
    const { razorpay_subscription_id: id } = row;
    if (id === null) continue;
    const razorpay = await parts.collectors.known(row.account_id);
    const message = checkoutMessage.subscription(id, answer.razorpay_payment_id);
    if (razorpay?.verifyCheckout(message, answer.razorpay_signature)) return synced(parts, row, "checkout");
  }
  if (rows.length === 0) throw new Problem("not_found", { message: "There is no subscription." });
  throw new Problem("invalid_request", { message: "razorpay_signature: does not fit this subscription and payment" });
}

/** Ends what a customer has, now or when what is paid for is over; and a change of plan that has not begun, which would go on without it. */
export async function leave(
  parts: BillingParts,
  { current, next }: Standing,
  at: "now" | "cycle_end",
  note: Note | null,
): Promise<SubscriptionRow> {
  const after = await cancelSubscription(parts, current, at, note);
  if (next) await cancelSubscription(parts, next, "now", note);
  return after;
}

/** Ends one subscription. Doing it again changes nothing. */
export async function cancelSubscription(
  parts: BillingParts,
  seen: SubscriptionRow,
  at: "now" | "cycle_end",
  note: Note | null,
): Promise<SubscriptionRow> {
  const row = await allowed(parts, seen, at === "now" ? "cancel_now" : "cancel_at_cycle_end");
  if (at === "cycle_end" && row.cancel_at_cycle_end) return row;
  const { razorpay_subscription_id: id } = row;
  const change = { before: factsOf(row), after: { id: row.id, asked: "cancel", at } };
  if (id === null) return cancelOwn(parts, row, at, (tx) => note?.(tx, "subscription.cancel", change));
  const noted = ["subscription.cancel", change] as const;
  await asked(parts, row, { note, noted }, (razorpay) =>
    razorpay.cancelSubscription(id, { at_cycle_end: at === "cycle_end" }),
  );
  if (at === "cycle_end") {
    // Razorpay says nothing of it until the end.
    const { db, clock } = parts;
    const cause = { cause: "cancel", at: clock.now(), wall: clock.wall() };
    await db.transaction((tx) => saveSubscription(tx, row, { cancel_at_cycle_end: true }, cause));
  }
  return synced(parts, row, "cancel");
}

async function cancelOwn(
  parts: BillingParts,
  row: SubscriptionRow,
  at: "now" | "cycle_end",
  note: (tx: Tx) => Promise<void> | undefined,
): Promise<SubscriptionRow> {
  const { db, clock, catalogs } = parts;
  const catalog = await catalogs.current();
  return db.transaction(async (tx) => {
    const customer = await lockedCustomer(tx, row.customer_id);
    const now = clock.now();
    const later = at === "cycle_end" && customer.cycle_end !== null && customer.cycle_end > now;
    const change = later
      ? { cancel_at_cycle_end: true, current_end: customer.cycle_end }
      : { status: "cancelled" as const, ended_at: now };
    const after = await saveSubscription(tx, row, change, { cause: "cancel", at: now, wall: clock.wall() });
    await note(tx);
    // The base of a cycle that has begun is owed, though it may still wait for the usage before it.
    if (!later) await billBaseLeft(tx, parts, catalog, customer, row);
    await reviewStanding(tx, { clock, catalog }, row.tenant_id, row.customer_id);
    return after;
  });
}

export const pauseSubscription = (
  parts: BillingParts,
  row: SubscriptionRow,
  note: Note | null,
): Promise<SubscriptionRow> =>
  acted(parts, row, { act: "pause", note }, (razorpay, id) => razorpay.pauseSubscription(id));

export const resumeSubscription = (
  parts: BillingParts,
  row: SubscriptionRow,
  note: Note | null,
): Promise<SubscriptionRow> =>
  acted(parts, row, { act: "resume", note }, (razorpay, id) => razorpay.resumeSubscription(id));

async function acted(
  parts: BillingParts,
  seen: SubscriptionRow,
  { act, note }: { readonly act: Act; readonly note: Note | null },
  ask: (razorpay: Razorpay, id: string) => Promise<unknown>,
): Promise<SubscriptionRow> {
  const row = await allowed(parts, seen, act);
  const noted = [`subscription.${act}`, { before: factsOf(row), after: { id: row.id, asked: act } }] as const;
  const id = razorpayIdOf(row);
  await asked(parts, row, { note, noted }, (razorpay) => ask(razorpay, id));
  return synced(parts, row, act);
}

/** The row, when the act is for it. Before it says no it looks at Razorpay: ours may be behind. */
export async function allowed(parts: BillingParts, seen: SubscriptionRow, act: Act): Promise<SubscriptionRow> {
  if (hindrance(act, seen) === null) return seen;
  const row = await synced(parts, seen, "look");
  const message = hindrance(act, row);
  if (message === null) return row;
  throw new Problem("conflict", { message, details: { status: row.status, possible: possible(row) } });
}

/** Writes down what is wanted of Razorpay and asks it, whose no becomes a conflict in its own words. */
async function asked(
  parts: BillingParts,
  row: SubscriptionRow,
  { note, noted }: { readonly note: Note | null; readonly noted: Parameters<typeof intended>[2] },
  ask: (razorpay: Razorpay) => Promise<unknown>,
): Promise<void> {
  try {
    const razorpay = await parts.collectors.of(row.account_id);
    await intended(parts, note, noted, () => ask(razorpay));
  } catch (error) {
    if (error instanceof RazorpayRefusal) {
      const { status } = await synced(parts, row, "refusal");
      throw new Problem("conflict", { message: `Razorpay refuses: ${error.message}`, details: { status } });
    }
    if (error instanceof RazorpayUnreachable) throw new Problem("collector_unreachable", { cause: error });
    throw error;
  }
}

export function razorpayIdOf({ razorpay_subscription_id, id }: SubscriptionRow): string {
  if (razorpay_subscription_id === null) {
    throw new Problem("conflict", {
      message: `The subscription ${id} is not known to Razorpay yet: sign up for its plan again.`,
    });
  }
  return razorpay_subscription_id;
}

/** The row as Razorpay has it now; what only we know of stays as it is. */
export async function synced(parts: BillingParts, row: SubscriptionRow, cause: string): Promise<SubscriptionRow> {
  if (row.razorpay_subscription_id === null) return row;
  return (await syncSubscription(parts, row.account_id, row.razorpay_subscription_id, cause)).row ?? row;
}
