import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type {
  CollectionId,
  CreditNoteId,
  CustomerId,
  CycleId,
  InvoiceId,
  MandateId,
  SubscriptionId,
  TenantId,
} from "../../kernel/id.ts";
import type { Micros, Paise } from "../../kernel/money.ts";
import { c } from "../columns.ts";
import type { AccountId } from "./sellers.ts";

/** One line of an invoice: net in paise, and the micros it was rounded from. */
export interface InvoiceLine {
  readonly description: string;
  readonly sac: string;
  /** What it is made of, for the reader: tokens, a period. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What it is the other side of in the journal: what a credit note takes back from. */
  readonly ledger_account?: "revenue.base" | "wallet" | "unbilled";
  readonly net_micros: Micros;
  readonly net_paise: Paise;
}

export interface TaxSplit {
  readonly cgst_paise: Paise;
  readonly sgst_paise: Paise;
  readonly igst_paise: Paise;
}

/** Numbers of documents: consecutive in a series and a financial year, without gaps. */
export const numberSeries = c.table("number_series", {
  /** seller | series | financial year | kind */
  id: c.text().primaryKey(),
  seller_id: c.text<AccountId>().notNull(),
  tenant_id: c.text<TenantId>(),
  /** The last number that was given. */
  last: c.int().notNull(),
});

/** What makes an invoice open. A partial index is used where the query says the same in the same words. */
export const openInvoice = (
  t: Readonly<Record<"total_paise" | "paid_paise" | "credited_paise" | "tds_paise" | "written_off_paise", SQLWrapper>>,
): SQL => sql`${t.total_paise} > ${t.paid_paise} + ${t.credited_paise} + ${t.tds_paise} + ${t.written_off_paise}`;

/**
 * A tax invoice. What it says (lines, tax, parties) is never changed; what has become of it (paid, credited, withheld, written off) is. It is open
 * while total > paid + credited + tds + written off. `source` names the occasion: of one, there is one invoice.
 */
export const invoices = c.table(
  "invoices",
  {
    id: c.text<InvoiceId>().primaryKey(),
    source: c.text().notNull().unique(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    seller_id: c.text<AccountId>().notNull(),
    kind: c.text<"base" | "topup" | "overage" | "combined">().notNull(),
    number: c.text().notNull(),
    financial_year: c.text().notNull(),
    cycle_id: c.text<CycleId>(),
    subscription_id: c.text<SubscriptionId>(),
    currency: c.text().notNull(),
    seller: c.json<Readonly<Record<string, unknown>>>().notNull(),
    buyer: c.json<Readonly<Record<string, unknown>>>().notNull(),
    place_of_supply: c.text().notNull(),
    lines: c.json<readonly InvoiceLine[]>().notNull(),
    tax_rate_ppm: c.int().notNull(),
    taxable_paise: c.int<Paise>().notNull(),
    cgst_paise: c.int<Paise>().notNull(),
    sgst_paise: c.int<Paise>().notNull(),
    igst_paise: c.int<Paise>().notNull(),
    round_off_paise: c.int<Paise>().notNull(),
    total_paise: c.int<Paise>().notNull(),
    paid_paise: c.int<Paise>().notNull(),
    credited_paise: c.int<Paise>().notNull(),
    tds_paise: c.int<Paise>().notNull(),
    written_off_paise: c.int<Paise>().notNull(),
    /** The rate that its usage was exchanged by, its date and source; null where nothing was. */
    fx: c.json<Readonly<Record<string, unknown>>>(),
    issued_at: c.int().notNull(),
    due_at: c.int().notNull(),
    /** Since when a payment that was taken back (a refund at the dashboard, a lost dispute) keeps it open: that blocks admission. */
    reopened_at: c.int(),
    /** Reminders that were sent, when the last warning went out, and when service was suspended for it. */
    dunning_stage: c.int().notNull(),
    final_notice_at: c.int(),
    suspended_at: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c.uniqueIndex("invoices_number").on(t.number, t.seller_id),
    c.index("invoices_issued").on(t.seller_id, t.issued_at, t.id),
    c.index("invoices_customer").on(t.tenant_id, t.customer_id, t.id),
    c.index("invoices_open").on(t.id).where(openInvoice(t)),
  ],
);

/** A document that takes back a part of an invoice, in a series of its own. */
export const creditNotes = c.table(
  "credit_notes",
  {
    id: c.text<CreditNoteId>().primaryKey(),
    source: c.text().notNull().unique(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    invoice_id: c.text<InvoiceId>().notNull(),
    seller_id: c.text<AccountId>().notNull(),
    number: c.text().notNull(),
    financial_year: c.text().notNull(),
    reason: c.text().notNull(),
    currency: c.text().notNull(),
    taxable_paise: c.int<Paise>().notNull(),
    cgst_paise: c.int<Paise>().notNull(),
    sgst_paise: c.int<Paise>().notNull(),
    igst_paise: c.int<Paise>().notNull(),
    round_off_paise: c.int<Paise>().notNull(),
    total_paise: c.int<Paise>().notNull(),
    issued_at: c.int().notNull(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c.uniqueIndex("credit_notes_number").on(t.number, t.seller_id),
    c.index("credit_notes_issued").on(t.seller_id, t.issued_at, t.id),
    c.index("credit_notes_invoice").on(t.invoice_id),
    c.index("credit_notes_customer").on(t.tenant_id, t.customer_id, t.id),
  ],
);

/** One attempt to collect an invoice: a debit of a mandate, or a payment link. At most one of a customer is under way. */
export const collections = c.table(
  "collections",
  {
    id: c.text<CollectionId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    account_id: c.text<AccountId>().notNull(),
    invoice_id: c.text<InvoiceId>().notNull(),
    attempt: c.int().notNull(),
    channel: c.text<"debit" | "link">().notNull(),
    state: c
      .text<"claimed" | "order_created" | "submitted" | "sent" | "settled" | "failed" | "unknown" | "cancelled">()
      .notNull(),
    amount_paise: c.int<Paise>().notNull(),
    currency: c.text().notNull(),
    mandate_id: c.text<MandateId>(),
    order_id: c.text(),
    payment_id: c.text(),
    link_id: c.text(),
    short_url: c.text(),
    /** When the next step is due (business time), and when a debit's last word must have come. */
    next_at: c.int().notNull(),
    final_at: c.int(),
    error_reason: c.text(),
    created_at: c.int().notNull(),
    updated_at: c.int().notNull(),
  },
  (t) => [
    c.uniqueIndex("collections_attempt").on(t.invoice_id, t.attempt),
    c.index("collections_customer").on(t.tenant_id, t.customer_id, t.id),
    c.index("collections_order").on(t.order_id, t.account_id),
    c.index("collections_link").on(t.link_id, t.account_id),
    c
      .index("collections_due")
      .on(t.next_at)
      .where(sql`${t.state} in ('claimed', 'order_created', 'submitted', 'sent', 'unknown')`),
  ],
);
