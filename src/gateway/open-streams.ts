import { listRecentAudit } from "../db/audit.ts";
import type { Database } from "../db/database.ts";
import { type Clock, MINUTE, SECOND } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import { repeatedly } from "../kernel/repeatedly.ts";
import type { HoldTicket } from "../ledger/books.ts";
import type { Governor } from "./governor.ts";

/** The streams that this node has open, so that a revocation reaches those that are under way. */
export interface OpenStreams {
  /** Returns how to take it out again. */
  register(whose: Pick<HoldTicket, "tenant_id" | "user_id" | "key_id" | "expires_at">, governor: Governor): () => void;
  close(): Promise<void>;
}

const EVERY_MS = SECOND;
/** How far back changes are looked for: more than the nodes' clocks may differ. */
const LOOK_BACK_MS = MINUTE;

/**
 * Ends open streams of a revoked key, a blocked user, a suspended or closed tenant within two seconds, whichever node made the
 * change: every such change is in the audit log, which is asked once a second while streams are open. Expiry and rotation let
 * streams finish. A stream older than any hold may be is ended too.
 */
export function openOpenStreams({
  db,
  clock,
  onError,
}: {
  db: Database;
  clock: Clock;
  onError: (error: unknown) => void;
}): OpenStreams {
  const streams = new Set<{ whose: Parameters<OpenStreams["register"]>[0]; since: number; governor: Governor }>();

  const look = async () => {
    if (!streams.size) return;
    const now = clock.now();
    for (const { whose, governor } of streams) {
      if (now >= whose.expires_at)
        governor.stop(new Problem("upstream_timeout", { message: "This stream has lasted too long." }));
    }
    const endings = (await listRecentAudit(db.read, clock.wall() - LOOK_BACK_MS))
      .map(endingOf)
      .filter((ending) => ending !== null);
    for (const ending of endings) {
      for (const { whose, since, governor } of streams) {
        if (ending.at >= since && [whose.tenant_id, whose.user_id, whose.key_id].some((id) => id === ending.subject_id))
          governor.stop(new Problem(ending.code));
      }
    }
  };
  const task = repeatedly(look, EVERY_MS, onError);

  return {
    register(whose, governor) {
      const stream = { whose, since: clock.wall(), governor };
      streams.add(stream);
      return () => void streams.delete(stream);
    },
    close: task.close,
  };
}

type Ending = {
  readonly subject_id: string;
  readonly at: number;
  readonly code: "revoked_key" | "user_blocked" | "tenant_suspended";
};

/** What a line of the audit log ends, if anything. */
function endingOf({
  action,
  subject_id,
  after,
  at,
}: Awaited<ReturnType<typeof listRecentAudit>>[number]): Ending | null {
  const status = (after as { status?: string } | null)?.status;
  if (action === "key.revoked") return { subject_id, at, code: "revoked_key" };
  if (action === "user.changed" && status === "blocked") return { subject_id, at, code: "user_blocked" };
  if (action === "tenant.changed" && (status === "suspended" || status === "closed"))
    return { subject_id, at, code: "tenant_suspended" };
  return null;
}
