import { sql } from "drizzle-orm";
import type { FindingId, ReconciliationId, TenantId } from "../../kernel/id.ts";
import { c } from "../columns.ts";

/** What is compared: our books with themselves, with the provider's reports, with the collector's entities. */
export type Side = "books" | "provider" | "collector";
export type Severity = "info" | "warning" | "critical";

/**
 * A proof of a span of time, step by step. Each step is written down with what it found, so that whoever goes on after a crash begins with the
 * next one.
 */
export const reconciliations = c.table(
  "reconciliations",
  {
    id: c.text<ReconciliationId>().primaryKey(),
    from_at: c.int().notNull(),
    to_at: c.int().notNull(),
    repair: c.bool().notNull(),
    /** What could be compared with what when it began; and why the others could not. */
    sides: c.json<readonly Side[]>().notNull(),
    left_out: c.json<Readonly<Partial<Record<Side, string>>>>().notNull(),
    state: c.text<"running" | "done" | "failed">().notNull(),
    /** The names of its steps, the one that is next, and how far within that it has come. */
    plan: c.json<readonly string[]>().notNull(),
    step: c.int().notNull(),
    cursor: c.text(),
    /** How much was looked at: events, transfers, payments, … */
    looked_at: c.json<Readonly<Record<string, number>>>().notNull(),
    attempts: c.int().notNull(),
    error: c.text(),
    actor: c.text().notNull(),
    /** Real time until which one process works on it. */
    leased_until: c.int().notNull(),
    created_at: c.int().notNull(),
    finished_at: c.int(),
  },
  (t) => [c.index("reconciliations_running").on(t.id).where(sql`${t.state} = 'running'`)],
);

/** Where two sides do not say the same: both figures, the rows behind them, and what to do. Of one subject and kind there is one in a run. */
export const findings = c.table(
  "findings",
  {
    id: c.text<FindingId>().primaryKey(),
    reconciliation_id: c.text<ReconciliationId>().notNull(),
    /** Null where it is about the installation as a whole. */
    tenant_id: c.text<TenantId>(),
    side: c.text<Side>().notNull(),
    kind: c.text().notNull(),
    severity: c.text<Severity>().notNull(),
    /** What it is about: with the kind it names the same finding in another run. */
    subject: c.text().notNull(),
    local: c.json<Readonly<Record<string, unknown>>>(),
    remote: c.json<Readonly<Record<string, unknown>>>(),
    /** Ids of the rows behind the figures. */
    rows: c.json<readonly string[]>().notNull(),
    /** What else it bears on: another finding that touches the same may be its consequence. */
    touches: c.json<readonly string[]>().notNull(),
    action: c.text().notNull(),
    repaired: c.bool().notNull(),
    /** Why it was not repaired, where that was tried. */
    repair_error: c.text(),
    /** The finding that it follows from. */
    explained_by: c.text<FindingId>(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c.uniqueIndex("findings_once").on(t.reconciliation_id, t.kind, t.subject),
    c.index("findings_run").on(t.reconciliation_id, t.id),
    c.index("findings_tenant").on(t.tenant_id, t.id),
  ],
);
