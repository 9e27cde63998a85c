import { sql } from "drizzle-orm";
import type { CustomerId, TenantId } from "../../kernel/id.ts";
import { c } from "../columns.ts";

/** Where our own events are sent. `tenant_id` null: the operator's, which hears of everybody. */
export const endpoints = c.table(
  "endpoints",
  {
    id: c.text().primaryKey(),
    tenant_id: c.text<TenantId>(),
    url: c.text().notNull(),
    /** Standard Webhooks secret (`whsec_…`), sealed to this row's id. */
    secret_sealed: c.text().notNull(),
    /** Globs of event types; empty means all. */
    types: c.json<readonly string[]>().notNull(),
    /** The youngest event that it was given, or that it does not want: where the next look begins. */
    seen_alert_id: c.text(),
    /** Since when every try has failed; null while it answers. */
    failing_since: c.int(),
    disabled_at: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [c.index("endpoints_tenant").on(t.tenant_id)],
);

/** One event on its way to one endpoint. */
export const deliveries = c.table(
  "deliveries",
  {
    id: c.text().primaryKey(),
    endpoint_id: c.text().notNull(),
    alert_id: c.text().notNull(),
    tenant_id: c.text<TenantId>(),
    state: c.text<"pending" | "delivered" | "failed">().notNull(),
    attempts: c.int().notNull(),
    status: c.int(),
    error: c.text(),
    next_at: c.int().notNull(),
    delivered_at: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c.uniqueIndex("deliveries_once").on(t.endpoint_id, t.alert_id),
    c.index("deliveries_due").on(t.next_at).where(sql`${t.state} = 'pending'`),
    c.index("deliveries_log").on(t.endpoint_id, t.id),
  ],
);

/** Where a tenant's bounds of alerts are not the installation's: see alerts/settings.ts. */
export const tenantAlertSettings = c.table("tenant_alert_settings", {
  tenant_id: c.text<TenantId>().primaryKey(),
  settings: c.json<Readonly<Record<string, unknown>>>().notNull(),
});

/** A mail to a customer: once for its `source`. Kept without its text once it was sent. */
export const mails = c.table(
  "mails",
  {
    id: c.text().primaryKey(),
    source: c.text().notNull().unique(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>(),
    recipient: c.text().notNull(),
    subject: c.text().notNull(),
    body: c.text(),
    /** The document whose PDF goes with it: the id of an invoice, or of a credit note. */
    invoice_id: c.text(),
    state: c.text<"pending" | "sent" | "failed">().notNull(),
    attempts: c.int().notNull(),
    error: c.text(),
    next_at: c.int().notNull(),
    sent_at: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [c.index("mails_due").on(t.next_at).where(sql`${t.state} = 'pending'`)],
);

/** Timed work: who does it at present (real time), and when it is due next (business time). */
export const jobs = c.table("jobs", {
  name: c.text().primaryKey(),
  node_id: c.text(),
  leased_until: c.int().notNull(),
  next_at: c.int().notNull(),
  last_at: c.int(),
  last_error: c.text(),
  runs: c.int().notNull(),
});
