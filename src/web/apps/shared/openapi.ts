// Written by `npm run openapi` from the OpenAPI document: not to be edited.

/** A key of an administrator, without its secret. */
export type AdminKey = {
  readonly id: string;
  readonly name: string;
  readonly role: "owner" | "finance" | "support";
  readonly prefix: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly created_at: string;
};

/** A key of an administrator with its secret, which is shown this once. */
export type AdminKeyWithSecret = {
  readonly id: string;
  readonly name: string;
  readonly role: "owner" | "finance" | "support";
  readonly prefix: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly created_at: string;
  readonly secret: string;
};

/** A browser in which an administrator is signed in. */
export type AdminSession = {
  readonly id: string;
  readonly key_id: string | null;
  readonly name: string;
  readonly role: "owner" | "finance" | "support";
  readonly address: string | null;
  readonly agent: string | null;
  readonly created_at: string;
  readonly expires_at: string;
  readonly current: boolean;
};

export type AgeingRows = {
  readonly at: string;
  readonly data: readonly {
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
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

/** What the operator must hear of, once. `tenant_id` null: about the installation. */
export type Alert = {
  readonly id: string;
  readonly type: string;
  readonly severity: "info" | "warning" | "critical";
  readonly tenant_id: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly created_at: string;
  readonly acknowledged_at: string | null;
  readonly acknowledged_by: string | null;
  readonly note: string | null;
};

/** When alerts are raised. */
export type AlertSettings = {
  readonly included: { readonly enabled: boolean; readonly alert_at: readonly number[] };
  readonly spend_anomaly: {
    readonly enabled: boolean;
    readonly weeks: number;
    readonly weeks_min: number;
    readonly score_min: number;
    readonly ratio_min: number;
    readonly amount_min_micros_usd: number;
  };
  readonly upstream_errors: {
    readonly enabled: boolean;
    readonly window_minutes: number;
    readonly calls_min: number;
    readonly share_min: number;
  };
  readonly webhooks_silent: { readonly enabled: boolean; readonly hours: number; readonly due_min: number };
  readonly signups: { readonly enabled: boolean; readonly hour_min: number; readonly ratio_min: number };
  readonly free_refusals: { readonly enabled: boolean; readonly hour_min: number };
  readonly renewals: { readonly enabled: boolean; readonly days: number };
  readonly margin: { readonly enabled: boolean; readonly least_ppm: number };
};

/** A change that an administrator made: who, from where, what, before and after. */
export type AuditLine = {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly actor_name: string;
  readonly address: string | null;
  readonly agent: string | null;
  readonly action: string;
  readonly tenant_id: string | null;
  readonly subject_id: string;
  readonly before: unknown;
  readonly after: unknown;
};

/** How a customer stands: its plan, its cycle, its grants, its mandate, and what is open. */
export type Billing = {
  readonly customer_id: string;
  readonly currency: string;
  readonly standing: "ok" | "unsubscribed" | "halted" | "suspended";
  readonly plan: {
    readonly id: string;
    readonly name: string | null;
    readonly version: number;
    readonly period: "daily" | "weekly" | "monthly" | "quarterly" | "yearly";
    readonly interval: number;
    readonly price_paise: number;
    readonly tax: "inclusive" | "exclusive";
    readonly included_micros: number;
    readonly overage: { readonly enabled: boolean; readonly cap_micros: number };
    readonly unit: { readonly name: string; readonly micros: number } | null;
    readonly collection: "subscription" | "mandate" | "prepaid";
    readonly pricing?: { readonly type: "rate_card"; readonly rates: readonly CardRate[] };
    readonly tiers: readonly { readonly up_to_micros: number | null; readonly multiplier_ppm: number }[] | null;
  } | null;
  readonly cycle: { readonly id: string | null; readonly start: string; readonly end: string | null } | null;
  readonly grants: readonly {
    readonly id: string;
    readonly kind: "included" | "prepaid" | "promotional" | "overage";
    readonly amount_micros: number;
    readonly used_micros: number;
    readonly held_micros: number;
    readonly expires_at: string | null;
  }[];
  readonly mandate: {
    readonly id: string;
    readonly method: "upi" | "card" | "emandate";
    readonly max_amount_paise: number;
  } | null;
  readonly open: readonly {
    readonly invoice_id: string;
    readonly number: string;
    readonly kind: "base" | "topup" | "overage" | "combined";
    readonly open_paise: number;
    readonly due_at: string;
    readonly suspends_at: string | null;
    readonly pay_url: string | null;
    readonly debiting: boolean;
  }[];
};

/** What a customer's invoices say of it, and whose State decides their tax. */
export type BillingProfile = {
  readonly customer_id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly email: string;
  readonly contact: string;
  readonly address: {
    readonly line1: string;
    readonly line2?: string;
    readonly city: string;
    readonly postal_code: string;
    readonly country: string;
  };
  readonly state_code: string;
  readonly state: string;
  readonly gstin: string | null;
  readonly created_at: string;
  readonly updated_at: string;
};

export type CacheRows = {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly group_by: readonly string[];
  readonly complete: boolean;
  readonly data: readonly {
    readonly hour?: string | null;
    readonly day?: string | null;
    readonly week?: string | null;
    readonly month?: string | null;
    readonly tenant_id?: string | null;
    readonly tenant_name?: string | null;
    readonly user_id?: string | null;
    readonly user_external_id?: string | null;
    readonly key_id?: string | null;
    readonly key_name?: string | null;
    readonly model?: string | null;
    readonly plan_version_id?: string | null;
    readonly tag?: string | null;
    readonly promotion_id?: string | null;
    readonly promotion_code?: string | null;
    readonly requests: number;
    readonly prompt_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly cache_hit_ppm: number | null;
    readonly cache_saved_micros_usd: number;
    readonly cache_saved_usd: string;
    readonly currency: string;
  }[];
  readonly totals: readonly {
    readonly requests: number;
    readonly prompt_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly cache_hit_ppm: number | null;
    readonly cache_saved_micros_usd: number;
    readonly cache_saved_usd: string;
    readonly currency: string;
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

/** What a plan charges for a model, or for those that a glob names, in its currency. */
export type CardRate = {
  readonly model: string;
  readonly list: "standard" | "fast";
  readonly above_prompt_tokens: number;
  readonly per_million: {
    readonly input: string;
    readonly cache_read: string;
    readonly cache_write_5m: string;
    readonly cache_write_1h: string;
    readonly output: string;
  };
  readonly per_request: { readonly web_search: string | null };
};

export type ChangePreview = {
  readonly preview: true;
  readonly when: "now" | "cycle_end";
  readonly from: { readonly plan_id: string; readonly plan_version_id: string };
  readonly to: {
    readonly plan_id: string;
    readonly plan_version_id: string;
    readonly name: string;
    readonly collection: "subscription" | "mandate" | "prepaid";
  };
  readonly currency: string;
  readonly starts_at: string | null;
  readonly needs_approval: boolean;
  readonly approve_by: string | null;
  readonly pay_now_paise: number;
  readonly pay_by: "subscription" | "mandate" | "prepaid" | null;
  readonly pay_each_cycle_paise: number;
  readonly credit: {
    readonly days: number;
    readonly days_left: number;
    readonly gross_paise: number;
    readonly credit_micros: number;
  } | null;
  readonly included_micros: number;
};

export type ChatAnswer = {
  readonly text: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly model: string;
  readonly stop_reason: string | null;
  readonly cost_usd?: string;
  readonly spend_micros?: number;
  readonly currency?: string;
  readonly request_id: string;
  readonly data?: unknown;
} & Readonly<Record<string, unknown>>;

/** A call that creates something at Razorpay, written down before it is sent. */
export type Claim = {
  readonly id: string;
  readonly key: string;
  readonly account_id: string;
  readonly tenant_id: string;
  readonly operation: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly status: "claimed" | "sent" | "done" | "refused";
  readonly remote_id: string | null;
  readonly answer: Readonly<Record<string, unknown>> | null;
  readonly attempts: number;
  readonly sent_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
};

export type ClaudeModel = {
  readonly type: "model";
  readonly id: string;
  readonly display_name: string;
  readonly created_at: string;
};

/** One attempt to collect an invoice: a debit of a mandate, or a payment link. */
export type Collection = {
  readonly id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly account_id: string;
  readonly invoice_id: string;
  readonly attempt: number;
  readonly channel: "debit" | "link";
  readonly status: "claimed" | "order_created" | "submitted" | "sent" | "settled" | "failed" | "unknown" | "cancelled";
  readonly amount_paise: number;
  readonly currency: string;
  readonly mandate_id: string | null;
  readonly order_id: string | null;
  readonly payment_id: string | null;
  readonly link_id: string | null;
  readonly short_url: string | null;
  readonly next_at: string;
  readonly final_at: string | null;
  readonly error_reason: string | null;
  readonly created_at: string;
  readonly updated_at: string;
};

export type CollectionRows = {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly group_by: readonly string[];
  readonly data: readonly {
    readonly hour?: string | null;
    readonly day?: string | null;
    readonly week?: string | null;
    readonly month?: string | null;
    readonly tenant_id?: string | null;
    readonly customer_id?: string | null;
    readonly method?: string | null;
    readonly purpose?: string | null;
    readonly payments: number;
    readonly collected_paise: number;
    readonly fee_paise: number;
    readonly fee_tax_paise: number;
    readonly refunded_paise: number;
    readonly disputed_paise: number;
    readonly net_paise: number;
    readonly currency: string;
  }[];
  readonly totals: readonly {
    readonly payments: number;
    readonly collected_paise: number;
    readonly fee_paise: number;
    readonly fee_tax_paise: number;
    readonly refunded_paise: number;
    readonly disputed_paise: number;
    readonly net_paise: number;
    readonly currency: string;
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

/** What the provider bills beside the calls, and no request explains. */
export type CostLine = {
  readonly id: string;
  readonly kind: "code_execution_hours";
  readonly reference: string;
  readonly quantity: string;
  readonly charged: string;
  readonly usd_each: string;
  readonly cost_micros_usd: number;
  readonly cost_usd: string;
  readonly from: string;
  readonly to: string;
  readonly note: string | null;
  readonly created_at: string;
};

export type CostRows = {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly group_by: readonly string[];
  readonly complete: boolean;
  readonly data: readonly {
    readonly hour?: string | null;
    readonly day?: string | null;
    readonly week?: string | null;
    readonly month?: string | null;
    readonly tenant_id?: string | null;
    readonly tenant_name?: string | null;
    readonly user_id?: string | null;
    readonly user_external_id?: string | null;
    readonly key_id?: string | null;
    readonly key_name?: string | null;
    readonly model?: string | null;
    readonly plan_version_id?: string | null;
    readonly tag?: string | null;
    readonly promotion_id?: string | null;
    readonly promotion_code?: string | null;
    readonly requests: number;
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly output_tokens: number;
    readonly web_searches: number;
    readonly cost_micros_usd: number;
    readonly cost_usd: string;
    readonly cost_micros: number;
    readonly currency: string;
  }[];
  readonly totals: readonly {
    readonly requests: number;
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly output_tokens: number;
    readonly web_searches: number;
    readonly cost_micros_usd: number;
    readonly cost_usd: string;
    readonly cost_micros: number;
    readonly currency: string;
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

/** The grant; of credit that repeats the one of the present period, where there is one, and what repeats. */
export type CreditGiven = {
  readonly id?: string;
  readonly tenant_id?: string;
  readonly customer_id?: string;
  readonly kind?: "included" | "prepaid" | "promotional" | "overage";
  readonly priority?: number;
  readonly currency?: string;
  readonly reason?: string;
  readonly source?: string | null;
  readonly cycle_id?: string | null;
  readonly amount_micros?: number;
  readonly used_micros?: number;
  readonly held_micros?: number;
  readonly free_micros?: number;
  readonly starts_at?: string;
  readonly expires_at?: string | null;
  readonly created_at?: string;
  readonly repeats?: CreditRepeat;
};

/** Prepaid credit that is not used, tenant by tenant and in total. */
export type CreditLiability = {
  readonly data: readonly {
    readonly tenant_id: string;
    readonly currency: string;
    readonly booked_micros: number;
    readonly unspent_micros: number | null;
    readonly drawn_micros: number | null;
    readonly agrees: boolean | null;
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
  readonly at: string;
  readonly totals: readonly { readonly currency: string; readonly booked_micros: number }[];
};

/** A document that takes back a part of an invoice. */
export type CreditNote = {
  readonly id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly invoice_id: string;
  readonly seller_id: string;
  readonly number: string;
  readonly financial_year: string;
  readonly reason: string;
  readonly currency: string;
  readonly taxable_paise: number;
  readonly cgst_paise: number;
  readonly sgst_paise: number;
  readonly igst_paise: number;
  readonly round_off_paise: number;
  readonly total_paise: number;
  readonly issued_at: string;
};

/** Credit that is given again in each period. */
export type CreditRepeat = {
  readonly id: string;
  readonly kind: "prepaid" | "promotional";
  readonly amount_micros: number;
  readonly reason: string;
  readonly status: "active" | "ended" | "cancelled";
  readonly every: "month" | "cycle";
  readonly until: string | null;
  readonly times: number | null;
  readonly lasts: "period" | "forever";
  readonly given: number;
  readonly cancelled_at: string | null;
  readonly created_at: string;
};

/** All there is to know of a customer, newest first; the rest of each list is behind its link. */
export type CustomerStory = {
  readonly customer: {
    readonly id: string;
    readonly currency: string;
    readonly created_at: string;
    readonly tenant: {
      readonly id: string;
      readonly external_id: string | null;
      readonly name: string;
      readonly status: string;
    };
    readonly user: {
      readonly id: string;
      readonly external_id: string;
      readonly name: string | null;
      readonly status: string;
    } | null;
    readonly profile: {
      readonly name: string;
      readonly email: string;
      readonly contact: string;
      readonly gstin: string | null;
      readonly state_code: string;
    } | null;
  };
  readonly standing: "ok" | "unsubscribed" | "halted" | "suspended";
  readonly plan: {
    readonly id: string;
    readonly name: string | null;
    readonly version: number;
    readonly link: string;
  } | null;
  readonly cycle: {
    readonly id: string | null;
    readonly start: string;
    readonly end: string | null;
    readonly state: "open" | "ended" | "closed" | null;
    readonly trial: boolean;
    readonly billed_micros: number;
    readonly included: {
      readonly amount_micros: number;
      readonly used_micros: number;
      readonly held_micros: number;
    } | null;
    readonly overage: {
      readonly amount_micros: number;
      readonly used_micros: number;
      readonly held_micros: number;
    } | null;
    readonly link: string;
  } | null;
  readonly wallet: { readonly left_micros: number; readonly link: string };
  readonly grants: { readonly data: readonly Grant[]; readonly has_more: boolean; readonly link: string };
  readonly mandates: { readonly data: readonly Mandate[]; readonly has_more: boolean; readonly link: string };
  readonly subscriptions: {
    readonly data: readonly {
      readonly id: string;
      readonly plan_id: string;
      readonly plan_version_id: string;
      readonly collection: "subscription" | "mandate" | "prepaid";
      readonly status:
        | "created"
        | "authenticated"
        | "active"
        | "pending"
        | "halted"
        | "paused"
        | "cancelled"
        | "completed"
        | "expired";
      readonly method: string | null;
      readonly razorpay_subscription_id: string | null;
      readonly paid_count: number;
      readonly remaining_count: number;
      readonly cancel_at_cycle_end: boolean;
      readonly current_start: string | null;
      readonly current_end: string | null;
      readonly charge_at: string | null;
      readonly pending_since: string | null;
      readonly replaces: string | null;
      readonly replace_when: "now" | "cycle_end" | null;
      readonly adopted_at: string | null;
      readonly ended_at: string | null;
      readonly created_at: string;
      readonly history: readonly {
        readonly from:
          | "created"
          | "authenticated"
          | "active"
          | "pending"
          | "halted"
          | "paused"
          | "cancelled"
          | "completed"
          | "expired"
          | null;
        readonly to:
          | "created"
          | "authenticated"
          | "active"
          | "pending"
          | "halted"
          | "paused"
          | "cancelled"
          | "completed"
          | "expired";
        readonly cause: string;
        readonly at: string;
      }[];
      readonly has_more_history: boolean;
    }[];
    readonly has_more: boolean;
    readonly link: string;
  };
  readonly invoices: { readonly data: readonly Invoice[]; readonly has_more: boolean; readonly link: string };
  readonly credit_notes: { readonly data: readonly CreditNote[]; readonly has_more: boolean; readonly link: string };
  readonly payments: { readonly data: readonly Payment[]; readonly has_more: boolean; readonly link: string };
  readonly refunds: { readonly data: readonly Refund[]; readonly has_more: boolean; readonly link: string };
  readonly collections: { readonly data: readonly Collection[]; readonly has_more: boolean; readonly link: string };
  readonly open_holds: { readonly data: readonly Hold[]; readonly has_more: boolean; readonly link: string };
  readonly refusals: {
    readonly data: readonly {
      readonly id: string;
      readonly type: string;
      readonly data: Readonly<Record<string, unknown>>;
      readonly created_at: string;
      readonly acknowledged_at: string | null;
    }[];
    readonly has_more: boolean;
    readonly link: string;
  };
  readonly alerts: {
    readonly data: readonly {
      readonly id: string;
      readonly type: string;
      readonly data: Readonly<Record<string, unknown>>;
      readonly created_at: string;
      readonly acknowledged_at: string | null;
    }[];
    readonly has_more: boolean;
    readonly link: string;
  };
  readonly webhooks: {
    readonly data: readonly {
      readonly data: readonly {
        readonly id: string;
        readonly alert_id: string;
        readonly state: "pending" | "delivered" | "failed";
        readonly attempts: number;
        readonly status: number | null;
        readonly error: string | null;
        readonly delivered_at: string | null;
        readonly created_at: string;
      }[];
      readonly has_more: boolean;
      readonly link: string;
      readonly endpoint_id: string;
      readonly url: string;
    }[];
    readonly has_more: boolean;
    readonly link: string;
  };
  readonly statement: {
    readonly closing_micros: number;
    readonly lines: readonly {
      readonly at: string;
      readonly kind: string;
      readonly memo: string;
      readonly amount_micros: number;
      readonly balance_micros: number;
    }[];
    readonly has_more: boolean;
    readonly link: string;
  };
};

/** One billing period of a customer. */
export type Cycle = {
  readonly id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly account_id: string;
  readonly subscription_id: string | null;
  readonly plan_id: string;
  readonly plan_version_id: string;
  readonly currency: string;
  readonly start_at: string;
  readonly end_at: string;
  readonly state: "open" | "ended" | "closed";
  readonly trial: boolean;
  readonly rate_micros: number | null;
  readonly rate_source: string | null;
  readonly rate_valid_from: string | null;
  readonly included_grant_id: string | null;
  readonly overage_grant_id: string | null;
  readonly billed_micros: number;
  readonly early_bills: number;
  readonly totals: Readonly<Record<string, unknown>> | null;
  readonly overage_invoice_id: string | null;
  readonly base_invoice_id: string | null;
  readonly closed_at: string | null;
};

export type CycleRows = {
  readonly data: readonly {
    readonly id: string;
    readonly tenant_id: string;
    readonly tenant_name: string;
    readonly customer_id: string;
    readonly subscription_id: string | null;
    readonly plan_version_id: string;
    readonly state: "open" | "ended" | "closed";
    readonly trial: "yes" | "no";
    readonly start: string;
    readonly end: string;
    readonly currency: string;
    readonly base_micros: number;
    readonly included_micros: number;
    readonly metered_micros: number;
    readonly included_used_micros: number;
    readonly promotional_micros: number | null;
    readonly prepaid_micros: number | null;
    readonly overage_micros: number;
    readonly invoiced_micros: number;
    readonly invoiced_paise: number;
    readonly collected_paise: number;
    readonly open_paise: number;
    readonly variance_micros: number;
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

/** One event on its way to one endpoint. */
export type Delivery = {
  readonly id: string;
  readonly endpoint_id: string;
  readonly tenant_id: string | null;
  readonly event_id: string;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly next_at: string | null;
  readonly delivered_at: string | null;
  readonly created_at: string;
};

export type DeliveryListed = {
  readonly id: string;
  readonly endpoint_id: string;
  readonly tenant_id: string | null;
  readonly event_id: string;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly next_at: string | null;
  readonly delivered_at: string | null;
  readonly created_at: string;
  readonly type: string;
};

/** A dispute as Razorpay has it. Money leaves only when it is lost. */
export type Dispute = {
  readonly id: string;
  readonly account_id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly payment_id: string;
  readonly status: "open" | "under_review" | "won" | "lost" | "closed";
  readonly phase: string;
  readonly reason_code: string | null;
  readonly currency: string;
  readonly amount_paise: number;
  readonly deducted_paise: number;
  readonly respond_by: string | null;
  readonly created_at: string;
  readonly updated_at: string;
};

/** Where our own events are sent. `tenant_id` null: those of everybody. No `types`: all. */
export type Endpoint = {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly url: string;
  readonly types: readonly string[];
  readonly failing_since: string | null;
  readonly created_at: string;
};

/** An endpoint with the secret that its events are signed with (Standard Webhooks), which is shown this once. */
export type EndpointWithSecret = {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly url: string;
  readonly types: readonly string[];
  readonly failing_since: string | null;
  readonly created_at: string;
  readonly secret: string;
};

export type Erasure = {
  readonly user_id: string;
  readonly erased_at: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly kept: readonly string[];
  readonly elsewhere: readonly string[];
};

/** Where two sides do not say the same: both figures, the rows behind them, and what to do. */
export type Finding = {
  readonly id: string;
  readonly reconciliation_id: string;
  readonly tenant_id: string | null;
  readonly side: "books" | "provider" | "collector";
  readonly kind: string;
  readonly severity: "info" | "warning" | "critical";
  readonly subject: string;
  readonly local: Readonly<Record<string, unknown>> | null;
  readonly remote: Readonly<Record<string, unknown>> | null;
  readonly rows: readonly string[];
  readonly action: string;
  readonly repaired: boolean;
  readonly repair_error: string | null;
  readonly explained_by: string | null;
  readonly created_at: string;
  readonly meaning: string | null;
  readonly repairable: boolean;
};

/** One USD in micros of a currency, from an instant on. */
export type FxRate = {
  readonly id: string;
  readonly currency: string;
  readonly rate_micros: number;
  readonly valid_from: string;
  readonly source: string;
  readonly created_at: string;
};

/** An amount that a customer may spend. */
export type Grant = {
  readonly id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly kind: "included" | "prepaid" | "promotional" | "overage";
  readonly priority: number;
  readonly currency: string;
  readonly reason: string;
  readonly source: string | null;
  readonly cycle_id: string | null;
  readonly amount_micros: number;
  readonly used_micros: number;
  readonly held_micros: number;
  readonly free_micros: number;
  readonly starts_at: string;
  readonly expires_at: string | null;
  readonly created_at: string;
};

/** GSTR-3B of a period, by the numbers of its tables. */
export type Gstr3b = {
  readonly account: string;
  readonly gstin: string;
  readonly from: string;
  readonly to: string;
  readonly tables: {
    readonly "3.1(a)": {
      readonly taxable_paise: number;
      readonly igst_paise: number;
      readonly cgst_paise: number;
      readonly sgst_paise: number;
    };
    readonly "3.1(b)": {
      readonly taxable_paise: number;
      readonly igst_paise: number;
      readonly cgst_paise: number;
      readonly sgst_paise: number;
    };
    readonly "3.1(d)": {
      readonly taxable_paise: number;
      readonly igst_paise: number;
      readonly cgst_paise: number;
      readonly sgst_paise: number;
    };
    readonly "4(A)(2)": {
      readonly taxable_paise: number;
      readonly igst_paise: number;
      readonly cgst_paise: number;
      readonly sgst_paise: number;
    };
    readonly "4(A)(3)": {
      readonly taxable_paise: number;
      readonly igst_paise: number;
      readonly cgst_paise: number;
      readonly sgst_paise: number;
    };
  };
  readonly self_invoices: readonly string[];
  readonly import: {
    readonly cost_micros_usd: number;
    readonly rate_micros: number;
    readonly rate_source: string;
    readonly rate_valid_from: string;
  } | null;
};

/** What is held for a request that is under way. */
export type Hold = {
  readonly id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly user_id: string | null;
  readonly key_id: string | null;
  readonly node_id: string;
  readonly held_micros: number;
  readonly draws: readonly { readonly grant_id: string; readonly amount: number }[];
  readonly limits: readonly {
    readonly metric: "requests" | "input_tokens" | "output_tokens" | "total_tokens" | "spend_micros";
    readonly window: "minute" | "hour" | "day" | "week" | "month" | "cycle" | "lifetime";
    readonly amount: number;
  }[];
  readonly checkpoint: Readonly<Record<string, unknown>> | null;
  readonly admitted_at: string;
  readonly expires_at: string;
};

/** A tax invoice. It is open while `open_paise` is more than 0. */
export type Invoice = {
  readonly id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly seller_id: string;
  readonly kind: "base" | "topup" | "overage" | "combined";
  readonly number: string;
  readonly financial_year: string;
  readonly cycle_id: string | null;
  readonly subscription_id: string | null;
  readonly currency: string;
  readonly seller: Readonly<Record<string, unknown>>;
  readonly buyer: Readonly<Record<string, unknown>>;
  readonly place_of_supply: string;
  readonly lines: readonly {
    readonly description: string;
    readonly sac: string;
    readonly details?: Readonly<Record<string, unknown>>;
    readonly ledger_account?: "revenue.base" | "wallet" | "unbilled";
    readonly net_micros: number;
    readonly net_paise: number;
  }[];
  readonly tax_rate_ppm: number;
  readonly taxable_paise: number;
  readonly cgst_paise: number;
  readonly sgst_paise: number;
  readonly igst_paise: number;
  readonly round_off_paise: number;
  readonly total_paise: number;
  readonly paid_paise: number;
  readonly credited_paise: number;
  readonly tds_paise: number;
  readonly written_off_paise: number;
  readonly fx: Readonly<Record<string, unknown>> | null;
  readonly issued_at: string;
  readonly due_at: string;
  readonly reopened_at: string | null;
  readonly suspended_at: string | null;
  readonly open_paise: number;
  readonly status: "open" | "written_off" | "paid";
};

export type InvoiceWithNotes = {
  readonly id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly seller_id: string;
  readonly kind: "base" | "topup" | "overage" | "combined";
  readonly number: string;
  readonly financial_year: string;
  readonly cycle_id: string | null;
  readonly subscription_id: string | null;
  readonly currency: string;
  readonly seller: Readonly<Record<string, unknown>>;
  readonly buyer: Readonly<Record<string, unknown>>;
  readonly place_of_supply: string;
  readonly lines: readonly {
    readonly description: string;
    readonly sac: string;
    readonly details?: Readonly<Record<string, unknown>>;
    readonly ledger_account?: "revenue.base" | "wallet" | "unbilled";
    readonly net_micros: number;
    readonly net_paise: number;
  }[];
  readonly tax_rate_ppm: number;
  readonly taxable_paise: number;
  readonly cgst_paise: number;
  readonly sgst_paise: number;
  readonly igst_paise: number;
  readonly round_off_paise: number;
  readonly total_paise: number;
  readonly paid_paise: number;
  readonly credited_paise: number;
  readonly tds_paise: number;
  readonly written_off_paise: number;
  readonly fx: Readonly<Record<string, unknown>> | null;
  readonly issued_at: string;
  readonly due_at: string;
  readonly reopened_at: string | null;
  readonly suspended_at: string | null;
  readonly open_paise: number;
  readonly status: "open" | "written_off" | "paid";
  readonly credit_notes: readonly CreditNote[];
};

/** An identity provider whose tokens are accepted. */
export type Issuer = {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly jwks_url: string | null;
  readonly public_key: string | null;
  readonly has_shared_secret: boolean;
  readonly user_claim: string;
  readonly tenant_claim: string | null;
  readonly required_claims: Readonly<Record<string, string | number | boolean>> | null;
  readonly create_users: boolean;
  readonly created_at: string;
};

/** Work that is done every so often. `node_id` is who does it now; `late_ms` by how much it is overdue while nobody does. */
export type Job = {
  readonly id: string;
  readonly runs: number;
  readonly last_error: string | null;
  readonly node_id: string | null;
  readonly last_at: string | null;
  readonly next_at: string;
  readonly late_ms: number;
};

/** An API key, without its secret. */
export type Key = {
  readonly id: string;
  readonly tenant_id: string;
  readonly user_id: string | null;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly (
    | "inference"
    | "tokens:issue"
    | "users:act"
    | "billing:read"
    | "billing:write"
    | "keys:write"
  )[];
  readonly models: readonly string[] | null;
  readonly routes: readonly string[] | null;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly created_at: string;
};

/** An API key with its secret, which is shown this once. */
export type KeyWithSecret = {
  readonly id: string;
  readonly tenant_id: string;
  readonly user_id: string | null;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly (
    | "inference"
    | "tokens:issue"
    | "users:act"
    | "billing:read"
    | "billing:write"
    | "keys:write"
  )[];
  readonly models: readonly string[] | null;
  readonly routes: readonly string[] | null;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly created_at: string;
  readonly secret: string;
};

export type LatencyRows = {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly group_by: readonly string[];
  readonly complete: boolean;
  readonly data: readonly {
    readonly hour?: string | null;
    readonly day?: string | null;
    readonly week?: string | null;
    readonly month?: string | null;
    readonly tenant_id?: string | null;
    readonly tenant_name?: string | null;
    readonly user_id?: string | null;
    readonly user_external_id?: string | null;
    readonly key_id?: string | null;
    readonly key_name?: string | null;
    readonly model?: string | null;
    readonly plan_version_id?: string | null;
    readonly tag?: string | null;
    readonly promotion_id?: string | null;
    readonly promotion_code?: string | null;
    readonly requests: number;
    readonly first_byte_mean_ms: number | null;
    readonly first_byte_p50_ms: number | null;
    readonly first_byte_p90_ms: number | null;
    readonly first_byte_p95_ms: number | null;
    readonly first_byte_p99_ms: number | null;
    readonly total_mean_ms: number | null;
    readonly total_p50_ms: number | null;
    readonly total_p90_ms: number | null;
    readonly total_p95_ms: number | null;
    readonly total_p99_ms: number | null;
    readonly currency: string;
  }[];
  readonly totals: readonly {
    readonly requests: number;
    readonly first_byte_mean_ms: number | null;
    readonly first_byte_p50_ms: number | null;
    readonly first_byte_p90_ms: number | null;
    readonly first_byte_p95_ms: number | null;
    readonly first_byte_p99_ms: number | null;
    readonly total_mean_ms: number | null;
    readonly total_p50_ms: number | null;
    readonly total_p90_ms: number | null;
    readonly total_p95_ms: number | null;
    readonly total_p99_ms: number | null;
    readonly currency: string;
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

/** A bound on what a subject may use in a window. */
export type Limit = {
  readonly id: string;
  readonly tenant_id: string;
  readonly scope: "tenant" | "user" | "key" | "each_user" | "plan" | "plan_each_user" | "plan_pool";
  readonly subject_id: string;
  readonly metric: "requests" | "input_tokens" | "output_tokens" | "total_tokens" | "spend_micros";
  readonly window: "minute" | "hour" | "day" | "week" | "month" | "cycle" | "lifetime";
  readonly amount: number;
  readonly models: readonly string[];
  readonly enforcement: "hard" | "soft";
  readonly alert_at: readonly number[];
  readonly raise: { readonly amount: number; readonly until: string } | null;
  readonly created_at: string;
};

/** A payment, with the number of the invoice that it pays. */
export type ListedPayment = {
  readonly id: string;
  readonly account_id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly purpose: "subscription" | "topup" | "collection" | "mandate" | "manual";
  readonly subject_id: string;
  readonly invoice_id: string | null;
  readonly order_id: string | null;
  readonly razorpay_invoice_id: string | null;
  readonly status: "created" | "authorized" | "captured" | "failed" | "refunded";
  readonly method: string | null;
  readonly currency: string;
  readonly amount_paise: number;
  readonly fee_paise: number;
  readonly fee_tax_paise: number;
  readonly refunded_paise: number;
  readonly deducted_paise: number;
  readonly unapplied_paise: number;
  readonly error_reason: string | null;
  readonly captured_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly invoice_number: string | null;
};

/** A registered right to debit: a token at Razorpay. */
export type Mandate = {
  readonly id: string;
  readonly method: "upi" | "card" | "emandate";
  readonly status: "created" | "confirmed" | "rejected" | "paused" | "cancelled" | "expired";
  readonly order_id: string | null;
  readonly token_id: string | null;
  readonly max_amount_paise: number;
  readonly razorpay_customer_id: string;
  readonly expires_at: string | null;
  readonly created_at: string;
};

/** A mandate, with what Checkout is opened with while it waits to be approved. */
export type MandateToApprove = {
  readonly id: string;
  readonly method: "upi" | "card" | "emandate";
  readonly status: "created" | "confirmed" | "rejected" | "paused" | "cancelled" | "expired";
  readonly order_id: string;
  readonly token_id: string | null;
  readonly max_amount_paise: number;
  readonly razorpay_customer_id: string;
  readonly expires_at: string | null;
  readonly created_at: string;
  readonly key_id: string;
  readonly recurring: "1";
};

export type MarginRows = {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly group_by: readonly string[];
  readonly complete: boolean;
  readonly data: readonly {
    readonly hour?: string | null;
    readonly day?: string | null;
    readonly week?: string | null;
    readonly month?: string | null;
    readonly tenant_id?: string | null;
    readonly tenant_name?: string | null;
    readonly user_id?: string | null;
    readonly user_external_id?: string | null;
    readonly key_id?: string | null;
    readonly key_name?: string | null;
    readonly model?: string | null;
    readonly plan_version_id?: string | null;
    readonly tag?: string | null;
    readonly promotion_id?: string | null;
    readonly promotion_code?: string | null;
    readonly requests: number;
    readonly spend_micros: number;
    readonly cost_micros_usd: number;
    readonly cost_usd: string;
    readonly cost_micros: number;
    readonly margin_micros: number;
    readonly margin_ppm: number | null;
    readonly promotional_micros: number;
    readonly uncovered_micros: number;
    readonly currency: string;
  }[];
  readonly totals: readonly {
    readonly requests: number;
    readonly spend_micros: number;
    readonly cost_micros_usd: number;
    readonly cost_usd: string;
    readonly cost_micros: number;
    readonly margin_micros: number;
    readonly margin_ppm: number | null;
    readonly promotional_micros: number;
    readonly uncovered_micros: number;
    readonly currency: string;
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

/** Whom a credential stands for, and what it may do. */
export type Me = {
  readonly tenant: {
    readonly id: string;
    readonly external_id: string | null;
    readonly name: string;
    readonly currency: string;
    readonly timezone: string;
    readonly status: "active" | "suspended" | "closed";
  };
  readonly user: { readonly id: string; readonly external_id: string } | null;
  readonly key_id: string | null;
  readonly scopes: readonly string[];
  readonly max_tokens: number | null;
  readonly preset: string | null;
};

/** What Razorpay allows for a method, and in its own words why it does not. */
export type MethodRules = {
  readonly update: { readonly allowed: true } | { readonly allowed: false; readonly why: string };
  readonly addon: { readonly allowed: true } | { readonly allowed: false; readonly why: string };
  readonly pause: { readonly allowed: true } | { readonly allowed: false; readonly why: string };
  readonly resume: { readonly allowed: true } | { readonly allowed: false; readonly why: string };
  readonly resume_customers_pause: { readonly allowed: true } | { readonly allowed: false; readonly why: string };
  readonly cancel_now: { readonly allowed: true } | { readonly allowed: false; readonly why: string };
  readonly cancel_at_cycle_end: { readonly allowed: true } | { readonly allowed: false; readonly why: string };
  readonly change_method_to: readonly ("card_domestic" | "card_international" | "upi" | "emandate")[];
  readonly unattended_max_paise: number | null;
};

/** One life of a node: one that stopped in order is not among them. */
export type Node = {
  readonly id: string;
  readonly name: string;
  readonly alive: boolean;
  readonly started_at: string;
  readonly seen_until: string;
};

/** A plan as those who may buy it see it. `current`: the one they are on. */
export type OfferedPlan = {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly visibility: "public" | "hidden";
  readonly version: number;
  readonly limits: readonly PlanLimit[];
  readonly archived_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly period: "daily" | "weekly" | "monthly" | "quarterly" | "yearly";
  readonly interval: number;
  readonly price_paise: number;
  readonly tax: "inclusive" | "exclusive";
  readonly included_micros: number;
  readonly overage: { readonly enabled: boolean; readonly cap_micros: number };
  readonly unit: { readonly name: string; readonly micros: number } | null;
  readonly collection: "subscription" | "mandate" | "prepaid";
  readonly trial: { readonly days: number; readonly included_micros: number } | null;
  readonly grace_days: number;
  readonly reminder_days: readonly number[];
  readonly final_notice_days?: number;
  readonly pricing?: { readonly type: "rate_card"; readonly rates: readonly CardRate[] };
  readonly tiers: readonly { readonly up_to_micros: number | null; readonly multiplier_ppm: number }[] | null;
  readonly current: boolean;
};

export type OpenAiModel = {
  readonly id: string;
  readonly object: "model";
  readonly created: number;
  readonly owned_by: string;
};

/** A payment as Razorpay has it, or one by bank transfer. */
export type Payment = {
  readonly id: string;
  readonly account_id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly purpose: "subscription" | "topup" | "collection" | "mandate" | "manual";
  readonly subject_id: string;
  readonly invoice_id: string | null;
  readonly order_id: string | null;
  readonly razorpay_invoice_id: string | null;
  readonly status: "created" | "authorized" | "captured" | "failed" | "refunded";
  readonly method: string | null;
  readonly currency: string;
  readonly amount_paise: number;
  readonly fee_paise: number;
  readonly fee_tax_paise: number;
  readonly refunded_paise: number;
  readonly deducted_paise: number;
  readonly unapplied_paise: number;
  readonly error_reason: string | null;
  readonly captured_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
};

/** What is sold, by its present version, and the version that is to come next. */
export type Plan = {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly visibility: "public" | "hidden";
  readonly version: number;
  readonly limits: readonly PlanLimit[];
  readonly archived_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly period: "daily" | "weekly" | "monthly" | "quarterly" | "yearly";
  readonly interval: number;
  readonly price_paise: number;
  readonly tax: "inclusive" | "exclusive";
  readonly included_micros: number;
  readonly overage: { readonly enabled: boolean; readonly cap_micros: number };
  readonly unit: { readonly name: string; readonly micros: number } | null;
  readonly collection: "subscription" | "mandate" | "prepaid";
  readonly trial: { readonly days: number; readonly included_micros: number } | null;
  readonly grace_days: number;
  readonly reminder_days: readonly number[];
  readonly final_notice_days?: number;
  readonly pricing:
    | { readonly type: "markup"; readonly multiplier_ppm: number }
    | {
        readonly type: "rate_card";
        readonly rates: readonly CardRate[];
        readonly fallback_multiplier_ppm: number | null;
      };
  readonly tiers?: readonly { readonly up_to_micros: number | null; readonly multiplier_ppm: number }[] | null;
  readonly early_bill_micros: number | null;
  readonly razorpay_plan_id: string | null;
  readonly next_version: PlanVersion | null;
};

/** A bound on what the subscribers of a plan may use in a window. */
export type PlanLimit = {
  readonly id: string;
  readonly tenant_id: string;
  readonly scope: "plan" | "plan_each_user" | "plan_pool";
  readonly subject_id: string;
  readonly metric: "requests" | "input_tokens" | "output_tokens" | "total_tokens" | "spend_micros";
  readonly window: "minute" | "hour" | "day" | "week" | "month" | "cycle" | "lifetime";
  readonly amount: number;
  readonly models: readonly string[];
  readonly enforcement: "hard" | "soft";
  readonly alert_at: readonly number[];
  readonly raise: { readonly amount: number; readonly until: string } | null;
  readonly created_at: string;
};

export type PlanMigration = {
  readonly plan_id: string;
  readonly to_version: number;
  readonly dry_run: boolean;
  readonly moves: number;
  readonly must_approve: number;
  readonly ends: number;
  readonly by_default: number | null;
  readonly data: readonly {
    readonly customer_id: string;
    readonly tenant_id: string;
    readonly user_id: string | null;
    readonly subscription_id: string;
    readonly status:
      | "created"
      | "authenticated"
      | "active"
      | "pending"
      | "halted"
      | "paused"
      | "cancelled"
      | "completed"
      | "expired";
    readonly from_version: number | null;
    readonly action: "moves" | "must_approve" | "ends";
    readonly because?: string;
    readonly at?: string | null;
    readonly noted_version: number | null;
  }[];
  readonly has_more: boolean;
  readonly last_id: string | null;
};

/** The last cycle of each customer of a plan, as it was and as it would have been. `totals` are of this page. */
export type PlanPreview = {
  readonly plan_id: string;
  readonly version: number;
  readonly currency: string;
  readonly valid_from: string | null;
  readonly changes: readonly string[];
  readonly customers: number;
  readonly complete: boolean;
  readonly limits_left_out: number;
  readonly totals: {
    readonly customers: number;
    readonly pay_more: number;
    readonly pay_less: number;
    readonly pass_limits: number;
    readonly before: PreviewedBill;
    readonly after: PreviewedBill;
    readonly difference_micros: number;
  };
  readonly data: readonly {
    readonly customer_id: string;
    readonly tenant_id: string;
    readonly tenant_name: string;
    readonly user_id: string | null;
    readonly cycle: { readonly id: string; readonly start: string; readonly end: string; readonly version: number };
    readonly running: boolean;
    readonly before: PreviewedBill;
    readonly after: PreviewedBill;
    readonly difference_micros: number;
    readonly estimated: boolean;
    readonly unpriced_models: readonly string[];
    readonly limits_passed: readonly {
      readonly metric: "requests" | "input_tokens" | "output_tokens" | "total_tokens" | "spend_micros";
      readonly window: "minute" | "hour" | "day" | "week" | "month" | "cycle" | "lifetime";
      readonly models: readonly string[];
      readonly enforcement: "hard" | "soft";
      readonly amount: number;
      readonly peak: number;
    }[];
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

/** Terms that a plan is sold on from `valid_from` on, until the next version is; never, where they were withdrawn before. */
export type PlanVersion = {
  readonly version: number;
  readonly period: "daily" | "weekly" | "monthly" | "quarterly" | "yearly";
  readonly interval: number;
  readonly price_paise: number;
  readonly tax: "inclusive" | "exclusive";
  readonly included_micros: number;
  readonly overage: { readonly enabled: boolean; readonly cap_micros: number };
  readonly unit: { readonly name: string; readonly micros: number } | null;
  readonly collection: "subscription" | "mandate" | "prepaid";
  readonly trial: { readonly days: number; readonly included_micros: number } | null;
  readonly grace_days: number;
  readonly reminder_days: readonly number[];
  readonly final_notice_days?: number;
  readonly pricing:
    | { readonly type: "markup"; readonly multiplier_ppm: number }
    | {
        readonly type: "rate_card";
        readonly rates: readonly CardRate[];
        readonly fallback_multiplier_ppm: number | null;
      };
  readonly tiers?: readonly { readonly up_to_micros: number | null; readonly multiplier_ppm: number }[] | null;
  readonly early_bill_micros: number | null;
  readonly razorpay_plan_id: string | null;
  readonly valid_from: string;
  readonly withdrawn_at: string | null;
  readonly created_at: string;
};

export type PlanWithVersions = {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly visibility: "public" | "hidden";
  readonly version: number;
  readonly limits: readonly PlanLimit[];
  readonly archived_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly period: "daily" | "weekly" | "monthly" | "quarterly" | "yearly";
  readonly interval: number;
  readonly price_paise: number;
  readonly tax: "inclusive" | "exclusive";
  readonly included_micros: number;
  readonly overage: { readonly enabled: boolean; readonly cap_micros: number };
  readonly unit: { readonly name: string; readonly micros: number } | null;
  readonly collection: "subscription" | "mandate" | "prepaid";
  readonly trial: { readonly days: number; readonly included_micros: number } | null;
  readonly grace_days: number;
  readonly reminder_days: readonly number[];
  readonly final_notice_days?: number;
  readonly pricing:
    | { readonly type: "markup"; readonly multiplier_ppm: number }
    | {
        readonly type: "rate_card";
        readonly rates: readonly CardRate[];
        readonly fallback_multiplier_ppm: number | null;
      };
  readonly tiers?: readonly { readonly up_to_micros: number | null; readonly multiplier_ppm: number }[] | null;
  readonly early_bill_micros: number | null;
  readonly razorpay_plan_id: string | null;
  readonly next_version: PlanVersion | null;
  readonly versions: readonly PlanVersion[];
};

/** What a cycle comes to without tax. `pays_micros`: base, prepaid and overage. `beyond_micros`: what nothing covers, and is refused or needs more credit. */
export type PreviewedBill = {
  readonly base_micros: number;
  readonly use_micros: number;
  readonly included_micros: number;
  readonly promotional_micros: number;
  readonly prepaid_micros: number;
  readonly overage_micros: number;
  readonly beyond_micros: number;
  readonly pays_micros: number;
  readonly cost_micros: number;
  readonly margin_micros: number;
};

/** What a meter of a model costs from an instant on. `tenant_id` null: for everybody. */
export type Price = {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly model: string;
  readonly list: "standard" | "fast";
  readonly above_prompt_tokens: number;
  readonly meter: "input" | "cache_read" | "cache_write_5m" | "cache_write_1h" | "output" | "web_search";
  readonly usd_per_million: string;
  readonly valid_from: string;
  readonly correction: number;
  readonly source: string;
  readonly created_at: string;
};

/** By model and currency, what the use of thirty days cost and brought, and what it would have at other prices. */
export type PricePreview = {
  readonly from: string;
  readonly to: string;
  readonly complete: boolean;
  readonly data: readonly {
    readonly model: string;
    readonly currency: string;
    readonly requests: number;
    readonly cost_micros: number;
    readonly cost_after_micros: number;
    readonly spend_micros: number;
    readonly spend_after_micros: number;
    readonly margin_micros: number;
    readonly margin_after_micros: number;
  }[];
};

/** A refusal, in Claude's own error shape. */
export type Problem = {
  readonly type: "error";
  readonly error: {
    readonly type: string;
    readonly message: string;
    readonly code: string;
    readonly details?: Readonly<Record<string, unknown>>;
  } & Readonly<Record<string, unknown>>;
  readonly request_id: string;
} & Readonly<Record<string, unknown>>;

/** A code that gives credit, once to each customer. */
export type Promotion = {
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
};

/** What may still be spent: the least of the free grants and of the hard limits on spend. */
export type Quota = {
  readonly remaining_micros: number;
  readonly currency: string;
  readonly unit?: { readonly name: string; readonly micros: number; readonly remaining: number };
  readonly resets_at: string | null;
  readonly blocked_by:
    | { readonly kind: "grants" }
    | { readonly kind: "standing"; readonly standing: "ok" | "unsubscribed" | "halted" | "suspended" }
    | { readonly kind: "limit"; readonly limit_id: string }
    | null;
  readonly topup_url: string | null;
};

/** Everything of one request: an entry for each upstream call and each adjustment of one. */
export type Receipt = {
  readonly request_id: string;
  readonly data: readonly {
    readonly id: string;
    readonly kind: "call" | "adjustment";
    readonly adjusts: string | null;
    readonly reason: string | null;
    readonly request_id: string;
    readonly user_id: string | null;
    readonly key_id: string | null;
    readonly route: string;
    readonly model: string;
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly output_tokens: number;
    readonly web_searches: number;
    readonly source: "reported" | "partial" | "recovered";
    readonly ended: string;
    readonly stop_reason: string | null;
    readonly unreconciled: boolean;
    readonly tags: Readonly<Record<string, string>>;
    readonly admitted_at: string;
    readonly settled_at: string;
    readonly first_byte_ms: number | null;
    readonly total_ms: number;
    readonly cost_micros_usd?: number;
    readonly cost_usd?: string;
    readonly spend_micros?: number;
    readonly currency?: string;
    readonly samplings: readonly Sampling[];
    readonly charges?: readonly {
      readonly model: string;
      readonly geography_multiplier: string;
      readonly batch_multiplier: string;
      readonly lines?: readonly {
        readonly meter: "input" | "cache_read" | "cache_write_5m" | "cache_write_1h" | "output" | "web_search";
        readonly quantity: number;
        readonly price_each?: string;
        readonly price_per_million?: string;
        readonly amount: string;
      }[];
      readonly mark_up?: string;
      readonly amount: string;
    }[];
    readonly tiers?: {
      readonly list_spend: string;
      readonly cycle_list_spend_before: string;
      readonly parts: readonly { readonly list_spend: string; readonly multiplier: string }[];
    };
    readonly sum?: {
      readonly exact_cost_usd: string;
      readonly rounding_usd: string;
      readonly cost_usd: string;
      readonly exact_spend: string;
      readonly spend_rounding: string;
      readonly list_spend?: string;
      readonly spend: string;
    };
    readonly terms?: {
      readonly currency: string;
      readonly fx_rate: string;
      readonly mark_up: string;
      readonly plan_version_id: string | null;
    };
    readonly price_version?: string;
    readonly uncovered_micros?: number;
    readonly grants_drawn?: readonly { readonly grant_id: string; readonly amount_micros: number }[];
    readonly rate_note?: string;
  }[];
  readonly totals: {
    readonly calls: number;
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly output_tokens: number;
    readonly web_searches: number;
    readonly cost_micros_usd?: number;
    readonly spend_micros?: number;
    readonly currency?: string;
  };
};

export type ReceiptInFull = {
  readonly request_id: string;
  readonly data: readonly {
    readonly samplings: readonly Sampling[];
    readonly charges?: readonly {
      readonly model: string;
      readonly geography_multiplier: string;
      readonly batch_multiplier: string;
      readonly lines?: readonly {
        readonly meter: "input" | "cache_read" | "cache_write_5m" | "cache_write_1h" | "output" | "web_search";
        readonly quantity: number;
        readonly price_each?: string;
        readonly price_per_million?: string;
        readonly amount: string;
      }[];
      readonly mark_up?: string;
      readonly amount: string;
    }[];
    readonly tiers?: {
      readonly list_spend: string;
      readonly cycle_list_spend_before: string;
      readonly parts: readonly { readonly list_spend: string; readonly multiplier: string }[];
    };
    readonly sum?: {
      readonly exact_cost_usd: string;
      readonly rounding_usd: string;
      readonly cost_usd: string;
      readonly exact_spend: string;
      readonly spend_rounding: string;
      readonly list_spend?: string;
      readonly spend: string;
    };
    readonly terms?: {
      readonly currency: string;
      readonly fx_rate: string;
      readonly mark_up: string;
      readonly plan_version_id: string | null;
    };
    readonly price_version: string;
    readonly uncovered_micros: number;
    readonly grants_drawn?: readonly { readonly grant_id: string; readonly amount_micros: number }[];
    readonly rate_note?: string;
    readonly id: string;
    readonly kind: "call" | "adjustment";
    readonly adjusts: string | null;
    readonly reason: string | null;
    readonly request_id: string;
    readonly user_id: string | null;
    readonly key_id: string | null;
    readonly route: string;
    readonly model: string;
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly output_tokens: number;
    readonly web_searches: number;
    readonly source: "reported" | "partial" | "recovered";
    readonly ended: string;
    readonly stop_reason: string | null;
    readonly unreconciled: boolean;
    readonly tags: Readonly<Record<string, string>>;
    readonly admitted_at: string;
    readonly settled_at: string;
    readonly first_byte_ms: number | null;
    readonly total_ms: number;
    readonly cost_micros_usd: number;
    readonly cost_usd: string;
    readonly spend_micros: number;
    readonly currency: string;
    readonly tenant_id: string;
    readonly customer_id: string;
    readonly upstream_request_id: string | null;
    readonly list: "standard" | "fast";
    readonly geo: string;
    readonly rate_micros: number;
    readonly multiplier_ppm: number;
    readonly plan_version_id: string | null;
    readonly tiered: { readonly counter_id: string; readonly list_micros: number; readonly from_micros: number } | null;
    readonly draws: readonly { readonly grant_id: string; readonly amount: number }[];
    readonly raw_usage: Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[] | null;
    readonly user_external_id: string | null;
    readonly key_name: string | null;
  }[];
  readonly totals: {
    readonly calls: number;
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly output_tokens: number;
    readonly web_searches: number;
    readonly cost_micros_usd: number;
    readonly spend_micros: number;
    readonly currency: string;
  };
};

/** A proof of a span of days, step by step. */
export type Reconciliation = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly repair: boolean;
  readonly status: "running" | "done" | "failed";
  readonly sides: readonly ("books" | "provider" | "collector")[];
  readonly left_out: Readonly<Record<string, string>>;
  readonly looked_at: Readonly<Record<string, number>>;
  readonly error: string | null;
  readonly actor: string;
  readonly progress: { readonly done: number; readonly of: number; readonly at: string | null };
  readonly created_at: string;
  readonly finished_at: string | null;
};

export type ReconciliationCounted = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly repair: boolean;
  readonly status: "running" | "done" | "failed";
  readonly sides: readonly ("books" | "provider" | "collector")[];
  readonly left_out: Readonly<Record<string, string>>;
  readonly looked_at: Readonly<Record<string, number>>;
  readonly error: string | null;
  readonly actor: string;
  readonly progress: { readonly done: number; readonly of: number; readonly at: string | null };
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly findings_count: number;
  readonly repaired_count: number;
};

/** Money that goes back. */
export type Refund = {
  readonly id: string;
  readonly account_id: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly payment_id: string;
  readonly razorpay_refund_id: string | null;
  readonly origin: "admin" | "dashboard" | "automatic";
  readonly status: "claimed" | "pending" | "processed" | "failed";
  readonly currency: string;
  readonly amount_paise: number;
  readonly grant_id: string | null;
  readonly credit_micros: number;
  readonly credit_note_id: string | null;
  readonly reason: string;
  readonly created_at: string;
  readonly updated_at: string;
};

export type ReliabilityRows = {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly group_by: readonly string[];
  readonly complete: boolean;
  readonly data: readonly {
    readonly hour?: string | null;
    readonly day?: string | null;
    readonly week?: string | null;
    readonly month?: string | null;
    readonly tenant_id?: string | null;
    readonly tenant_name?: string | null;
    readonly user_id?: string | null;
    readonly user_external_id?: string | null;
    readonly key_id?: string | null;
    readonly key_name?: string | null;
    readonly model?: string | null;
    readonly plan_version_id?: string | null;
    readonly tag?: string | null;
    readonly promotion_id?: string | null;
    readonly promotion_code?: string | null;
    readonly requests: number;
    readonly errors: number;
    readonly error_ppm: number | null;
    readonly disconnects: number;
    readonly disconnect_ppm: number | null;
    readonly quota_ends: number;
    readonly unreconciled: number;
    readonly currency: string;
  }[];
  readonly totals: readonly {
    readonly requests: number;
    readonly errors: number;
    readonly error_ppm: number | null;
    readonly disconnects: number;
    readonly disconnect_ppm: number | null;
    readonly quota_ends: number;
    readonly unreconciled: number;
    readonly currency: string;
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

export type RevenueRows = {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly group_by: readonly string[];
  readonly data: readonly {
    readonly hour?: string | null;
    readonly day?: string | null;
    readonly week?: string | null;
    readonly month?: string | null;
    readonly tenant_id?: string | null;
    readonly customer_id?: string | null;
    readonly method?: string | null;
    readonly purpose?: string | null;
    readonly base_micros: number;
    readonly overage_micros: number;
    readonly prepaid_micros: number;
    readonly breakage_micros: number;
    readonly promotional_micros: number;
    readonly bad_debt_micros: number;
    readonly fees_micros: number;
    readonly provider_cost_micros: number;
    readonly revenue_micros: number;
    readonly currency: string;
  }[];
  readonly totals: readonly {
    readonly base_micros: number;
    readonly overage_micros: number;
    readonly prepaid_micros: number;
    readonly breakage_micros: number;
    readonly promotional_micros: number;
    readonly bad_debt_micros: number;
    readonly fees_micros: number;
    readonly provider_cost_micros: number;
    readonly revenue_micros: number;
    readonly currency: string;
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

/** What was used at one model, and what it was priced at. */
export type Sampling =
  | {
      readonly model: string;
      readonly priced_as: string;
      readonly list: "standard" | "fast";
      readonly geography: { readonly name: string; readonly multiplier: string };
      readonly batch: { readonly applies: boolean; readonly multiplier: string };
      readonly price_version: string;
      readonly lines: readonly {
        readonly meter: "input" | "cache_read" | "cache_write_5m" | "cache_write_1h" | "output" | "web_search";
        readonly quantity: number;
        readonly usd_each?: string;
        readonly usd_per_million?: string;
        readonly list: "standard" | "fast";
        readonly above_prompt_tokens: number;
        readonly price_id: string;
        readonly cost_usd: string;
      }[];
      readonly cost_usd: string;
    }
  | {
      readonly model: string;
      readonly lines: readonly {
        readonly meter: "input" | "cache_read" | "cache_write_5m" | "cache_write_1h" | "output" | "web_search";
        readonly quantity: number;
      }[];
    };

/** Business time: cycles, windows and jobs go by it. */
export type SandboxClock = { readonly now: string };

/** Something that is broken until it is mended, or this gateway is started anew. */
export type SandboxFault = {
  readonly id: string;
  readonly of: "provider" | "reports" | "razorpay" | "webhooks" | "money";
  readonly fault: string;
  readonly since: string;
};

/** Everything that has this text for a name, or a name that begins with it. */
export type SearchResult = {
  readonly data: readonly {
    readonly type:
      | "tenant"
      | "user"
      | "customer"
      | "key"
      | "request"
      | "hold"
      | "subscription"
      | "invoice"
      | "credit_note"
      | "payment"
      | "refund"
      | "topup"
      | "collection"
      | "mandate";
    readonly id: string;
    readonly tenant_id: string;
    readonly customer_id: string | null;
    readonly match: { readonly field: string; readonly value: string };
    readonly links: { readonly self: string; readonly story: string | null };
  }[];
  readonly complete: boolean;
};

/** What the operator issued to itself for the service that it imports. */
export type SelfInvoice = {
  readonly id: string;
  readonly seller_id: string;
  readonly tenant_id: string | null;
  readonly number: string;
  readonly financial_year: string;
  readonly from_at: string;
  readonly to_at: string;
  readonly issued_at: string;
  readonly supplier: Readonly<Record<string, unknown>>;
  readonly recipient: Readonly<Record<string, unknown>>;
  readonly sac: string;
  readonly cost_micros_usd: number;
  readonly parts: { readonly calls: number; readonly other: number; readonly corrections: number };
  readonly rate_micros: number;
  readonly rate_source: string;
  readonly rate_valid_from: string;
  readonly tax_rate_ppm: number;
  readonly taxable_paise: number;
  readonly igst_paise: number;
  readonly total_paise: number;
  readonly currency: "INR";
  readonly reverse_charge: true;
  readonly place_of_supply: string;
};

/** Who supplies, one for each Razorpay account: `operator`, or a tenant that has its own. */
export type Seller = {
  readonly id: string;
  readonly account_id: string;
  readonly tenant_id: string | null;
  readonly legal_name: string;
  readonly gstin: string | null;
  readonly address: {
    readonly line1: string;
    readonly line2?: string;
    readonly city: string;
    readonly postal_code: string;
    readonly country: string;
  };
  readonly state_code: string;
  readonly sac: string;
  readonly invoice_series: string;
  readonly lut: string | null;
  readonly created_at: string;
  readonly updated_at: string;
};

export type SpendRows = {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly group_by: readonly string[];
  readonly complete: boolean;
  readonly data: readonly {
    readonly hour?: string | null;
    readonly day?: string | null;
    readonly week?: string | null;
    readonly month?: string | null;
    readonly tenant_id?: string | null;
    readonly tenant_name?: string | null;
    readonly user_id?: string | null;
    readonly user_external_id?: string | null;
    readonly key_id?: string | null;
    readonly key_name?: string | null;
    readonly model?: string | null;
    readonly plan_version_id?: string | null;
    readonly tag?: string | null;
    readonly promotion_id?: string | null;
    readonly promotion_code?: string | null;
    readonly requests: number;
    readonly spend_micros: number;
    readonly included_micros: number;
    readonly prepaid_micros: number;
    readonly promotional_micros: number;
    readonly overage_micros: number;
    readonly undrawn_micros: number;
    readonly uncovered_micros: number;
    readonly currency: string;
  }[];
  readonly totals: readonly {
    readonly requests: number;
    readonly spend_micros: number;
    readonly included_micros: number;
    readonly prepaid_micros: number;
    readonly promotional_micros: number;
    readonly overage_micros: number;
    readonly undrawn_micros: number;
    readonly uncovered_micros: number;
    readonly currency: string;
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

/** A customer's account with its running balance, from the journal. */
export type Statement = {
  readonly currency: string;
  readonly from: string;
  readonly to: string;
  readonly opening_micros: number;
  readonly lines: readonly {
    readonly at: string;
    readonly kind: string;
    readonly memo: string;
    readonly amount_micros: number;
    readonly balance_micros: number;
  }[];
  readonly closing_micros: number;
  readonly complete: boolean;
};

/** A customer on a plan, with what Checkout needs while it waits to be approved. */
export type Subscription = {
  readonly id: string;
  readonly plan_id: string;
  readonly plan_version_id: string;
  readonly collection: "subscription" | "mandate" | "prepaid";
  readonly status:
    | "created"
    | "authenticated"
    | "active"
    | "pending"
    | "halted"
    | "paused"
    | "cancelled"
    | "completed"
    | "expired";
  readonly method: string | null;
  readonly razorpay_subscription_id: string | null;
  readonly short_url: string | null;
  readonly key_id: string | null;
  readonly cancel_at_cycle_end: boolean;
  readonly total_count: number;
  readonly paid_count: number;
  readonly remaining_count: number;
  readonly start_at: string | null;
  readonly trial_end: string | null;
  readonly charge_at: string | null;
  readonly current_start: string | null;
  readonly current_end: string | null;
  readonly replaces: string | null;
  readonly replace_when: "now" | "cycle_end" | null;
  readonly expire_by: string | null;
  readonly ended_at: string | null;
  readonly created_at: string;
};

export type SubscriptionForAdmin = {
  readonly id: string;
  readonly plan_id: string;
  readonly plan_version_id: string;
  readonly collection: "subscription" | "mandate" | "prepaid";
  readonly status:
    | "created"
    | "authenticated"
    | "active"
    | "pending"
    | "halted"
    | "paused"
    | "cancelled"
    | "completed"
    | "expired";
  readonly method: string | null;
  readonly razorpay_subscription_id: string | null;
  readonly short_url: string | null;
  readonly key_id: string | null;
  readonly cancel_at_cycle_end: boolean;
  readonly total_count: number;
  readonly paid_count: number;
  readonly remaining_count: number;
  readonly start_at: string | null;
  readonly trial_end: string | null;
  readonly charge_at: string | null;
  readonly current_start: string | null;
  readonly current_end: string | null;
  readonly replaces: string | null;
  readonly replace_when: "now" | "cycle_end" | null;
  readonly expire_by: string | null;
  readonly ended_at: string | null;
  readonly created_at: string;
  readonly possible: readonly (
    | "approve"
    | "pause"
    | "resume"
    | "cancel_now"
    | "cancel_at_cycle_end"
    | "payment_method"
    | "change_now"
    | "change_at_cycle_end"
  )[];
  readonly next: Subscription | null;
  readonly history: readonly {
    readonly from:
      | "created"
      | "authenticated"
      | "active"
      | "pending"
      | "halted"
      | "paused"
      | "cancelled"
      | "completed"
      | "expired"
      | null;
    readonly to:
      | "created"
      | "authenticated"
      | "active"
      | "pending"
      | "halted"
      | "paused"
      | "cancelled"
      | "completed"
      | "expired";
    readonly cause: string;
    readonly at: string;
  }[];
  readonly method_rules: MethodRules | null;
};

/** A subscription, what can be done with it now, what takes its place, and what became of it. */
export type SubscriptionStanding = {
  readonly id: string;
  readonly plan_id: string;
  readonly plan_version_id: string;
  readonly collection: "subscription" | "mandate" | "prepaid";
  readonly status:
    | "created"
    | "authenticated"
    | "active"
    | "pending"
    | "halted"
    | "paused"
    | "cancelled"
    | "completed"
    | "expired";
  readonly method: string | null;
  readonly razorpay_subscription_id: string | null;
  readonly short_url: string | null;
  readonly key_id: string | null;
  readonly cancel_at_cycle_end: boolean;
  readonly total_count: number;
  readonly paid_count: number;
  readonly remaining_count: number;
  readonly start_at: string | null;
  readonly trial_end: string | null;
  readonly charge_at: string | null;
  readonly current_start: string | null;
  readonly current_end: string | null;
  readonly replaces: string | null;
  readonly replace_when: "now" | "cycle_end" | null;
  readonly expire_by: string | null;
  readonly ended_at: string | null;
  readonly created_at: string;
  readonly possible: readonly (
    | "approve"
    | "pause"
    | "resume"
    | "cancel_now"
    | "cancel_at_cycle_end"
    | "payment_method"
    | "change_now"
    | "change_at_cycle_end"
  )[];
  readonly next: Subscription | null;
  readonly history: readonly {
    readonly from:
      | "created"
      | "authenticated"
      | "active"
      | "pending"
      | "halted"
      | "paused"
      | "cancelled"
      | "completed"
      | "expired"
      | null;
    readonly to:
      | "created"
      | "authenticated"
      | "active"
      | "pending"
      | "halted"
      | "paused"
      | "cancelled"
      | "completed"
      | "expired";
    readonly cause: string;
    readonly at: string;
  }[];
};

/** A SaaS, or a company that it serves. Secrets are write-only. */
export type Tenant = {
  readonly id: string;
  readonly external_id: string | null;
  readonly name: string;
  readonly timezone: string;
  readonly currency: string;
  readonly status: "active" | "suspended" | "closed";
  readonly enforcement: "enforce" | "observe";
  readonly billing: "tenant" | "user";
  readonly default_plan_id: string | null;
  readonly allowed_origins: readonly string[];
  readonly allowed_models: readonly string[];
  readonly on_disconnect: "abort" | "drain" | null;
  readonly hold: "rolling" | "strict";
  readonly cost_visibility: "full" | "spend" | "none" | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly has_upstream_api_key: boolean;
  readonly razorpay: { readonly key_id: string } | null;
  readonly created_at: string;
};

/** Where a tenant's alert settings are its own, and what holds for it. */
export type TenantAlertSettings = {
  readonly own: {
    readonly included?: { readonly enabled?: boolean; readonly alert_at?: readonly number[] };
    readonly spend_anomaly?: {
      readonly enabled?: boolean;
      readonly weeks?: number;
      readonly weeks_min?: number;
      readonly score_min?: number;
      readonly ratio_min?: number;
      readonly amount_min_micros_usd?: number;
    };
    readonly signups?: { readonly enabled?: boolean; readonly hour_min?: number; readonly ratio_min?: number };
    readonly free_refusals?: { readonly enabled?: boolean; readonly hour_min?: number };
  };
  readonly in_force: {
    readonly included: { readonly enabled: boolean; readonly alert_at: readonly number[] };
    readonly spend_anomaly: {
      readonly enabled: boolean;
      readonly weeks: number;
      readonly weeks_min: number;
      readonly score_min: number;
      readonly ratio_min: number;
      readonly amount_min_micros_usd: number;
    };
    readonly signups: { readonly enabled: boolean; readonly hour_min: number; readonly ratio_min: number };
    readonly free_refusals: { readonly enabled: boolean; readonly hour_min: number };
  };
};

export type TopRows = {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly of: string;
  readonly by: string;
  readonly data: readonly {
    readonly tenant_id?: string | null;
    readonly tenant_name?: string | null;
    readonly user_id?: string | null;
    readonly user_external_id?: string | null;
    readonly key_id?: string | null;
    readonly key_name?: string | null;
    readonly model?: string | null;
    readonly plan_version_id?: string | null;
    readonly tag?: string | null;
    readonly promotion_id?: string | null;
    readonly promotion_code?: string | null;
    readonly requests: number;
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly output_tokens: number;
    readonly web_searches: number;
    readonly cost_micros_usd: number;
    readonly cost_usd: string;
    readonly spend_micros: number;
    readonly uncovered_micros: number;
    readonly currency: string;
    readonly errors: number;
  }[];
};

/** Prepaid credit that somebody set out to buy. */
export type Topup = {
  readonly id: string;
  readonly order_id: string | null;
  readonly status: "created" | "paid" | "expired";
  readonly currency: string;
  readonly credit_micros: number;
  readonly gst_paise: number;
  readonly payable_paise: number;
  readonly invoice_id: string | null;
  readonly payment_id: string | null;
  readonly expires_at: string;
  readonly created_at: string;
};

/** A top-up, with the key that Checkout is opened with. */
export type TopupToPay = {
  readonly id: string;
  readonly order_id: string;
  readonly status: "created" | "paid" | "expired";
  readonly currency: string;
  readonly credit_micros: number;
  readonly gst_paise: number;
  readonly payable_paise: number;
  readonly invoice_id: string | null;
  readonly payment_id: string | null;
  readonly expires_at: string;
  readonly created_at: string;
  readonly key_id: string;
};

/** One upstream call, or an adjustment of one, as its tenant sees it. */
export type UsageEvent = {
  readonly id: string;
  readonly kind: "call" | "adjustment";
  readonly adjusts: string | null;
  readonly reason: string | null;
  readonly request_id: string;
  readonly user_id: string | null;
  readonly key_id: string | null;
  readonly route: string;
  readonly model: string;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly output_tokens: number;
  readonly web_searches: number;
  readonly source: "reported" | "partial" | "recovered";
  readonly ended: string;
  readonly stop_reason: string | null;
  readonly unreconciled: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly admitted_at: string;
  readonly settled_at: string;
  readonly first_byte_ms: number | null;
  readonly total_ms: number;
  readonly cost_micros_usd?: number;
  readonly cost_usd?: string;
  readonly spend_micros?: number;
  readonly currency?: string;
};

/** The same, as an administrator sees it. */
export type UsageEventInFull = {
  readonly id: string;
  readonly kind: "call" | "adjustment";
  readonly adjusts: string | null;
  readonly reason: string | null;
  readonly request_id: string;
  readonly user_id: string | null;
  readonly key_id: string | null;
  readonly route: string;
  readonly model: string;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly output_tokens: number;
  readonly web_searches: number;
  readonly source: "reported" | "partial" | "recovered";
  readonly ended: string;
  readonly stop_reason: string | null;
  readonly unreconciled: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly admitted_at: string;
  readonly settled_at: string;
  readonly first_byte_ms: number | null;
  readonly total_ms: number;
  readonly cost_micros_usd: number;
  readonly cost_usd: string;
  readonly spend_micros: number;
  readonly currency: string;
  readonly tenant_id: string;
  readonly customer_id: string;
  readonly upstream_request_id: string | null;
  readonly list: "standard" | "fast";
  readonly geo: string;
  readonly uncovered_micros: number;
  readonly rate_micros: number;
  readonly multiplier_ppm: number;
  readonly plan_version_id: string | null;
  readonly tiered: { readonly counter_id: string; readonly list_micros: number; readonly from_micros: number } | null;
  readonly price_version: string;
  readonly draws: readonly { readonly grant_id: string; readonly amount: number }[];
  readonly raw_usage: Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[] | null;
};

/** What was used in a range. A row has the field that it is grouped by, a user also what it is called; totals are by currency. */
export type UsageReport = {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly group_by:
    | "day"
    | "hour"
    | "week"
    | "month"
    | "model"
    | "user"
    | "key"
    | "tag"
    | "plan_version"
    | "promotion";
  readonly data: readonly {
    readonly day?: string | null;
    readonly hour?: string | null;
    readonly week?: string | null;
    readonly month?: string | null;
    readonly model?: string | null;
    readonly user?: string | null;
    readonly key?: string | null;
    readonly tag?: string | null;
    readonly plan_version?: string | null;
    readonly promotion?: string | null;
    readonly user_external_id?: string | null;
    readonly user_name?: string | null;
    readonly requests: number;
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly output_tokens: number;
    readonly web_searches: number;
    readonly cost_micros_usd?: number;
    readonly cost_usd?: string;
    readonly spend_micros?: number;
    readonly currency?: string;
  }[];
  readonly totals: readonly {
    readonly requests: number;
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly output_tokens: number;
    readonly web_searches: number;
    readonly cost_micros_usd?: number;
    readonly cost_usd?: string;
    readonly spend_micros?: number;
    readonly currency?: string;
  }[];
};

export type UsageRows = {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly group_by: readonly string[];
  readonly complete: boolean;
  readonly data: readonly {
    readonly hour?: string | null;
    readonly day?: string | null;
    readonly week?: string | null;
    readonly month?: string | null;
    readonly tenant_id?: string | null;
    readonly tenant_name?: string | null;
    readonly user_id?: string | null;
    readonly user_external_id?: string | null;
    readonly key_id?: string | null;
    readonly key_name?: string | null;
    readonly model?: string | null;
    readonly plan_version_id?: string | null;
    readonly tag?: string | null;
    readonly promotion_id?: string | null;
    readonly promotion_code?: string | null;
    readonly requests: number;
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly output_tokens: number;
    readonly web_searches: number;
    readonly cost_micros_usd: number;
    readonly cost_usd: string;
    readonly spend_micros: number;
    readonly uncovered_micros: number;
    readonly currency: string;
  }[];
  readonly totals: readonly {
    readonly requests: number;
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_5m_tokens: number;
    readonly cache_write_1h_tokens: number;
    readonly output_tokens: number;
    readonly web_searches: number;
    readonly cost_micros_usd: number;
    readonly cost_usd: string;
    readonly spend_micros: number;
    readonly uncovered_micros: number;
    readonly currency: string;
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
};

/** An end user of a tenant. */
export type User = {
  readonly id: string;
  readonly tenant_id: string;
  readonly external_id: string;
  readonly name: string | null;
  readonly status: "active" | "blocked";
  readonly created_at: string;
};

/** Prepaid credit: what is left, when that counts as low, and whether more is then proposed. */
export type Wallet = {
  readonly customer_id: string;
  readonly currency: string;
  readonly left_micros: number;
  readonly low_micros: number | null;
  readonly low_at_micros: number;
  readonly auto_topup: { readonly below_micros: number; readonly credit_micros: number | null } | null;
  readonly credit_days: number | null;
  readonly proposal: {
    readonly topup_id: string;
    readonly credit_micros: number;
    readonly payable_paise: number;
    readonly pay_url: string | null;
    readonly expires_at: string;
  } | null;
};

/** A webhook of Razorpay's that was signed rightly. */
export type Webhook = {
  readonly id: string;
  readonly account_id: string;
  readonly event_id: string;
  readonly tenant_id: string | null;
  readonly type: string;
  readonly status: "received" | "applied" | "foreign" | "ignored" | "failed";
  readonly entity_ids: Readonly<Record<string, string>>;
  readonly attempts: number;
  readonly error: string | null;
  readonly made_at: string | null;
  readonly received_at: string;
  readonly applied_at: string | null;
  readonly next_at: string | null;
};

export type WebhookWithPayload = {
  readonly id: string;
  readonly account_id: string;
  readonly event_id: string;
  readonly tenant_id: string | null;
  readonly type: string;
  readonly status: "received" | "applied" | "foreign" | "ignored" | "failed";
  readonly entity_ids: Readonly<Record<string, string>>;
  readonly attempts: number;
  readonly error: string | null;
  readonly made_at: string | null;
  readonly received_at: string;
  readonly applied_at: string | null;
  readonly next_at: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
};

/** What each route is asked with, and what it answers. */
export interface Routes {
  /** Send messages to Claude */
  readonly "POST /v1/messages": {
    readonly query: never;
    readonly body: {
      readonly model: string;
      readonly max_tokens: number;
      readonly messages: readonly Readonly<Record<string, unknown>>[];
    } & Readonly<Record<string, unknown>>;
    readonly answer: Readonly<Record<string, unknown>>;
  };
  /** Send messages to Claude (the same) */
  readonly "POST /messages": {
    readonly query: never;
    readonly body: {
      readonly model: string;
      readonly max_tokens: number;
      readonly messages: readonly Readonly<Record<string, unknown>>[];
    } & Readonly<Record<string, unknown>>;
    readonly answer: Readonly<Record<string, unknown>>;
  };
  /** Count the tokens of messages, free of charge */
  readonly "POST /v1/messages/count_tokens": {
    readonly query: never;
    readonly body: {
      readonly model: string;
      readonly messages: readonly Readonly<Record<string, unknown>>[];
    } & Readonly<Record<string, unknown>>;
    readonly answer: Readonly<Record<string, unknown>>;
  };
  /** List the models that one may use */
  readonly "GET /v1/models": {
    readonly query: never;
    readonly body: never;
    readonly answer:
      | {
          readonly data: readonly ClaudeModel[];
          readonly has_more: boolean;
          readonly first_id: string | null;
          readonly last_id: string | null;
        }
      | { readonly object: "list"; readonly data: readonly OpenAiModel[] };
  };
  /** Show a model */
  readonly "GET /v1/models/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: ClaudeModel | OpenAiModel;
  };
  /** Create a message batch */
  readonly "POST /v1/messages/batches": {
    readonly query: never;
    readonly body: { readonly requests: readonly Readonly<Record<string, unknown>>[] } & Readonly<
      Record<string, unknown>
    >;
    readonly answer: Readonly<Record<string, unknown>>;
  };
  /** List one's message batches */
  readonly "GET /v1/messages/batches": {
    readonly query: never;
    readonly body: never;
    readonly answer: Readonly<Record<string, unknown>>;
  };
  /** Show a message batch */
  readonly "GET /v1/messages/batches/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: Readonly<Record<string, unknown>>;
  };
  /** Delete a message batch */
  readonly "DELETE /v1/messages/batches/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: Readonly<Record<string, unknown>>;
  };
  /** Stream the results of a message batch */
  readonly "GET /v1/messages/batches/{id}/results": {
    readonly query: never;
    readonly body: never;
    readonly answer: never;
  };
  /** Cancel a message batch */
  readonly "POST /v1/messages/batches/{id}/cancel": {
    readonly query: never;
    readonly body: never;
    readonly answer: Readonly<Record<string, unknown>>;
  };
  /** Send messages as OpenAI's clients do */
  readonly "POST /v1/chat/completions": {
    readonly query: never;
    readonly body: {
      readonly model: string;
      readonly messages: readonly Readonly<Record<string, unknown>>[];
    } & Readonly<Record<string, unknown>>;
    readonly answer: Readonly<Record<string, unknown>>;
  };
  /** Say something, and hear it answered piece by piece */
  readonly "POST /chat": {
    readonly query: never;
    readonly body: { readonly message: string; readonly system?: string } & Readonly<Record<string, unknown>>;
    readonly answer: never;
  };
  /** Say something, and get the whole answer */
  readonly "POST /api/chat": {
    readonly query: never;
    readonly body: {
      readonly message?: string;
      readonly messages?: readonly Readonly<Record<string, unknown>>[];
      readonly system_prompt?: string;
      readonly model?: string;
      readonly max_tokens?: number;
      readonly schema?: Readonly<Record<string, unknown>>;
    } & Readonly<Record<string, unknown>>;
    readonly answer: ChatAnswer;
  };
  /** Say something, and get the answer as a stream of JSON */
  readonly "POST /api/chat/stream": {
    readonly query: never;
    readonly body: {
      readonly message?: string;
      readonly messages?: readonly Readonly<Record<string, unknown>>[];
      readonly system_prompt?: string;
      readonly model?: string;
      readonly max_tokens?: number;
      readonly schema?: Readonly<Record<string, unknown>>;
    } & Readonly<Record<string, unknown>>;
    readonly answer: never;
  };
  /** Say several things at once */
  readonly "POST /api/chat/batch": {
    readonly query: never;
    readonly body: {
      readonly tasks: readonly Readonly<Record<string, unknown>>[];
      readonly max_concurrent?: number;
    } & Readonly<Record<string, unknown>>;
    readonly answer: Readonly<Record<string, unknown>>;
  };
  /** Say whether anybody is here */
  readonly "HEAD /api/hello": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Say whether anybody is here */
  readonly "GET /api/hello": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Say whom this credential stands for */
  readonly "GET /api/me": {
    readonly query: never;
    readonly body: never;
    readonly answer: Me;
  };
  /** Issue a short-lived token for a user */
  readonly "POST /api/auth/token": {
    readonly query: never;
    readonly body: {
      readonly sub: string;
      readonly ttl_seconds?: number;
      readonly models?: readonly string[];
      readonly routes?: readonly string[];
      readonly max_tokens?: number;
      readonly preset?: string;
    };
    readonly answer: { readonly token: string; readonly token_type: "Bearer"; readonly expires_at: string };
  };
  /** List one's API keys */
  readonly "GET /api/keys": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Key[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Create an API key */
  readonly "POST /api/keys": {
    readonly query: never;
    readonly body: {
      readonly name: string;
      readonly user_id?: string | null;
      readonly scopes?: readonly (
        | "inference"
        | "tokens:issue"
        | "users:act"
        | "billing:read"
        | "billing:write"
        | "keys:write"
      )[];
      readonly models?: readonly string[] | null;
      readonly routes?: readonly string[] | null;
      readonly expires_at?: string | null;
    };
    readonly answer: KeyWithSecret;
  };
  /** Revoke a key */
  readonly "DELETE /api/keys/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Say what is left */
  readonly "GET /api/quota": {
    readonly query: never;
    readonly body: never;
    readonly answer: Quota;
  };
  /** Report one's usage */
  readonly "GET /api/usage": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly tz?: string;
      readonly group_by?:
        | "hour"
        | "day"
        | "week"
        | "month"
        | "model"
        | "user"
        | "key"
        | "tag"
        | "plan_version"
        | "promotion";
      readonly user_id?: string;
    };
    readonly body: never;
    readonly answer: UsageReport;
  };
  /** List one's usage events */
  readonly "GET /api/usage/events": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly from?: string;
      readonly to?: string;
      readonly user_id?: string;
      readonly request_id?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly UsageEvent[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Show the receipt of a request */
  readonly "GET /api/usage/events/{request_id}": {
    readonly query: { readonly explain?: "text" };
    readonly body: never;
    readonly answer: Receipt;
  };
  /** List the plans that one may choose from */
  readonly "GET /api/plans": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly OfferedPlan[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Show how a customer stands */
  readonly "GET /api/billing": {
    readonly query: never;
    readonly body: never;
    readonly answer: Billing;
  };
  /** Show a billing profile */
  readonly "GET /api/billing/profile": {
    readonly query: never;
    readonly body: never;
    readonly answer: BillingProfile;
  };
  /** Save a billing profile */
  readonly "PUT /api/billing/profile": {
    readonly query: never;
    readonly body: {
      readonly name: string;
      readonly email: string;
      readonly contact: string;
      readonly address: {
        readonly line1: string;
        readonly line2?: string;
        readonly city: string;
        readonly postal_code: string;
        readonly country?: string;
      };
      readonly state_code: string;
      readonly gstin?: string | null;
    };
    readonly answer: BillingProfile;
  };
  /** Show one's subscription */
  readonly "GET /api/billing/subscription": {
    readonly query: never;
    readonly body: never;
    readonly answer: SubscriptionStanding;
  };
  /** Sign up to a plan */
  readonly "POST /api/billing/subscription": {
    readonly query: never;
    readonly body: { readonly plan_id: string; readonly total_count?: number };
    readonly answer: Subscription;
  };
  /** Cancel a subscription, at its cycle's end unless it says now */
  readonly "POST /api/billing/subscription/cancel": {
    readonly query: never;
    readonly body: { readonly at?: "now" | "cycle_end" };
    readonly answer: Subscription;
  };
  /** Pause a subscription */
  readonly "POST /api/billing/subscription/pause": {
    readonly query: never;
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: Subscription;
  };
  /** Resume a paused subscription */
  readonly "POST /api/billing/subscription/resume": {
    readonly query: never;
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: Subscription;
  };
  /** Change to another plan, or preview that */
  readonly "POST /api/billing/subscription/change": {
    readonly query: never;
    readonly body: { readonly plan_id: string; readonly when?: "now" | "cycle_end"; readonly preview?: boolean };
    readonly answer: ChangePreview | Subscription;
  };
  /** Hand in Checkout's answer to a subscription */
  readonly "POST /api/billing/subscription/verify": {
    readonly query: never;
    readonly body: {
      readonly razorpay_payment_id: string;
      readonly razorpay_subscription_id?: string;
      readonly razorpay_signature: string;
    };
    readonly answer: Subscription;
  };
  /** Say what Checkout is opened with to pay another way */
  readonly "POST /api/billing/subscription/payment_method": {
    readonly query: never;
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: {
      readonly subscription_id: string;
      readonly key_id: string;
      readonly subscription_card_change: true;
      readonly short_url: string | null;
      readonly status:
        | "created"
        | "authenticated"
        | "active"
        | "pending"
        | "halted"
        | "paused"
        | "cancelled"
        | "completed"
        | "expired";
      readonly method: string | null;
      readonly change_method_to: readonly ("card_domestic" | "card_international" | "upi" | "emandate")[] | null;
    };
  };
  /** List mandates, and what is allowed by which method */
  readonly "GET /api/billing/mandate": {
    readonly query: never;
    readonly body: never;
    readonly answer: {
      readonly data: readonly Mandate[];
      readonly methods: {
        readonly upi: {
          readonly mandate_max_paise: number;
          readonly unattended_max_paise: number;
          readonly debit_takes_ms: number;
          readonly final_after_ms: number;
          readonly retry_after_ms: number;
        };
        readonly card: {
          readonly mandate_max_paise: number;
          readonly unattended_max_paise: number;
          readonly debit_takes_ms: number;
          readonly final_after_ms: number;
          readonly retry_after_ms: number;
        };
        readonly emandate: {
          readonly mandate_max_paise: number;
          readonly unattended_max_paise: number;
          readonly debit_takes_ms: number;
          readonly final_after_ms: number;
          readonly retry_after_ms: number;
        };
      };
    };
  };
  /** Cancel every mandate */
  readonly "DELETE /api/billing/mandate": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Set out to register a mandate */
  readonly "POST /api/billing/mandate": {
    readonly query: never;
    readonly body: { readonly max_amount_paise: number; readonly method: "upi" | "card" | "emandate" };
    readonly answer: MandateToApprove;
  };
  /** Cancel one mandate */
  readonly "DELETE /api/billing/mandate/{mandate_id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Hand in Checkout's answer to a mandate */
  readonly "POST /api/billing/mandate/verify": {
    readonly query: never;
    readonly body: {
      readonly razorpay_order_id: string;
      readonly razorpay_payment_id: string;
      readonly razorpay_signature: string;
    };
    readonly answer: Mandate;
  };
  /** Show the wallet */
  readonly "GET /api/billing/wallet": {
    readonly query: never;
    readonly body: never;
    readonly answer: Wallet;
  };
  /** Say when credit is low, and whether more is proposed */
  readonly "PUT /api/billing/wallet": {
    readonly query: never;
    readonly body: {
      readonly low_micros?: number | null;
      readonly auto_topup?: { readonly below_micros: number; readonly credit_micros: number } | null;
    };
    readonly answer: Wallet;
  };
  /** Set out to buy credit */
  readonly "POST /api/billing/topups": {
    readonly query: never;
    readonly body: { readonly credit_micros: number };
    readonly answer: TopupToPay;
  };
  /** List top-ups */
  readonly "GET /api/billing/topups": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Topup[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Hand in Checkout's answer to a top-up */
  readonly "POST /api/billing/topups/verify": {
    readonly query: never;
    readonly body: {
      readonly topup_id?: string;
      readonly razorpay_order_id: string;
      readonly razorpay_payment_id: string;
      readonly razorpay_signature: string;
    };
    readonly answer: Topup;
  };
  /** Redeem a code */
  readonly "POST /api/billing/promotions": {
    readonly query: never;
    readonly body: { readonly code: string };
    readonly answer: {
      readonly grant_id: string;
      readonly credit_micros: number;
      readonly currency: string;
      readonly expires_at: string | null;
    };
  };
  /** An invoice as PDF */
  readonly "GET /api/billing/invoices/{id}.pdf": {
    readonly query: never;
    readonly body: never;
    readonly answer: never;
  };
  /** An invoice as a page to print */
  readonly "GET /api/billing/invoices/{id}.html": {
    readonly query: never;
    readonly body: never;
    readonly answer: never;
  };
  /** A credit note as PDF */
  readonly "GET /api/billing/credit_notes/{id}.pdf": {
    readonly query: never;
    readonly body: never;
    readonly answer: never;
  };
  /** A credit note as a page to print */
  readonly "GET /api/billing/credit_notes/{id}.html": {
    readonly query: never;
    readonly body: never;
    readonly answer: never;
  };
  /** Show the statement of account */
  readonly "GET /api/billing/statement": {
    readonly query: { readonly from?: string; readonly to?: string; readonly limit?: number };
    readonly body: never;
    readonly answer: Statement;
  };
  /** List one's invoices */
  readonly "GET /api/billing/invoices": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Invoice[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Show an invoice with its credit notes */
  readonly "GET /api/billing/invoices/{invoice_id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: InvoiceWithNotes;
  };
  /** Sign in: exchange an admin token or key for a session cookie */
  readonly "POST /api/admin/sessions": {
    readonly query: never;
    readonly body: { readonly token: string };
    readonly answer: {
      readonly id: string;
      readonly role: "owner" | "finance" | "support";
      readonly name: string;
      readonly expires_at: string;
    };
  };
  /** List who is signed in */
  readonly "GET /api/admin/sessions": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly AdminSession[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Say who is asking, and of what kind of Tollgate */
  readonly "GET /api/admin/me": {
    readonly query: never;
    readonly body: never;
    readonly answer: {
      readonly name: string;
      readonly role: "owner" | "finance" | "support";
      readonly session_id: string | null;
      readonly sandbox: boolean;
    };
  };
  /** Sign out */
  readonly "DELETE /api/admin/sessions/current": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** End a session */
  readonly "DELETE /api/admin/sessions/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** List the keys of administrators */
  readonly "GET /api/admin/keys": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly AdminKey[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Create a key for an administrator */
  readonly "POST /api/admin/keys": {
    readonly query: never;
    readonly body: {
      readonly name: string;
      readonly role: "owner" | "finance" | "support";
      readonly expires_at?: string | null;
    };
    readonly answer: AdminKeyWithSecret;
  };
  /** Change the name or the role of an administrator's key */
  readonly "PATCH /api/admin/keys/{id}": {
    readonly query: never;
    readonly body: { readonly name?: string; readonly role?: "owner" | "finance" | "support" };
    readonly answer: AdminKey;
  };
  /** Revoke a key */
  readonly "DELETE /api/admin/keys/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Create a tenant */
  readonly "POST /api/admin/tenants": {
    readonly query: never;
    readonly body: {
      readonly name: string;
      readonly external_id?: string | null;
      readonly timezone?: string;
      readonly currency?: string;
      readonly status?: "active" | "suspended" | "closed";
      readonly enforcement?: "enforce" | "observe";
      readonly billing?: "tenant" | "user";
      readonly default_plan_id?: string | null;
      readonly upstream_api_key?: string | null;
      readonly razorpay?: {
        readonly key_id: string;
        readonly key_secret: string;
        readonly webhook_secret: string;
      } | null;
      readonly allowed_origins?: readonly string[];
      readonly allowed_models?: readonly string[];
      readonly on_disconnect?: "abort" | "drain" | null;
      readonly hold?: "rolling" | "strict";
      readonly cost_visibility?: "full" | "spend" | "none" | null;
      readonly metadata?: Readonly<Record<string, string>>;
    };
    readonly answer: Tenant;
  };
  /** List tenants */
  readonly "GET /api/admin/tenants": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly status?: "active" | "suspended" | "closed";
      readonly q?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Tenant[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Show a tenant */
  readonly "GET /api/admin/tenants/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: Tenant;
  };
  /** Change a tenant */
  readonly "PATCH /api/admin/tenants/{id}": {
    readonly query: never;
    readonly body: {
      readonly name?: string;
      readonly external_id?: string | null;
      readonly timezone?: string;
      readonly currency?: string;
      readonly status?: "active" | "suspended" | "closed";
      readonly enforcement?: "enforce" | "observe";
      readonly billing?: "tenant" | "user";
      readonly default_plan_id?: string | null;
      readonly upstream_api_key?: string | null;
      readonly razorpay?: {
        readonly key_id: string;
        readonly key_secret: string;
        readonly webhook_secret: string;
      } | null;
      readonly allowed_origins?: readonly string[];
      readonly allowed_models?: readonly string[];
      readonly on_disconnect?: "abort" | "drain" | null;
      readonly hold?: "rolling" | "strict";
      readonly cost_visibility?: "full" | "spend" | "none" | null;
      readonly metadata?: Readonly<Record<string, string>>;
    };
    readonly answer: Tenant;
  };
  /** Show a tenant's presets */
  readonly "GET /api/admin/tenants/{id}/presets": {
    readonly query: never;
    readonly body: never;
    readonly answer: {
      readonly presets: Readonly<
        Record<
          string,
          {
            readonly model: string;
            readonly max_tokens: number;
            readonly system?:
              | string
              | readonly ({ readonly type: "text"; readonly text: string } & Readonly<Record<string, unknown>>)[];
            readonly temperature?: number;
            readonly stop_sequences?: readonly string[];
            readonly thinking?: { readonly type: string } & Readonly<Record<string, unknown>>;
            readonly output_config?: Readonly<Record<string, unknown>>;
          }
        >
      >;
    };
  };
  /** Replace a tenant's presets */
  readonly "PUT /api/admin/tenants/{id}/presets": {
    readonly query: never;
    readonly body: {
      readonly presets: Readonly<
        Record<
          string,
          {
            readonly model: string;
            readonly max_tokens: number;
            readonly system?:
              | string
              | readonly ({ readonly type: "text"; readonly text: string } & Readonly<Record<string, unknown>>)[];
            readonly temperature?: number;
            readonly stop_sequences?: readonly string[];
            readonly thinking?: { readonly type: string } & Readonly<Record<string, unknown>>;
            readonly output_config?: Readonly<Record<string, unknown>>;
          }
        >
      >;
    };
    readonly answer: {
      readonly presets: Readonly<
        Record<
          string,
          {
            readonly model: string;
            readonly max_tokens: number;
            readonly system?:
              | string
              | readonly ({ readonly type: "text"; readonly text: string } & Readonly<Record<string, unknown>>)[];
            readonly temperature?: number;
            readonly stop_sequences?: readonly string[];
            readonly thinking?: { readonly type: string } & Readonly<Record<string, unknown>>;
            readonly output_config?: Readonly<Record<string, unknown>>;
          }
        >
      >;
    };
  };
  /** List a tenant's users */
  readonly "GET /api/admin/tenants/{id}/users": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly User[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Create a user */
  readonly "POST /api/admin/tenants/{id}/users": {
    readonly query: never;
    readonly body: {
      readonly external_id: string;
      readonly name?: string | null;
      readonly status?: "active" | "blocked";
    };
    readonly answer: User;
  };
  /** Create a user, or change the one of this external id */
  readonly "PUT /api/admin/tenants/{id}/users": {
    readonly query: never;
    readonly body: {
      readonly external_id: string;
      readonly name?: string | null;
      readonly status?: "active" | "blocked";
    };
    readonly answer: User;
  };
  /** Show a user */
  readonly "GET /api/admin/users/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: User;
  };
  /** Change a user */
  readonly "PATCH /api/admin/users/{id}": {
    readonly query: never;
    readonly body: { readonly name?: string | null; readonly status?: "active" | "blocked" };
    readonly answer: User;
  };
  /** Export everything about a person */
  readonly "GET /api/admin/users/{id}/export": {
    readonly query: never;
    readonly body: never;
    readonly answer: unknown;
  };
  /** Erase a person */
  readonly "POST /api/admin/users/{id}/erase": {
    readonly query: never;
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: Erasure;
  };
  /** List a tenant's API keys */
  readonly "GET /api/admin/tenants/{id}/keys": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Key[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Create an API key */
  readonly "POST /api/admin/tenants/{id}/keys": {
    readonly query: never;
    readonly body: {
      readonly name: string;
      readonly user_id?: string | null;
      readonly scopes?: readonly (
        | "inference"
        | "tokens:issue"
        | "users:act"
        | "billing:read"
        | "billing:write"
        | "keys:write"
      )[];
      readonly models?: readonly string[] | null;
      readonly routes?: readonly string[] | null;
      readonly expires_at?: string | null;
    };
    readonly answer: KeyWithSecret;
  };
  /** Give a key another secret */
  readonly "POST /api/admin/keys/{id}/rotate": {
    readonly query: never;
    readonly body: { readonly overlap_seconds?: number };
    readonly answer: KeyWithSecret;
  };
  /** List issuers */
  readonly "GET /api/admin/tenants/{id}/issuers": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Issuer[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Register an identity provider */
  readonly "POST /api/admin/tenants/{id}/issuers": {
    readonly query: never;
    readonly body: {
      readonly issuer: string;
      readonly audience: string;
      readonly algorithms: readonly (
        | "HS256"
        | "HS384"
        | "HS512"
        | "RS256"
        | "RS384"
        | "RS512"
        | "PS256"
        | "PS384"
        | "PS512"
        | "ES256"
        | "ES384"
        | "ES512"
      )[];
      readonly jwks_url?: string | null;
      readonly public_key?: string | null;
      readonly shared_secret?: string | null;
      readonly user_claim?: string;
      readonly tenant_claim?: string | null;
      readonly required_claims?: Readonly<Record<string, string | number | boolean>> | null;
      readonly create_users?: boolean;
    };
    readonly answer: Issuer;
  };
  /** Remove an issuer: its tokens are refused from now on */
  readonly "DELETE /api/admin/tenants/{id}/issuers/{issuer_id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** List issuers */
  readonly "GET /api/admin/issuers": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Issuer[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Register an identity provider for the whole installation */
  readonly "POST /api/admin/issuers": {
    readonly query: never;
    readonly body: {
      readonly issuer: string;
      readonly audience: string;
      readonly algorithms: readonly (
        | "HS256"
        | "HS384"
        | "HS512"
        | "RS256"
        | "RS384"
        | "RS512"
        | "PS256"
        | "PS384"
        | "PS512"
        | "ES256"
        | "ES384"
        | "ES512"
      )[];
      readonly jwks_url?: string | null;
      readonly public_key?: string | null;
      readonly shared_secret?: string | null;
      readonly user_claim?: string;
      readonly tenant_claim?: string | null;
      readonly required_claims?: Readonly<Record<string, string | number | boolean>> | null;
      readonly create_users?: boolean;
    };
    readonly answer: Issuer;
  };
  /** Remove an issuer: its tokens are refused from now on */
  readonly "DELETE /api/admin/issuers/{issuer_id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Show the limits of a subject */
  readonly "GET /api/admin/limits": {
    readonly query: {
      readonly scope: "tenant" | "user" | "key" | "each_user" | "plan" | "plan_each_user" | "plan_pool";
      readonly subject_id: string;
    };
    readonly body: never;
    readonly answer: {
      readonly tenant_id: string;
      readonly scope: "tenant" | "user" | "key" | "each_user" | "plan" | "plan_each_user" | "plan_pool";
      readonly subject_id: string;
      readonly limits: readonly Limit[];
    };
  };
  /** Replace the limits of a subject */
  readonly "PUT /api/admin/limits": {
    readonly query: {
      readonly scope?: "tenant" | "user" | "key" | "each_user" | "plan" | "plan_each_user" | "plan_pool";
      readonly subject_id?: string;
    };
    readonly body: {
      readonly limits: readonly {
        readonly metric: "requests" | "input_tokens" | "output_tokens" | "total_tokens" | "spend_micros";
        readonly window: "minute" | "hour" | "day" | "week" | "month" | "cycle" | "lifetime";
        readonly amount: number;
        readonly models?: readonly string[];
        readonly enforcement?: "hard" | "soft";
        readonly alert_at?: readonly number[];
        readonly raise?: { readonly amount: number; readonly until: string } | null;
      }[];
      readonly scope?: "tenant" | "user" | "key" | "each_user" | "plan" | "plan_each_user" | "plan_pool";
      readonly subject_id?: string;
    };
    readonly answer: {
      readonly tenant_id: string;
      readonly scope: "tenant" | "user" | "key" | "each_user" | "plan" | "plan_each_user" | "plan_pool";
      readonly subject_id: string;
      readonly limits: readonly Limit[];
    };
  };
  /** List what is held now */
  readonly "GET /api/admin/holds": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly tenant_id?: string;
      readonly customer_id?: string;
      readonly user_id?: string;
      readonly key_id?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Hold[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** List usage events of all tenants */
  readonly "GET /api/admin/events": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly tenant_id?: string;
      readonly user_id?: string;
      readonly key_id?: string;
      readonly model?: string;
      readonly unreconciled?: "true" | "false";
      readonly from?: string;
      readonly to?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly UsageEventInFull[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Follow usage events as they are settled */
  readonly "GET /api/admin/events/stream": {
    readonly query: { readonly tenant_id?: string; readonly model?: string };
    readonly body: never;
    readonly answer: never;
  };
  /** Show the receipt of a request */
  readonly "GET /api/admin/events/{request_id}": {
    readonly query: { readonly explain?: "text" };
    readonly body: never;
    readonly answer: ReceiptInFull;
  };
  /** Report a tenant's usage */
  readonly "GET /api/admin/tenants/{id}/usage": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly tz?: string;
      readonly group_by?:
        | "hour"
        | "day"
        | "week"
        | "month"
        | "model"
        | "user"
        | "key"
        | "tag"
        | "plan_version"
        | "promotion";
      readonly user_id?: string;
    };
    readonly body: never;
    readonly answer: UsageReport;
  };
  /** Price stored calls again */
  readonly "POST /api/admin/rerate": {
    readonly query: never;
    readonly body: {
      readonly from: string;
      readonly to: string;
      readonly tenant_id?: string;
      readonly dry_run?: boolean;
      readonly reason?: string;
      readonly after_id?: string;
      readonly limit?: number;
    };
    readonly answer: {
      readonly dry_run: boolean;
      readonly from: string;
      readonly to: string;
      readonly events: number;
      readonly changed: number;
      readonly has_more: boolean;
      readonly last_id: string | null;
      readonly data: readonly {
        readonly tenant_id: string;
        readonly currency: string;
        readonly events: number;
        readonly changed: number;
        readonly unpriced: number;
        readonly old_cost_micros_usd: number;
        readonly new_cost_micros_usd: number;
        readonly old_spend_micros: number;
        readonly new_spend_micros: number;
        readonly old_uncovered_micros: number;
        readonly new_uncovered_micros: number;
      }[];
    };
  };
  /** List other costs */
  readonly "GET /api/admin/cost_lines": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly CostLine[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Enter a cost that no request explains */
  readonly "POST /api/admin/cost_lines": {
    readonly query: never;
    readonly body: {
      readonly kind: "code_execution_hours";
      readonly reference: string;
      readonly quantity: string;
      readonly from: string;
      readonly to: string;
      readonly note?: string | null;
    };
    readonly answer: CostLine;
  };
  /** List prices */
  readonly "GET /api/admin/prices": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly model?: string;
      readonly tenant_id?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Price[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Add prices of a model */
  readonly "POST /api/admin/prices": {
    readonly query: never;
    readonly body: {
      readonly model: string;
      readonly tenant_id?: string | null;
      readonly list?: "standard" | "fast";
      readonly above_prompt_tokens?: number;
      readonly usd_per_million: Readonly<Record<string, string>>;
      readonly valid_from?: string;
      readonly correction?: boolean;
    };
    readonly answer: {
      readonly data: readonly Price[];
      readonly missing_meters: readonly (
        | "input"
        | "cache_read"
        | "cache_write_5m"
        | "cache_write_1h"
        | "output"
        | "web_search"
      )[];
    };
  };
  /** List exchange rates */
  readonly "GET /api/admin/fx_rates": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly FxRate[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Add an exchange rate */
  readonly "POST /api/admin/fx_rates": {
    readonly query: never;
    readonly body: { readonly currency: string; readonly rate_micros: number; readonly valid_from?: string };
    readonly answer: FxRate;
  };
  /** List plans */
  readonly "GET /api/admin/plans": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly visibility?: "public" | "hidden";
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Plan[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Create a plan */
  readonly "POST /api/admin/plans": {
    readonly query: never;
    readonly body: {
      readonly name: string;
      readonly currency?: string;
      readonly visibility?: "public" | "hidden";
      readonly period?: "daily" | "weekly" | "monthly" | "quarterly" | "yearly";
      readonly interval?: number;
      readonly price_paise?: number;
      readonly tax?: "inclusive" | "exclusive";
      readonly included_micros?: number;
      readonly pricing:
        | { readonly type: "markup"; readonly multiplier_ppm: number }
        | {
            readonly type: "rate_card";
            readonly rates: readonly {
              readonly model: string;
              readonly list?: "standard" | "fast";
              readonly above_prompt_tokens?: number;
              readonly per_million: {
                readonly input: string;
                readonly output: string;
                readonly cache_read?: string;
                readonly cache_write_5m?: string;
                readonly cache_write_1h?: string;
              };
              readonly per_request?: { readonly web_search?: string | null };
            }[];
            readonly fallback_multiplier_ppm?: number | null;
          };
      readonly tiers?: readonly { readonly up_to_micros?: number | null; readonly multiplier_ppm: number }[] | null;
      readonly overage?: { readonly enabled?: boolean; readonly cap_micros?: number };
      readonly limits?: readonly {
        readonly metric: "requests" | "input_tokens" | "output_tokens" | "total_tokens" | "spend_micros";
        readonly window: "minute" | "hour" | "day" | "week" | "month" | "cycle" | "lifetime";
        readonly amount: number;
        readonly models?: readonly string[];
        readonly enforcement?: "hard" | "soft";
        readonly alert_at?: readonly number[];
        readonly raise?: { readonly amount: number; readonly until: string } | null;
        readonly scope?: "plan" | "plan_each_user" | "plan_pool";
      }[];
      readonly unit?: { readonly name: string; readonly micros: number } | null;
      readonly trial?: { readonly days: number; readonly included_micros: number } | null;
      readonly collection?: "subscription" | "mandate" | "prepaid";
      readonly grace_days?: number;
      readonly reminder_days?: readonly number[];
      readonly final_notice_days?: number;
      readonly early_bill_micros?: number | null;
      readonly razorpay_plan_id?: string | null;
    };
    readonly answer: Plan;
  };
  /** Show a plan with all its versions */
  readonly "GET /api/admin/plans/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: PlanWithVersions;
  };
  /** Change a plan */
  readonly "PATCH /api/admin/plans/{id}": {
    readonly query: never;
    readonly body: {
      readonly name?: string;
      readonly visibility?: "public" | "hidden";
      readonly period?: "daily" | "weekly" | "monthly" | "quarterly" | "yearly";
      readonly interval?: number;
      readonly price_paise?: number;
      readonly tax?: "inclusive" | "exclusive";
      readonly included_micros?: number;
      readonly pricing?:
        | { readonly type: "markup"; readonly multiplier_ppm: number }
        | {
            readonly type: "rate_card";
            readonly rates: readonly {
              readonly model: string;
              readonly list?: "standard" | "fast";
              readonly above_prompt_tokens?: number;
              readonly per_million: {
                readonly input: string;
                readonly output: string;
                readonly cache_read?: string;
                readonly cache_write_5m?: string;
                readonly cache_write_1h?: string;
              };
              readonly per_request?: { readonly web_search?: string | null };
            }[];
            readonly fallback_multiplier_ppm?: number | null;
          };
      readonly tiers?: readonly { readonly up_to_micros?: number | null; readonly multiplier_ppm: number }[] | null;
      readonly overage?: { readonly enabled?: boolean; readonly cap_micros?: number };
      readonly limits?: readonly {
        readonly metric: "requests" | "input_tokens" | "output_tokens" | "total_tokens" | "spend_micros";
        readonly window: "minute" | "hour" | "day" | "week" | "month" | "cycle" | "lifetime";
        readonly amount: number;
        readonly models?: readonly string[];
        readonly enforcement?: "hard" | "soft";
        readonly alert_at?: readonly number[];
        readonly raise?: { readonly amount: number; readonly until: string } | null;
        readonly scope?: "plan" | "plan_each_user" | "plan_pool";
      }[];
      readonly unit?: { readonly name: string; readonly micros: number } | null;
      readonly trial?: { readonly days: number; readonly included_micros: number } | null;
      readonly collection?: "subscription" | "mandate" | "prepaid";
      readonly grace_days?: number;
      readonly reminder_days?: readonly number[];
      readonly final_notice_days?: number;
      readonly early_bill_micros?: number | null;
      readonly razorpay_plan_id?: string | null;
      readonly archived?: boolean;
      readonly valid_from?: string;
    };
    readonly answer: Plan;
  };
  /** Withdraw a version that has not begun */
  readonly "DELETE /api/admin/plans/{id}/versions/{version}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Move customers from older versions of a plan to its present one */
  readonly "POST /api/admin/plans/{id}/migrate": {
    readonly query: never;
    readonly body: {
      readonly dry_run?: boolean;
      readonly customer_ids?: readonly string[];
      readonly limit?: number;
      readonly after_id?: string;
    };
    readonly answer: PlanMigration;
  };
  /** List cycles */
  readonly "GET /api/admin/cycles": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly tenant_id?: string;
      readonly customer_id?: string;
      readonly state?: "open" | "ended" | "closed";
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Cycle[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Show how a customer stands */
  readonly "GET /api/admin/tenants/{id}/billing": {
    readonly query: never;
    readonly body: never;
    readonly answer: Billing;
  };
  /** Show how a customer stands */
  readonly "GET /api/admin/users/{id}/billing": {
    readonly query: never;
    readonly body: never;
    readonly answer: Billing;
  };
  /** Show a billing profile */
  readonly "GET /api/admin/tenants/{id}/billing_profile": {
    readonly query: never;
    readonly body: never;
    readonly answer: BillingProfile;
  };
  /** Save a billing profile */
  readonly "PUT /api/admin/tenants/{id}/billing_profile": {
    readonly query: never;
    readonly body: {
      readonly name: string;
      readonly email: string;
      readonly contact: string;
      readonly address: {
        readonly line1: string;
        readonly line2?: string;
        readonly city: string;
        readonly postal_code: string;
        readonly country?: string;
      };
      readonly state_code: string;
      readonly gstin?: string | null;
    };
    readonly answer: BillingProfile;
  };
  /** Show a billing profile */
  readonly "GET /api/admin/users/{id}/billing_profile": {
    readonly query: never;
    readonly body: never;
    readonly answer: BillingProfile;
  };
  /** Save a billing profile */
  readonly "PUT /api/admin/users/{id}/billing_profile": {
    readonly query: never;
    readonly body: {
      readonly name: string;
      readonly email: string;
      readonly contact: string;
      readonly address: {
        readonly line1: string;
        readonly line2?: string;
        readonly city: string;
        readonly postal_code: string;
        readonly country?: string;
      };
      readonly state_code: string;
      readonly gstin?: string | null;
    };
    readonly answer: BillingProfile;
  };
  /** Show what Razorpay allows by which method */
  readonly "GET /api/admin/razorpay/methods": {
    readonly query: never;
    readonly body: never;
    readonly answer: {
      readonly data: readonly {
        readonly method: "card_domestic" | "card_international" | "upi" | "emandate";
        readonly subscription: MethodRules;
        readonly mandate: {
          readonly mandate_max_paise: number;
          readonly unattended_max_paise: number;
          readonly debit_takes_ms: number;
          readonly final_after_ms: number;
          readonly retry_after_ms: number;
          readonly method: "upi" | "card" | "emandate";
        } | null;
      }[];
    };
  };
  /** Show the subscription */
  readonly "GET /api/admin/tenants/{id}/subscription": {
    readonly query: never;
    readonly body: never;
    readonly answer: SubscriptionForAdmin;
  };
  /** Sign up to a plan, or adopt a subscription that is live at Razorpay */
  readonly "POST /api/admin/tenants/{id}/subscription": {
    readonly query: never;
    readonly body:
      | { readonly plan_id: string; readonly total_count?: number }
      | { readonly plan_id: string; readonly razorpay_subscription_id: string };
    readonly answer: Subscription;
  };
  /** Cancel a subscription, at its cycle's end unless it says now */
  readonly "POST /api/admin/tenants/{id}/subscription/cancel": {
    readonly query: never;
    readonly body: { readonly at?: "now" | "cycle_end" };
    readonly answer: Subscription;
  };
  /** Pause a subscription */
  readonly "POST /api/admin/tenants/{id}/subscription/pause": {
    readonly query: never;
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: Subscription;
  };
  /** Resume a paused subscription */
  readonly "POST /api/admin/tenants/{id}/subscription/resume": {
    readonly query: never;
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: Subscription;
  };
  /** Change to another plan, or preview that */
  readonly "POST /api/admin/tenants/{id}/subscription/change": {
    readonly query: never;
    readonly body: { readonly plan_id: string; readonly when?: "now" | "cycle_end"; readonly preview?: boolean };
    readonly answer: ChangePreview | Subscription;
  };
  /** Show the subscription */
  readonly "GET /api/admin/users/{id}/subscription": {
    readonly query: never;
    readonly body: never;
    readonly answer: SubscriptionForAdmin;
  };
  /** Sign up to a plan, or adopt a subscription that is live at Razorpay */
  readonly "POST /api/admin/users/{id}/subscription": {
    readonly query: never;
    readonly body:
      | { readonly plan_id: string; readonly total_count?: number }
      | { readonly plan_id: string; readonly razorpay_subscription_id: string };
    readonly answer: Subscription;
  };
  /** Cancel a subscription, at its cycle's end unless it says now */
  readonly "POST /api/admin/users/{id}/subscription/cancel": {
    readonly query: never;
    readonly body: { readonly at?: "now" | "cycle_end" };
    readonly answer: Subscription;
  };
  /** Pause a subscription */
  readonly "POST /api/admin/users/{id}/subscription/pause": {
    readonly query: never;
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: Subscription;
  };
  /** Resume a paused subscription */
  readonly "POST /api/admin/users/{id}/subscription/resume": {
    readonly query: never;
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: Subscription;
  };
  /** Change to another plan, or preview that */
  readonly "POST /api/admin/users/{id}/subscription/change": {
    readonly query: never;
    readonly body: { readonly plan_id: string; readonly when?: "now" | "cycle_end"; readonly preview?: boolean };
    readonly answer: ChangePreview | Subscription;
  };
  /** List attempts to collect */
  readonly "GET /api/admin/collections": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly tenant_id?: string;
      readonly customer_id?: string;
      readonly invoice_id?: string;
      readonly status?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Collection[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** List mandates, and what is allowed by which method */
  readonly "GET /api/admin/tenants/{id}/mandate": {
    readonly query: never;
    readonly body: never;
    readonly answer: {
      readonly data: readonly Mandate[];
      readonly methods: {
        readonly upi: {
          readonly mandate_max_paise: number;
          readonly unattended_max_paise: number;
          readonly debit_takes_ms: number;
          readonly final_after_ms: number;
          readonly retry_after_ms: number;
        };
        readonly card: {
          readonly mandate_max_paise: number;
          readonly unattended_max_paise: number;
          readonly debit_takes_ms: number;
          readonly final_after_ms: number;
          readonly retry_after_ms: number;
        };
        readonly emandate: {
          readonly mandate_max_paise: number;
          readonly unattended_max_paise: number;
          readonly debit_takes_ms: number;
          readonly final_after_ms: number;
          readonly retry_after_ms: number;
        };
      };
    };
  };
  /** Cancel every mandate */
  readonly "DELETE /api/admin/tenants/{id}/mandate": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Set out to register a mandate, or adopt one that was confirmed elsewhere */
  readonly "POST /api/admin/tenants/{id}/mandate": {
    readonly query: never;
    readonly body:
      | { readonly max_amount_paise: number; readonly method: "upi" | "card" | "emandate" }
      | {
          readonly token_id: string;
          readonly razorpay_customer_id?: string;
          readonly method?: "upi" | "card" | "emandate";
          readonly max_amount_paise?: number;
        };
    readonly answer: Mandate | MandateToApprove | Mandate;
  };
  /** Cancel one mandate */
  readonly "DELETE /api/admin/tenants/{id}/mandate/{mandate_id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** List mandates, and what is allowed by which method */
  readonly "GET /api/admin/users/{id}/mandate": {
    readonly query: never;
    readonly body: never;
    readonly answer: {
      readonly data: readonly Mandate[];
      readonly methods: {
        readonly upi: {
          readonly mandate_max_paise: number;
          readonly unattended_max_paise: number;
          readonly debit_takes_ms: number;
          readonly final_after_ms: number;
          readonly retry_after_ms: number;
        };
        readonly card: {
          readonly mandate_max_paise: number;
          readonly unattended_max_paise: number;
          readonly debit_takes_ms: number;
          readonly final_after_ms: number;
          readonly retry_after_ms: number;
        };
        readonly emandate: {
          readonly mandate_max_paise: number;
          readonly unattended_max_paise: number;
          readonly debit_takes_ms: number;
          readonly final_after_ms: number;
          readonly retry_after_ms: number;
        };
      };
    };
  };
  /** Cancel every mandate */
  readonly "DELETE /api/admin/users/{id}/mandate": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Set out to register a mandate, or adopt one that was confirmed elsewhere */
  readonly "POST /api/admin/users/{id}/mandate": {
    readonly query: never;
    readonly body:
      | { readonly max_amount_paise: number; readonly method: "upi" | "card" | "emandate" }
      | {
          readonly token_id: string;
          readonly razorpay_customer_id?: string;
          readonly method?: "upi" | "card" | "emandate";
          readonly max_amount_paise?: number;
        };
    readonly answer: Mandate | MandateToApprove | Mandate;
  };
  /** Cancel one mandate */
  readonly "DELETE /api/admin/users/{id}/mandate/{mandate_id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Show the statement of account */
  readonly "GET /api/admin/tenants/{id}/statement": {
    readonly query: { readonly from?: string; readonly to?: string; readonly limit?: number };
    readonly body: never;
    readonly answer: Statement;
  };
  /** Show the statement of account */
  readonly "GET /api/admin/users/{id}/statement": {
    readonly query: { readonly from?: string; readonly to?: string; readonly limit?: number };
    readonly body: never;
    readonly answer: Statement;
  };
  /** List grants */
  readonly "GET /api/admin/tenants/{id}/credits": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Grant[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Give credit without a sale, once or in each period */
  readonly "POST /api/admin/tenants/{id}/credits": {
    readonly query: never;
    readonly body: {
      readonly amount_micros: number;
      readonly reason: string;
      readonly kind?: "prepaid" | "promotional";
      readonly expires_at?: string | null;
      readonly repeats?: {
        readonly every: "month" | "cycle";
        readonly until?: string | null;
        readonly times?: number | null;
        readonly lasts?: "period" | "forever";
      };
    };
    readonly answer: CreditGiven;
  };
  /** List credit that repeats */
  readonly "GET /api/admin/tenants/{id}/credits/repeats": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly CreditRepeat[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** End credit that repeats */
  readonly "DELETE /api/admin/tenants/{id}/credits/repeats/{repeat_id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** List grants */
  readonly "GET /api/admin/users/{id}/credits": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Grant[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Give credit without a sale, once or in each period */
  readonly "POST /api/admin/users/{id}/credits": {
    readonly query: never;
    readonly body: {
      readonly amount_micros: number;
      readonly reason: string;
      readonly kind?: "prepaid" | "promotional";
      readonly expires_at?: string | null;
      readonly repeats?: {
        readonly every: "month" | "cycle";
        readonly until?: string | null;
        readonly times?: number | null;
        readonly lasts?: "period" | "forever";
      };
    };
    readonly answer: CreditGiven;
  };
  /** List credit that repeats */
  readonly "GET /api/admin/users/{id}/credits/repeats": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly CreditRepeat[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** End credit that repeats */
  readonly "DELETE /api/admin/users/{id}/credits/repeats/{repeat_id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Show the wallet */
  readonly "GET /api/admin/tenants/{id}/wallet": {
    readonly query: never;
    readonly body: never;
    readonly answer: Wallet;
  };
  /** Say when credit is low, and whether more is proposed */
  readonly "PUT /api/admin/tenants/{id}/wallet": {
    readonly query: never;
    readonly body: {
      readonly low_micros?: number | null;
      readonly auto_topup?: { readonly below_micros: number; readonly credit_micros: number } | null;
      readonly credit_days?: number | null;
    };
    readonly answer: Wallet;
  };
  /** Show the wallet */
  readonly "GET /api/admin/users/{id}/wallet": {
    readonly query: never;
    readonly body: never;
    readonly answer: Wallet;
  };
  /** Say when credit is low, and whether more is proposed */
  readonly "PUT /api/admin/users/{id}/wallet": {
    readonly query: never;
    readonly body: {
      readonly low_micros?: number | null;
      readonly auto_topup?: { readonly below_micros: number; readonly credit_micros: number } | null;
      readonly credit_days?: number | null;
    };
    readonly answer: Wallet;
  };
  /** An invoice as PDF */
  readonly "GET /api/admin/invoices/{id}.pdf": {
    readonly query: never;
    readonly body: never;
    readonly answer: never;
  };
  /** An invoice as a page to print */
  readonly "GET /api/admin/invoices/{id}.html": {
    readonly query: never;
    readonly body: never;
    readonly answer: never;
  };
  /** A credit note as PDF */
  readonly "GET /api/admin/credit_notes/{id}.pdf": {
    readonly query: never;
    readonly body: never;
    readonly answer: never;
  };
  /** A credit note as a page to print */
  readonly "GET /api/admin/credit_notes/{id}.html": {
    readonly query: never;
    readonly body: never;
    readonly answer: never;
  };
  /** List invoices */
  readonly "GET /api/admin/invoices": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly tenant_id?: string;
      readonly customer_id?: string;
      readonly kind?: "base" | "topup" | "overage" | "combined";
      readonly open?: "true" | "false";
      readonly from?: string;
      readonly to?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Invoice[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Show an invoice with its credit notes */
  readonly "GET /api/admin/invoices/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: InvoiceWithNotes;
  };
  /** Enter a payment that came by bank transfer */
  readonly "POST /api/admin/invoices/{id}/payments": {
    readonly query: never;
    readonly body: {
      readonly amount_paise: number;
      readonly tds_paise?: number;
      readonly reference: string;
      readonly received_at?: string;
    };
    readonly answer: Invoice;
  };
  /** Take back a part of what is open */
  readonly "POST /api/admin/invoices/{id}/credit_notes": {
    readonly query: never;
    readonly body: { readonly amount_paise: number; readonly reason: string };
    readonly answer: CreditNote;
  };
  /** Give up what is open */
  readonly "POST /api/admin/invoices/{id}/write_off": {
    readonly query: never;
    readonly body: { readonly reason: string };
    readonly answer: Invoice;
  };
  /** List payments */
  readonly "GET /api/admin/payments": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly tenant_id?: string;
      readonly customer_id?: string;
      readonly invoice_id?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly ListedPayment[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** List refunds */
  readonly "GET /api/admin/refunds": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly tenant_id?: string;
      readonly customer_id?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Refund[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Give back a payment, or a part of it */
  readonly "POST /api/admin/refunds": {
    readonly query: never;
    readonly body: { readonly payment_id: string; readonly amount_paise?: number; readonly reason: string };
    readonly answer: Refund;
  };
  /** List disputes */
  readonly "GET /api/admin/disputes": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly tenant_id?: string;
      readonly customer_id?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Dispute[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** List promotions */
  readonly "GET /api/admin/promotions": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Promotion[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Create a promotion */
  readonly "POST /api/admin/promotions": {
    readonly query: never;
    readonly body: {
      readonly code: string;
      readonly credit_micros: number;
      readonly currency?: string;
      readonly tenant_id?: string | null;
      readonly max_redemptions?: number | null;
      readonly credit_days?: number | null;
      readonly expires_at?: string | null;
    };
    readonly answer: Promotion;
  };
  /** List who supplies */
  readonly "GET /api/admin/sellers": {
    readonly query: never;
    readonly body: never;
    readonly answer: { readonly data: readonly Seller[] };
  };
  /** Say who supplies */
  readonly "PUT /api/admin/sellers/{account_id}": {
    readonly query: never;
    readonly body: {
      readonly legal_name: string;
      readonly gstin?: string | null;
      readonly address: {
        readonly line1: string;
        readonly line2?: string;
        readonly city: string;
        readonly postal_code: string;
        readonly country?: string;
      };
      readonly state_code: string;
      readonly sac?: string;
      readonly invoice_series?: string;
      readonly lut?: string | null;
    };
    readonly answer: Seller;
  };
  /** List webhooks */
  readonly "GET /api/admin/webhooks": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly status?: "received" | "applied" | "foreign" | "ignored" | "failed";
      readonly type?: string;
      readonly account_id?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Webhook[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Show a webhook with its payload */
  readonly "GET /api/admin/webhooks/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: WebhookWithPayload;
  };
  /** Apply a webhook again */
  readonly "POST /api/admin/webhooks/{id}/replay": {
    readonly query: never;
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: Webhook;
  };
  /** List calls that create something */
  readonly "GET /api/admin/claims": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly status?: "claimed" | "sent" | "done" | "refused";
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Claim[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Report what was used */
  readonly "GET /api/admin/reports/usage": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly tz?: string;
      readonly tenant_id?: string;
      readonly user_id?: string;
      readonly key_id?: string;
      readonly model?: string;
      readonly tag?: string;
      readonly plan_version_id?: string;
      readonly promotion?: string;
      readonly group_by?: string;
      readonly limit?: number;
      readonly after_id?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: UsageRows;
  };
  /** Report what is owed for it, and by which credit it was paid */
  readonly "GET /api/admin/reports/spend": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly tz?: string;
      readonly tenant_id?: string;
      readonly user_id?: string;
      readonly key_id?: string;
      readonly model?: string;
      readonly tag?: string;
      readonly plan_version_id?: string;
      readonly promotion?: string;
      readonly group_by?: string;
      readonly limit?: number;
      readonly after_id?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: SpendRows;
  };
  /** Report what it cost */
  readonly "GET /api/admin/reports/cost": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly tz?: string;
      readonly tenant_id?: string;
      readonly user_id?: string;
      readonly key_id?: string;
      readonly model?: string;
      readonly tag?: string;
      readonly plan_version_id?: string;
      readonly promotion?: string;
      readonly group_by?: string;
      readonly limit?: number;
      readonly after_id?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: CostRows;
  };
  /** Report what is left of spend after cost */
  readonly "GET /api/admin/reports/margin": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly tz?: string;
      readonly tenant_id?: string;
      readonly user_id?: string;
      readonly key_id?: string;
      readonly model?: string;
      readonly tag?: string;
      readonly plan_version_id?: string;
      readonly promotion?: string;
      readonly group_by?: string;
      readonly limit?: number;
      readonly after_id?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: MarginRows;
  };
  /** Report what caching saved */
  readonly "GET /api/admin/reports/cache": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly tz?: string;
      readonly tenant_id?: string;
      readonly user_id?: string;
      readonly key_id?: string;
      readonly model?: string;
      readonly tag?: string;
      readonly plan_version_id?: string;
      readonly promotion?: string;
      readonly group_by?: string;
      readonly limit?: number;
      readonly after_id?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: CacheRows;
  };
  /** Report how calls ended */
  readonly "GET /api/admin/reports/reliability": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly tz?: string;
      readonly tenant_id?: string;
      readonly user_id?: string;
      readonly key_id?: string;
      readonly model?: string;
      readonly tag?: string;
      readonly plan_version_id?: string;
      readonly promotion?: string;
      readonly group_by?: string;
      readonly limit?: number;
      readonly after_id?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: ReliabilityRows;
  };
  /** Report how long calls took */
  readonly "GET /api/admin/reports/latency": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly tz?: string;
      readonly tenant_id?: string;
      readonly user_id?: string;
      readonly key_id?: string;
      readonly model?: string;
      readonly tag?: string;
      readonly plan_version_id?: string;
      readonly promotion?: string;
      readonly group_by?: string;
      readonly limit?: number;
      readonly after_id?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: LatencyRows;
  };
  /** Report who or what used most */
  readonly "GET /api/admin/reports/top": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly tz?: string;
      readonly tenant_id?: string;
      readonly user_id?: string;
      readonly key_id?: string;
      readonly model?: string;
      readonly tag?: string;
      readonly plan_version_id?: string;
      readonly of?: "tenant" | "user" | "key" | "model" | "tag" | "plan_version";
      readonly by?:
        | "spend_micros"
        | "cost_micros_usd"
        | "requests"
        | "input_tokens"
        | "output_tokens"
        | "uncovered_micros"
        | "errors";
      readonly limit?: number;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: TopRows;
  };
  /** Report revenue as it was booked */
  readonly "GET /api/admin/reports/revenue": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly tz?: string;
      readonly tenant_id?: string;
      readonly group_by?: string;
      readonly limit?: number;
      readonly after_id?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: RevenueRows;
  };
  /** Report what was collected */
  readonly "GET /api/admin/reports/collections": {
    readonly query: {
      readonly from?: string;
      readonly to?: string;
      readonly tz?: string;
      readonly tenant_id?: string;
      readonly group_by?: string;
      readonly limit?: number;
      readonly after_id?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: CollectionRows;
  };
  /** Report what customers owe, by the days since it was due */
  readonly "GET /api/admin/reports/ageing": {
    readonly query: {
      readonly tenant_id?: string;
      readonly limit?: number;
      readonly after_id?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: AgeingRows;
  };
  /** Report each customer's cycles: owed, invoiced, collected */
  readonly "GET /api/admin/reports/subscriptions": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly tenant_id?: string;
      readonly customer_id?: string;
      readonly state?: "open" | "ended" | "closed";
      readonly from?: string;
      readonly to?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: CycleRows;
  };
  /** Preview what a change of a plan would have come to */
  readonly "POST /api/admin/plans/{id}/preview": {
    readonly query: never;
    readonly body: {
      readonly name?: string;
      readonly visibility?: "public" | "hidden";
      readonly period?: "daily" | "weekly" | "monthly" | "quarterly" | "yearly";
      readonly interval?: number;
      readonly price_paise?: number;
      readonly tax?: "inclusive" | "exclusive";
      readonly included_micros?: number;
      readonly pricing?:
        | { readonly type: "markup"; readonly multiplier_ppm: number }
        | {
            readonly type: "rate_card";
            readonly rates: readonly {
              readonly model: string;
              readonly list?: "standard" | "fast";
              readonly above_prompt_tokens?: number;
              readonly per_million: {
                readonly input: string;
                readonly output: string;
                readonly cache_read?: string;
                readonly cache_write_5m?: string;
                readonly cache_write_1h?: string;
              };
              readonly per_request?: { readonly web_search?: string | null };
            }[];
            readonly fallback_multiplier_ppm?: number | null;
          };
      readonly tiers?: readonly { readonly up_to_micros?: number | null; readonly multiplier_ppm: number }[] | null;
      readonly overage?: { readonly enabled?: boolean; readonly cap_micros?: number };
      readonly limits?: readonly {
        readonly metric: "requests" | "input_tokens" | "output_tokens" | "total_tokens" | "spend_micros";
        readonly window: "minute" | "hour" | "day" | "week" | "month" | "cycle" | "lifetime";
        readonly amount: number;
        readonly models?: readonly string[];
        readonly enforcement?: "hard" | "soft";
        readonly alert_at?: readonly number[];
        readonly raise?: { readonly amount: number; readonly until: string } | null;
        readonly scope?: "plan" | "plan_each_user" | "plan_pool";
      }[];
      readonly unit?: { readonly name: string; readonly micros: number } | null;
      readonly trial?: { readonly days: number; readonly included_micros: number } | null;
      readonly collection?: "subscription" | "mandate" | "prepaid";
      readonly grace_days?: number;
      readonly reminder_days?: readonly number[];
      readonly final_notice_days?: number;
      readonly early_bill_micros?: number | null;
      readonly razorpay_plan_id?: string | null;
      readonly valid_from?: string;
      readonly limit?: number;
      readonly after_id?: string;
    };
    readonly answer: PlanPreview;
  };
  /** Preview what prices would have come to */
  readonly "POST /api/admin/prices/preview": {
    readonly query: never;
    readonly body: {
      readonly model: string;
      readonly tenant_id?: string | null;
      readonly list?: "standard" | "fast";
      readonly above_prompt_tokens?: number;
      readonly usd_per_million: Readonly<Record<string, string>>;
      readonly valid_from?: string;
      readonly correction?: boolean;
    };
    readonly answer: PricePreview;
  };
  /** Report prepaid credit that is not used */
  readonly "GET /api/admin/reports/credit_liability": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly at?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: CreditLiability;
  };
  /** Report supplies for GSTR-1, as CSV */
  readonly "GET /api/admin/reports/gstr1": {
    readonly query: {
      readonly from: string;
      readonly to: string;
      readonly account?: string;
      readonly section?: "b2b" | "b2cl" | "b2cs" | "exp" | "cdnr" | "cdnur" | "hsn(b2b)" | "hsn(b2c)" | "docs";
    };
    readonly body: never;
    readonly answer: never;
  };
  /** Report supplies for GSTR-3B */
  readonly "GET /api/admin/reports/gstr3b": {
    readonly query: {
      readonly from: string;
      readonly to: string;
      readonly account?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: Gstr3b;
  };
  /** Export the books of a period as TallyPrime imports them */
  readonly "GET /api/admin/reports/tally": {
    readonly query: {
      readonly from: string;
      readonly to: string;
      readonly account?: string;
      readonly section?: "vouchers" | "ledgers";
      readonly format?: "csv" | "xml";
    };
    readonly body: never;
    readonly answer: never;
  };
  /** Export the books of a period as Zoho Books imports them */
  readonly "GET /api/admin/reports/zoho": {
    readonly query: {
      readonly from: string;
      readonly to: string;
      readonly account?: string;
      readonly section: "invoices" | "credit_notes" | "payments" | "journals";
    };
    readonly body: never;
    readonly answer: never;
  };
  /** List self-invoices, newest first */
  readonly "GET /api/admin/self_invoices": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly SelfInvoice[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Get a self-invoice */
  readonly "GET /api/admin/self_invoices/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: SelfInvoice;
  };
  /** A self-invoice as PDF */
  readonly "GET /api/admin/self_invoices/{id}.pdf": {
    readonly query: never;
    readonly body: never;
    readonly answer: never;
  };
  /** A self-invoice as a page to print */
  readonly "GET /api/admin/self_invoices/{id}.html": {
    readonly query: never;
    readonly body: never;
    readonly answer: never;
  };
  /** Begin a proof of a span of days */
  readonly "POST /api/admin/reconciliations": {
    readonly query: never;
    readonly body: { readonly from: string; readonly to: string; readonly repair?: boolean };
    readonly answer: Reconciliation;
  };
  /** List proofs */
  readonly "GET /api/admin/reconciliations": {
    readonly query: { readonly limit?: number; readonly after_id?: string; readonly before_id?: string };
    readonly body: never;
    readonly answer: {
      readonly data: readonly ReconciliationCounted[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Show a proof and what it found */
  readonly "GET /api/admin/reconciliations/{id}": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly all?: "true" | "false";
      readonly kind?: string;
      readonly against?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly id: string;
      readonly from: string;
      readonly to: string;
      readonly repair: boolean;
      readonly status: "running" | "done" | "failed";
      readonly sides: readonly ("books" | "provider" | "collector")[];
      readonly left_out: Readonly<Record<string, string>>;
      readonly looked_at: Readonly<Record<string, number>>;
      readonly error: string | null;
      readonly actor: string;
      readonly progress: { readonly done: number; readonly of: number; readonly at: string | null };
      readonly created_at: string;
      readonly finished_at: string | null;
      readonly findings_count: number;
      readonly repaired_count: number;
      readonly compared?: {
        readonly against: string;
        readonly appeared: readonly { readonly kind: string; readonly subject: string }[];
        readonly gone: readonly { readonly kind: string; readonly subject: string }[];
        readonly still: readonly { readonly kind: string; readonly subject: string }[];
      };
      readonly findings: {
        readonly data: readonly Finding[];
        readonly has_more: boolean;
        readonly first_id: string | null;
        readonly last_id: string | null;
      };
    };
  };
  /** List what a proof found */
  readonly "GET /api/admin/reconciliations/{id}/findings": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly all?: "true" | "false";
      readonly kind?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Finding[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Put one finding right, where it is repairable */
  readonly "POST /api/admin/reconciliations/{id}/findings/{finding_id}/repair": {
    readonly query: never;
    readonly body: never;
    readonly answer: Finding;
  };
  /** List alerts */
  readonly "GET /api/admin/alerts": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly type?: string;
      readonly tenant_id?: string;
      readonly severity?: "info" | "warning" | "critical";
      readonly acknowledged?: "true" | "false";
      readonly from?: string;
      readonly to?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Alert[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Show an alert */
  readonly "GET /api/admin/alerts/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: Alert;
  };
  /** Say that an alert was seen */
  readonly "POST /api/admin/alerts/{id}/acknowledge": {
    readonly query: never;
    readonly body: { readonly note?: string | null };
    readonly answer: Alert;
  };
  /** Show when alerts are raised */
  readonly "GET /api/admin/alert_settings": {
    readonly query: never;
    readonly body: never;
    readonly answer: AlertSettings;
  };
  /** Change when alerts are raised */
  readonly "PUT /api/admin/alert_settings": {
    readonly query: never;
    readonly body: {
      readonly included?: { readonly enabled?: boolean; readonly alert_at?: readonly number[] };
      readonly spend_anomaly?: {
        readonly enabled?: boolean;
        readonly weeks?: number;
        readonly weeks_min?: number;
        readonly score_min?: number;
        readonly ratio_min?: number;
        readonly amount_min_micros_usd?: number;
      };
      readonly upstream_errors?: {
        readonly enabled?: boolean;
        readonly window_minutes?: number;
        readonly calls_min?: number;
        readonly share_min?: number;
      };
      readonly webhooks_silent?: { readonly enabled?: boolean; readonly hours?: number; readonly due_min?: number };
      readonly signups?: { readonly enabled?: boolean; readonly hour_min?: number; readonly ratio_min?: number };
      readonly free_refusals?: { readonly enabled?: boolean; readonly hour_min?: number };
      readonly renewals?: { readonly enabled?: boolean; readonly days?: number };
      readonly margin?: { readonly enabled?: boolean; readonly least_ppm?: number };
    };
    readonly answer: AlertSettings;
  };
  /** Show where a tenant's alert settings differ */
  readonly "GET /api/admin/tenants/{id}/alert_settings": {
    readonly query: never;
    readonly body: never;
    readonly answer: TenantAlertSettings;
  };
  /** Change where a tenant's alert settings differ */
  readonly "PUT /api/admin/tenants/{id}/alert_settings": {
    readonly query: never;
    readonly body: {
      readonly included?: { readonly enabled?: boolean; readonly alert_at?: readonly number[] };
      readonly spend_anomaly?: {
        readonly enabled?: boolean;
        readonly weeks?: number;
        readonly weeks_min?: number;
        readonly score_min?: number;
        readonly ratio_min?: number;
        readonly amount_min_micros_usd?: number;
      };
      readonly signups?: { readonly enabled?: boolean; readonly hour_min?: number; readonly ratio_min?: number };
      readonly free_refusals?: { readonly enabled?: boolean; readonly hour_min?: number };
    };
    readonly answer: TenantAlertSettings;
  };
  /** Add an endpoint */
  readonly "POST /api/admin/endpoints": {
    readonly query: never;
    readonly body: { readonly url: string; readonly types?: readonly string[]; readonly tenant_id?: string | null };
    readonly answer: EndpointWithSecret;
  };
  /** List endpoints */
  readonly "GET /api/admin/endpoints": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly tenant_id?: string;
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly Endpoint[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Show an endpoint */
  readonly "GET /api/admin/endpoints/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: Endpoint;
  };
  /** Remove an endpoint */
  readonly "DELETE /api/admin/endpoints/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** List what was sent to an endpoint */
  readonly "GET /api/admin/endpoints/{id}/deliveries": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly state?: "pending" | "delivered" | "failed";
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly DeliveryListed[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Send a test event at once, and say what came back */
  readonly "POST /api/admin/endpoints/{id}/test": {
    readonly query: never;
    readonly body: never;
    readonly answer: { readonly delivered: boolean; readonly status: number | null; readonly error: string | null };
  };
  /** Send again what failed since an instant */
  readonly "POST /api/admin/endpoints/{id}/replay": {
    readonly query: never;
    readonly body: { readonly since?: string };
    readonly answer: { readonly replayed: number };
  };
  /** Send one event again */
  readonly "POST /api/admin/deliveries/{id}/replay": {
    readonly query: never;
    readonly body: never;
    readonly answer: Delivery;
  };
  /** Find whatever has this text for a name */
  readonly "GET /api/admin/search": {
    readonly query: { readonly q: string };
    readonly body: never;
    readonly answer: SearchResult;
  };
  /** Tell all of a customer */
  readonly "GET /api/admin/customers/{id}/story": {
    readonly query: never;
    readonly body: never;
    readonly answer: CustomerStory;
  };
  /** List what is done by itself */
  readonly "GET /api/admin/jobs": {
    readonly query: never;
    readonly body: never;
    readonly answer: { readonly data: readonly Job[] };
  };
  /** List the nodes that serve */
  readonly "GET /api/admin/nodes": {
    readonly query: never;
    readonly body: never;
    readonly answer: { readonly data: readonly Node[] };
  };
  /** List what administrators changed */
  readonly "GET /api/admin/audit": {
    readonly query: {
      readonly limit?: number;
      readonly after_id?: string;
      readonly before_id?: string;
      readonly tenant_id?: string;
      readonly actor?: string;
      readonly action?: string;
      readonly subject_id?: string;
      readonly from?: string;
      readonly to?: string;
      readonly format?: "json" | "csv";
    };
    readonly body: never;
    readonly answer: {
      readonly data: readonly AuditLine[];
      readonly has_more: boolean;
      readonly first_id: string | null;
      readonly last_id: string | null;
    };
  };
  /** Show the clock */
  readonly "GET /api/admin/sandbox/clock": {
    readonly query: never;
    readonly body: never;
    readonly answer: SandboxClock;
  };
  /** Let business time pass */
  readonly "POST /api/admin/sandbox/clock": {
    readonly query: never;
    readonly body: { readonly advance_seconds: number };
    readonly answer: SandboxClock;
  };
  /** Show what the simulated provider has served, by its keys */
  readonly "GET /api/admin/sandbox/tally": {
    readonly query: never;
    readonly body: never;
    readonly answer: {
      readonly totals: Readonly<
        Record<
          string,
          {
            readonly requests: number;
            readonly inputTokens: number;
            readonly cacheWrite5m: number;
            readonly cacheWrite1h: number;
            readonly cacheRead: number;
            readonly outputTokens: number;
            readonly webSearches: number;
          }
        >
      >;
      readonly in_flight: number;
    };
  };
  /** Show what the simulated Razorpay has in its books */
  readonly "GET /api/admin/sandbox/razorpay": {
    readonly query: never;
    readonly body: never;
    readonly answer: {
      readonly totals: {
        readonly captured_paise: number;
        readonly refunded_paise: number;
        readonly deducted_paise: number;
        readonly fees_paise: number;
      };
      readonly counts: Readonly<Record<string, number>>;
      readonly webhooks_disabled_at: string | null;
      readonly events: readonly {
        readonly id: string;
        readonly type: string;
        readonly made_at: string;
        readonly dropped: boolean;
        readonly deliveries: number;
        readonly last_status: number | null;
      }[];
    };
  };
  /** List what is broken, and what can be */
  readonly "GET /api/admin/sandbox/faults": {
    readonly query: never;
    readonly body: never;
    readonly answer: {
      readonly data: readonly SandboxFault[];
      readonly choices: {
        readonly provider: readonly string[];
        readonly reports: readonly string[];
        readonly razorpay: readonly string[];
        readonly webhooks: readonly string[];
        readonly money: readonly string[];
      };
    };
  };
  /** Break something of the simulated servers */
  readonly "POST /api/admin/sandbox/faults": {
    readonly query: never;
    readonly body:
      | {
          readonly of: "provider";
          readonly fault: "overloaded" | "rate_limited" | "failing" | "refuses_key" | "slow" | "cut" | "breaks_off";
        }
      | { readonly of: "reports"; readonly fault: "missing_day" | "late_rows" | "other_price" }
      | { readonly of: "razorpay"; readonly fault: "failing" | "rate_limited" | "unreachable" | "answer_lost" | "slow" }
      | { readonly of: "webhooks"; readonly fault: "lost" | "twice" | "late" | "overtaking" | "forged" }
      | { readonly of: "money"; readonly fault: "unknown_payment" | "short_settlement" };
    readonly answer: SandboxFault;
  };
  /** Mend what was broken */
  readonly "DELETE /api/admin/sandbox/faults/{id}": {
    readonly query: never;
    readonly body: never;
    readonly answer: undefined;
  };
  /** Receive a webhook of Razorpay's */
  readonly "POST /webhooks/razorpay": {
    readonly query: never;
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: { readonly status: "kept" | "known" };
  };
  /** Receive a webhook of Razorpay's */
  readonly "POST /webhooks/razorpay/{tenant_id}": {
    readonly query: never;
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: { readonly status: "kept" | "known" };
  };
  /** Say whether the process answers */
  readonly "GET /healthz": {
    readonly query: never;
    readonly body: never;
    readonly answer: { readonly status: string };
  };
  /** Say whether it can work: its database is there, with its tables */
  readonly "GET /readyz": {
    readonly query: never;
    readonly body: never;
    readonly answer: { readonly status: string };
  };
  /** Metrics, for Prometheus */
  readonly "GET /metrics": {
    readonly query: never;
    readonly body: never;
    readonly answer: never;
  };
}
