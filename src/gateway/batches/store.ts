import { and, asc, eq, inArray, isNotNull, lte, ne, sql } from "drizzle-orm";
import type { Reader, Tx } from "../../db/database.ts";
import { type BatchState, batches, holds } from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";
import type { RequestId } from "../../kernel/id.ts";
import type { HoldRow } from "../../ledger/books.ts";
import { type Batch, nodeIdOf, type Owner } from "./batch.ts";

const b = batches;
const owned = ({ tenant_id, user_id }: Owner) =>
  and(eq(b.tenant_id, tenant_id), user_id && eq(b.user_id, user_id), ne(b.state, "deleted"));

export async function insertBatch(tx: Tx, batch: Batch): Promise<void> {
  await tx.insert(b).values(batch);
}

/** A batch by the id that its tenant knows it by; undefined where it is not this owner's. */
export async function findBatch(read: Reader, owner: Owner, upstream_id: string): Promise<Batch | undefined> {
  const [row] = await read
    .select()
    .from(b)
    .where(and(eq(b.upstream_id, upstream_id), owned(owner)));
  return row;
}

/** Batches that upstream knows, newest first. Cursors are our own ids. */
export function listBatches(read: Reader, owner: Owner, query: PageQuery): Promise<Batch[]> {
  const { where, orderBy, limit } = pageClause(b.id, query);
  return read
    .select()
    .from(b)
    .where(and(owned(owner), isNotNull(b.upstream_id), where))
    .orderBy(orderBy)
    .limit(limit);
}

export type BatchChange = Partial<
  Pick<Batch, "state" | "upstream_id" | "object" | "poll_at" | "polls" | "leased_until">
>;

/** Changes a batch that is in one of these states; false where it is in none. */
export async function changeBatch(
  tx: Tx,
  id: RequestId,
  states: readonly BatchState[],
  change: BatchChange,
): Promise<boolean> {
  const rows = await tx
    .update(b)
    .set(change)
    .where(and(eq(b.id, id), inArray(b.state, [...states])))
    .returning({ id: b.id });
  return rows.length > 0;
}

export async function deleteBatchRow(tx: Tx, id: RequestId): Promise<void> {
  await tx.delete(b).where(eq(b.id, id));
}

/* Who looks after it */

/** Batches that it is time to look at, and that no node has to itself. */
export async function listDue(read: Reader, wall: number, rowsMax: number): Promise<RequestId[]> {
  const rows = await read
    .select({ id: b.id })
    .from(b)
    .where(
      and(sql`${b.state} <> 'settled' and ${b.state} <> 'deleted'`, lte(b.poll_at, wall), lte(b.leased_until, wall)),
    )
    .orderBy(asc(b.poll_at))
    .limit(rowsMax);
  return rows.map(({ id }) => id);
}

/** Takes a batch for this node until then; undefined where another one was quicker. */
export async function claimBatch(
  tx: Tx,
  id: RequestId,
  { wall, until }: { wall: number; until: number },
): Promise<Batch | undefined> {
  const [row] = await tx
    .update(b)
    .set({ leased_until: until })
    .where(and(eq(b.id, id), lte(b.leased_until, wall)))
    .returning();
  return row;
}

export async function renewClaim(tx: Tx, id: RequestId, until: number): Promise<void> {
  await tx.update(b).set({ leased_until: until }).where(eq(b.id, id));
}

/* Its holds */

/** Some of the holds of a batch that are still open. */
export function listOpenHoldsOf(read: Reader, id: RequestId, rowsMax: number): Promise<HoldRow[]> {
  return read
    .select()
    .from(holds)
    .where(and(eq(holds.node_id, nodeIdOf(id)), eq(holds.state, "open")))
    .limit(rowsMax) as Promise<HoldRow[]>;
}

/** Those of these holds that are open, by their ids. */
export async function findOpenHolds(read: Reader, ids: readonly RequestId[]): Promise<Map<RequestId, HoldRow>> {
  if (!ids.length) return new Map();
  const rows = (await read
    .select()
    .from(holds)
    .where(and(inArray(holds.id, [...ids]), eq(holds.state, "open")))) as HoldRow[];
  return new Map(rows.map((row) => [row.id, row]));
}
