import type { CycleRow } from "../../billing/cycles/store.ts";
import { openAmount } from "../../billing/invoices/settle.ts";
import type { InvoiceRow } from "../../billing/invoices/store.ts";
import { divideHalfUp } from "../../kernel/money.ts";

/** What of an invoice is of one cycle: an invoice may bill the usage of one and the base of the next. */
export interface InvoiceShare {
  readonly cycle_id: string;
  /** A seller without a GSTIN charges no tax. */
  readonly taxed: boolean;
  readonly net_paise: number;
  readonly total_paise: number;
  readonly paid_paise: number;
  readonly open_paise: number;
}

type Cycle = Pick<CycleRow, "id" | "customer_id" | "start_at" | "end_at">;

/** An invoice by the cycles of its lines: what has become of it is split as its lines are, to the paisa. Lines of other cycles are left out. */
export function sharesOfInvoice(invoice: InvoiceRow, cycles: readonly Cycle[]): InvoiceShare[] {
  const nets = new Map<string | null, number>();
  for (const line of invoice.lines) {
    const cycle_id = cycleOf(invoice, line, cycles);
    nets.set(cycle_id, (nets.get(cycle_id) ?? 0) + line.net_paise);
  }
  const whole = [...nets.values()].reduce((sum, net) => sum + net, 0);
  const known = new Set<string>(cycles.map(({ id }) => id));
  let before = 0;
  return [...nets].flatMap(([cycle_id, net_paise]) => {
    const from = before;
    before += net_paise;
    const part = (amount: number) => upTo(amount, before, whole) - upTo(amount, from, whole);
    if (cycle_id === null || !known.has(cycle_id)) return [];
    return [
      {
        ...{ cycle_id, taxed: invoice.tax_rate_ppm > 0, net_paise, total_paise: part(invoice.total_paise) },
        ...{ paid_paise: part(invoice.paid_paise + invoice.tds_paise), open_paise: part(openAmount(invoice)) },
      },
    ];
  });
}

/** So much of an amount as `part` is of `whole`. */
const upTo = (amount: number, part: number, whole: number): number =>
  whole === 0 ? amount : Number(divideHalfUp(BigInt(amount) * BigInt(part), BigInt(whole)));

/** A base names its cycle, or the period that Razorpay charged; usage is of the invoice's cycle. */
function cycleOf(
  invoice: InvoiceRow,
  { details }: InvoiceRow["lines"][number],
  cycles: readonly Cycle[],
): string | null {
  if (typeof details?.cycle_id === "string") return details.cycle_id;
  if (invoice.kind !== "base") return invoice.cycle_id;
  const period = details?.period as { readonly from: string } | undefined;
  const at = period ? Date.parse(period.from) : invoice.issued_at;
  const own = cycles.filter(({ customer_id }) => customer_id === invoice.customer_id);
  return own.find(({ start_at, end_at }) => at >= start_at && at < end_at)?.id ?? invoice.cycle_id;
}
