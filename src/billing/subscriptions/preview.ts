import { isFree } from "../../catalog/plan.ts";
import { isoOrNull } from "../../kernel/clock.ts";
import { microsOfPaise } from "../../kernel/money.ts";
import { findMandate } from "../cycles/store.ts";
import { supplyOf } from "../invoices/issue.ts";
import { taxWithin } from "../invoices/tax.ts";
import { profileOf, sellerOf } from "../parties/store.ts";
import type { BillingParts } from "../parts.ts";
import type { Payer } from "../payer.ts";
import { type ChangeAsked, plannedChange } from "./change.ts";
import { unusedFor } from "./credit-unused.ts";
import { grossOf } from "./razorpay-plan.ts";

/** What a change of plan would do, said before it is done. Nothing is changed, and Razorpay is not asked. */
export async function previewChange(parts: BillingParts, payer: Payer, asked: ChangeAsked) {
  const { db, clock, catalogs } = parts;
  const { offer, standing, from, beginning } = await plannedChange(parts, payer, asked);
  const { current } = standing;
  const { version, plan, account_id } = offer;
  const { tenant, customer } = payer;
  const now = clock.now();
  const of = { tenant_id: tenant.id, customer_id: customer.id };
  const price_paise = await grossOf(parts, version, payer, account_id);
  const { collection } = version.terms;
  const mandate = collection === "mandate" ? await findMandate(db.read, { ...of, at: now }) : undefined;
  const needs_approval = collection === "subscription" || (collection === "mandate" && !mandate);
  const left = asked.when === "now" ? await unusedFor(db.read, await catalogs.current(), current, now) : null;
  return {
    preview: true,
    when: asked.when,
    from: { plan_id: from.plan_id, plan_version_id: from.plan_version_id },
    to: { plan_id: plan.id, plan_version_id: version.id, name: plan.name, collection },
    currency: plan.currency,
    /** Now: as soon as it is approved. */
    starts_at: isoOrNull(beginning.start_at),
    needs_approval,
    approve_by: needs_approval ? isoOrNull(beginning.expire_by) : null,
    pay_now_paise: asked.when === "now" ? price_paise : 0,
    pay_by: isFree(version.terms) ? null : collection,
    pay_each_cycle_paise: price_paise,
    credit: left && {
      ...{ days: left.unused.days, days_left: left.unused.days_left, gross_paise: left.unused.gross_paise },
      credit_micros: await netOf(parts, payer, left.invoice.seller_id, left.overpaid_paise),
    },
    included_micros: version.terms.included_micros,
  };
}

/** What of a gross amount becomes credit: as the invoice of it will say. */
async function netOf(
  { db }: BillingParts,
  { tenant, customer }: Payer,
  account_id: Parameters<typeof sellerOf>[1],
  gross_paise: Parameters<typeof taxWithin>[0],
) {
  const seller = await sellerOf(db.read, account_id);
  const { net_paise } = taxWithin(gross_paise, supplyOf(seller, await profileOf(db.read, tenant.id, customer.id)));
  return microsOfPaise(net_paise);
}
