import type { CreditRepeatId, CustomerId, GrantId, TenantId } from "../../kernel/id.ts";
import type { Micros } from "../../kernel/money.ts";
import { c } from "../columns.ts";

/** What a customer chose for its prepaid credit, and how it stands below its thresholds. Without a row everything is as by default. */
export const walletSettings = c.table(
  "wallet_settings",
  {
    customer_id: c.text<CustomerId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    /** With less than this left it is told; 0 for never, null for a fifth of the largest top-up. */
    low_micros: c.int<Micros>(),
    /** Since when it is below, which was told then; null while it is not. */
    low_since: c.int(),
    /** With less than this left a top-up of so much is proposed by link; null for no proposals. */
    auto_below_micros: c.int<Micros>(),
    auto_credit_micros: c.int<Micros>(),
    /** When the present dip was answered by a proposal; null while there is none. */
    auto_proposed_at: c.int(),
    /** How many days bought credit lasts, as the operator says; null for ever. */
    credit_days: c.int(),
    created_at: c.int().notNull(),
    updated_at: c.int().notNull(),
  },
  (t) => [c.index("wallet_settings_tenant").on(t.tenant_id)],
);

/** Credit that an administrator gives again in each period: once in each. */
export const creditRepeats = c.table(
  "credit_repeats",
  {
    id: c.text<CreditRepeatId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    kind: c.text<"promotional" | "prepaid">().notNull(),
    amount_micros: c.int<Micros>().notNull(),
    reason: c.text().notNull(),
    /** The calendar month in the tenant's zone, or the customer's billing cycle. */
    every: c.text<"month" | "cycle">().notNull(),
    /** Whether what is left lapses with its period. */
    lasts: c.text<"period" | "forever">().notNull(),
    /** No period that begins then or later has it. */
    ends_at: c.int(),
    /** How many times it is given at most, and was given. */
    times: c.int(),
    given: c.int().notNull(),
    /** The beginning of the last period that has it, and when to look again. */
    period_start: c.int(),
    next_at: c.int().notNull(),
    last_grant_id: c.text<GrantId>(),
    cancelled_at: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c.index("credit_repeats_customer").on(t.tenant_id, t.customer_id, t.id),
    c.index("credit_repeats_due").on(t.next_at),
  ],
);
