import { asc, gte } from "drizzle-orm";
import type { Instant } from "../kernel/clock.ts";
import { firstIdAt, newId } from "../kernel/id.ts";
import type { Reader, Tx } from "./database.ts";
import { audit } from "./schema.ts";

/** Who makes a change, and from where. */
export interface Actor {
  /** `admin` for the bootstrap token, the id of an admin key, `cli`, or the name of what works by itself. */
  readonly name: string;
  /** The client's address, as far as the trusted proxies are believed; null where nobody asked over the network. */
  readonly address: string | null;
  /** What the client says it is, or `cli`. */
  readonly agent: string | null;
}

export interface AuditEntry {
  readonly actor: Actor;
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
  const { actor, before = null, after = null, ...rest } = entry;
  const by = { actor: actor.name, address: actor.address, agent: actor.agent };
  await tx.insert(audit).values({ ...rest, ...by, id: newId("audit", entry.at), before, after });
}

/** The lines that were written since an instant (epoch milliseconds of wall time), oldest first. */
export const listRecentAudit = (read: Reader, since: number) =>
  read
    .select()
    .from(audit)
    .where(gte(audit.id, firstIdAt("audit", since)))
    .orderBy(asc(audit.id));
