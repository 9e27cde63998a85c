import { and, asc, desc, eq, gt, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import { total } from "../db/columns.ts";
import type { Reader, Tx } from "../db/database.ts";
import { costLines, tenants, usageEvents } from "../db/schema.ts";
import { type PageQuery, pageClause } from "../http/paging.ts";
import type { Instant } from "../kernel/clock.ts";
import type { EventId, KeyId, RequestId, TenantId, UserId } from "../kernel/id.ts";
import { type Micros, micros } from "../kernel/money.ts";
import type { Span } from "../kernel/windows.ts";
import type { CostLine } from "./cost-line.ts";
import type { UsageEvent } from "./event.ts";
import { bucketsOf, widened } from "./rollups/spans.ts";
import { sumRollups } from "./rollups/store.ts";

export interface EventFilter {
  readonly tenant_id?: TenantId;
  readonly user_id?: UserId;
  readonly key_id?: KeyId;
  readonly model?: string;
  readonly request_id?: string;
  readonly from?: number;
  readonly to?: number;
  /** Those whose usage could not be proved by a final count. */
  readonly unreconciled?: boolean;
}

/** Events, newest first. */
export function listEvents(read: Reader, filter: EventFilter, query: PageQuery): Promise<UsageEvent[]> {
  const { where, orderBy, limit } = pageClause(usageEvents.id, query);
  return read
    .select()
    .from(usageEvents)
    .where(and(...matching(filter), where))
    .orderBy(orderBy)
    .limit(limit);
}

/** The newest of those that were admitted since an id, newest first. */
export function listNewestEvents(
  read: Reader,
  filter: EventFilter,
  since: EventId,
  most: number,
): Promise<UsageEvent[]> {
  return read
    .select()
    .from(usageEvents)
    .where(and(...matching(filter), gt(usageEvents.id, since)))
    .orderBy(desc(usageEvents.id))
    .limit(most);
}

/** All events of one request, in their order. */
export function findEvents(read: Reader, request_id: string, filter: EventFilter): Promise<UsageEvent[]> {
  return read
    .select()
    .from(usageEvents)
    .where(and(eq(usageEvents.request_id, request_id as RequestId), ...matching(filter)))
    .orderBy(usageEvents.id);
}

function matching({ tenant_id, user_id, key_id, model, request_id, from, to, unreconciled }: EventFilter): SQL[] {
  const t = usageEvents;
  return [
    tenant_id && eq(t.tenant_id, tenant_id),
    user_id && eq(t.user_id, user_id),
    key_id && eq(t.key_id, key_id),
    model && eq(t.model, model),
    request_id && eq(t.request_id, request_id as RequestId),
    from !== undefined && gte(t.admitted_at, from),
    to !== undefined && lt(t.admitted_at, to),
    unreconciled !== undefined && eq(t.unreconciled, unreconciled),
  ].filter((condition): condition is SQL => Boolean(condition));
}

/** What the provider charged for everybody's usage over `[from, to)`, in micro-USD; by whole quarters of an hour. */
export async function sumCost(read: Reader, { from, to }: { readonly from: Instant; readonly to: Instant }) {
  const range = widened(from, to);
  const buckets = [...bucketsOf(range, null, "UTC")];
  const rows = await sumRollups(read, { filter: {}, by: [], buckets });
  return micros(rows.reduce((sum, { figures }) => sum + figures.cost_micros_usd, 0));
}

/* What is older than the rollups */

const unrolled = sql`not ${usageEvents.rolled_up}`;

/** Marks at most so many events that are in no rollup as being in them, newest first, and returns them. Who does so at once takes others. */
export async function takeUnrolled(tx: Tx, eventsMax: number): Promise<UsageEvent[]> {
  const newest = tx
    .select({ id: usageEvents.id })
    .from(usageEvents)
    .where(unrolled)
    .orderBy(desc(usageEvents.id))
    .limit(eventsMax);
  return tx
    .update(usageEvents)
    .set({ rolled_up: true })
    .where(and(sql`${usageEvents.id} in ${newest}`, unrolled))
    .returning();
}

/** Whether there are events that no report counts yet. */
export const hasUnrolled = async (read: Reader): Promise<boolean> =>
  (await read.select({ id: usageEvents.id }).from(usageEvents).where(unrolled).limit(1)).length > 0;

export async function zonesOfTenants(tx: Tx, ids: readonly TenantId[]): Promise<ReadonlyMap<TenantId, string>> {
  const rows = await tx
    .select({ id: tenants.id, timezone: tenants.timezone })
    .from(tenants)
    .where(inArray(tenants.id, [...ids]));
  return new Map(rows.map(({ id, timezone }) => [id, timezone]));
}

/* What is priced again */

/** Calls that were admitted in `[from, to)`, in the order of their ids, after one. Adjustments are none. */
export function listCalls(
  read: Reader,
  filter: EventFilter,
  { after_id, limit }: { readonly after_id?: string; readonly limit: number },
): Promise<UsageEvent[]> {
  const after = after_id === undefined ? undefined : gt(usageEvents.id, after_id as EventId);
  return read
    .select()
    .from(usageEvents)
    .where(and(eq(usageEvents.kind, "call"), after, ...matching(filter)))
    .orderBy(asc(usageEvents.id))
    .limit(limit);
}

/** The adjustments of these events, oldest first. */
export async function findEvent(read: Reader, id: EventId): Promise<UsageEvent | undefined> {
  const [row] = await read.select().from(usageEvents).where(eq(usageEvents.id, id));
  return row;
}

export async function listAdjustments(
  read: Reader,
  of: readonly UsageEvent[],
): Promise<ReadonlyMap<EventId | null, UsageEvent[]>> {
  if (!of.length) return new Map();
  const ids = of.map(({ id }) => id);
  const rows = await read
    .select()
    .from(usageEvents)
    .where(inArray(usageEvents.adjusts, ids))
    .orderBy(asc(usageEvents.id));
  return Map.groupBy(rows, ({ adjusts }) => adjusts);
}

/* Costs that no request explains */

export async function insertCostLine(tx: Tx, line: CostLine): Promise<void> {
  await tx.insert(costLines).values(line);
}

export async function findCostLine(read: Reader, reference: string): Promise<CostLine | undefined> {
  const [row] = await read.select().from(costLines).where(eq(costLines.reference, reference));
  return row;
}

export function listCostLines(read: Reader, query: PageQuery): Promise<CostLine[]> {
  const { where, orderBy, limit } = pageClause(costLines.id, query);
  return read.select().from(costLines).where(where).orderBy(orderBy).limit(limit);
}

/** How much of a kind the lines have that begin in a span. */
export async function sumCostLines(read: Reader, kind: CostLine["kind"], { start, end }: Span): Promise<Micros> {
  const [row] = await read
    .select({ quantity: total<Micros>(costLines.quantity_micros) })
    .from(costLines)
    .where(
      and(
        eq(costLines.kind, kind),
        gte(costLines.from_at, start),
        end === null ? undefined : lt(costLines.from_at, end),
      ),
    );
  return row!.quantity ?? micros(0);
}
