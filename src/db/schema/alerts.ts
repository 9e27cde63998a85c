import type { Id, TenantId } from "../../kernel/id.ts";
import { c } from "../columns.ts";

/**
 * What the operator must hear of, each thing once: `dedupe` names the occasion, so that several nodes write one row. Never edited, but for the
 * operator's word that it was seen.
 */
export const alerts = c.table(
  "alerts",
  {
    id: c.text<Id<"alert">>().primaryKey(),
    dedupe: c.text().notNull(),
    /** Null where it is about the installation as a whole. */
    tenant_id: c.text<TenantId>(),
    /** `cost.threshold`, `quota.exhausted`, … as outgoing events are named. */
    type: c.text().notNull(),
    data: c.json<Readonly<Record<string, unknown>>>().notNull(),
    created_at: c.int().notNull(),
    acknowledged_at: c.int(),
    acknowledged_by: c.text(),
    note: c.text(),
  },
  (t) => [
    c.uniqueIndex("alerts_dedupe").on(t.dedupe),
    c.index("alerts_tenant").on(t.tenant_id, t.id),
    c.index("alerts_type").on(t.type, t.id),
  ],
);

/**
 * What leaves no usage event, counted by the minute (business time): calls sent upstream, how they failed, what was refused to whom. Kept for
 * days: it is what alerts look at.
 */
export const outcomeMinutes = c.table(
  "outcome_minutes",
  {
    minute: c.int().notNull(),
    tenant_id: c.text<TenantId>().notNull(),
    /** A word of `alerts/outcomes.ts`. */
    outcome: c.text().notNull(),
    calls: c.int().notNull(),
  },
  (t) => [c.primaryKey({ columns: [t.minute, t.tenant_id, t.outcome] })],
);
