import { DAY } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { micros } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { insertGrant, type NewGrant } from "../../ledger/store.ts";
import { lockedCustomer } from "../cycles/store.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { countRedemption, insertRedemption, lockedPromotion } from "./store.ts";

const PROMOTIONAL_PRIORITY = 20;

/** Codes are written in capitals, however they are typed. */
export const codeOf = (text: string): string => text.trim().toUpperCase();

/** Gives a promotion's credit to a customer: once to each, and to no more of them than it says. */
export async function redeem(
  { db, clock }: BillingParts,
  { tenant, customer }: Payer,
  code: string,
): Promise<NewGrant> {
  return db.transaction(async (tx) => {
    await lockedCustomer(tx, customer.id);
    const promotion = await lockedPromotion(tx, codeOf(code));
    const now = clock.now();
    if (!promotion || (promotion.tenant_id !== null && promotion.tenant_id !== tenant.id))
      throw new Problem("not_found", { message: "There is no such promotion." });
    if (promotion.expires_at !== null && promotion.expires_at <= now)
      throw new Problem("conflict", { message: "This promotion is over." });
    if (promotion.currency !== customer.currency)
      throw new Problem("conflict", { message: `This promotion is for customers who pay in ${promotion.currency}.` });
    const grant: NewGrant = {
      ...{ id: newId("grant", clock.wall()), tenant_id: tenant.id, customer_id: customer.id, kind: "promotional" },
      ...{ priority: PROMOTIONAL_PRIORITY, currency: promotion.currency, amount: promotion.credit_micros },
      ...{ used: micros(0), held: micros(0), reason: `promotion ${promotion.code}`, starts_at: now, created_at: now },
      expires_at: promotion.credit_days === null ? null : now + promotion.credit_days * DAY,
      source: `promotion:${promotion.id}:${customer.id}`,
    };
    const redemption = {
      promotion_id: promotion.id,
      customer_id: customer.id,
      tenant_id: tenant.id,
      grant_id: grant.id,
      at: now,
    };
    if (!(await insertRedemption(tx, redemption)))
      throw new Problem("conflict", { message: "This promotion was redeemed before." });
    if (promotion.max_redemptions !== null && promotion.redeemed >= promotion.max_redemptions)
      throw new Problem("conflict", { message: "This promotion is used up." });
    await countRedemption(tx, promotion);
    await insertGrant(tx, grant);
    return grant;
  });
}
