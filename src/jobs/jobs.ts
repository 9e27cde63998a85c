import type { Logger } from "pino";
import type { Database } from "../db/database.ts";
import { type Clock, MINUTE, SECOND } from "../kernel/clock.ts";
import { repeatedly } from "../kernel/repeatedly.ts";
import { ensureJobs, finishJob, leaseJob, listDueJobs, renewJob } from "./store.ts";

/** Work that is done every so often in business time, by one node at a time. It may be begun anew at any moment: each run does what is due. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
}

export interface Jobs {
  /** Does everything that is due now and that no other node is doing, in the order of the list. Resolves to the names of what ran. */
  runDue(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** How long a node keeps a job without a sign of life (real time). */
const LEASE_MS = 2 * MINUTE;
const TICK_MS = SECOND;
const RETRY_MS = MINUTE;

/** Looks every second of real time for work that is due. A job that fails is tried again soon, and stops no other. */
export async function openJobs(
  parts: { readonly db: Database; readonly clock: Clock; readonly log: Logger; readonly nodeId: string },
  list: readonly Job[],
): Promise<Jobs> {
  const { db, clock, log, nodeId } = parts;
  await db.transaction((tx) =>
    ensureJobs(
      tx,
      list.map(({ name }) => name),
      clock.now(),
    ),
  );
  let turn: Promise<unknown> = Promise.resolve();

  const runAll = async (): Promise<readonly string[]> => {
    const due = await listDueJobs(db.read, { wall: clock.wall(), now: clock.now() });
    const ran: string[] = [];
    for (const job of list) if (due.has(job.name) && (await runLeased(parts, job))) ran.push(job.name);
    return ran;
  };
  /** One round after the other, the ticker's and everybody else's. */
  const runDue = (): Promise<readonly string[]> => {
    const round = turn.then(runAll);
    turn = round.catch(() => {});
    return round;
  };

  const ticking = repeatedly(runDue, TICK_MS, (error) => log.error({ err: error, node: nodeId }, "timed work failed"));
  return {
    runDue,
    async close() {
      await ticking.close();
      await turn;
    },
  };
}

async function runLeased(
  { db, clock, log, nodeId: node_id }: { db: Database; clock: Clock; log: Logger; nodeId: string },
  { name, everyMs, run }: Job,
): Promise<boolean> {
  const wall = clock.wall();
  const lease = { node_id, wall, now: clock.now(), leased_until: wall + LEASE_MS };
  if (!(await db.transaction((tx) => leaseJob(tx, name, lease)))) return false;

  const renewing = repeatedly(
    () => db.transaction((tx) => renewJob(tx, name, node_id, clock.wall() + LEASE_MS)),
    LEASE_MS / 4,
    (error) => log.error({ err: error, job: name }, "the lease of timed work could not be renewed"),
  );
  const begun = clock.now();
  let failure: string | null = null;
  try {
    await run();
  } catch (error) {
    failure = String((error as Error).message ?? error).slice(0, 1_000);
    log.error({ err: error, job: name }, "timed work failed");
  }
  await renewing.close();
  const next_at = begun + (failure === null ? everyMs : Math.min(everyMs, RETRY_MS));
  await db.transaction((tx) => finishJob(tx, name, { node_id, next_at, last_at: begun, last_error: failure }));
  return true;
}
