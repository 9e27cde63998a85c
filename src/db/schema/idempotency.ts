import type { TenantId, UserId } from "../../kernel/id.ts";
import { c } from "../columns.ts";

/**
 * Requests that carry an `Idempotency-Key`: under way, or with the answer that is given again. The id is a hash of whose key it
 * is and the key. All times are real time.
 */
export const idempotency = c.table(
  "idempotency",
  {
    id: c.text().primaryKey(),
    /** Null for administrators. */
    tenant_id: c.text<TenantId>(),
    /** The end user whom it was answered to, or for: their answers go with them. */
    user_id: c.text<UserId>(),
    /** A hash of the method, the path and the body: the same key with another one is a mistake. */
    fingerprint: c.text().notNull(),
    /** Who answers it. A claim ends with the lease of its node, or with its own. */
    node_id: c.text().notNull(),
    claim: c.text().notNull(),
    lease_until: c.int().notNull(),
    /** Status, headers and body, sealed; null while it is under way. */
    answer: c.text(),
    expires_at: c.int().notNull(),
  },
  (t) => [c.index("idempotency_expiry").on(t.expires_at)],
);
