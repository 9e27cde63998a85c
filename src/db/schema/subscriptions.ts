import type { CustomerId, CycleId, GrantId, InvoiceId, MandateId, SubscriptionId, TenantId } from "../../kernel/id.ts";
import type { Micros, Paise, RateMicros } from "../../kernel/money.ts";
import { c } from "../columns.ts";
import type { AccountId, Collection } from "./sellers.ts";

/** Razorpay's states of a subscription; a subscription that is not collected there uses the same words. */
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

/**
 * A customer on a plan. Where the plan's collection is `subscription` it mirrors one at Razorpay (`razorpay_subscription_id`), and its state
 * is what was last fetched from there; otherwise it is ours alone.
 */
export const subscriptions = c.table(
  "subscriptions",
  {
    id: c.text<SubscriptionId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    account_id: c.text<AccountId>().notNull(),
    plan_id: c.text().notNull(),
    plan_version_id: c.text().notNull(),
    collection: c.text<Collection>().notNull(),
    status: c.text<SubscriptionStatus>().notNull(),
    razorpay_subscription_id: c.text().unique(),
    short_url: c.text(),
    /** `card_domestic`, `card_international`, `upi`, `emandate`; null until known. */
    method: c.text(),
    total_count: c.int().notNull(),
    paid_count: c.int().notNull(),
    remaining_count: c.int().notNull(),
    auth_attempts: c.int().notNull(),
    start_at: c.int(),
    trial_end: c.int(),
    current_start: c.int(),
    current_end: c.int(),
    charge_at: c.int(),
    cancel_at_cycle_end: c.bool().notNull(),
    /** The subscription that this one takes the place of once it is authenticated, and when: now, or at that one's cycle end. */
    replaces: c.text<SubscriptionId>(),
    replace_when: c.text<"now" | "cycle_end">(),
    /** Since when service is bounded by a failed charge; the end of grace is this and the plan's grace days. */
    pending_since: c.int(),
    expire_by: c.int(),
    ended_at: c.int(),
    fetched_at: c.int(),
    /** Since when one that was made elsewhere is ours: what was charged before was invoiced elsewhere, too. */
    adopted_at: c.int(),
    created_at: c.int().notNull(),
    updated_at: c.int().notNull(),
  },
  (t) => [
    c.index("subscriptions_customer").on(t.tenant_id, t.customer_id),
    c.index("subscriptions_status").on(t.status, t.charge_at),
  ],
);

/** What became of a subscription, line by line. Append-only. */
export const subscriptionChanges = c.table(
  "subscription_changes",
  {
    id: c.text().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    subscription_id: c.text<SubscriptionId>().notNull(),
    from_status: c.text<SubscriptionStatus>(),
    to_status: c.text<SubscriptionStatus>().notNull(),
    /** `webhook`, `poll`, `admin`, `customer`, … */
    cause: c.text().notNull(),
    at: c.int().notNull(),
  },
  (t) => [c.index("subscription_changes_subscription").on(t.subscription_id, t.id)],
);

/** A subscription that moves to another version of its plan when its next cycle begins. It is taken away when it has. */
export const planMoves = c.table(
  "plan_moves",
  {
    subscription_id: c.text<SubscriptionId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    to_version_id: c.text().notNull(),
    created_at: c.int().notNull(),
  },
  (t) => [c.index("plan_moves_customer").on(t.tenant_id, t.customer_id)],
);

/**
 * One billing period of a customer. Usage belongs to the cycle in which it was admitted: it is drawn from that cycle's grants. `open` until
 * `end_at`; `ended` while its last holds settle; `closed` when its totals are frozen and its overage is invoiced.
 */
export const cycles = c.table(
  "cycles",
  {
    id: c.text<CycleId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    account_id: c.text<AccountId>().notNull(),
    /** Null for a customer who is on a default plan without having subscribed. */
    subscription_id: c.text<SubscriptionId>(),
    plan_id: c.text().notNull(),
    plan_version_id: c.text().notNull(),
    currency: c.text().notNull(),
    start_at: c.int().notNull(),
    end_at: c.int().notNull(),
    state: c.text<"open" | "ended" | "closed">().notNull(),
    trial: c.bool().notNull(),
    /** The exchange rate that was frozen at its start, and where it came from; null where nothing is exchanged. */
    rate_micros: c.int<RateMicros>(),
    rate_source: c.text(),
    rate_valid_from: c.int(),
    included_grant_id: c.text<GrantId>(),
    overage_grant_id: c.text<GrantId>(),
    /** What of the overage has been invoiced, early bills included. */
    billed_micros: c.int<Micros>().notNull(),
    /** How many bills were cut early. */
    early_bills: c.int().notNull(),
    /** Frozen at close: see billing/cycles. */
    totals: c.json<Readonly<Record<string, unknown>>>(),
    overage_invoice_id: c.text<InvoiceId>(),
    /** The invoice that its base is on, where that is ours to collect (a plan with the collection `mandate`); null until it is billed. */
    base_invoice_id: c.text<InvoiceId>(),
    closed_at: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c.uniqueIndex("cycles_once").on(t.customer_id, t.start_at),
    c.index("cycles_tenant").on(t.tenant_id, t.id),
    c.index("cycles_due").on(t.state, t.end_at),
  ],
);

/** A registered right to debit: a token at Razorpay. `max_amount_paise` is what the bank confirmed. */
export const mandates = c.table(
  "mandates",
  {
    id: c.text<MandateId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    account_id: c.text<AccountId>().notNull(),
    method: c.text<"upi" | "card" | "emandate">().notNull(),
    status: c.text<"created" | "confirmed" | "rejected" | "paused" | "cancelled" | "expired">().notNull(),
    razorpay_customer_id: c.text().notNull(),
    /** The order by which it was registered; null where it was adopted. */
    order_id: c.text().unique(),
    token_id: c.text().unique(),
    max_amount_paise: c.int<Paise>().notNull(),
    expires_at: c.int(),
    created_at: c.int().notNull(),
    updated_at: c.int().notNull(),
  },
  (t) => [c.index("mandates_customer").on(t.tenant_id, t.customer_id)],
);

/** A code that gives promotional credit, once to each customer. `tenant_id` null: for every customer of the installation. */
export const promotions = c.table(
  "promotions",
  {
    id: c.text().primaryKey(),
    tenant_id: c.text<TenantId>(),
    code: c.text().notNull().unique(),
    credit_micros: c.int<Micros>().notNull(),
    currency: c.text().notNull(),
    max_redemptions: c.int(),
    redeemed: c.int().notNull(),
    /** How long the credit lasts once it is given; null for ever. */
    credit_days: c.int(),
    expires_at: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [c.index("promotions_tenant").on(t.tenant_id)],
);

/** How many codes that do not exist a customer tried since when (business time): guesses are bounded, on all nodes together and over a restart. */
export const promotionGuesses = c.table("promotion_guesses", {
  customer_id: c.text<CustomerId>().primaryKey(),
  tenant_id: c.text<TenantId>().notNull(),
  wrong: c.int().notNull(),
  since: c.int().notNull(),
});

export const promotionRedemptions = c.table(
  "promotion_redemptions",
  {
    promotion_id: c.text().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    tenant_id: c.text<TenantId>().notNull(),
    grant_id: c.text<GrantId>().notNull(),
    at: c.int().notNull(),
  },
  (t) => [c.primaryKey({ columns: [t.promotion_id, t.customer_id] })],
);
