/** Why a payment fails, in Razorpay's words: `error_reason`, and what it says with it. */
interface Told {
  readonly description: string;
  readonly source: string;
  readonly step: string;
}

const debit = (description: string, source = "customer"): Told => ({
  ...{ description, source, step: "payment_debit_request" },
});

const TOLD: Readonly<Record<string, Told>> = {
  insufficient_funds: debit("Transaction failed due to insufficient funds."),
  adequate_funds_not_available_blocked: debit("Adequate funds are not available or are blocked in the account."),
  mandate_cancelled: debit("Payment failed because the mandate was cancelled."),
  mandate_paused: debit("Payment failed because the mandate is paused."),
  mandate_expired: debit("Payment failed because the mandate has expired."),
  mandate_not_active: debit("Payment failed because the mandate is not active."),
  mandate_current_cycle_allowed_debit_exceeds: debit("The mandate was debited in this cycle already.", "business"),
  mandate_debit_beyond_psp_amount_cap: debit("The amount is beyond what the payer's app allows.", "customer_psp"),
  amount_does_not_match_mandate_amount: debit("The amount does not match the mandate's.", "business"),
  transaction_frequency_limit_exceeded: debit("The payer's bank allows no further debit now.", "issuer_bank"),
  per_transaction_limit_exceeded: debit("The amount is over the limit for a single transaction.", "issuer_bank"),
  debit_declined: debit("The payer's bank declined the debit.", "issuer_bank"),
  execution_day_rule_mismatch: debit("The mandate may not be debited on this day.", "business"),
  pre_debit_notification_not_sent: debit("The notice before the debit could not be sent.", "issuer_bank"),
  payment_timed_out: {
    description: "The payment was not completed in time.",
    source: "customer",
    step: "payment_authentication",
  },
  payment_risk_check_failed: {
    description: "The payment failed a risk check.",
    source: "business",
    step: "payment_initiation",
  },
  upi_dummy_payment: {
    description: "Payment was a dummy payment for one time mandate registration.",
    ...{ source: "business", step: "payment_initiation" },
  },
  payment_cancelled: {
    description: "You have cancelled the payment.",
    source: "customer",
    step: "payment_authentication",
  },
};

const OTHERWISE: Told = { description: "Payment failed.", source: "customer", step: "payment_authorization" };

export function errorOf(reason: string) {
  const { description, source, step } = TOLD[reason] ?? OTHERWISE;
  return {
    ...{ error_code: "BAD_REQUEST_ERROR", error_description: description, error_source: source },
    ...{ error_step: step, error_reason: reason },
  };
}
