import { and, eq, isNull } from "drizzle-orm";
import type { Reader, Tx } from "../../db/database.ts";
import { rowReader } from "../../db/rows.ts";
import { adminKeys } from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";

export type AdminKeyRow = typeof adminKeys.$inferSelect;

export async function insertAdminKey(tx: Tx, row: AdminKeyRow): Promise<void> {
  await tx.insert(adminKeys).values(row);
}

export async function findAdminKey(read: Reader, id: string): Promise<AdminKeyRow | undefined> {
  const [row] = await read.select().from(adminKeys).where(eq(adminKeys.id, id));
  return row;
}

export async function findAdminKeyByHash(read: Reader, hash: string): Promise<AdminKeyRow | undefined> {
  const [row] = await read.select().from(adminKeys).where(eq(adminKeys.hash, hash));
  return row;
}

export const pageOfAdminKeys = (read: Reader, query: PageQuery): Promise<AdminKeyRow[]> => {
  const { where, orderBy, limit } = pageClause(adminKeys.id, query);
  return read.select().from(adminKeys).where(where).orderBy(orderBy).limit(limit);
};

/** The keys of owners, which stay as they are until the transaction ends. */
export const lockOwnersKeys = (tx: Tx): Promise<AdminKeyRow[]> => readByRole(tx, ["owner"]);
const readByRole = rowReader(adminKeys, adminKeys.role, { lock: true, thenBy: adminKeys.id });

export async function updateAdminKey(
  tx: Tx,
  id: string,
  change: Partial<Pick<AdminKeyRow, "name" | "role">>,
): Promise<AdminKeyRow> {
  const [row] = await tx.update(adminKeys).set(change).where(eq(adminKeys.id, id)).returning();
  if (!row) throw new Error(`admin key ${id} was there a moment ago`);
  return row;
}

/** Nothing where it was revoked before. */
export async function revokeAdminKey(tx: Tx, id: string, at: number): Promise<AdminKeyRow | undefined> {
  const [row] = await tx
    .update(adminKeys)
    .set({ revoked_at: at })
    .where(and(eq(adminKeys.id, id), isNull(adminKeys.revoked_at)))
    .returning();
  return row;
}
