import type { Instant } from "../kernel/clock.ts";
import { newId } from "../kernel/id.ts";
import type { Tx } from "./database.ts";
import { audit } from "./schema.ts";

export interface AuditEntry {
  readonly actor: string;
  /** `tenant.created`, `key.revoked`, … */
  readonly action: string;
  readonly tenant_id: string | null;
  readonly subject_id: string;
  /** As presented to administrators: never a secret. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly at: Instant;
}

/** Writes down an administrator's change, in the transaction that makes it. */
export async function recordAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const { before = null, after = null } = entry;
  await tx.insert(audit).values({ ...entry, id: newId("audit", entry.at), before, after });
}
