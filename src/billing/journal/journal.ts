import type { Reader, Tx } from "../../db/database.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { type CustomerId, newId, type TenantId } from "../../kernel/id.ts";
import { type Micros, micros } from "../../kernel/money.ts";
import { insertEntries, insertTransfer, sumOf } from "./store.ts";

/** The chart of accounts: see billing/README.md. Debits are positive. */
const LEDGER_ACCOUNTS = [
  ...(["collector", "bank", "receivable", "unbilled", "tds_receivable", "fees", "fees.gst"] as const),
  ...(["wallet", "unapplied", "gst.cgst", "gst.sgst", "gst.igst", "payable.provider"] as const),
  ...(["revenue.base", "revenue.prepaid", "revenue.overage", "revenue.promotional"] as const),
  ...(["revenue.breakage", "opening"] as const),
  ...(["promotional", "bad_debt", "round_off", "cost.provider"] as const),
] as const;
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

export interface Entry {
  readonly ledger_account: LedgerAccount;
  readonly currency: string;
  readonly amount_micros: Micros;
}

export interface NewTransfer {
  /** The occasion: of one, there is one transfer. */
  readonly source: string;
  readonly kind: string;
  readonly account_id: AccountId;
  readonly tenant_id: TenantId;
  readonly customer_id: CustomerId | null;
  readonly memo: string;
  /** Business time. */
  readonly at: number;
  readonly entries: readonly Entry[];
}

/** Posts a movement of money, once for its source: false where it was posted before. Throws where it does not sum to zero in every currency. */
export async function post(tx: Tx, { entries, ...transfer }: NewTransfer, wall: number): Promise<boolean> {
  const moved = entries.filter(({ amount_micros }) => amount_micros !== 0);
  assertBalanced(transfer.source, moved);
  const id = newId("transfer", wall);
  if (!(await insertTransfer(tx, { ...transfer, id, created_at: wall }))) return false;
  const { tenant_id, customer_id } = transfer;
  await insertEntries(
    tx,
    moved.map((entry, line) => ({ ...entry, transfer_id: id, line, tenant_id, customer_id })),
  );
  return true;
}

function assertBalanced(source: string, entries: readonly Entry[]): void {
  const sums = new Map<string, bigint>();
  for (const { currency, amount_micros } of entries)
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amount_micros));
  for (const [currency, sum] of sums)
    if (sum !== 0n) throw new Error(`the transfer ${source} does not balance: ${sum} micros of ${currency} too many`);
}

/** One entry, in micros: positive for a debit, negative for a credit. */
export const debit = (ledger_account: LedgerAccount, currency: string, amount: number | bigint): Entry => ({
  ledger_account,
  currency,
  amount_micros: micros(amount),
});

export const credit = (ledger_account: LedgerAccount, currency: string, amount: number | bigint): Entry =>
  debit(ledger_account, currency, -BigInt(amount));

/** What stands on an account for a customer: debits less credits. */
export const balanceOf = (
  read: Reader,
  of: { tenant_id: TenantId; customer_id: CustomerId; ledger_account: LedgerAccount; currency: string },
): Promise<Micros> => sumOf(read, of);
