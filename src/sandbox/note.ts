import { type AuditEntry, recordAudit } from "../db/audit.ts";
import type { Database } from "../db/database.ts";
import type { Clock } from "../kernel/clock.ts";

/**
 * Writes down what an administrator is about to do to the sandbox, before it is done: time cannot be moved back, so that what could not be
 * written down is not done.
 */
export const noteAct = (
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  act: Pick<AuditEntry, "actor" | "action" | "subject_id" | "before" | "after">,
): Promise<void> => db.transaction((tx) => recordAudit(tx, { ...act, tenant_id: null, at: clock.wall() }));
