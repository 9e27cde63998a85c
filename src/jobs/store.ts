import { and, eq, lt, lte, sql } from "drizzle-orm";
import type { Reader, Tx } from "../db/database.ts";
import { jobs, nodes } from "../db/schema.ts";

/** Notes jobs that are new, due at once. */
export async function ensureJobs(tx: Tx, names: readonly string[], now: number): Promise<void> {
  const rows = names.map((name) => ({
    ...{ name, node_id: null, leased_until: 0, next_at: now },
    ...{ last_at: null, last_error: null, runs: 0 },
  }));
  await tx.insert(jobs).values(rows).onConflictDoNothing({ target: jobs.name });
}

export const listDueJobs = async (read: Reader, at: { wall: number; now: number }): Promise<Set<string>> => {
  const rows = await read
    .select({ name: jobs.name })
    .from(jobs)
    .where(and(lte(jobs.next_at, at.now), lt(jobs.leased_until, at.wall)));
  return new Set(rows.map(({ name }) => name));
};

/** Takes a job that is due and that nobody has. False where somebody was faster. */
export async function leaseJob(
  tx: Tx,
  name: string,
  { node_id, wall, now, leased_until }: { node_id: string; wall: number; now: number; leased_until: number },
): Promise<boolean> {
  const rows = await tx
    .update(jobs)
    .set({ node_id, leased_until })
    .where(and(eq(jobs.name, name), lte(jobs.next_at, now), lt(jobs.leased_until, wall)))
    .returning({ name: jobs.name });
  return rows.length > 0;
}

/** Keeps a job that takes long; false where it was lost to another node. */
export async function renewJob(tx: Tx, name: string, node_id: string, leased_until: number): Promise<boolean> {
  const rows = await tx
    .update(jobs)
    .set({ leased_until })
    .where(and(eq(jobs.name, name), eq(jobs.node_id, node_id)))
    .returning({ name: jobs.name });
  return rows.length > 0;
}

export async function finishJob(
  tx: Tx,
  name: string,
  {
    node_id,
    next_at,
    last_at,
    last_error,
  }: { node_id: string; next_at: number; last_at: number; last_error: string | null },
): Promise<void> {
  await tx
    .update(jobs)
    .set({ node_id: null, leased_until: 0, next_at, last_at, last_error, runs: sql`${jobs.runs} + 1` })
    .where(and(eq(jobs.name, name), eq(jobs.node_id, node_id)));
}

export const listJobs = (read: Reader) => read.select().from(jobs).orderBy(jobs.name);

/** Nodes by their start; one that stopped in order is not among them. */
export const listNodes = (read: Reader) => read.select().from(nodes).orderBy(nodes.started_at, nodes.id);
