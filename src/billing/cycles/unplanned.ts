import type { Tx } from "../../db/database.ts";
import { DAY, iso } from "../../kernel/clock.ts";
import type { CustomerId } from "../../kernel/id.ts";
import { findTenant } from "../../tenants/store.ts";
import { accountOf } from "../parties/store.ts";
import type { BillingParts } from "../parts.ts";
import { bookUsage, splitOf } from "./book.ts";
import { monthAt } from "./span.ts";
import * as store from "./store.ts";
import { usageOfCycle } from "./usage-lines.ts";

const ROWS_MAX = 200;
/** No month is shorter. */
const MONTH_MIN_MS = 27 * DAY;

/** What lies between the cycles of a customer, from one instant to another. */
export function gapsBetween(
  cycles: readonly { readonly start_at: number; readonly end_at: number }[],
  { from, until }: { readonly from: number; readonly until: number },
): { readonly start_at: number; readonly end_at: number }[] {
  const gaps: { start_at: number; end_at: number }[] = [];
  let start_at = from;
  for (const cycle of cycles.toSorted((a, b) => a.start_at - b.start_at)) {
    const end_at = Math.min(cycle.start_at, until);
    if (end_at > start_at) gaps.push({ start_at, end_at });
    start_at = Math.max(start_at, cycle.end_at);
  }
  if (until > start_at) gaps.push({ start_at, end_at: until });
  return gaps;
}

/**
 * Books what was used outside of any cycle, by customers without a plan: when a calendar month of their tenant is over, and its calls have settled. No cycle
 * begins before what is booked so.
 */
export async function bookUnplanned(parts: BillingParts): Promise<void> {
  const { db, clock, log } = parts;
  for (let after = ""; ; ) {
    const rows = await store.listToBook(db.read, clock.now() - MONTH_MIN_MS, after, ROWS_MAX);
    for (const { id, timezone, booked_until, created_at } of rows) {
      if ((booked_until ?? created_at) >= monthAt(clock.now(), timezone).start) continue;
      try {
        await db.transaction((tx) => bookMonths(tx, parts, id));
      } catch (error) {
        log.error({ err: error, customer: id }, "usage outside of cycles could not be booked");
      }
    }
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_MAX) return;
    after = last.id;
  }
}

async function bookMonths(tx: Tx, { clock }: BillingParts, id: CustomerId): Promise<void> {
  const { tenant_id, currency, booked_until, created_at } = await store.lockedCustomer(tx, id);
  const { timezone } = await findTenant(tx, tenant_id);
  const from = booked_until ?? created_at;
  const until = monthAt(clock.now(), timezone).start;
  if (from >= until) return;
  const of = { tenant_id, customer_id: id };
  if (await store.hasOpenHolds(tx, { ...of, start_at: from, end_at: until })) return;
  const gaps = gapsBetween(await store.listCyclesAfter(tx, id, from), { from, until });
  const grants = await store.grantsOfCustomer(tx, tenant_id, id);
  const account_id = await accountOf(tx, tenant_id);
  for (const gap of gaps) {
    const usage = await usageOfCycle(tx, { ...of, ...gap });
    if (usage.requests === 0 && usage.spend_micros === 0 && usage.cost_micros_usd === 0) continue;
    const memo = `Usage without a plan from ${iso(gap.start_at)}`;
    const transfer = { ...of, account_id, currency, at: gap.end_at, memo, source: `unplanned:${id}:${gap.start_at}` };
    await bookUsage(tx, transfer, { usage, split: splitOf(usage, grants) }, clock.wall());
  }
  await store.saveBookedUntil(tx, id, until);
}
