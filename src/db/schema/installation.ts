import { c } from "../columns.ts";

/**
 * Facts about this installation as a whole: its mode (live or sandbox), the hash of its admin token; how far the sandbox moved its clock, and what its
 * simulated Razorpay has on its books; when alerts are raised; since when (by admission) no usage event was deleted.
 */
export const installation = c.table("installation", {
  name: c
    .text<
      | "mode"
      | "admin_token_hash"
      | "clock_ahead_ms"
      | "razorpay_books"
      | "anthropic_reports"
      | "alert_settings"
      | "events_whole_from"
    >()
    .primaryKey(),
  value: c.text().notNull(),
});

/** One row for each running process. A node that stops renewing its lease is dead, and others settle its holds. */
export const nodes = c.table("nodes", {
  id: c.text().primaryKey(),
  name: c.text().notNull(),
  started_at: c.int().notNull(),
  lease_until: c.int().notNull(),
});

/** Every change an administrator made: who, from where, what, before, after. Append-only. */
export const audit = c.table(
  "audit",
  {
    id: c.text().primaryKey(),
    tenant_id: c.text(),
    actor: c.text().notNull(),
    /** The client's address and what it says it is; null where nobody asked over the network, and on lines from before these were kept. */
    address: c.text(),
    agent: c.text(),
    action: c.text().notNull(),
    subject_id: c.text().notNull(),
    before: c.json<unknown>(),
    after: c.json<unknown>(),
    at: c.int().notNull(),
  },
  (t) => [c.index("audit_tenant").on(t.tenant_id, t.id), c.index("audit_subject").on(t.subject_id, t.id)],
);
