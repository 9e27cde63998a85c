import type { Logger } from "pino";
import type { Database, Tx } from "../db/database.ts";
import { type Clock, MINUTE, SECOND } from "../kernel/clock.ts";
import { repeatedly } from "../kernel/repeatedly.ts";
import { ensureJobs, finishJob, leaseJob, listDueJobs, renewJob } from "./store.ts";

/** Work that is done every so often in business time, by one node at a time. It may be begun anew at any moment: each run does what is due. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
  /** Nothing else depends on it, and it asks others over the network: a round waits for it no longer than this (real time), and the rest goes on without it. */
  readonly waitMaxMs?: number;
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

interface JobParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly nodeId: string;
}

/** Looks every second of real time for work that is due. A job that fails is tried again soon, and stops no other. */
export async function openJobs(parts: JobParts, list: readonly Job[]): Promise<Jobs> {
  const { db, clock, log, nodeId } = parts;
  await db.transaction((tx) =>
    ensureJobs(
      tx,
      list.map(({ name }) => name),
      clock.now(),
    ),
  );
  let turn: Promise<unknown> = Promise.resolve();
  /** What rounds have left behind; it keeps its lease, so that nobody begins it again. */
  const apart = new Set<Promise<void>>();

  const runAll = async (): Promise<readonly string[]> => {
    const due = await listDueJobs(db.read, { wall: clock.wall(), now: clock.now() });
    const ran: string[] = [];
    // One is given back and the next taken in one transaction: a round of many that find nothing to do should cost little.
    let ended: Ended | null = null;
    for (const job of list.filter(({ name }) => due.has(name))) {
      const mine: boolean = await taken(parts, job, ended);
      ended = null;
      if (!mine) continue;
      ran.push(job.name);
      if (job.waitMaxMs === undefined) ended = await runLeased(parts, job);
      else await within(runApart(parts, job, apart), job.waitMaxMs);
    }
    const last = ended;
    if (last) await db.transaction((tx) => given(tx, parts, last));
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
      await Promise.all(apart);
    },
  };
}

function runApart(parts: JobParts, job: Job, apart: Set<Promise<void>>): Promise<void> {
  const { db, log } = parts;
  const running = runLeased(parts, job)
    .then((ended) => db.transaction((tx) => given(tx, parts, ended)))
    .catch((error: unknown) => log.error({ err: error, job: job.name }, "timed work could not be given back"))
    .finally(() => apart.delete(running));
  apart.add(running);
  return running;
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}

/** What came of a run, and when the job is due again. */
interface Ended {
  readonly name: string;
  readonly next_at: number;
  readonly last_at: number;
  readonly last_error: string | null;
}

const given = (tx: Tx, { nodeId }: JobParts, { name, ...ended }: Ended): Promise<void> =>
  finishJob(tx, name, { node_id: nodeId, ...ended });

/** Takes a job, and gives the last one back. False where another node was faster. */
async function taken(parts: JobParts, { name }: Job, last: Ended | null): Promise<boolean> {
  const { db, clock, nodeId: node_id } = parts;
  const wall = clock.wall();
  return db.transaction(async (tx) => {
    if (last) await given(tx, parts, last);
    return leaseJob(tx, name, { node_id, wall, now: clock.now(), leased_until: wall + LEASE_MS });
  });
}

async function runLeased({ db, clock, log, nodeId }: JobParts, { name, everyMs, run }: Job): Promise<Ended> {
  const renewing = repeatedly(
    () => db.transaction((tx) => renewJob(tx, name, nodeId, clock.wall() + LEASE_MS)),
    LEASE_MS / 4,
    (error) => log.error({ err: error, job: name }, "the lease of timed work could not be renewed"),
  );
  const last_at = clock.now();
  let last_error: string | null = null;
  try {
    await run();
  } catch (error) {
    last_error = String((error as Error).message ?? error).slice(0, 1_000);
    log.error({ err: error, job: name }, "timed work failed");
  }
  await renewing.close();
  return {
    name,
    last_at,
    last_error,
    next_at: last_at + (last_error === null ? everyMs : Math.min(everyMs, RETRY_MS)),
  };
}
