import { DAY, SECOND } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import type { SubscriptionRow } from "../cycles/store.ts";
import type { Note } from "../note.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { claimed } from "./claim.ts";
import { countOf, offerOf } from "./offer.ts";
import { placed, withdraw } from "./place.ts";
import { factsOf, LIVE } from "./states.ts";

export interface SignUp {
  readonly plan_id: string;
  readonly total_count?: number;
  /** Only public plans may be chosen by a tenant or its user. */
  readonly by: "admin" | "customer";
}

/** How long a sign-up may be approved. What is not approved by then is gone, and costs nothing. */
const APPROVE_DAYS = 7;

/**
 * Signs a customer up for a plan: what it answers waits to be approved, at Checkout or on the hosted page. Two that do so at once get the same one.
 * A plan that is paid by a mandate begins with it; one that is prepaid begins now. A trial is given once to a customer.
 */
export async function signUp(
  parts: BillingParts,
  payer: Payer,
  asked: SignUp,
  note: Note | null,
): Promise<SubscriptionRow> {
  const offer = await offerOf(parts, payer, asked);
  const { terms } = offer.version;
  const { row, replaced } = await claimed(parts, payer, offer, {
    ...{ total_count: countOf(terms, asked.total_count), replaces: null, replace_when: null, cause: "sign-up" },
    note: (tx, row) => note?.(tx, "subscription.created", { after: factsOf(row) }),
    begins({ rows, tried, now }) {
      assertNoneLive(rows);
      // Razorpay reckons in whole seconds, and a trial ends where its first charge begins.
      const trial_end = terms.trial && !tried ? Math.ceil(now / SECOND) * SECOND + terms.trial.days * DAY : null;
      return { start_at: trial_end, trial_end, expire_by: trial_end ?? now + APPROVE_DAYS * DAY };
    },
  });
  for (const one of replaced) await withdraw(parts, one);
  return placed(parts, payer, offer, row);
}

/** A customer has one subscription: another plan is a change of it. */
export function assertNoneLive(rows: readonly SubscriptionRow[]): void {
  const live = rows.find(({ status }) => LIVE.includes(status));
  if (!live) return;
  throw new Problem("conflict", {
    message: `This customer has a subscription that is ${live.status}: change or cancel that one.`,
    details: { subscription_id: live.id, status: live.status },
  });
}
