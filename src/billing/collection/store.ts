import { and, asc, desc, eq, gt, gte, inArray, lte, or } from "drizzle-orm";
import type { Reader, Tx } from "../../db/database.ts";
import { rowReader } from "../../db/rows.ts";
import type { AccountId } from "../../db/schema/sellers.ts";
import { collections, mandates } from "../../db/schema.ts";
import { type PageQuery, pageClause } from "../../http/paging.ts";
import type { CollectionId, CustomerId, InvoiceId, MandateId, TenantId } from "../../kernel/id.ts";
import type { MandateRow } from "../cycles/store.ts";

export type CollectionRow = typeof collections.$inferSelect;

/** What is under way: nothing else of the customer is begun until it has ended. */
export const LIVE = ["claimed", "order_created", "submitted", "sent", "unknown"] as const;

export async function insertCollection(tx: Tx, row: CollectionRow): Promise<void> {
  await tx.insert(collections).values(row);
}

const lockCollections = rowReader(collections, collections.id, { lock: true });

export async function lockedCollection(tx: Tx, id: CollectionId): Promise<CollectionRow | undefined> {
  return (await lockCollections(tx, [id]))[0];
}

export async function saveCollection(tx: Tx, id: CollectionId, change: Partial<CollectionRow>): Promise<CollectionRow> {
  const [row] = await tx.update(collections).set(change).where(eq(collections.id, id)).returning();
  return row!;
}

export const listCollections = (read: Reader, tenant_id: TenantId, customer_id: CustomerId): Promise<CollectionRow[]> =>
  read
    .select()
    .from(collections)
    .where(and(eq(collections.tenant_id, tenant_id), eq(collections.customer_id, customer_id)))
    .orderBy(asc(collections.id));

/** A page of collections, newest first: everybody's without a filter. */
export function pageOfCollections(
  read: Reader,
  query: PageQuery,
  {
    tenant_id,
    customer_id,
    invoice_id,
    states,
  }: {
    readonly tenant_id?: TenantId;
    readonly customer_id?: CustomerId;
    readonly invoice_id?: InvoiceId;
    readonly states?: readonly CollectionRow["state"][];
  },
): Promise<CollectionRow[]> {
  const { where, orderBy, limit } = pageClause(collections.id, query);
  const whose = [
    tenant_id && eq(collections.tenant_id, tenant_id),
    customer_id && eq(collections.customer_id, customer_id),
    invoice_id && eq(collections.invoice_id, invoice_id),
    states && inArray(collections.state, [...states]),
  ];
  return read
    .select()
    .from(collections)
    .where(and(...whose, where))
    .orderBy(orderBy)
    .limit(limit);
}

export const listLive = (read: Reader, rowsMax: number): Promise<CollectionRow[]> =>
  read
    .select()
    .from(collections)
    .where(inArray(collections.state, [...LIVE]))
    .orderBy(asc(collections.id))
    .limit(rowsMax);

export async function findCollectionByLink(
  read: Reader,
  account_id: AccountId,
  link_id: string,
): Promise<CollectionRow | undefined> {
  const [row] = await read
    .select()
    .from(collections)
    .where(and(eq(collections.account_id, account_id), eq(collections.link_id, link_id)));
  return row;
}

/* Mandates */

export async function insertMandate(tx: Tx, row: MandateRow): Promise<void> {
  await tx.insert(mandates).values(row);
}

/** False where this token is a mandate of ours already. */
export async function insertAdopted(tx: Tx, row: MandateRow): Promise<boolean> {
  const made = await tx
    .insert(mandates)
    .values(row)
    .onConflictDoNothing({ target: mandates.token_id })
    .returning({ id: mandates.id });
  return made.length === 1;
}

export async function saveMandate(tx: Tx, id: MandateId, change: Partial<MandateRow>): Promise<MandateRow> {
  const [row] = await tx.update(mandates).set(change).where(eq(mandates.id, id)).returning();
  return row!;
}

export const listMandates = (read: Reader, tenant_id: TenantId, customer_id: CustomerId): Promise<MandateRow[]> =>
  read
    .select()
    .from(mandates)
    .where(and(eq(mandates.tenant_id, tenant_id), eq(mandates.customer_id, customer_id)))
    .orderBy(desc(mandates.id));

export async function findMandateById(read: Reader, id: MandateId): Promise<MandateRow | undefined> {
  const [row] = await read.select().from(mandates).where(eq(mandates.id, id));
  return row;
}

export async function findMandateByToken(
  read: Reader,
  account_id: AccountId,
  token_id: string,
): Promise<MandateRow | undefined> {
  const [row] = await read
    .select()
    .from(mandates)
    .where(and(eq(mandates.account_id, account_id), eq(mandates.token_id, token_id)));
  return row;
}

/** Those that may have changed at Razorpay, page by page: what is not confirmed yet, and what was long not looked at. */
export const listMandatesToWatch = (
  read: Reader,
  { asked, resting }: { readonly asked: number; readonly resting: number },
  after: string,
  rowsMax: number,
): Promise<MandateRow[]> =>
  read
    .select()
    .from(mandates)
    .where(
      and(
        gt(mandates.id, after as MandateId),
        or(
          and(eq(mandates.status, "created"), gte(mandates.created_at, asked)),
          and(inArray(mandates.status, ["confirmed", "paused"]), lte(mandates.updated_at, resting)),
        ),
      ),
    )
    .orderBy(asc(mandates.id))
    .limit(rowsMax);
