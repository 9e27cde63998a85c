import type { LedgerAccount } from "../journal/journal.ts";

/** An account as an accountant's program knows it: its name, and Tally's group of it. */
export interface Ledger {
  readonly name: string;
  readonly group: string;
}

/** What the accounts of the journal are called. `receivable` is a ledger for each customer; the provider's cost comes with its self-invoice. */
export const LEDGERS: Readonly<Record<LedgerAccount, Ledger>> = {
  collector: { name: "Razorpay", group: "Bank Accounts" },
  bank: { name: "Bank", group: "Bank Accounts" },
  receivable: { name: "Accounts Receivable", group: "Sundry Debtors" },
  unbilled: { name: "Unbilled usage", group: "Current Assets" },
  tds_receivable: { name: "TDS receivable", group: "Loans & Advances (Asset)" },
  fees: { name: "Razorpay fees", group: "Indirect Expenses" },
  "fees.gst": { name: "Input GST on Razorpay fees", group: "Duties & Taxes" },
  wallet: { name: "Prepaid credit of customers", group: "Current Liabilities" },
  unapplied: { name: "Payments to be given back", group: "Current Liabilities" },
  opening: { name: "Prepaid credit sold elsewhere", group: "Suspense A/c" },
  "gst.cgst": { name: "Output CGST", group: "Duties & Taxes" },
  "gst.sgst": { name: "Output SGST", group: "Duties & Taxes" },
  "gst.igst": { name: "Output IGST", group: "Duties & Taxes" },
  "revenue.base": { name: "Subscription revenue", group: "Sales Accounts" },
  "revenue.overage": { name: "Usage revenue", group: "Sales Accounts" },
  "revenue.prepaid": { name: "Prepaid usage revenue", group: "Sales Accounts" },
  "revenue.promotional": { name: "Promotional usage revenue", group: "Sales Accounts" },
  "revenue.breakage": { name: "Lapsed credit", group: "Indirect Incomes" },
  promotional: { name: "Promotional usage", group: "Indirect Expenses" },
  bad_debt: { name: "Bad debts", group: "Indirect Expenses" },
  round_off: { name: "Rounding off", group: "Indirect Expenses" },
  "cost.provider": { name: "Claude API", group: "Direct Expenses" },
  "payable.provider": { name: "Anthropic, PBC", group: "Sundry Creditors" },
};

/** What is in no account of the journal. */
export const ROUNDING: Ledger = { name: "Rounding difference", group: "Indirect Expenses" };
export const REVERSE_CHARGE: Ledger = { name: "IGST under reverse charge", group: "Duties & Taxes" };
export const REVERSE_CHARGE_CREDIT: Ledger = { name: "Input IGST under reverse charge", group: "Duties & Taxes" };

/** In dollars, by calls: in the books it is what the provider invoices, and the self-invoice says. */
export const LEFT_OUT: readonly string[] = ["cost.provider", "payable.provider"] satisfies LedgerAccount[];

/** Where money is. */
export const isMoney = ({ group }: Ledger): boolean => group === "Bank Accounts";
