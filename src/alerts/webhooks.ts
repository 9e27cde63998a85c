import type { AccountId } from "../db/schema/sellers.ts";
import { HOUR, isoOrNull, MINUTE } from "../kernel/clock.ts";
import { type AlertParts, raise } from "./parts.ts";
import type { AlertSettings } from "./settings.ts";
import { countDuePayments, lastWebhook } from "./store.ts";

/** A webhook may come this much after, or before, we learn of its payment in another way. */
const APART_MS = 30 * MINUTE;

/**
 * Tells that an account at Razorpay sends no webhooks: payments were captured, which we learnt of by asking, and for hours nothing came. Once for
 * each silence: it ends with the next webhook.
 */
export async function lookAtWebhooks(
  parts: AlertParts,
  { hours, due_min }: AlertSettings["webhooks_silent"],
): Promise<void> {
  const now = parts.clock.now();
  const from = now - hours * HOUR;
  for (const { account_id, due } of await countDuePayments(parts.db.read, from, now - APART_MS)) {
    if (due < due_min) continue;
    const last = await lastWebhook(parts.db.read, account_id);
    if (last && last.received_at >= from - APART_MS) continue;
    await raise(parts, [
      {
        ...{ type: "webhooks.silent", dedupe: `webhooks.silent ${account_id} ${last?.id ?? "never"}` },
        tenant_id: ownerOf(account_id),
        data: { account_id, hours, payments: due, last_received_at: isoOrNull(last?.received_at) },
      },
    ]);
  }
}

const ownerOf = (account_id: AccountId) => (account_id === "operator" ? null : account_id);
