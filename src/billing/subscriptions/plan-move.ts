import type { PlanTerms } from "../../db/schema.ts";
import type { Paise } from "../../kernel/money.ts";
import { UNATTENDED_MAX_PAISE } from "../cycles/overage.ts";
import type { MandateRow, SubscriptionRow } from "../cycles/store.ts";

/** What becomes of a subscription when its plan's customers move to another version of it. */
export type PlanMove =
  /** At its next cycle, without anybody's doing anything. */
  | { readonly action: "moves" }
  /** Not without its payer: it stays as it is until the payer signs up to the plan anew. */
  | { readonly action: "must_approve"; readonly because: string }
  /** It has no next cycle. */
  | { readonly action: "ends"; readonly because: string };

/** What a payer approved is what may be charged; all else of a plan may change with a new cycle. */
export function planMoveOf(
  { cancel_at_cycle_end }: Pick<SubscriptionRow, "cancel_at_cycle_end">,
  { from, to, mandate }: { readonly from: PlanTerms; readonly to: PlanTerms; readonly mandate: MandateRow | null },
): PlanMove {
  if (cancel_at_cycle_end) return { action: "ends", because: "it is cancelled at the end of its cycle" };
  const because = approvalNeeded(from, to, mandate);
  return because ? { action: "must_approve", because } : { action: "moves" };
}

function approvalNeeded(from: PlanTerms, to: PlanTerms, mandate: MandateRow | null): string | null {
  if (to.collection !== from.collection)
    return `it is collected by ${from.collection} now, and the new version by ${to.collection}`;
  if (to.collection === "prepaid") return null;
  if (to.period !== from.period || to.interval !== from.interval)
    return `the new version is charged every ${to.interval} ${to.period}, this one every ${from.interval} ${from.period}`;
  const same = to.price_paise === from.price_paise && to.tax === from.tax;
  if (to.collection === "subscription") {
    if (same) return null;
    return "its price differs, and Razorpay charges the one that was approved: its payer approves it by a change to this plan";
  }
  if (same || grossAtMost(to) <= grossAtMost(from)) return null;
  const most = mandate && mostOf(mandate);
  if (most !== null && grossAtMost(to) <= most) return null;
  return most === null
    ? "its price is higher, and there is no mandate that covers it"
    : `its price with tax is beyond the ${most} paise that its mandate allows without its payer`;
}

/** With GST at its one rate, where the price is without. */
const grossAtMost = ({ price_paise, tax }: PlanTerms): number =>
  tax === "inclusive" ? price_paise : Math.ceil((price_paise * 118) / 100);

const mostOf = ({ method, max_amount_paise }: MandateRow): Paise =>
  method === "emandate" || max_amount_paise < UNATTENDED_MAX_PAISE ? max_amount_paise : UNATTENDED_MAX_PAISE;
