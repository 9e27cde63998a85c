import type { Catalog } from "../../catalog/catalog.ts";
import type { Reader, Tx } from "../../db/database.ts";
import { newId } from "../../kernel/id.ts";
import { type Micros, micros, microsOfPaise } from "../../kernel/money.ts";
import { freeOf } from "../../ledger/grants.ts";
import { insertGrant } from "../../ledger/store.ts";
import { cycleAt } from "../cycles/span.ts";
import { grantsOfCustomer, type SubscriptionRow } from "../cycles/store.ts";
import { issueInvoice } from "../invoices/issue.ts";
import { offset } from "../invoices/offset.ts";
import { creditInvoice } from "../invoices/settle.ts";
import type { InvoiceRow } from "../invoices/store.ts";
import { type BillingParts, told } from "../parts.ts";
import { findBaseInvoice, findCycleFrom } from "./store.ts";
import { type Unused, unusedOf } from "./unused.ts";

const PREPAID_PRIORITY = 30;

/** What of the cycle that `at` lies in was paid with a subscription and not had; null where we have invoiced nothing for it. */
export async function unusedFor(
  read: Reader,
  catalog: Catalog,
  row: SubscriptionRow,
  at: number,
): Promise<{ readonly invoice: InvoiceRow; readonly unused: Unused } | null> {
  const span = spanOf(catalog, row, at);
  if (!span) return null;
  const { tenant_id, customer_id, id } = row;
  const invoice = await findBaseInvoice(read, { tenant_id, id, since: span.start });
  if (!invoice) return null;
  const cycle = await findCycleFrom(read, { tenant_id, customer_id, subscription_id: id, start_at: span.start });
  const grants = await grantsOfCustomer(read, tenant_id, customer_id);
  const grant = grants.find((one) => one.id === cycle?.included_grant_id);
  const paid_paise = Math.min(
    invoice.paid_paise,
    invoice.total_paise - invoice.credited_paise,
  ) as typeof invoice.paid_paise;
  const included = grant ? { amount: grant.amount, free: freeOf(grant) } : null;
  return { invoice, unused: unusedOf({ paid_paise, ...span, at, included }) };
}

function spanOf(catalog: Catalog, row: SubscriptionRow, at: number) {
  const { current_start, current_end, razorpay_subscription_id, start_at } = row;
  if (razorpay_subscription_id !== null)
    return current_start === null || current_end === null ? null : { start: current_start, end: current_end };
  const version = catalog.planVersion(row.plan_version_id);
  return version && start_at !== null && start_at < at ? cycleAt(start_at, at - 1, version.terms) : null;
}

/**
 * Credits the unused part of a paid cycle, once for `source`: a credit note takes it off the base's invoice, with its tax (section 34 of the CGST Act:
 * less was supplied than was invoiced), and what is overpaid by that buys prepaid credit, on a tax invoice of its own, as any other top-up. So both
 * taxes stand on documents, the receivable comes to nothing, no fee of a refund is lost, and the base's payment cannot be refunded for this part again.
 * The customer's row is locked. Answers the credit, net; nothing for nothing.
 */
export async function creditUnused(
  tx: Tx,
  { clock }: Pick<BillingParts, "clock">,
  row: SubscriptionRow,
  { invoice, unused, source }: { readonly invoice: InvoiceRow; readonly unused: Unused; readonly source: string },
): Promise<Micros> {
  const { gross_paise, days, days_left } = unused;
  if (gross_paise < 1) return micros(0);
  const { tenant_id, customer_id } = row;
  const { currency, seller_id: account_id } = invoice;
  const [at, wall] = [clock.now(), clock.wall()];
  const reason = `Change of plan: ${days_left} of ${days} days not used`;
  await creditInvoice(tx, clock, { invoice_id: invoice.id, source, gross_paise, reason, at });
  const bought = await issueInvoice(
    tx,
    {
      ...{ source, kind: "topup", account_id, tenant_id, customer_id, currency, gross_paise, due_days: 0, at },
      lines: [
        {
          ...{
            description: "Prepaid credit for unused days",
            details: { days, days_left, of_invoice: invoice.number },
          },
          ...{ net_micros: microsOfPaise(gross_paise), ledger_account: "wallet" },
        },
      ],
    },
    wall,
  );
  const amount = microsOfPaise(bought.taxable_paise);
  const given = await insertGrant(tx, {
    ...{ id: newId("grant", wall), tenant_id, customer_id, kind: "prepaid", priority: PREPAID_PRIORITY, currency },
    ...{ amount, used: micros(0), held: micros(0), reason, source, cycle_id: null },
    ...{ starts_at: at, expires_at: null, created_at: at },
  });
  if (!given) return amount;
  await offset(tx, clock, { from: invoice.id, to: bought.id, amount_paise: gross_paise });
  await told(tx, clock, {
    ...{ type: "invoice.issued", dedupe: `invoice.issued ${bought.id}`, tenant_id },
    data: {
      ...{ invoice_id: bought.id, number: bought.number, kind: "topup", customer_id, currency },
      total_paise: bought.total_paise,
    },
  });
  return amount;
}
