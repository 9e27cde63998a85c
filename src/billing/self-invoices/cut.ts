import type { Tx } from "../../db/database.ts";
import { DAY, HOUR, iso } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";
import { IST, monthAt } from "../cycles/span.ts";
import { nextNumber } from "../invoices/number.ts";
import { rateInForce } from "../invoices/store.ts";
import { findSeller, type SellerRow } from "../parties/store.ts";
import type { BillingParts } from "../parts.ts";
import { type Reckoned, reckon } from "./reckon.ts";
import * as store from "./store.ts";
import { SUPPLIER } from "./supplier.ts";
import { reverseCharge } from "./value.ts";

/** A batch may run for 26 hours; a self-invoice is due within thirty days (Rule 47A). */
const SETTLES_WITHIN_MS = 2 * DAY;

/** Self-invoices have a series of their own. */
export const selfInvoiceSeries = (series: string): string => `${series}R`;

/**
 * Cuts the self-invoices that are due, one for each month that is over and whose calls have settled: any number of times, each once. Only the operator
 * imports: a tenant with a key of its own at the provider uses that elsewhere too, and has the provider's invoice for it. Who is not registered issues
 * none; of a month in which nothing was imported there is none; where corrections take off more than a month came to, the next month is on the
 * same document.
 */
export async function cutSelfInvoices(parts: Pick<BillingParts, "db" | "clock" | "log">): Promise<void> {
  const { db, clock, log } = parts;
  const seller = await findSeller(db.read, "operator");
  const standing = await standingOf(parts, seller);
  if (!seller || !standing) return;
  for (let { covered_until } = standing, { end } = monthAt(covered_until, IST); ; { end } = monthAt(end, IST)) {
    if (clock.now() < end + SETTLES_WITHIN_MS) return;
    if (await store.hasOpenCalls(db.read, end + HOUR)) {
      log.warn({ month_end: iso(end) }, "a self-invoice waits for calls of its month that are still open");
      return;
    }
    const reckoned = await reckon(db.read, { ...standing, covered_until }, end);
    if (reckoned.cost_micros_usd < 0) continue;
    await db.transaction((tx) => cut(tx, seller, { reckoned, from: covered_until, to: end, wall: clock.wall() }));
    covered_until = end;
  }
}

/** Since when and up to when it is invoiced, which begins with the month in which the seller is first seen to be registered. */
async function standingOf({ db, clock }: Pick<BillingParts, "db" | "clock">, seller: SellerRow | undefined) {
  const known = await store.findStanding(db.read, "operator");
  if (!seller || seller.gstin === null) {
    // A number that is missing for a day, by mistake, stops nothing: only a month that falls due without one has no self-invoice.
    if (known && clock.now() >= monthAt(known.covered_until, IST).end + SETTLES_WITHIN_MS)
      await db.transaction((tx) => store.deleteStanding(tx, "operator"));
    return undefined;
  }
  if (known) return known;
  const { start } = monthAt(clock.now(), IST);
  const standing = { seller_id: seller.id, tenant_id: seller.tenant_id, since: start, covered_until: start };
  await db.transaction((tx) => store.insertStanding(tx, standing));
  return standing;
}

/** The document, dated the last day of its month, whose return its tax belongs to; and what is invoiced from then on. */
async function cut(
  tx: Tx,
  seller: SellerRow,
  { reckoned, from, to, wall }: { reckoned: Reckoned; from: number; to: number; wall: number },
): Promise<void> {
  const standing = await store.lockedStanding(tx, seller.id);
  if (standing?.covered_until !== from) return;
  const { cost_micros_usd, parts } = reckoned;
  if (cost_micros_usd > 0) {
    const issued_at = to - 1;
    const rate = await rateInForce(tx, "INR", issued_at);
    if (!rate)
      throw new Problem("conflict", {
        message: `The provider's service was imported, and no rate of the rupee was in force at ${iso(issued_at)}. Add one with POST /api/admin/fx_rates.`,
      });
    const { legal_name, gstin, address, state_code, sac, tenant_id } = seller;
    const series = { seller_id: seller.id, tenant_id, series: selfInvoiceSeries(seller.invoice_series) };
    await store.insertSelfInvoice(tx, {
      ...{ id: newId("self_invoice", wall), seller_id: seller.id, tenant_id, from_at: from, to_at: to },
      ...(await nextNumber(tx, { ...series, at: issued_at, wall })),
      ...{ supplier: SUPPLIER, recipient: { legal_name, gstin, address, state_code }, sac, cost_micros_usd, parts },
      ...{ rate_micros: rate.rate_micros, rate_source: rate.source, rate_valid_from: rate.valid_from },
      ...reverseCharge({ cost_micros_usd, rate_micros: rate.rate_micros }, state_code),
      ...{ issued_at, created_at: wall },
    });
  }
  for (const row of reckoned.invoiced) await store.saveInvoiced(tx, row);
  await store.saveCovered(tx, seller.id, to);
}
