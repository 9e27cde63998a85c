import { sql } from "drizzle-orm";
import type { CreditNoteId, CustomerId, GrantId, InvoiceId, RefundId, TenantId, TopupId } from "../../kernel/id.ts";
import type { Micros, Paise } from "../../kernel/money.ts";
import { c } from "../columns.ts";
import type { AccountId } from "./sellers.ts";

/** Prepaid credit that somebody set out to buy: an order at Razorpay, and, once its payment is captured, a grant and an invoice. */
export const topups = c.table(
  "topups",
  {
    id: c.text<TopupId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    account_id: c.text<AccountId>().notNull(),
    /** `checkout`: somebody pays now. `link`: proposed by us when credit ran low. */
    channel: c.text<"checkout" | "link">().notNull(),
    state: c.text<"created" | "paid" | "expired">().notNull(),
    currency: c.text().notNull(),
    credit_micros: c.int<Micros>().notNull(),
    gst_paise: c.int<Paise>().notNull(),
    payable_paise: c.int<Paise>().notNull(),
    order_id: c.text().unique(),
    link_id: c.text().unique(),
    short_url: c.text(),
    payment_id: c.text().unique(),
    grant_id: c.text<GrantId>(),
    invoice_id: c.text<InvoiceId>(),
    /** Until when it may be paid; a payment that comes later is credited all the same. */
    expires_at: c.int().notNull(),
    created_at: c.int().notNull(),
    updated_at: c.int().notNull(),
  },
  (t) => [
    c.index("topups_customer").on(t.tenant_id, t.customer_id, t.id),
    c.index("topups_open").on(t.state, t.expires_at),
  ],
);

/** A payment as Razorpay has it (or one by bank transfer, under an id of ours), and what it was for. */
export const payments = c.table(
  "payments",
  {
    id: c.text().primaryKey(),
    account_id: c.text<AccountId>().notNull(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    purpose: c.text<"subscription" | "topup" | "collection" | "mandate" | "manual">().notNull(),
    /** The id of our row that it pays: a subscription, a top-up, a collection, a mandate, an invoice. */
    subject_id: c.text().notNull(),
    invoice_id: c.text<InvoiceId>(),
    order_id: c.text(),
    /** Razorpay's invoice, of a subscription's charge. */
    razorpay_invoice_id: c.text(),
    status: c.text<"created" | "authorized" | "captured" | "failed" | "refunded">().notNull(),
    method: c.text(),
    currency: c.text().notNull(),
    amount_paise: c.int<Paise>().notNull(),
    fee_paise: c.int<Paise>().notNull(),
    /** The GST within the fee. */
    fee_tax_paise: c.int<Paise>().notNull(),
    refunded_paise: c.int<Paise>().notNull(),
    /** What lost disputes took. */
    deducted_paise: c.int<Paise>().notNull(),
    /** What of it pays no invoice, and is not given back yet. */
    unapplied_paise: c
      .int<Paise>()
      .notNull()
      .default(0 as Paise),
    error_reason: c.text(),
    captured_at: c.int(),
    created_at: c.int().notNull(),
    updated_at: c.int().notNull(),
  },
  (t) => [
    c.index("payments_customer").on(t.tenant_id, t.customer_id, t.id),
    c.index("payments_order").on(t.order_id, t.account_id),
    c.index("payments_invoice").on(t.invoice_id, t.id).where(sql`${t.invoice_id} is not null`),
    c.index("payments_captured").on(t.captured_at).where(sql`${t.captured_at} is not null`),
  ],
);

/** Money that goes back. `origin`: we asked for it, it was made at Razorpay's dashboard, or by Razorpay itself. */
export const refunds = c.table(
  "refunds",
  {
    id: c.text<RefundId>().primaryKey(),
    account_id: c.text<AccountId>().notNull(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    payment_id: c.text().notNull(),
    razorpay_refund_id: c.text().unique(),
    origin: c.text<"admin" | "dashboard" | "automatic">().notNull(),
    state: c.text<"claimed" | "pending" | "processed" | "failed">().notNull(),
    currency: c.text().notNull(),
    amount_paise: c.int<Paise>().notNull(),
    /** The credit that it takes back: taken off its grant when the refund is asked for. */
    grant_id: c.text<GrantId>(),
    credit_micros: c.int<Micros>().notNull(),
    credit_note_id: c.text<CreditNoteId>(),
    reason: c.text().notNull(),
    created_at: c.int().notNull(),
    updated_at: c.int().notNull(),
  },
  (t) => [
    c.index("refunds_payment").on(t.payment_id),
    c.index("refunds_customer").on(t.tenant_id, t.customer_id, t.id),
  ],
);

/** A dispute as Razorpay has it. Money leaves only when it is lost. */
export const disputes = c.table(
  "disputes",
  {
    id: c.text().primaryKey(),
    account_id: c.text<AccountId>().notNull(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    payment_id: c.text().notNull(),
    status: c.text<"open" | "under_review" | "won" | "lost" | "closed">().notNull(),
    phase: c.text().notNull(),
    reason_code: c.text(),
    currency: c.text().notNull(),
    amount_paise: c.int<Paise>().notNull(),
    deducted_paise: c.int<Paise>().notNull(),
    respond_by: c.int(),
    created_at: c.int().notNull(),
    updated_at: c.int().notNull(),
  },
  (t) => [c.index("disputes_payment").on(t.payment_id), c.index("disputes_customer").on(t.tenant_id, t.customer_id)],
);
