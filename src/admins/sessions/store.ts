import { and, eq, gt, inArray, lte } from "drizzle-orm";
import type { Reader, Tx } from "../../db/database.ts";
import { adminKeys, adminSessions } from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";

export type SessionRow = typeof adminSessions.$inferSelect;
/** A session and whose it is; without a key it was opened with the bootstrap token. */
export interface SessionOfKey {
  readonly session: SessionRow;
  readonly key: Pick<typeof adminKeys.$inferSelect, "id" | "name" | "role"> | null;
}

export async function insertSession(tx: Tx, row: SessionRow): Promise<void> {
  await tx.insert(adminSessions).values(row);
}

export async function findSessionByHash(read: Reader, hash: string): Promise<SessionRow | undefined> {
  const [row] = await read.select().from(adminSessions).where(eq(adminSessions.hash, hash));
  return row;
}

const KEY = { id: adminKeys.id, name: adminKeys.name, role: adminKeys.role };

const withKeys = (read: Reader) =>
  read
    .select({ session: adminSessions, key: KEY })
    .from(adminSessions)
    .leftJoin(adminKeys, eq(adminKeys.hash, adminSessions.credential_hash));

/** Of one credential, or of all. */
const whose = (credential_hash: string | null) =>
  credential_hash === null ? undefined : eq(adminSessions.credential_hash, credential_hash);

/** Those that are open at `at`. */
export async function pageOfSessions(
  read: Reader,
  query: PageQuery,
  { at, credential_hash }: { readonly at: number; readonly credential_hash: string | null },
): Promise<SessionOfKey[]> {
  const { where, orderBy, limit } = pageClause(adminSessions.id, query);
  return withKeys(read)
    .where(and(gt(adminSessions.expires_at, at), whose(credential_hash), where))
    .orderBy(orderBy)
    .limit(limit);
}

export async function findSession(
  read: Reader,
  id: string,
  credential_hash: string | null,
): Promise<SessionOfKey | undefined> {
  const [row] = await withKeys(read).where(and(eq(adminSessions.id, id), whose(credential_hash)));
  return row;
}

/** Ends a session. False where it was ended before. */
export async function deleteSession(tx: Tx, id: string): Promise<boolean> {
  const gone = await tx.delete(adminSessions).where(eq(adminSessions.id, id)).returning({ id: adminSessions.id });
  return gone.length > 0;
}

/** Ends all that were opened with a credential. */
export async function deleteSessionsOf(tx: Tx, credential_hash: string): Promise<number> {
  const gone = await tx
    .delete(adminSessions)
    .where(eq(adminSessions.credential_hash, credential_hash))
    .returning({ id: adminSessions.id });
  return gone.length;
}

/** Makes room for one more of a credential: what is over goes, and the oldest where there are `most` of them. */
export async function makeRoom(
  tx: Tx,
  { credential_hash, at, most }: { readonly credential_hash: string; readonly at: number; readonly most: number },
): Promise<void> {
  await tx.delete(adminSessions).where(lte(adminSessions.expires_at, at));
  const open = await tx
    .select({ id: adminSessions.id })
    .from(adminSessions)
    .where(eq(adminSessions.credential_hash, credential_hash))
    .orderBy(adminSessions.id);
  const over = open.slice(0, Math.max(0, open.length - most + 1)).map(({ id }) => id);
  if (over.length) await tx.delete(adminSessions).where(inArray(adminSessions.id, over));
}
