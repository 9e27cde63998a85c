/** What the API says of money, as far as these pages show it. */

export interface Collection {
  readonly id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly invoice_id: string;
  readonly attempt: number;
  readonly channel: "debit" | "link";
  readonly status: string;
  readonly amount_paise: number;
  readonly currency: string;
  readonly payment_id: string | null;
  readonly short_url: string | null;
  readonly next_at: string;
  readonly final_at: string | null;
  readonly error_reason: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Payment {
  readonly id: string;
  readonly account_id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly purpose: string;
  readonly invoice_id: string | null;
  readonly status: string;
  readonly method: string | null;
  readonly currency: string;
  readonly amount_paise: number;
  readonly fee_paise: number;
  readonly fee_tax_paise: number;
  readonly refunded_paise: number;
  readonly error_reason: string | null;
  readonly captured_at: string | null;
  readonly created_at: string;
}

export interface Refund {
  readonly id: string;
  readonly tenant_id: string;
  readonly payment_id: string;
  readonly razorpay_refund_id: string | null;
  readonly origin: string;
  readonly status: string;
  readonly currency: string;
  readonly amount_paise: number;
  readonly reason: string;
  readonly created_at: string;
}

export interface Dispute {
  readonly id: string;
  readonly tenant_id: string;
  readonly payment_id: string;
  readonly status: string;
  readonly phase: string;
  readonly reason_code: string | null;
  readonly currency: string;
  readonly amount_paise: number;
  readonly deducted_paise: number;
  readonly respond_by: string | null;
  readonly created_at: string;
}

export interface Promotion {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly code: string;
  readonly credit_micros: number;
  readonly currency: string;
  readonly max_redemptions: number | null;
  readonly redeemed: number;
  readonly credit_days: number | null;
  readonly expires_at: string | null;
  readonly created_at: string;
}

/** What a customer owes by open invoices, by the days since they were due. */
export interface Ageing {
  readonly customer_id: string;
  readonly tenant_id: string;
  readonly currency: string;
  readonly invoices: number;
  readonly open_paise: number;
  readonly not_due_paise: number;
  readonly days_0_30_paise: number;
  readonly days_30_60_paise: number;
  readonly days_60_90_paise: number;
  readonly days_90_paise: number;
  readonly oldest_due_at: string;
}
