import type { Tx } from "../../db/database.ts";
import { DAY, HOUR, SECOND } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { micros } from "../../kernel/money.ts";
import { Problem } from "../../kernel/problems.ts";
import { insertGrant, type NewGrant } from "../../ledger/store.ts";
import { lockedCustomer } from "../cycles/store.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { countRedemption, findGuesses, insertRedemption, lockedPromotion, saveGuesses } from "./store.ts";

const PROMOTIONAL_PRIORITY = 20;
/** Codes that do not exist, which a customer may try in an hour: enough for typing errors, too few to find one. */
const WRONG_MAX = 10;
const GUESS_WINDOW_MS = HOUR;

/** Codes are written in capitals, however they are typed. */
export const codeOf = (text: string): string => text.trim().toUpperCase();

/** Gives a promotion's credit to a customer: once to each, and to no more of them than it says. */
export async function redeem(
  { db, clock }: BillingParts,
  { tenant, customer }: Payer,
  code: string,
): Promise<NewGrant> {
  const given = await db.transaction(async (tx) => {
    await lockedCustomer(tx, customer.id);
    const now = clock.now();
    const guesses = await guessesOf(tx, customer, now);
    const promotion = await lockedPromotion(tx, codeOf(code));
    if (!promotion || (promotion.tenant_id !== null && promotion.tenant_id !== tenant.id)) {
      await saveGuesses(tx, { ...guesses, wrong: guesses.wrong + 1 });
      return null;
    }
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
  // Thrown here, so that the guess is counted.
  if (!given) throw new Problem("not_found", { message: "There is no such promotion." });
  return given;
}

/** What was guessed in the hour that runs, which begins with the first wrong code. Refuses who has guessed too often, whatever is tried next. */
async function guessesOf(tx: Tx, { id: customer_id, tenant_id }: Payer["customer"], now: number) {
  const row = await findGuesses(tx, customer_id);
  if (!row || now >= row.since + GUESS_WINDOW_MS) return { customer_id, tenant_id, wrong: 0, since: now };
  if (row.wrong < WRONG_MAX) return row;
  const seconds = Math.ceil((row.since + GUESS_WINDOW_MS - now) / SECOND);
  throw new Problem("rate_limited", {
    message: `${WRONG_MAX} codes that do not exist were tried within an hour: check the code, and try again later.`,
    headers: { "retry-after": String(seconds) },
  });
}
