import { and, asc, eq, gt, inArray, isNull, lt, sql } from "drizzle-orm";
import type { Reader, Tx } from "../db/database.ts";
import { findings, reconciliations } from "../db/schema.ts";
import { type PageQuery, pageClause } from "../http/paging.ts";
import type { FindingId, ReconciliationId } from "../kernel/id.ts";
import type { FindingRow } from "./finding.ts";
import type { RunRow } from "./step.ts";

export async function insertRun(tx: Tx, row: RunRow): Promise<void> {
  await tx.insert(reconciliations).values(row);
}

export async function findRun(read: Reader, id: string): Promise<RunRow | undefined> {
  const [row] = await read
    .select()
    .from(reconciliations)
    .where(eq(reconciliations.id, id as ReconciliationId));
  return row;
}

/** A run of the same span that was begun and not finished. */
export async function findUnfinished(
  read: Reader,
  { from_at, to_at, repair }: Pick<RunRow, "from_at" | "to_at" | "repair">,
): Promise<RunRow | undefined> {
  const [row] = await read
    .select()
    .from(reconciliations)
    .where(
      and(
        ...[eq(reconciliations.state, "running"), eq(reconciliations.repair, repair)],
        ...[eq(reconciliations.from_at, from_at), eq(reconciliations.to_at, to_at)],
      ),
    )
    .limit(1);
  return row;
}

/** Whether somebody has begun a run up to then. */
export async function hasRun(read: Reader, { actor, to_at }: Pick<RunRow, "actor" | "to_at">): Promise<boolean> {
  const [row] = await read
    .select({ id: reconciliations.id })
    .from(reconciliations)
    .where(and(eq(reconciliations.actor, actor), eq(reconciliations.to_at, to_at)))
    .limit(1);
  return row !== undefined;
}

/** Runs that nobody works on, oldest first. */
export const listWaiting = (read: Reader, wall: number, rowsMax: number): Promise<RunRow[]> =>
  read
    .select()
    .from(reconciliations)
    .where(and(eq(reconciliations.state, "running"), lt(reconciliations.leased_until, wall)))
    .orderBy(asc(reconciliations.id))
    .limit(rowsMax);

/** Takes a run to work on; null where somebody else has it. */
export async function leaseRun(
  tx: Tx,
  id: ReconciliationId,
  { wall, until }: { readonly wall: number; readonly until: number },
): Promise<RunRow | null> {
  const [row] = await tx
    .update(reconciliations)
    .set({ leased_until: until })
    .where(
      and(eq(reconciliations.id, id), eq(reconciliations.state, "running"), lt(reconciliations.leased_until, wall)),
    )
    .returning();
  return row ?? null;
}

/** Saves how far a run has come; null where another process took it over in the meantime. */
export async function saveRun(
  tx: Tx,
  { id, leased_until }: Pick<RunRow, "id" | "leased_until">,
  change: Partial<RunRow>,
): Promise<RunRow | null> {
  const [row] = await tx
    .update(reconciliations)
    .set(change)
    .where(and(eq(reconciliations.id, id), eq(reconciliations.leased_until, leased_until)))
    .returning();
  return row ?? null;
}

export function pageOfRuns(read: Reader, query: PageQuery): Promise<RunRow[]> {
  const { where, orderBy, limit } = pageClause(reconciliations.id, query);
  return read.select().from(reconciliations).where(where).orderBy(orderBy).limit(limit);
}

/** Adds what a step found; what a step that is done again finds again is there already. */
export async function insertFindings(tx: Tx, rows: readonly FindingRow[]): Promise<void> {
  if (!rows.length) return;
  await tx
    .insert(findings)
    .values([...rows])
    .onConflictDoNothing({ target: [findings.reconciliation_id, findings.kind, findings.subject] });
}

export const allFindings = (read: Reader, id: ReconciliationId): Promise<FindingRow[]> =>
  read.select().from(findings).where(eq(findings.reconciliation_id, id)).orderBy(asc(findings.id));

export function pageOfFindings(
  read: Reader,
  id: ReconciliationId,
  { all, kind, query }: { readonly all: boolean; readonly kind?: string; readonly query: PageQuery },
): Promise<FindingRow[]> {
  const { where, orderBy, limit } = pageClause(findings.id, query);
  return read
    .select()
    .from(findings)
    .where(
      and(
        ...[eq(findings.reconciliation_id, id), where],
        all ? undefined : isNull(findings.explained_by),
        kind === undefined ? undefined : eq(findings.kind, kind),
      ),
    )
    .orderBy(orderBy)
    .limit(limit);
}

/** One of a run's findings. */
export async function findFinding(read: Reader, run_id: ReconciliationId, id: string): Promise<FindingRow | undefined> {
  const [row] = await read
    .select()
    .from(findings)
    .where(and(eq(findings.reconciliation_id, run_id), eq(findings.id, id as FindingId)));
  return row;
}

export async function saveFinding(tx: Tx, id: FindingId, change: Partial<FindingRow>): Promise<void> {
  await tx.update(findings).set(change).where(eq(findings.id, id));
}

/** The findings of a run that stand by themselves and were not tried to repair yet, in their order. */
export const listUnrepaired = (
  read: Reader,
  id: ReconciliationId,
  kinds: readonly string[],
  after: string,
  rowsMax: number,
): Promise<FindingRow[]> =>
  read
    .select()
    .from(findings)
    .where(
      and(
        ...[eq(findings.reconciliation_id, id), isNull(findings.explained_by), gt(findings.id, after as FindingId)],
        ...[eq(findings.repaired, false), inArray(findings.kind, [...kinds])],
      ),
    )
    .orderBy(asc(findings.id))
    .limit(rowsMax);

/** How many findings of these runs stand by themselves, and how many of them are repaired. */
export async function countFindings(
  read: Reader,
  ids: readonly ReconciliationId[],
): Promise<ReadonlyMap<ReconciliationId, { readonly findings_count: number; readonly repaired_count: number }>> {
  if (!ids.length) return new Map();
  const rows = await read
    .select({
      id: findings.reconciliation_id,
      findings_count: sql<number>`count(*)`.mapWith(Number),
      repaired_count: sql<number>`sum(case when ${findings.repaired} then 1 else 0 end)`.mapWith(Number),
    })
    .from(findings)
    .where(and(inArray(findings.reconciliation_id, [...ids]), isNull(findings.explained_by)))
    .groupBy(findings.reconciliation_id);
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}
