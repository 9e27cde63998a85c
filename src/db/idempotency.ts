import { and, eq, gt, isNull, lte, notInArray, or } from "drizzle-orm";
import type { Reader, Tx } from "./database.ts";
import { idempotency, nodes } from "./schema.ts";

export type KeyedRequest = typeof idempotency.$inferSelect;

/**
 * Takes a key for one request. False where it is taken: answered and not expired, or under way on a node that lives. `wall` is the
 * real time.
 */
export async function claimKey(tx: Tx, request: Omit<KeyedRequest, "answer">, wall: number): Promise<boolean> {
  const t = idempotency;
  const { id, ...claimed } = request;
  const alive = tx.select({ id: nodes.id }).from(nodes).where(gt(nodes.lease_until, wall));
  const abandoned = and(isNull(t.answer), or(lte(t.lease_until, wall), notInArray(t.node_id, alive)));
  const taken = await tx
    .insert(t)
    .values({ ...request, answer: null })
    .onConflictDoUpdate({
      target: t.id,
      set: { ...claimed, answer: null },
      setWhere: or(lte(t.expires_at, wall), abandoned),
    })
    .returning({ id: t.id });
  return taken.length > 0;
}

export async function findKeyed(read: Reader, id: string): Promise<KeyedRequest | undefined> {
  const [row] = await read.select().from(idempotency).where(eq(idempotency.id, id));
  return row;
}

type Claim = Pick<KeyedRequest, "id" | "claim">;

/** Keeps the answer, unless the claim was lost to another request. */
export async function keepAnswer(tx: Tx, { id, claim }: Claim, answer: string): Promise<void> {
  await tx
    .update(idempotency)
    .set({ answer })
    .where(and(eq(idempotency.id, id), eq(idempotency.claim, claim)));
}

/** The key is free again. */
export async function freeKey(tx: Tx, { id, claim }: Claim): Promise<void> {
  await tx.delete(idempotency).where(and(eq(idempotency.id, id), eq(idempotency.claim, claim)));
}

export async function purgeKeyed(tx: Tx, wall: number): Promise<void> {
  await tx.delete(idempotency).where(lte(idempotency.expires_at, wall));
}
