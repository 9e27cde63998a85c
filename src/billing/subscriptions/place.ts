import { SECOND } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import type { SubscriptionRow } from "../cycles/store.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { RazorpayRefusal, RazorpayUnreachable } from "../razorpay/errors.ts";
import { createOnce } from "../razorpay/outbox.ts";
import type { Offer } from "./offer.ts";
import { grossOf, razorpayPlanOf } from "./razorpay-plan.ts";
import { saveSubscription } from "./store.ts";

/** A subscription that nobody approved charges nobody: a second one may be made when the first does not show. */
const RESEND_MS = 60 * SECOND;
const seconds = (at: number) => Math.ceil(at / SECOND);

/** Makes the subscription at Razorpay that a row of ours stands for, once. */
export async function placed(
  parts: BillingParts,
  payer: Payer,
  { plan, version }: Pick<Offer, "plan" | "version">,
  row: SubscriptionRow,
): Promise<SubscriptionRow> {
  if (row.collection !== "subscription" || row.razorpay_subscription_id !== null) return row;
  parts.step?.("subscription begun");
  const { db, clock } = parts;
  const { account_id, tenant_id, customer_id } = row;
  const gross_paise = await grossOf(parts, version, payer, account_id);
  const { name, currency } = plan;
  try {
    const plan_id = await razorpayPlanOf(parts, version, { name, currency, gross_paise, account_id, payer });
    const made = await createOnce(parts, {
      ...{ key: `subscription:${row.id}`, account_id, tenant_id, operation: "subscription.create" },
      request: {
        ...{ plan_id, total_count: row.total_count, quantity: 1, customer_notify: false },
        ...(row.start_at !== null && row.start_at > clock.now() && { start_at: seconds(row.start_at) }),
        ...(row.expire_by !== null && { expire_by: seconds(row.expire_by) }),
        notes: { tollgate: "1", tenant_id, customer_id, subject: row.id },
      },
      send: (razorpay, request) => razorpay.createSubscription(request),
      find: async (razorpay, { sent_at, created_at }) => {
        const from = seconds((sent_at ?? created_at) - 5 * 60 * SECOND);
        return (
          (await razorpay.listSubscriptions({ plan_id, from })).find(({ notes }) => notes.subject === row.id) ?? null
        );
      },
      resendAfterMs: RESEND_MS,
    });
    const at = { cause: "sign-up", at: clock.now(), wall: clock.wall() };
    const change = { razorpay_subscription_id: made.id, short_url: made.short_url };
    const saved = await db.transaction((tx) => saveSubscription(tx, row, change, at));
    parts.step?.("subscription placed");
    if (saved.status !== "expired") return saved;
    await withdraw(parts, saved);
  } catch (error) {
    if (error instanceof RazorpayRefusal)
      throw new Problem("collector_refused", { message: `Razorpay refuses: ${error.message}`, cause: error });
    throw error;
  }
  throw new Problem("conflict", {
    message: "Another plan was chosen in the meantime: this one is no longer waited for.",
  });
}

/**
 * Takes back a subscription that nobody approved, so that its page cannot be paid any more. Where that fails it ends by itself with its deadline, and
 * should somebody approve it before, that is noticed.
 */
export async function withdraw(parts: BillingParts, row: SubscriptionRow): Promise<void> {
  if (row.razorpay_subscription_id === null) return;
  try {
    const razorpay = await parts.collectors.of(row.account_id);
    await razorpay.cancelSubscription(row.razorpay_subscription_id, { at_cycle_end: false });
  } catch (error) {
    if (!(error instanceof RazorpayRefusal) && !(error instanceof RazorpayUnreachable)) throw error;
    parts.log.warn({ err: error, subscription: row.id }, "a subscription that nobody approved could not be taken back");
  }
}
