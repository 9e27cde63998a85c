import type { Id, TenantId } from "../../kernel/id.ts";
import { c } from "../columns.ts";

/** What the operator must hear of, each thing once: `dedupe` names the occasion, so that several nodes write one row. Append-only. */
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
  },
  (t) => [c.uniqueIndex("alerts_dedupe").on(t.dedupe), c.index("alerts_tenant").on(t.tenant_id, t.id)],
);
