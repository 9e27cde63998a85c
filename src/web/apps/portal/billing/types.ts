/** What the API says of billing, as far as this page shows it. Amounts: micros net of tax, paise gross. */

export interface Terms {
  readonly period: "daily" | "weekly" | "monthly" | "quarterly" | "yearly";
  readonly interval: number;
  readonly price_paise: number;
  readonly tax: "inclusive" | "exclusive";
  readonly included_micros: number;
  readonly overage: { readonly enabled: boolean; readonly cap_micros: number };
  readonly unit: { readonly name: string; readonly micros: number } | null;
  readonly collection: "subscription" | "mandate" | "prepaid";
}

export interface Plan extends Terms {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly trial: { readonly days: number; readonly included_micros: number } | null;
  readonly current: boolean;
}

export interface Grant {
  readonly id: string;
  readonly kind: "included" | "prepaid" | "promotional" | "overage";
  readonly amount_micros: number;
  readonly used_micros: number;
  readonly held_micros: number;
  readonly expires_at: string | null;
}

export interface OpenInvoice {
  readonly invoice_id: string;
  readonly number: string;
  readonly kind: string;
  readonly open_paise: number;
  readonly due_at: string;
  /** When service stops without payment; null where it does not, or has. */
  readonly suspends_at: string | null;
  readonly pay_url: string | null;
  /** A debit of the mandate that is under way. */
  readonly debiting: boolean;
}

export interface Billing {
  readonly customer_id: string;
  readonly currency: string;
  readonly standing: "ok" | "unsubscribed" | "halted" | "suspended";
  readonly plan: (Terms & { readonly id: string; readonly name: string }) | null;
  readonly cycle: { readonly start: string; readonly end: string | null } | null;
  readonly grants: readonly Grant[];
  readonly mandate: { readonly id: string; readonly method: Method; readonly max_amount_paise: number } | null;
  readonly open: readonly OpenInvoice[];
}

export interface Quota {
  readonly remaining_micros: number;
  readonly currency: string;
  readonly resets_at: string | null;
  /** The plan's own unit, where it has one. */
  readonly unit?: { readonly name: string; readonly micros: number };
  readonly blocked_by: { readonly kind: "grants" | "standing" | "limit" } | null;
}

export type SubscriptionStatus =
  | ("created" | "authenticated" | "active" | "pending" | "halted" | "paused")
  | ("cancelled" | "completed" | "expired");

export type Act =
  | ("approve" | "pause" | "resume" | "cancel_now" | "cancel_at_cycle_end" | "payment_method")
  | ("change_now" | "change_at_cycle_end");

export interface Subscription {
  readonly id: string;
  readonly plan_id: string;
  readonly collection: Terms["collection"];
  readonly status: SubscriptionStatus;
  readonly method: string | null;
  readonly razorpay_subscription_id: string | null;
  readonly short_url: string | null;
  readonly key_id: string | null;
  readonly cancel_at_cycle_end: boolean;
  readonly trial_end: string | null;
  readonly charge_at: string | null;
  readonly current_end: string | null;
  readonly start_at: string | null;
  readonly expire_by: string | null;
  /** Of a change of plan: when it takes the place of the one before. */
  readonly replace_when?: "now" | "cycle_end" | null;
}

/** One's subscription, what can be done with it now, and a change of plan that is to take its place. */
export interface CurrentSubscription extends Subscription {
  readonly possible: readonly Act[];
  readonly next: Subscription | null;
}

/** What a change of plan would do. */
export interface ChangePreview {
  readonly when: "now" | "cycle_end";
  readonly currency: string;
  readonly starts_at: string | null;
  readonly needs_approval: boolean;
  readonly pay_now_paise: number;
  readonly pay_each_cycle_paise: number;
  readonly pay_by: Terms["collection"] | null;
  readonly credit: { readonly days_left: number; readonly credit_micros: number } | null;
}

export interface Invoice {
  readonly id: string;
  readonly number: string;
  readonly kind: "base" | "topup" | "overage" | "combined";
  readonly currency: string;
  readonly total_paise: number;
  readonly open_paise: number;
  readonly status: "open" | "paid" | "written_off";
  readonly issued_at: string;
}

export interface Profile {
  readonly name: string;
  readonly email: string;
  readonly contact: string;
  readonly address: Address;
  readonly state_code: string;
  readonly gstin: string | null;
}

export interface Address {
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly postal_code: string;
  readonly country: string;
}

export type Method = "upi" | "card" | "emandate";

export interface Mandate {
  readonly id: string;
  readonly method: Method;
  readonly status: string;
  readonly max_amount_paise: number;
}

export interface Mandates {
  readonly data: readonly Mandate[];
  readonly methods: Readonly<
    Record<Method, { readonly mandate_max_paise: number; readonly unattended_max_paise: number }>
  >;
}
