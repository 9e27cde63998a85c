import { asc, gte } from "drizzle-orm";
import type { Instant } from "../kernel/clock.ts";
import { firstIdAt, newId } from "../kernel/id.ts";
import type { Reader, Tx } from "./database.ts";
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

/** The lines that were written since an instant (epoch milliseconds of wall time), oldest first. */
export const listRecentAudit = (read: Reader, since: number) =>
  read
    .select()
    .from(audit)
    .where(gte(audit.id, firstIdAt("audit", since)))
    .orderBy(asc(audit.id));
