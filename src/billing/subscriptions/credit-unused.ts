import type { Catalog } from "../../catalog/catalog.ts";
import type { Reader, Tx } from "../../db/database.ts";
import { newId } from "../../kernel/id.ts";
import { type Micros, micros, microsOfPaise, type Paise, paise } from "../../kernel/money.ts";
import { freeOf } from "../../ledger/grants.ts";
import { insertGrant } from "../../ledger/store.ts";
import { cycleAt } from "../cycles/span.ts";
import { grantsOfCustomer, type SubscriptionRow } from "../cycles/store.ts";
import { issueInvoice } from "../invoices/issue.ts";
import { offset } from "../invoices/offset.ts";
import { creditInvoice, openAmount } from "../invoices/settle.ts";
import { findCreditNoteBySource, type InvoiceRow } from "../invoices/store.ts";
import { type BillingParts, told } from "../parts.ts";
import { findBaseInvoice, findCycleFrom } from "./store.ts";
import { type Unused, unusedOf, withinMoney } from "./unused.ts";

const PREPAID_PRIORITY = 30;

export interface UnusedBase {
  readonly invoice: InvoiceRow;
  readonly unused: Unused;
  /** What of it is overpaid once it is credited; the rest was not paid yet, and is owed no more. */
  readonly overpaid_paise: Paise;
}

/** What of the cycle that `at` lies in was invoiced for a subscription and not had; null where we have invoiced nothing for it. */
export async function unusedFor(
  read: Reader,
  catalog: Catalog,
  row: SubscriptionRow,
  at: number,
): Promise<UnusedBase | null> {
  const span = spanOf(catalog, row, at);
  if (!span) return null;
  const { tenant_id, customer_id, id } = row;
  const invoice = await findBaseInvoice(read, { tenant_id, id, since: span.start });
  if (!invoice) return null;
  const cycle = await findCycleFrom(read, { tenant_id, customer_id, subscription_id: id, start_at: span.start });
  const grants = await grantsOfCustomer(read, tenant_id, customer_id);
  const grant = grants.find((one) => one.id === cycle?.included_grant_id);
  const included = grant ? { amount: grant.amount, free: freeOf(grant) } : null;
  const left = paise(Math.min(baseOf(invoice, cycle?.id), invoice.total_paise - invoice.credited_paise));
  const unused = withinMoney(unusedOf({ paid_paise: left, ...span, at, included }), invoice);
  return { invoice, unused, overpaid_paise: paise(Math.max(0, unused.gross_paise - openAmount(invoice))) };
}

/** What of an invoice is the base of a cycle, the tax in it. In one with usage that is its line's share, rounded down. */
function baseOf({ kind, lines, total_paise, taxable_paise }: InvoiceRow, cycle_id: string | undefined): Paise {
  if (kind === "base") return total_paise;
  const ofCycle = lines.filter(
    ({ details }) => details?.cycle_id === cycle_id && details?.plan_version_id !== undefined,
  );
  const net = ofCycle.reduce((sum, { net_paise }) => sum + net_paise, 0);
  return taxable_paise === 0 ? paise(0) : paise((BigInt(total_paise) * BigInt(net)) / BigInt(taxable_paise));
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
 * less was supplied than was invoiced), and what is overpaid by that buys prepaid credit, on a tax invoice of its own, like every top-up. So both
 * taxes stand on documents, the receivable comes to nothing, no fee of a refund is lost, and the base's payment cannot be refunded for this part again.
 * What was not paid yet is owed no more.
 * The customer's row is locked. Answers the credit that it gave, net.
 */
export async function creditUnused(
  tx: Tx,
  { clock }: Pick<BillingParts, "clock">,
  row: SubscriptionRow,
  { invoice, unused, overpaid_paise, source }: UnusedBase & { readonly source: string },
): Promise<Micros> {
  const { gross_paise, days, days_left } = unused;
  if (gross_paise < 1 || (await findCreditNoteBySource(tx, source))) return micros(0);
  const { tenant_id, customer_id } = row;
  const { currency, seller_id: account_id } = invoice;
  const [at, wall] = [clock.now(), clock.wall()];
  const reason = `Change of plan: ${days_left} of ${days} days not used`;
  await creditInvoice(tx, clock, { invoice_id: invoice.id, source, gross_paise, reason, at });
  if (overpaid_paise < 1) return micros(0);
  const bought = await issueInvoice(
    tx,
    {
      ...{ source, kind: "topup", account_id, tenant_id, customer_id, currency, due_days: 0, at },
      gross_paise: overpaid_paise,
      lines: [
        {
          ...{
            description: "Prepaid credit for unused days",
            details: { days, days_left, of_invoice: invoice.number },
          },
          ...{ net_micros: microsOfPaise(overpaid_paise), ledger_account: "wallet" },
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
  await offset(tx, clock, { from: invoice.id, to: bought.id, amount_paise: overpaid_paise });
  await told(tx, clock, {
    ...{ type: "invoice.issued", dedupe: `invoice.issued ${bought.id}`, tenant_id },
    data: {
      ...{ invoice_id: bought.id, number: bought.number, kind: "topup", customer_id, currency },
      total_paise: bought.total_paise,
    },
  });
  return amount;
}
