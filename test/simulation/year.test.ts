import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, HOUR, iso } from "../../src/kernel/clock.ts";
import { openShop, type Shop } from "../billing/shop.ts";
import { auditYear, nothingIsFound } from "./audit.ts";
import { castOf } from "./cast.ts";
import { diceOf } from "./dice.ts";
import { liveWeek } from "./life.ts";

/** `YEAR_SEED=…` tells another year. */
const SEED = process.env.YEAR_SEED ?? "1";
/** A day at a time, for a year is long. */
const STEPS = { minMs: DAY, maxMs: DAY };
/** How many of them do anything in a week. */
const ACTIVE = 0.15;
const WEEKS = Number(process.env.YEAR_WEEKS ?? 52);

let shop: Shop;
let from: string;
beforeAll(async () => {
  shop = await openShop();
  from = iso(shop.clock.now()).slice(0, 10);
});
afterAll(() => shop.close());

test(`fifty payers live through a year (seed ${SEED}): every rupee is in one place, and the books are Razorpay's`, async () => {
  const dice = diceOf(SEED);
  const cast = await castOf(shop);
  await shop.admin("POST", "promotions", { code: "WELCOME", credit_micros: 500_000_000 });
  for (const account of Object.values(cast.accounts)) {
    account.webhookFaults.drop = () => dice.chance(0.02);
    account.webhookFaults.copies = () => (dice.chance(0.05) ? 2 : 1);
    account.webhookFaults.delayMs = () => (dice.chance(0.1) ? dice.between(1, 20) * HOUR : 0);
  }
  for (let week = 0; week < WEEKS; week++) {
    for (const payer of cast.payers) if (dice.chance(ACTIVE)) await liveWeek(shop, cast, payer, dice);
    await shop.pass(7 * DAY, STEPS);
  }
  // What is on its way arrives: refunds, late webhooks, what the sweep finds.
  await shop.pass(9 * DAY, STEPS);
  await auditYear(shop, cast);
  expect(cast.payers).toHaveLength(50);
}, 600_000);

test("a reconciliation over that year has nothing to say", () => nothingIsFound(shop, from), 600_000);
