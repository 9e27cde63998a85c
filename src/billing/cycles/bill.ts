import type { Tx } from "../../db/database.ts";
import { isoOrNull } from "../../kernel/clock.ts";
import { MICROS_PER_PAISA, microsOfPaise } from "../../kernel/money.ts";
import { type DraftLine, issueInvoice } from "../invoices/issue.ts";
import type { InvoiceRow } from "../invoices/store.ts";
import { balanceOf } from "../journal/journal.ts";
import { findProfile } from "../parties/store.ts";
import { type BillingParts, told } from "../parts.ts";
import { type CycleRow, saveCycle } from "./store.ts";
import { type CycleUsage, overageLines } from "./usage-lines.ts";

/** Days after its issue at which an invoice that we collect is due. */
const DUE_DAYS = 0;

export interface Billed {
  /** The occasion: of one, there is one invoice. */
  readonly source: string;
  /** What was used; null for a base alone. */
  readonly usage: CycleUsage | null;
  /** The cycle whose base goes with it, in advance. */
  readonly base: { readonly cycle: CycleRow; readonly line: DraftLine } | null;
}

/**
 * Cuts one invoice, for one debit: the base of the cycle that begins, and what stands as unbilled of the one that ends, the remainders of earlier roundings in
 * it. Null where that does not come to a paisa, or nobody can be billed. The customer's row is locked.
 */
export async function billCycle(
  tx: Tx,
  { clock }: BillingParts,
  cycle: CycleRow,
  { source, usage, base }: Billed,
): Promise<InvoiceRow | null> {
  const { tenant_id, customer_id, account_id, currency } = cycle;
  if (!(await findProfile(tx, tenant_id, customer_id))) return null;
  const used = usage ? await usedLines(tx, cycle, usage) : [];
  if (!base && !used.length) return null;
  const fx = { rate_micros: cycle.rate_micros, source: cycle.rate_source, date: isoOrNull(cycle.rate_valid_from) };
  const invoice = await issueInvoice(
    tx,
    {
      ...{ source, kind: base ? "combined" : "overage", account_id, tenant_id, customer_id, currency },
      ...{ cycle_id: cycle.id, subscription_id: (base?.cycle ?? cycle).subscription_id },
      lines: [...(base ? [base.line] : []), ...used],
      fx: used.length && usage?.exchanged && cycle.rate_micros !== null ? fx : null,
      ...{ due_days: DUE_DAYS, at: clock.now() },
    },
    clock.wall(),
  );
  if (base) await saveCycle(tx, base.cycle.id, { base_invoice_id: invoice.id });
  await told(tx, clock, {
    ...{ type: "invoice.issued", dedupe: `invoice.issued ${invoice.id}`, tenant_id },
    data: {
      ...{ invoice_id: invoice.id, number: invoice.number, kind: invoice.kind, customer_id, currency },
      ...{ total_paise: invoice.total_paise, net_micros: microsOfPaise(invoice.taxable_paise) },
    },
  });
  return invoice;
}

async function usedLines(tx: Tx, cycle: CycleRow, usage: CycleUsage): Promise<readonly DraftLine[]> {
  const { tenant_id, customer_id, currency, overage_grant_id: grant_id } = cycle;
  if (grant_id === null) return [];
  const unbilled = await balanceOf(tx, { tenant_id, customer_id, ledger_account: "unbilled", currency });
  return unbilled < MICROS_PER_PAISA ? [] : overageLines(usage, { grant_id, net_micros: unbilled });
}
