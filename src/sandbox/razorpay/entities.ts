import type { Period } from "./calendar.ts";

/** Razorpay's entities as the simulator keeps them: what is on the wire, in Razorpay's own words and units (paise, Unix seconds). */

export type Notes = Record<string, string>;
export type PaymentMethod = "card_domestic" | "card_international" | "upi" | "emandate";

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

export interface Plan {
  id: string;
  entity: "plan";
  interval: number;
  period: Period;
  item: Record<string, unknown> & { amount: number; currency: string; name: string };
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
  payment_method?: string;
  paused_at?: number;
  pause_initiated_by?: "self" | "customer";
  cancel_initiated_by?: "self" | "customer";
}

/** What of a subscription is not on the wire. */
export interface Schedule {
  method: PaymentMethod | null;
  upfront: { name: string; amount: number }[];
  addons: { id: string; name: string; amount: number; quantity: number; invoice_id: string | null }[];
  cancelAtEnd: boolean;
  issued: number;
  token_id: string | null;
  outcomes: string[];
}

export interface Invoice {
  id: string;
  entity: "invoice";
  subscription_id: string | null;
  customer_id: string | null;
  order_id: string;
  payment_id: string | null;
  status: "issued" | "paid" | "cancelled" | "expired";
  amount: number;
  amount_paid: number;
  amount_due: number;
  currency: string;
  billing_start: number | null;
  billing_end: number | null;
  issued_at: number;
  paid_at: number | null;
  line_items: Record<string, unknown>[];
  short_url: string;
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
  offer_id: null;
  status: "created" | "attempted" | "paid";
  attempts: number;
  notes: Notes;
  created_at: number;
  customer_id?: string;
  method?: string;
  token?: { max_amount: number; expire_at?: number; frequency: string };
  notification?: { token_id: string; payment_after: number };
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
  method: string;
  amount_refunded: number;
  refund_status: null | "partial" | "full";
  captured: boolean;
  description: string | null;
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
  captured_at: number | null;
}

export interface Token {
  id: string;
  entity: "token";
  customer_id: string;
  method: "upi" | "card" | "emandate";
  recurring: true;
  recurring_details: {
    status: "initiated" | "confirmed" | "rejected" | "cancelled" | "paused";
    failure_reason: string | null;
  };
  max_amount: number;
  expired_at: number;
  created_at: number;
}

/** What of a token is not on the wire. */
export interface Mandate {
  frequency: string;
  outcomes: string[];
  open: string | null;
  /** The month in which it was last debited, where its frequency bounds that. */
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
  notes: Notes;
  expire_by: number;
  created_at: number;
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
  speed_requested: "normal";
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

/** Empty notes are a list on Razorpay's wire. */
export const onWire = (entity: object): Record<string, unknown> =>
  "notes" in entity && Object.keys(entity.notes as object).length === 0 ? { ...entity, notes: [] } : { ...entity };
