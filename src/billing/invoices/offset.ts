import type { Tx } from "../../db/database.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { InvoiceId } from "../../kernel/id.ts";
import { type Paise, paise } from "../../kernel/money.ts";
import { told } from "../parts.ts";
import { openAmount } from "./settle.ts";
import { lockedInvoice, saveInvoice } from "./store.ts";

/**
 * What a credit note left overpaid of one invoice pays another of the same customer. Both stand on its `receivable`, so nothing moves in the
 * journal; that it is overpaid, and that the other is open, is checked. The caller sees to it that it is done once.
 */
export async function offset(
  tx: Tx,
  clock: Clock,
  { from, to, amount_paise }: { readonly from: InvoiceId; readonly to: InvoiceId; readonly amount_paise: Paise },
): Promise<void> {
  const paid = await lockedInvoice(tx, from);
  const open = await lockedInvoice(tx, to);
  const over = paid.paid_paise + paid.tds_paise + paid.credited_paise + paid.written_off_paise - paid.total_paise;
  if (paid.customer_id !== open.customer_id || paid.currency !== open.currency)
    throw new Error(`invoices ${paid.number} and ${open.number} are not of one customer`);
  if (amount_paise > over || amount_paise > openAmount(open))
    throw new Error(`${amount_paise} paise of ${paid.number} cannot pay ${open.number}`);
  await saveInvoice(tx, from, { paid_paise: paise(paid.paid_paise - amount_paise) });
  const { id, number, customer_id, currency, total_paise, kind, tenant_id } = await saveInvoice(tx, to, {
    paid_paise: paise(open.paid_paise + amount_paise),
  });
  await told(tx, clock, {
    ...{ type: "invoice.paid", dedupe: `invoice.paid ${id} ${open.paid_paise + amount_paise} 0`, tenant_id },
    data: { invoice_id: id, number, kind, customer_id, currency, total_paise },
  });
}
