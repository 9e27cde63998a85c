import { and, asc, eq, inArray, like, lt, ne, not, notInArray, or, sql } from "drizzle-orm";
import type { Reader, Tx } from "../db/database.ts";
import { rowReader, rowWriter } from "../db/rows.ts";
import { counters, EVERYBODY, grants, holds, limits, nodes } from "../db/schema.ts";
import { type PageQuery, pageClause } from "../http/paging.ts";
import { DAY } from "../kernel/clock.ts";
import { type CustomerId, firstIdAt, type GrantId, type KeyId, type TenantId, type UserId } from "../kernel/id.ts";
import type { Adjustment } from "./adjust.ts";
import type { Books, Counter, CounterRef, Grant, Held, HoldRow, Operation, Outcome, TierCounterRef } from "./books.ts";
import { adjust, type Decision } from "./decide.ts";
import type { Limit } from "./limits.ts";

export type GrantRow = typeof grants.$inferSelect;
export type LimitRow = typeof limits.$inferSelect;
type StoredHold = typeof holds.$inferSelect;

/* The books of a batch */

const readGrants = rowReader(grants, grants.customer_id, {
  lock: true,
  where: sql`${grants.used} < ${grants.amount}`,
  thenBy: grants.id,
});
const readGrantsById = rowReader(grants, grants.id, { lock: true });
const readCounters = rowReader(counters, counters.id, { lock: true });
const readHolds = rowReader(holds, holds.id, { lock: true });
const insertCounters = rowWriter(counters, { key: [counters.id] });
const saveGrants = rowWriter(grants, { key: [grants.id], overwrite: ["used", "held"] });
const saveCounters = rowWriter(counters, { key: [counters.id], overwrite: ["used", "held"] });
const saveHolds = rowWriter(holds, {
  key: [holds.id],
  overwrite: ["state", "ended_at", "held", "checkpoint", "outcome"],
});

/**
 * The rows that these operations are about, locked until the transaction ends: holds, grants, counters, each in the order of
 * their ids, so that two nodes wait for each other and never both.
 */
export async function loadBooks<E>(tx: Tx, operations: readonly Operation<E>[]): Promise<{ books: Books; rows: Rows }> {
  const ids = new Set(
    operations.map((operation) => (operation.kind === "place" ? operation.ticket.id : operation.hold.id)),
  );
  const holdRows = new Map((await readHolds(tx, [...ids])).map((row) => [row.id, row as HoldRow]));

  const customers = new Set<CustomerId>();
  const refs = new Map<string, CounterRef | TierCounterRef>();
  for (const operation of operations) {
    if (operation.kind === "checkpoint") continue;
    const placing = operation.kind === "place";
    customers.add(placing ? operation.ticket.customer_id : operation.hold.customer_id);
    // What a hold holds is what its row says; only where that is lost, what its owner remembers.
    const held = placing ? NOTHING_HELD : (holdRows.get(operation.hold.id)?.held ?? operation.hold.held);
    const demands = "demands" in operation ? operation.demands : [];
    for (const { counter } of [...held.counters, ...demands]) refs.set(counter.id, counter);
    const tiering = placing ? operation.tiering : held.tiered;
    if (tiering) refs.set(tiering.counter.id, tiering.counter);
  }

  const grantRows = await readGrants(tx, [...customers]);
  const found = await readCounters(tx, [...refs.keys()]);
  const missing = new Map(refs);
  for (const { id } of found) missing.delete(id);
  if (missing.size) {
    // Another node may be adding the same: whoever comes second waits, and reads what the first made of it.
    await insertCounters(
      tx,
      [...missing.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map((ref) => ({ ...ref, used: 0, held: 0 })),
    );
    found.push(...(await readCounters(tx, [...missing.keys()])));
  }
  return {
    books: {
      grants: Map.groupBy(grantRows as Grant[], (grant) => grant.customer_id),
      counters: new Map((found as Counter[]).map((row) => [row.id, row])),
      holds: holdRows,
    },
    rows: new Map(grantRows.map((row) => [row.id, row])),
  };
}

const NOTHING_HELD: Held = { draws: [], counters: [] };

/** The full grant rows behind the books. */
type Rows = ReadonlyMap<string, GrantRow>;

export async function saveDecision<E>(tx: Tx, decision: Decision<E>, rows: Rows): Promise<void> {
  await saveGrants(
    tx,
    decision.grants.map((grant) => ({ ...rows.get(grant.id)!, used: grant.used, held: grant.held })),
  );
  await saveCounters(tx, decision.counters);
  await saveHolds(tx, decision.holds as readonly StoredHold[]);
}

/**
 * Changes what was settled before, in the caller's transaction, and answers what each change came to. The caller sees to it that each is
 * made once.
 */
export async function adjustGrants(tx: Tx, adjustments: readonly Adjustment[]): Promise<readonly Outcome[]> {
  const customers = new Set(adjustments.map(({ customer_id }) => customer_id));
  const rows = new Map((await readGrants(tx, [...customers])).map((row) => [row.id, row]));
  // What is used up may be given back to.
  const drawn = adjustments.flatMap(({ so_far }) => so_far.flatMap(({ draws }) => draws));
  const further = new Set(drawn.map(({ grant_id }) => grant_id).filter((id) => !rows.has(id)));
  for (const row of await readGrantsById(tx, [...further])) rows.set(row.id, row);
  const tiered = new Set(adjustments.flatMap(({ tiered }) => (tiered ? [tiered.counter_id] : [])));
  const found = (await readCounters(tx, [...tiered])) as Counter[];
  const changes = adjust(
    Map.groupBy([...rows.values()], (grant) => grant.customer_id),
    adjustments,
    new Map(found.map((row) => [row.id, row])),
  );
  await saveCounters(tx, changes.counters);
  await saveGrants(
    tx,
    changes.grants.map((grant) => ({ ...rows.get(grant.id)!, used: grant.used })),
  );
  return changes.outcomes;
}

/* Grants */

/** A grant as it is given; `source` and `cycle_id` where it came of an occasion or belongs to a cycle. */
export type NewGrant = Omit<GrantRow, "source" | "cycle_id"> & Partial<Pick<GrantRow, "source" | "cycle_id">>;

/** Adds a grant; of those with one `source` the first alone. False where it was there already. */
export async function insertGrant(tx: Tx, grant: NewGrant): Promise<boolean> {
  const rows = await tx
    .insert(grants)
    .values({ source: null, cycle_id: null, ...grant })
    .onConflictDoNothing({ target: grants.source })
    .returning({ id: grants.id });
  return rows.length > 0;
}

export function listGrants(read: Reader, tenant_id: TenantId, customer_id: CustomerId): Promise<GrantRow[]> {
  return read
    .select()
    .from(grants)
    .where(and(eq(grants.tenant_id, tenant_id), eq(grants.customer_id, customer_id)))
    .orderBy(asc(grants.id));
}

export async function findGrants(read: Reader, tenant_id: TenantId, ids: readonly GrantId[]): Promise<GrantRow[]> {
  if (!ids.length) return [];
  return read
    .select()
    .from(grants)
    .where(and(eq(grants.tenant_id, tenant_id), inArray(grants.id, [...ids])));
}

export function pageOfGrants(
  read: Reader,
  tenant_id: TenantId,
  customer_id: CustomerId,
  query: PageQuery,
): Promise<GrantRow[]> {
  const { where, orderBy, limit } = pageClause(grants.id, query);
  return read
    .select()
    .from(grants)
    .where(and(eq(grants.tenant_id, tenant_id), eq(grants.customer_id, customer_id), where))
    .orderBy(orderBy)
    .limit(limit);
}

/* Limits */

/** The limits of a tenant, and those of the plans, which are few; of `*`, the latter alone. */
export async function listLimits(read: Reader, tenant_id: LimitRow["tenant_id"]): Promise<Limit[]> {
  return read
    .select()
    .from(limits)
    .where(inArray(limits.tenant_id, [tenant_id, EVERYBODY]))
    .orderBy(asc(limits.id));
}

/** Replaces all limits of one subject. Counters stay: what was used was used. */
export async function replaceLimits(
  tx: Tx,
  subject: Pick<LimitRow, "tenant_id" | "scope" | "subject_id">,
  rows: readonly LimitRow[],
): Promise<Limit[]> {
  const { tenant_id, scope, subject_id } = subject;
  const before = await tx
    .delete(limits)
    .where(and(eq(limits.tenant_id, tenant_id), eq(limits.scope, scope), eq(limits.subject_id, subject_id)))
    .returning();
  if (rows.length) await tx.insert(limits).values([...rows]);
  return before;
}

export async function findCounters(
  read: Reader,
  tenant_id: TenantId,
  ids: readonly string[],
): Promise<Map<string, Counter>> {
  if (!ids.length) return new Map();
  const rows = await read
    .select()
    .from(counters)
    .where(and(eq(counters.tenant_id, tenant_id), inArray(counters.id, [...ids])));
  return new Map(rows.map((row) => [row.id, row as Counter]));
}

/* Holds and the nodes that placed them */

/** Whose holds; everybody's without it. */
export interface HoldFilter {
  readonly tenant_id?: TenantId;
  readonly customer_id?: CustomerId;
  readonly user_id?: UserId;
  readonly key_id?: KeyId;
}

export function listOpenHolds(read: Reader, query: PageQuery, filter: HoldFilter): Promise<HoldRow[]> {
  const { where, orderBy, limit } = pageClause(holds.id, query);
  const { tenant_id, customer_id, user_id, key_id } = filter;
  return read
    .select()
    .from(holds)
    .where(
      and(
        ...[eq(holds.state, "open"), tenant_id && eq(holds.tenant_id, tenant_id)],
        ...[customer_id && eq(holds.customer_id, customer_id), user_id && eq(holds.user_id, user_id)],
        ...[key_id && eq(holds.key_id, key_id), where],
      ),
    )
    .orderBy(orderBy)
    .limit(limit) as Promise<HoldRow[]>;
}

/** What the node id of a message batch's holds begins with. They are the batch's own, whichever node looks after it; no node is named so. */
export const BATCH_HOLDS = "batch:";
/** What can be known of a batch is known by then: upstream keeps its results for 29 days. */
const BATCH_GRACE_MS = 30 * DAY;

/**
 * Open holds whose node no longer renews its lease, or that are older than any request may be. Those of a batch are ended by whoever looks
 * after it (gateway/batches), which it may do late, after a long stop; here only once nobody can have done it any more.
 */
export async function listAbandonedHolds(
  read: Reader,
  at: { wall: number; now: number },
  rowsMax: number,
): Promise<HoldRow[]> {
  const alive = (await read.select({ id: nodes.id }).from(nodes).where(sql`${nodes.lease_until} > ${at.wall}`)).map(
    ({ id }) => id,
  );
  const ofBatch = like(holds.node_id, `${BATCH_HOLDS}%`);
  const dead = alive.length ? notInArray(holds.node_id, alive) : sql`1 = 1`;
  const abandoned = or(
    and(not(ofBatch), or(dead, lt(holds.expires_at, at.now))),
    and(ofBatch, lt(holds.expires_at, at.now - BATCH_GRACE_MS)),
  );
  const rows = await read
    .select()
    .from(holds)
    .where(and(eq(holds.state, "open"), abandoned))
    .orderBy(asc(holds.id))
    .limit(rowsMax);
  return rows as HoldRow[];
}

export async function renewLease(
  tx: Tx,
  node: { id: string; name: string; started_at: number; lease_until: number },
): Promise<void> {
  await tx
    .insert(nodes)
    .values(node)
    .onConflictDoUpdate({ target: nodes.id, set: { lease_until: node.lease_until } });
}

/** Ends the leases of earlier lives of this node: of the same name, or (on SQLite, where one process serves) of any name. */
export async function endEarlierLeases(tx: Tx, node: { id: string; name: string }, every: boolean): Promise<void> {
  await tx.delete(nodes).where(and(sql`${nodes.id} <> ${node.id}`, every ? undefined : eq(nodes.name, node.name)));
}

export async function endLease(tx: Tx, id: string): Promise<void> {
  await tx.delete(nodes).where(eq(nodes.id, id));
}

/**
 * Forgets what is over: holds that were placed before `wall` and have ended (their usage events stay for ever), and counters of
 * windows that ended before `now`, but for those that tiers go by: a call may be priced again at any time. Until then an ended hold's row makes settling it again harmless.
 */
export async function purgeLedger(tx: Tx, before: { readonly wall: number; readonly now: number }): Promise<void> {
  await tx.delete(holds).where(and(lt(holds.id, firstIdAt("request", before.wall)), ne(holds.state, "open")));
  const over = and(lt(counters.window_end, before.now), eq(counters.held, 0), ne(counters.metric, "list_micros"));
  await tx.delete(counters).where(over);
}
