import type { Invoice } from "./InvoiceList.tsx";

export interface CreditNote {
  readonly id: string;
  readonly number: string;
  readonly reason: string;
  readonly total_paise: number;
  readonly issued_at: string;
}

/** An invoice with everything that it says. */
export interface WholeInvoice extends Invoice {
  readonly place_of_supply: string;
  readonly buyer: Readonly<Record<string, unknown>>;
  readonly seller: Readonly<Record<string, unknown>>;
  readonly lines: readonly { readonly description: string; readonly sac: string; readonly net_paise: number }[];
  readonly tax_rate_ppm: number;
  readonly taxable_paise: number;
  readonly cgst_paise: number;
  readonly sgst_paise: number;
  readonly igst_paise: number;
  readonly round_off_paise: number;
  readonly fx: Readonly<Record<string, unknown>> | null;
  readonly credit_notes: readonly CreditNote[];
}
