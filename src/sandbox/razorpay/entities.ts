import type { Period } from "./calendar.ts";

/**
 * Razorpay's entities as the simulator keeps them, in Razorpay's own words and units (paise, Unix seconds): the facts only. What else
 * stands on its wire is added in wire/.
 */

export type Notes = Record<string, string>;
export type PaymentMethod = "card_domestic" | "card_international" | "upi" | "emandate" | "netbanking";
export type WireMethod = "card" | "upi" | "emandate" | "netbanking";

export interface Customer {
  id: string;
  entity: "customer";
  name: string | null;
  email: string | null;
  contact: string | null;
  gstin: string | null;
  notes: Notes;
  created_at: number;
}

export interface Item {
  id: string;
  name: string;
  description: string | null;
  amount: number;
  currency: string;
  type: "plan" | "addon";
  created_at: number;
}

export interface Plan {
  id: string;
  entity: "plan";
  interval: number;
  period: Period;
  item: Item;
  notes: Notes;
  created_at: number;
}

export type SubscriptionStatus =
  | "created"
  | "authenticated"
  | "active"
  | "pending"
  | "halted"
  | "paused"
  | "cancelled"
  | "completed"
  | "expired";

export interface Subscription {
  id: string;
  entity: "subscription";
  plan_id: string;
  customer_id?: string;
  status: SubscriptionStatus;
  current_start: number | null;
  current_end: number | null;
  ended_at: number | null;
  quantity: number;
  notes: Notes;
  charge_at: number | null;
  start_at: number | null;
  end_at: number | null;
  auth_attempts: number;
  total_count: number;
  paid_count: number;
  customer_notify: boolean;
  created_at: number;
  expire_by: number | null;
  short_url: string;
  has_scheduled_changes: boolean;
  change_scheduled_at: number | null;
  source: "api";
  remaining_count: number;
  offer_id?: string | null;
  payment_method?: WireMethod;
  paused_at?: number;
  pause_initiated_by?: "self" | "customer";
  cancel_initiated_by?: "self" | "customer";
}

export interface Line {
  id: string;
  type: "plan" | "addon" | "invoice";
  name: string;
  description: string | null;
  amount: number;
  quantity: number;
}

/** What is to change of a subscription: at once, or at the end of its cycle. */
export interface Change {
  plan_id?: string;
  quantity?: number;
  remaining_count?: number;
  start_at?: number;
  offer_id?: string;
  customer_notify?: boolean;
}

/** What of a subscription is not on the wire. */
export interface Schedule {
  method: PaymentMethod | null;
  upfront: { name: string; amount: number; quantity: number }[];
  cancelAtEnd: boolean;
  /** Invoices so far, and those of them that were made before the present rhythm began. */
  issued: number;
  issuedBefore: number;
  /** Where the present rhythm of cycles began. */
  anchor: number | null;
  token_id: string | null;
  outcomes: string[];
  change: Change | null;
}

export interface Addon {
  id: string;
  entity: "addon";
  item: Item;
  quantity: number;
  created_at: number;
  subscription_id: string;
  invoice_id: string | null;
}

export interface Invoice {
  id: string;
  entity: "invoice";
  type: "invoice" | "link";
  receipt: string | null;
  subscription_id: string | null;
  customer_id: string | null;
  /** None while it is a draft. */
  order_id: string | null;
  payment_id: string | null;
  status: "draft" | "issued" | "partially_paid" | "paid" | "cancelled" | "expired" | "deleted";
  amount: number;
  amount_paid: number;
  amount_due: number;
  currency: string;
  description: string | null;
  partial_payment: boolean;
  line_items: Line[];
  notes: Notes;
  billing_start: number | null;
  billing_end: number | null;
  expire_by: number | null;
  issued_at: number | null;
  paid_at: number | null;
  cancelled_at: number | null;
  expired_at: number | null;
  short_url: string | null;
  created_at: number;
}

export interface Order {
  id: string;
  entity: "order";
  amount: number;
  amount_paid: number;
  amount_due: number;
  currency: string;
  receipt: string | null;
  offer_id: string | null;
  status: "created" | "attempted" | "paid";
  attempts: number;
  notes: Notes;
  created_at: number;
  customer_id?: string;
  method?: string;
  token?: { max_amount: number; expire_at?: number; frequency: string };
  notification?: { token_id: string; payment_after: number; id: string };
  /** Whether less than all of it may be paid at a time. */
  partial?: boolean;
  /** Whether its payments wait for a call to capture them. */
  manual?: boolean;
}

export interface Payment {
  id: string;
  entity: "payment";
  amount: number;
  currency: string;
  status: "created" | "authorized" | "captured" | "refunded" | "failed";
  order_id: string | null;
  invoice_id: string | null;
  international: boolean;
  method: WireMethod;
  amount_refunded: number;
  refund_status: null | "partial" | "full";
  captured: boolean;
  description: string | null;
  card_id: string | null;
  email: string | null;
  contact: string | null;
  customer_id: string | null;
  token_id: string | null;
  notes: Notes;
  fee: number | null;
  tax: number | null;
  error_code: string | null;
  error_description: string | null;
  error_source: string | null;
  error_step: string | null;
  error_reason: string | null;
  created_at: number;
  /** Not on the wire. */
  captured_at: number | null;
}

export interface Token {
  id: string;
  entity: "token";
  token: string;
  customer_id: string;
  method: "upi" | "card" | "emandate";
  international: boolean;
  recurring: boolean;
  recurring_details: {
    status: "initiated" | "confirmed" | "rejected" | "cancelled" | "paused";
    failure_reason: string | null;
  };
  max_amount: number;
  expired_at: number;
  created_at: number;
  used_at: number;
}

/** What of a token is not on the wire. */
export interface Mandate {
  frequency: string;
  outcomes: string[];
  /** The payment that is not decided yet. */
  open: string | null;
  /** The cycle in which it was last debited, where its frequency bounds that. */
  debited: string | null;
}

export interface PaymentLink {
  id: string;
  status: "created" | "partially_paid" | "expired" | "cancelled" | "paid";
  amount: number;
  amount_paid: number;
  currency: string;
  description: string;
  reference_id: string;
  customer: Record<string, unknown>;
  callback_url: string;
  callback_method: string;
  accept_partial: boolean;
  first_min_partial_amount: number;
  notify: { email: boolean; sms: boolean; whatsapp: boolean };
  reminder_enable: boolean;
  upi_link: boolean;
  notes: Notes;
  expire_by: number;
  created_at: number;
  updated_at: number;
  cancelled_at: number;
  expired_at: number;
  short_url: string;
  order_id?: string;
  payments: { amount: number; created_at: number; method: string; payment_id: string; status: string }[] | null;
}

export interface Refund {
  id: string;
  entity: "refund";
  amount: number;
  currency: string;
  payment_id: string;
  notes: Notes;
  receipt: string | null;
  created_at: number;
  status: "pending" | "processed" | "failed";
  speed_requested: "normal" | "optimum";
}

export interface Dispute {
  id: string;
  entity: "dispute";
  payment_id: string;
  amount: number;
  currency: string;
  amount_deducted: number;
  reason_code: string;
  respond_by: number;
  status: "open" | "under_review" | "won" | "lost" | "closed";
  phase: string;
  created_at: number;
}

export interface Settlement {
  id: string;
  entity: "settlement";
  amount: number;
  status: "processed";
  fees: number;
  tax: number;
  utr: string;
  created_at: number;
}

/** A movement that is to be settled with the merchant, or was. */
export interface Movement {
  id: string;
  type: "payment" | "refund" | "adjustment";
  /** What moved: a payment, a refund, a dispute. */
  entity_id: string;
  payment_id: string;
  debit: number;
  credit: number;
  amount: number;
  fee: number;
  tax: number;
  created_at: number;
  due: number;
  settlement_id: string | null;
}
