/** What the API says of tenants, as far as these pages show it. */

export interface Tenant {
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
  readonly hold: "rolling" | "strict";
  readonly on_disconnect: "abort" | "drain" | null;
  readonly cost_visibility: "full" | "spend" | "none" | null;
  readonly has_upstream_api_key: boolean;
  readonly razorpay: { readonly key_id: string } | null;
  readonly created_at: string;
}

export interface User {
  readonly id: string;
  readonly external_id: string;
  readonly name: string | null;
  readonly status: "active" | "blocked";
  readonly created_at: string;
}

export interface Key {
  readonly id: string;
  readonly user_id: string | null;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly models: readonly string[] | null;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly created_at: string;
}

export interface Issuer {
  readonly id: string;
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  readonly jwks_url: string | null;
  readonly public_key: string | null;
  readonly has_shared_secret: boolean;
  readonly user_claim: string;
  readonly create_users: boolean;
  readonly created_at: string;
}

export interface Limit {
  readonly metric: string;
  readonly window: string;
  readonly amount: number;
  readonly models: readonly string[];
  readonly enforcement: "hard" | "soft";
  readonly alert_at: readonly number[];
  readonly raise: { readonly amount: number; readonly until: string } | null;
}

export interface Grant {
  readonly id: string;
  readonly kind: "included" | "prepaid" | "promotional" | "overage";
  readonly amount_micros: number;
  readonly used_micros: number;
  readonly held_micros: number;
  readonly expires_at: string | null;
}

export interface Standing {
  readonly customer_id: string;
  readonly currency: string;
  readonly standing: string;
  readonly plan: {
    readonly id: string;
    readonly name: string | null;
    readonly version: number;
    readonly price_paise: number;
    readonly collection: string;
  } | null;
  readonly cycle: { readonly id: string | null; readonly start: string; readonly end: string | null } | null;
  readonly grants: readonly Grant[];
  readonly mandate: { readonly id: string; readonly method: string; readonly max_amount_paise: number } | null;
  readonly open: readonly {
    readonly invoice_id: string;
    readonly number: string;
    readonly open_paise: number;
    readonly due_at: string;
    readonly suspends_at: string | null;
    readonly pay_url: string | null;
    readonly debiting: boolean;
  }[];
}

export interface Subscription {
  readonly id: string;
  readonly plan_id: string;
  readonly collection: string;
  readonly status: string;
  readonly method: string | null;
  readonly razorpay_subscription_id: string | null;
  readonly short_url: string | null;
  readonly cancel_at_cycle_end: boolean;
  readonly paid_count: number | null;
  readonly remaining_count: number | null;
  readonly charge_at: string | null;
  readonly current_end: string | null;
  readonly possible: readonly string[];
  readonly method_rules: Readonly<Record<string, unknown>> | null;
  readonly next: Subscription | null;
  readonly history: readonly {
    readonly from: string | null;
    readonly to: string;
    readonly cause: string;
    readonly at: string;
  }[];
}
