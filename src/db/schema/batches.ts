import { sql } from "drizzle-orm";
import type { CustomerId, KeyId, RequestId, TenantId, UserId } from "../../kernel/id.ts";
import { c } from "../columns.ts";

/**
 * How far a message batch has come. `placing`: its lines are being held. `sending`: it is on its way upstream. `unknown`: it was sent
 * and no answer came back, so nobody knows whether it runs. `open`: it runs upstream, or has ended there and is not settled.
 * `settled`: all of its lines are. `deleted`: its tenant deleted it, after that.
 */
export type BatchState = "placing" | "sending" | "unknown" | "open" | "settled" | "deleted";

/**
 * Whose each upstream batch is. All tenants share one upstream workspace, where any key reaches any batch: what is not in here under a
 * tenant's id does not exist for it. `id` is that of the request that created it; its lines' holds and usage events are named after it.
 */
export const batches = c.table(
  "batches",
  {
    id: c.text<RequestId>().primaryKey(),
    tenant_id: c.text<TenantId>().notNull(),
    customer_id: c.text<CustomerId>().notNull(),
    user_id: c.text<UserId>(),
    key_id: c.text<KeyId>(),
    /** Upstream's id, by which the tenant knows it. Null until upstream has answered. */
    upstream_id: c.text().unique(),
    /** The upstream key it was created with, sealed; null for the operator's. */
    upstream_api_key_sealed: c.text(),
    /** `anthropic-version` and `anthropic-beta` of its creation: what we ask about it is asked in the same words. */
    headers: c.json<Readonly<Record<string, string>>>().notNull(),
    state: c.text<BatchState>().notNull(),
    lines: c.int().notNull(),
    /** Upstream's object as it was last seen. */
    object: c.json<Readonly<Record<string, unknown>>>(),
    created_at: c.int().notNull(),
    /** When its holds have reached their greatest age. */
    expires_at: c.int().notNull(),
    /** When it is looked at next (real time), and how often it was in vain. */
    poll_at: c.int().notNull(),
    polls: c.int().notNull(),
    /** Until when one node has it to itself (real time). */
    leased_until: c.int().notNull(),
  },
  (t) => [
    c.index("batches_tenant").on(t.tenant_id, t.id),
    c.index("batches_due").on(t.poll_at).where(sql`${t.state} <> 'settled' and ${t.state} <> 'deleted'`),
  ],
);
