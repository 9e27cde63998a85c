import { divideHalfUp, type Paise, paise } from "../../kernel/money.ts";
import type { EntryRow } from "../journal/store.ts";
import type { SelfInvoiceRow } from "../self-invoices/store.ts";
import { isMoney, LEDGERS, LEFT_OUT, type Ledger, REVERSE_CHARGE, REVERSE_CHARGE_CREDIT, ROUNDING } from "./ledgers.ts";

/** One ledger of a voucher, in paise: debits are positive. */
export interface VoucherLine {
  readonly ledger: Ledger;
  /** True of the ledger of the customer, who has a name. */
  readonly party: boolean;
  readonly amount_paise: Paise;
}

type Amount = Pick<EntryRow, "ledger_account" | "amount_micros">;
const MICROS_PER_PAISA = 10_000n;
const ONE = 1_000_000n;

/**
 * The entries of a transfer by ledger, each rounded to the paisa once; what the roundings leave has a line of its own, so that debits are credits. With a
 * rate they are in rupees. What comes to less than half a paisa is left out.
 */
export function linesOf(entries: readonly Amount[], rupees_micros: number | null): readonly VoucherLine[] {
  const sums = new Map<string, bigint>();
  for (const { ledger_account: name, amount_micros } of entries)
    if (!LEFT_OUT.includes(name)) sums.set(name, (sums.get(name) ?? 0n) + BigInt(amount_micros));
  const lines = [...sums].map(([name, sum]) => ({
    ...{ ledger: LEDGERS[name as keyof typeof LEDGERS], party: name === "receivable" },
    amount_paise: inPaise(sum, rupees_micros),
  }));
  return balanced(lines.filter(({ amount_paise }) => amount_paise !== 0));
}

/** Rounded away from zero at the half, so that the two sides of one amount are rounded alike. */
function inPaise(micros: bigint, rupees_micros: number | null): Paise {
  const size = micros < 0n ? -micros : micros;
  const rounded = divideHalfUp(size * BigInt(rupees_micros ?? ONE), MICROS_PER_PAISA * ONE);
  return paise(micros < 0n ? -rounded : rounded);
}

function balanced(lines: readonly VoucherLine[]): readonly VoucherLine[] {
  const off = lines.reduce((sum, { amount_paise }) => sum + amount_paise, 0);
  return off === 0 ? lines : [...lines, { ledger: ROUNDING, party: false, amount_paise: paise(-off) }];
}

/** The service that was imported, owed to the provider; and the tax on it, owed and taken as credit at once. */
export function importLines({ taxable_paise, igst_paise }: SelfInvoiceRow): readonly VoucherLine[] {
  const line = (ledger: Ledger, amount: number) => ({ ledger, party: false, amount_paise: paise(amount) });
  return [
    line(LEDGERS["cost.provider"], taxable_paise),
    line(LEDGERS["payable.provider"], -taxable_paise),
    line(REVERSE_CHARGE_CREDIT, igst_paise),
    line(REVERSE_CHARGE, -igst_paise),
  ].filter(({ amount_paise }) => amount_paise !== 0);
}

export type VoucherType = "Sales" | "Credit Note" | "Receipt" | "Payment" | "Journal";

/** Tally's type: what sells and what takes it back have their own, money that comes or goes too; the rest is a journal. */
export function typeOf(kind: string, lines: readonly VoucherLine[]): VoucherType {
  if (kind === "invoice") return "Sales";
  if (kind === "credit_note") return "Credit Note";
  const moved = lines.reduce((sum, { ledger, amount_paise }) => sum + (isMoney(ledger) ? amount_paise : 0), 0);
  return moved > 0 ? "Receipt" : moved < 0 ? "Payment" : "Journal";
}
