import type { batches } from "../../db/schema.ts";
import type { Principal } from "../../http/principal.ts";
import { HOUR, SECOND } from "../../kernel/clock.ts";
import type { RequestId, TenantId, UserId } from "../../kernel/id.ts";
import { BATCH_HOLDS } from "../../ledger/store.ts";

export type Batch = typeof batches.$inferSelect;
/** Upstream's `MessageBatch`. We read two fields of it and pass on the rest. */
export type BatchObject = Readonly<Record<string, unknown>>;

/** As it is named in receipts and in route globs. */
export const ROUTE = "/v1/messages/batches";

/** Upstream ends every batch after 24 hours. */
export const HOLD_AGE_MAX_MS = 26 * HOUR;

/** The name of a line's hold, from which that of its usage event follows: a line is settled once, whoever does it. */
export const holdIdOf = (id: RequestId, custom_id: string): RequestId => `${id}.${custom_id}` as RequestId;

/** Whose a batch's holds are: its own, and no node's. */
export const nodeIdOf = (id: RequestId): string => `${BATCH_HOLDS}${id}`;

/** Whose batches a principal reaches: all of its tenant's, or where it stands for one user, that user's. */
export interface Owner {
  readonly tenant_id: TenantId;
  readonly user_id: UserId | undefined;
}

export const ownerOf = ({ tenant, user }: Principal): Owner => ({ tenant_id: tenant.id, user_id: user?.id });

export const hasEnded = (object: BatchObject): boolean => object.processing_status === "ended";

/** The object for its tenant: the SDKs fetch the results from wherever `results_url` points, with the tenant's credential. */
export function presentBatch(object: BatchObject, baseUrl: string): BatchObject {
  if (typeof object.results_url !== "string") return object;
  return { ...object, results_url: `${baseUrl}${ROUTE}/${encodeURIComponent(String(object.id))}/results` };
}

const POLL_MS = 2 * SECOND;
const POLL_MS_MAX = 60 * SECOND;

/** The wait before the next look, after so many in vain. */
export const waitAfter = (polls: number): number =>
  Math.min(POLL_MS_MAX, Math.round(POLL_MS * 1.5 ** Math.min(polls, 20)));
