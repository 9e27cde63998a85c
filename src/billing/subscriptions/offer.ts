import { isOnSale, type Plan, type PlanVersion } from "../../catalog/plan.ts";
import { findSoldPlan } from "../../catalog/store.ts";
import type { PlanTerms } from "../../db/schema/catalog.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { Problem } from "../../kernel/problems.ts";
import { accountOf, type ProfileRow, profileOf, sellerOf } from "../parties/store.ts";
import type { BillingParts } from "../parts.ts";
import { assertMayBuy, type Payer } from "../payer.ts";

/** A plan as it is sold now, to a customer who may buy it. */
export interface Offer {
  readonly plan: Plan;
  readonly version: PlanVersion;
  readonly account_id: AccountId;
}

/** What a customer's tax is decided by: given for one whose billing profile is only about to be saved. */
export type Buyer = Pick<ProfileRow, "state_code">;

/** What is asked for can be sold to this customer: the plan is on sale, in its currency, and seller and buyer are known. */
export async function offerOf(
  { db, clock, collectors }: BillingParts,
  payer: Payer,
  { plan_id, by }: { readonly plan_id: string; readonly by: "admin" | "customer" },
  buyer?: Buyer,
): Promise<Offer> {
  const { tenant, customer } = payer;
  assertMayBuy(payer);
  const now = clock.now();
  const found = await findSoldPlan(db.read, plan_id, now);
  if (!found || (by === "customer" && found.plan.visibility === "hidden"))
    throw new Problem("not_found", { message: "There is no such plan." });
  const { plan, version } = found;
  if (!isOnSale(plan, now)) throw new Problem("conflict", { message: `The plan ${plan.name} is no longer sold.` });
  if (plan.currency !== customer.currency) {
    throw new Problem("invalid_request", {
      message: `plan_id: the plan ${plan.name} is sold in ${plan.currency}, and this customer pays in ${customer.currency}`,
    });
  }
  const account_id = await accountOf(db.read, tenant.id);
  await collectors.of(account_id);
  await sellerOf(db.read, account_id);
  if (!buyer) await profileOf(db.read, tenant.id, customer.id);
  return { plan, version, account_id };
}

/** Ten years of months, and what comes near it in other periods. */
const COUNTS = { daily: 3_650, weekly: 520, monthly: 120, quarterly: 40, yearly: 10 } as const;
/** Razorpay's bound: thirty years. */
const COUNTS_TIMES_MAX = 3;

/** How many times a subscription charges. */
export function countOf({ period, interval }: Pick<PlanTerms, "period" | "interval">, asked?: number): number {
  const most = Math.max(1, Math.floor((COUNTS[period] * COUNTS_TIMES_MAX) / interval));
  if (asked !== undefined && asked > most)
    throw new Problem("invalid_request", { message: `total_count: at most ${most}, which is thirty years` });
  return asked ?? Math.max(1, Math.floor(COUNTS[period] / interval));
}
