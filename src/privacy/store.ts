import { and, asc, eq, getTableColumns, gt, inArray, isNotNull, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import type { Reader, Tx } from "../db/database.ts";
import { openInvoice } from "../db/schema/invoices.ts";
import * as t from "../db/schema.ts";
import type { RequestId, TenantId } from "../kernel/id.ts";
import { FIGURES } from "../usage/rollups/figures.ts";
import { isOf, type Person } from "./person.ts";
import type { Place, Row } from "./places/store.ts";

/* What stands against an erasure */

const COUNT_MAX = 20;

/** What is still under way with a person, by the table it is in: it needs to know who they are. */
export async function findUnfinished(read: Reader, person: Person): Promise<readonly { what: string; id: string }[]> {
  const { tenant_id, user_id, customer_id } = person;
  const found: { what: string; id: string }[] = [];
  const add = (what: string, rows: readonly { id: string }[]) => found.push(...rows.map(({ id }) => ({ what, id })));
  const holds = read
    .select({ id: t.holds.id })
    .from(t.holds)
    .where(and(sql`${t.holds.state} = 'open'`, eq(t.holds.tenant_id, tenant_id), eq(t.holds.user_id, user_id)));
  add("hold", await holds.orderBy(t.holds.id).limit(COUNT_MAX));
  if (customer_id === null) return found;
  const theirs = <T extends { tenant_id: typeof t.invoices.tenant_id; customer_id: typeof t.invoices.customer_id }>(
    table: T,
  ) => and(eq(table.tenant_id, tenant_id), eq(table.customer_id, customer_id));
  const look = async (what: string, table: typeof t.invoices, where: SQL | undefined) =>
    add(
      what,
      await read
        .select({ id: table.id })
        .from(table)
        .where(and(theirs(table), where))
        .orderBy(table.id)
        .limit(COUNT_MAX),
    );
  const as = (table: unknown) => table as typeof t.invoices;
  const { subscriptions: sub, mandates: man, collections: col, refunds: ref } = t;
  const ended = ["cancelled", "completed", "expired"] as const;
  await look("subscription", as(sub), sql`${sub.status} not in ${[...ended]}`);
  await look("mandate", as(man), inArray(man.status, ["created", "confirmed", "paused"]));
  await look("invoice", t.invoices, openInvoice(t.invoices));
  await look("collection", as(col), inArray(col.state, ["claimed", "order_created", "submitted", "sent", "unknown"]));
  await look("refund", as(ref), inArray(ref.state, ["claimed", "pending"]));
  const open = await read
    .select()
    .from(t.claims)
    .where(and(eq(t.claims.tenant_id, tenant_id), sql`${t.claims.state} in ('claimed', 'sent')`))
    .orderBy(t.claims.id);
  add(
    "claim",
    open.filter(({ key, request }) => isOf(person, JSON.stringify([key, request]))),
  );
  return found;
}

/** Ends what the user may do: their keys are revoked and forgotten, and nothing new is let in. */
export async function blockUser(tx: Tx, { tenant_id, user_id }: Person, at: number): Promise<void> {
  const theirKeys = and(eq(t.apiKeys.tenant_id, tenant_id), eq(t.apiKeys.user_id, user_id));
  await tx
    .update(t.users)
    .set({ status: "blocked" })
    .where(and(eq(t.users.tenant_id, tenant_id), eq(t.users.id, user_id)));
  await tx
    .update(t.apiKeys)
    .set({ revoked_at: at })
    .where(and(theirKeys, isNull(t.apiKeys.revoked_at)));
}

/* Going through the places */

const ROWS_AT_ONCE = 500;

/** The rows of a place that are about the person, page by page in the order of its key. What is done to a page does not disturb the next. */
export async function* rowsOf(read: Reader, place: Place, person: Person): AsyncGenerator<readonly Row[]> {
  const where = place.rows(person);
  if (where === undefined) return;
  let after: SQL | undefined;
  for (;;) {
    const rows: Row[] = await read
      .select()
      .from(place.table)
      .where(and(where, after))
      .orderBy(...place.key.map((column) => asc(column)))
      .limit(ROWS_AT_ONCE);
    const theirs = rows.filter((row) => place.isAbout?.(row, person) ?? true);
    if (theirs.length) yield theirs;
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_AT_ONCE) return;
    const values = place.key.map((column) => last[fieldOf(place, column.name)]);
    after = sql`(${sql.join([...place.key], sql`, `)}) > (${sql.join(
      values.map((value) => sql`${value}`),
      sql`, `,
    )})`;
  }
}

const fieldOf = (place: Place, column: string): string => {
  const field = Object.entries(place.table).find(([, value]) => (value as { name?: string } | null)?.name === column);
  return field?.[0] ?? column;
};

/** One row as it was found, by its key. */
const isRow = (place: Place, row: Row): SQL | undefined =>
  and(...place.key.map((column) => eq(column, row[fieldOf(place, column.name)])));

/** Does to rows of a place what erasure asks; how many changed. */
export async function eraseRows(tx: Tx, place: Place, rows: readonly Row[], person: Person): Promise<number> {
  let count = 0;
  for (const row of rows) {
    const change = place.erased(row, person);
    if (change === null) continue;
    if (change === "delete") {
      const gone = await tx.delete(place.table).where(isRow(place, row)).returning();
      for (const own of gone) await place.alongside?.(tx, own);
    } else await tx.update(place.table).set(change).where(isRow(place, row));
    count += 1;
  }
  return count;
}

/* Tags that others wrote */

const tagsOf = (table: typeof t.usageTail | typeof t.usageDetail | typeof t.usageWhole, tenant_id: TenantId) =>
  and(eq(table.tenant_id, tenant_id), eq(table.part, "tag"));

/** The tags of a tenant: of every month, and of what is not folded yet. */
export async function listTags(read: Reader, tenant_id: TenantId): Promise<readonly string[]> {
  const { usageTail: tail, usageWhole: whole } = t;
  // In this order: what is folded in between is in the second.
  const newest = await read.selectDistinct({ tag: tail.slice }).from(tail).where(tagsOf(tail, tenant_id));
  const folded = await read
    .selectDistinct({ tag: whole.slice })
    .from(whole)
    .where(and(tagsOf(whole, tenant_id), eq(whole.grain, t.GRAINS.month)));
  return [...new Set([...newest, ...folded].map(({ tag }) => tag))];
}

/** Takes tags away from the rollups of a tenant: how many rows of each table. From the tail first, so that nothing is folded after they are gone. */
export async function deleteTags(
  tx: Tx,
  tenant_id: TenantId,
  tags: readonly string[],
): Promise<readonly (readonly [table: string, rows: number])[]> {
  await takeFromAll(tx, tenant_id, tags);
  const counts: [string, number][] = [];
  for (const [name, table] of [
    ["usage_tail", t.usageTail],
    ["usage_detail", t.usageDetail],
    ["usage_whole", t.usageWhole],
  ] as const) {
    const gone = await tx
      .delete(table as typeof t.usageTail)
      .where(and(tagsOf(table, tenant_id), inArray(table.slice, [...tags])))
      .returning({ slice: table.slice });
    counts.push([name, gone.length]);
  }
  return counts;
}

/** From what all tenants used together, what this one did. */
async function takeFromAll(tx: Tx, tenant_id: TenantId, tags: readonly string[]): Promise<void> {
  const { usageAll: all, usageWhole: whole } = t;
  const keys = ["part", "slice", "model", "currency", "zone", "grain", "at"];
  const columns = Object.keys(getTableColumns(all));
  const figures = columns.filter((column) => !keys.includes(column));
  const isOfThem = and(tagsOf(whole, tenant_id), inArray(whole.slice, [...tags]));
  const views: readonly Readonly<Record<string, string>>[] = [{}, { part: "'tags'", model: "''" }];
  for (const view of views) {
    const less = columns.map((column) => sql.raw(view[column] ?? (keys.includes(column) ? column : `-sum(${column})`)));
    const grouped = sql.raw(keys.filter((key) => !(key in view)).join(", "));
    await tx
      .insert(all)
      .select(sql`select ${sql.join(less, sql`, `)} from ${whole} where ${isOfThem} group by ${grouped}`)
      .onConflictDoUpdate({
        target: [all.part, all.grain, all.zone, all.at, all.slice, all.model, all.currency],
        set: Object.fromEntries(figures.map((name) => [name, sql.raw(`usage_all.${name} + excluded.${name}`)])),
      });
  }
  const isNothing = FIGURES.map((figure) => eq(all[figure], 0 as never));
  await tx.delete(all).where(and(inArray(all.part, ["tag", "tags"]), inArray(all.slice, [...tags]), ...isNothing));
}

type Tagged = Pick<typeof t.usageEvents.$inferSelect, "id" | "tags">;

/** A tenant's events with their tags, page by page. */
export async function* taggedEvents(read: Reader, tenant_id: TenantId): AsyncGenerator<readonly Tagged[]> {
  const { id, tags } = t.usageEvents;
  for (let last = "" as Tagged["id"]; ; ) {
    const rows = await read
      .select({ id, tags })
      .from(t.usageEvents)
      .where(and(eq(t.usageEvents.tenant_id, tenant_id), gt(id, last)))
      .orderBy(asc(id))
      .limit(ROWS_AT_ONCE);
    yield rows;
    if (rows.length < ROWS_AT_ONCE) return;
    last = rows.at(-1)!.id;
  }
}

export async function saveTags(tx: Tx, tenant_id: TenantId, rows: readonly Tagged[]): Promise<void> {
  for (const { id, tags } of rows)
    await tx
      .update(t.usageEvents)
      .set({ tags })
      .where(and(eq(t.usageEvents.tenant_id, tenant_id), eq(t.usageEvents.id, id)));
}

type Asked = { readonly tags?: Readonly<Record<string, string>> };
export type TaggedHold = { readonly id: RequestId; readonly call: Asked };

/** A tenant's ended holds, which stay for a while, page by page. Open ones are their calls' own: they end within hours. */
export async function* taggedHolds(read: Reader, tenant_id: TenantId): AsyncGenerator<readonly TaggedHold[]> {
  const { id, call, state } = t.holds;
  for (let last = "" as RequestId; ; ) {
    const rows = await read
      .select({ id, call })
      .from(t.holds)
      .where(and(eq(t.holds.tenant_id, tenant_id), ne(state, "open"), gt(id, last)))
      .orderBy(asc(id))
      .limit(ROWS_AT_ONCE);
    yield rows.map((row) => ({ id: row.id, call: row.call as Asked }));
    if (rows.length < ROWS_AT_ONCE) return;
    last = rows.at(-1)!.id;
  }
}

export async function saveHolds(tx: Tx, tenant_id: TenantId, rows: readonly TaggedHold[]): Promise<void> {
  for (const { id, call } of rows)
    await tx
      .update(t.holds)
      .set({ call })
      .where(and(eq(t.holds.tenant_id, tenant_id), eq(t.holds.id, id)));
}

/* Names that others wrote */

export type Named = { readonly id: string; readonly name: string | null };

/** What the tenant's other users, or the keys that are not the person's, are called: page by page. */
export async function* namesIn(
  read: Reader,
  table: typeof t.users | typeof t.apiKeys,
  { tenant_id, user_id, ids }: Person,
): AsyncGenerator<readonly Named[]> {
  for (let last = ""; ; ) {
    const rows: Named[] = await read
      .select({ id: table.id, name: table.name })
      .from(table as typeof t.users)
      .where(and(eq(table.tenant_id, tenant_id), isNotNull(table.name), sql`${table.id} > ${last}`))
      .orderBy(asc(table.id))
      .limit(ROWS_AT_ONCE);
    yield rows.filter(({ id }) => id !== user_id && !ids.has(id));
    if (rows.length < ROWS_AT_ONCE) return;
    last = rows.at(-1)!.id;
  }
}

export async function saveNames(
  tx: Tx,
  table: typeof t.users | typeof t.apiKeys,
  tenant_id: TenantId,
  rows: readonly Named[],
): Promise<void> {
  for (const { id, name } of rows)
    await tx
      .update(table as typeof t.users)
      .set({ name })
      .where(and(eq(table.tenant_id, tenant_id), sql`${table.id} = ${id}`));
}

/* Kept answers */

export type KeptAnswer = { readonly id: string; readonly answer: string | null };

/** Kept answers of a tenant's other principals, and of administrators. */
export async function* keptAnswers(read: Reader, tenant_id: TenantId): AsyncGenerator<readonly KeptAnswer[]> {
  const { id, answer } = t.idempotency;
  const owner = or(eq(t.idempotency.tenant_id, tenant_id), isNull(t.idempotency.tenant_id));
  for (let last = ""; ; ) {
    const rows = await read
      .select({ id, answer })
      .from(t.idempotency)
      .where(and(owner, gt(id, last)))
      .orderBy(asc(id))
      .limit(50);
    yield rows;
    if (rows.length < 50) return;
    last = rows.at(-1)!.id;
  }
}

export async function saveAnswer(tx: Tx, id: string, answer: string): Promise<void> {
  await tx.update(t.idempotency).set({ answer }).where(eq(t.idempotency.id, id));
}

/* What can be said of what stays */

/** How many tax invoices and credit notes of the person are kept. */
export async function countDocuments(read: Reader, { tenant_id, customer_id }: Person): Promise<number> {
  if (customer_id === null) return 0;
  const of = (table: typeof t.invoices | typeof t.creditNotes) =>
    and(eq(table.tenant_id, tenant_id), eq(table.customer_id, customer_id));
  const invoices = await read.$count(t.invoices, of(t.invoices));
  return invoices + (await read.$count(t.creditNotes, of(t.creditNotes)));
}
