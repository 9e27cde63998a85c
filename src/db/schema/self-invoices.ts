import type { SelfInvoiceId, TenantId } from "../../kernel/id.ts";
import type { Micros, Paise, RateMicros } from "../../kernel/money.ts";
import { c } from "../columns.ts";
import type { AccountId } from "./sellers.ts";

/** Up to when a seller's imports are on self-invoices. There is a row from when the seller is registered until a month falls due in which it is not. */
export const selfInvoicing = c.table("self_invoicing", {
  seller_id: c.text<AccountId>().primaryKey(),
  /** Null for the operator. */
  tenant_id: c.text<TenantId>(),
  /** The beginning of the month in which the seller was first seen to be registered: what is older is the accountant's. */
  since: c.int().notNull(),
  covered_until: c.int().notNull(),
});

/** What of a tenant's cost in a span is on self-invoices: where the cost has changed since, the difference goes on the next one. */
export const selfInvoiced = c.table(
  "self_invoiced",
  {
    seller_id: c.text<AccountId>().notNull(),
    /** `operator` for the costs that no call explains. */
    tenant_id: c.text<AccountId>().notNull(),
    from_at: c.int().notNull(),
    to_at: c.int().notNull(),
    cost_micros_usd: c.int<Micros>().notNull(),
  },
  (t) => [c.primaryKey({ columns: [t.seller_id, t.from_at, t.tenant_id] })],
);

/** What the cost of a self-invoice is made of, in micro-USD. */
export interface ImportParts {
  readonly calls: Micros;
  /** What the provider bills beside the calls. */
  readonly other: Micros;
  /** What became of costs that earlier self-invoices have. */
  readonly corrections: Micros;
}

/** The invoice that a registered importer issues to itself, section 31(3)(f) of the CGST Act. Never changed. */
export const selfInvoices = c.table(
  "self_invoices",
  {
    id: c.text<SelfInvoiceId>().primaryKey(),
    seller_id: c.text<AccountId>().notNull(),
    tenant_id: c.text<TenantId>(),
    number: c.text().notNull(),
    financial_year: c.text().notNull(),
    from_at: c.int().notNull(),
    to_at: c.int().notNull(),
    supplier: c.json<Readonly<Record<string, unknown>>>().notNull(),
    recipient: c.json<Readonly<Record<string, unknown>>>().notNull(),
    sac: c.text().notNull(),
    cost_micros_usd: c.int<Micros>().notNull(),
    parts: c.json<ImportParts>().notNull(),
    rate_micros: c.int<RateMicros>().notNull(),
    rate_source: c.text().notNull(),
    rate_valid_from: c.int().notNull(),
    tax_rate_ppm: c.int().notNull(),
    taxable_paise: c.int<Paise>().notNull(),
    igst_paise: c.int<Paise>().notNull(),
    total_paise: c.int<Paise>().notNull(),
    issued_at: c.int().notNull(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c.uniqueIndex("self_invoices_number").on(t.number, t.seller_id),
    c.uniqueIndex("self_invoices_span").on(t.seller_id, t.to_at),
    c.index("self_invoices_issued").on(t.seller_id, t.issued_at),
  ],
);
