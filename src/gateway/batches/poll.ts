import { DAY, instant, SECOND } from "../../kernel/clock.ts";
import type { RequestId } from "../../kernel/id.ts";
import { repeatedly } from "../../kernel/repeatedly.ts";
import { headerOf, wholeAnswer } from "../answers.ts";
import { openTurnstile, type Turnstile } from "../turnstile.ts";
import { ask } from "./ask.ts";
import { type Batch, hasEnded, waitAfter } from "./batch.ts";
import { dropBatch } from "./hold.ts";
import { noteObject, objectOf } from "./object.ts";
import type { BatchParts } from "./parts.ts";
import { settleResults } from "./results.ts";
import { settleUnknown } from "./settle-lines.ts";
import { type BatchChange, changeBatch, claimBatch, listDue, renewClaim } from "./store.ts";

export interface Batches {
  /** Creates that may be taken in at once: each may be 256 MB. */
  readonly door: Turnstile;
  /** Ends what is under way; the next node, or the next life of this one, goes on. */
  close(): Promise<void>;
}

const TICK_MS = SECOND;
const AT_ONCE_MAX = 4;
/** How long a batch stays with a node that has died. */
const CLAIM_MS = 30 * SECOND;
/** Results are kept by upstream for 29 days. */
const KNOWABLE_MS = 30 * DAY;
/** Upstream's way of saying that it has nothing for us, however often it is asked. */
const NEVER = [401, 403, 404, 410];
/** Upstream is not asked about these: there is nothing to ask by. */
const UNKNOWN_EVERY_MS = 5 * SECOND;
const DOOR = { insideMax: 4, tenantInsideMax: 2, tenantWaitingMax: 20, waitMs: 30 * SECOND };

/** Looks after every batch until all of its lines are settled, whether or not its tenant ever asks for the results. */
export function openBatches(parts: BatchParts & { readonly onError: (error: unknown) => void }): Batches {
  const stop = new AbortController();
  const underWay = new Map<RequestId, Promise<void>>();

  const tick = async () => {
    const wall = parts.clock.wall();
    const due = await listDue(parts.db.read, wall, AT_ONCE_MAX - underWay.size);
    for (const id of due) {
      if (stop.signal.aborted) return;
      const batch = await parts.db.transaction((tx) => claimBatch(tx, id, { wall, until: wall + CLAIM_MS }));
      if (!batch) continue;
      const task = attend(parts, batch, stop.signal)
        .catch((error: unknown) => (stop.signal.aborted ? undefined : parts.onError(error)))
        .finally(() => underWay.delete(id));
      underWay.set(id, task);
    }
  };
  const ticking = repeatedly(tick, TICK_MS, parts.onError);

  return {
    door: openTurnstile(DOOR),
    async close() {
      stop.abort();
      await ticking.close();
      await Promise.all(underWay.values());
    },
  };
}

/** Keeps a batch to this node for as long as `work` takes. The claim is given up with the change that work ends in, or by itself. */
export async function keeping<T>(
  { db, clock, log }: Pick<BatchParts, "db" | "clock" | "log">,
  id: RequestId,
  work: () => Promise<T>,
): Promise<T> {
  const renew = () => db.transaction((tx) => renewClaim(tx, id, clock.wall() + CLAIM_MS));
  const task = repeatedly(renew, CLAIM_MS / 3, (error) => log.warn({ err: error }, "a batch's claim was not renewed"));
  try {
    return await work();
  } finally {
    await task.close();
  }
}

export const claimedUntil = (wall: number): number => wall + CLAIM_MS;

async function attend(parts: BatchParts, batch: Batch, signal: AbortSignal): Promise<void> {
  const { db, clock } = parts;
  // Whatever happens, somebody looks again.
  let next: BatchChange = { poll_at: clock.wall() + waitAfter(batch.polls), polls: batch.polls + 1 };
  try {
    next = { ...next, ...(await keeping(parts, batch.id, () => look(parts, batch, signal))) };
  } finally {
    await db.transaction((tx) =>
      changeBatch(tx, batch.id, ["placing", "sending", "unknown", "open"], { ...next, leased_until: 0 }),
    );
  }
}

/** One look at a batch: what is known of it afterwards. */
async function look(parts: BatchParts, batch: Batch, signal: AbortSignal): Promise<BatchChange> {
  const now = parts.clock.now();
  switch (batch.state) {
    case "placing":
      // Whoever was creating it is gone, and had not sent it.
      await dropBatch(parts, batch);
      return {};
    case "sending":
      parts.log.error(
        { batch: batch.id, tenant_id: batch.tenant_id },
        "nobody knows whether this batch was created upstream",
      );
      return { state: "unknown" };
    case "unknown":
      return now > batch.expires_at ? giveUp(parts, batch) : { poll_at: parts.clock.wall() + UNKNOWN_EVERY_MS };
    default:
      return lookUpstream(parts, batch, signal);
  }
}

async function lookUpstream(parts: BatchParts, batch: Batch, signal: AbortSignal): Promise<BatchChange> {
  const answer = await ask(parts, batch, { method: "GET" }, signal);
  const bytes = await wholeAnswer(answer);
  if (answer.statusCode >= 400) return refusedBy(parts, batch, answer.statusCode);
  const object = objectOf(bytes);
  await noteObject(parts, batch, object);
  if (!hasEnded(object)) return {};
  const results = await ask(parts, batch, { method: "GET", path: "/results" }, signal);
  if (results.statusCode >= 400) {
    await results.body.dump();
    return refusedBy(parts, batch, results.statusCode);
  }
  await settleResults(parts, batch, results.body as AsyncIterable<Buffer>);
  parts.log.info({ batch: batch.id, upstream: headerOf(results, "request-id") }, "settled a batch");
  return {};
}

/** Past the greatest age of its holds a plain no is final; trouble on the way is not, as long as upstream may still have the results. */
async function refusedBy(parts: BatchParts, batch: Batch, status: number): Promise<BatchChange> {
  const age = instant(parts.clock.now() - batch.created_at);
  const over = parts.clock.now() > batch.expires_at && NEVER.includes(status);
  parts.log.warn({ batch: batch.id, status }, "upstream did not tell how a batch stands");
  return over || age > KNOWABLE_MS ? giveUp(parts, batch) : {};
}

async function giveUp(parts: BatchParts, batch: Batch): Promise<BatchChange> {
  await settleUnknown(parts, batch);
  parts.log.error(
    { batch: batch.id, upstream_id: batch.upstream_id },
    "gave up on a batch: its lines wait for reconciliation",
  );
  return { state: "settled" };
}
