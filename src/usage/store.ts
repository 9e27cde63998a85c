import { and, asc, eq, gt, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { total } from "../db/columns.ts";
import type { Reader, Tx } from "../db/database.ts";
import { costLines, usageEvents, usageHours, usageTagHours } from "../db/schema.ts";
import { type PageQuery, pageClause } from "../http/paging.ts";
import type { EventId, KeyId, RequestId, TenantId, UserId } from "../kernel/id.ts";
import { type Micros, micros } from "../kernel/money.ts";
import type { Span } from "../kernel/windows.ts";
import type { CostLine } from "./cost-line.ts";
import type { UsageEvent } from "./event.ts";

export interface EventFilter {
  readonly tenant_id?: TenantId;
  readonly user_id?: UserId;
  readonly key_id?: KeyId;
  readonly model?: string;
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

/** All events of one request, in their order. */
export function findEvents(read: Reader, request_id: string, filter: EventFilter): Promise<UsageEvent[]> {
  return read
    .select()
    .from(usageEvents)
    .where(and(eq(usageEvents.request_id, request_id as RequestId), ...matching(filter)))
    .orderBy(usageEvents.id);
}

function matching({ tenant_id, user_id, key_id, model, from, to, unreconciled }: EventFilter): SQL[] {
  const t = usageEvents;
  return [
    tenant_id && eq(t.tenant_id, tenant_id),
    user_id && eq(t.user_id, user_id),
    key_id && eq(t.key_id, key_id),
    model && eq(t.model, model),
    from !== undefined && gte(t.admitted_at, from),
    to !== undefined && lt(t.admitted_at, to),
    unreconciled !== undefined && eq(t.unreconciled, unreconciled),
  ].filter((condition): condition is SQL => Boolean(condition));
}

/** By what usage can be grouped, besides time. `tag` reads the tags' own rollup. */
export const DIMENSIONS = ["model", "user", "key", "tag"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export interface UsageFigures {
  readonly requests: number;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_5m_tokens: number;
  readonly cache_write_1h_tokens: number;
  readonly output_tokens: number;
  readonly web_searches: number;
  readonly cost_micros_usd: number;
  readonly spend_micros: number;
  readonly uncovered_micros: number;
}

export interface UsageRow extends UsageFigures {
  readonly group: string | null;
  readonly hour: number | null;
  readonly currency: string;
}

/** Sums of the rollups over `[from, to)`, which are starts of hours; by hour, by a dimension, or as a whole. */
export async function sumUsage(
  read: Reader,
  filter: { readonly tenant_id: TenantId; readonly user_id?: UserId; readonly from: number; readonly to: number },
  by: { readonly dimension?: Dimension; readonly hourly?: boolean },
): Promise<UsageRow[]> {
  const table = by.dimension === "tag" ? usageTagHours : usageHours;
  const dimensions: Record<Dimension, PgColumn> = {
    model: usageHours.model,
    user: usageHours.user_id,
    key: usageHours.key_id,
    tag: usageTagHours.tag,
  };
  const group = by.dimension ? dimensions[by.dimension] : null;
  const hour = by.hourly ? table.hour : null;
  const rows = await read
    .select({
      group: group ? sql<string | null>`${group}` : sql<null>`null`,
      hour: hour ? sql<number>`${hour}`.mapWith(Number) : sql<null>`null`,
      currency: table.currency,
      requests: total(table.requests),
      input_tokens: total(table.input_tokens),
      cache_read_tokens: total(table.cache_read_tokens),
      cache_write_5m_tokens: total(table.cache_write_5m_tokens),
      cache_write_1h_tokens: total(table.cache_write_1h_tokens),
      output_tokens: total(table.output_tokens),
      web_searches: total(table.web_searches),
      cost_micros_usd: total(table.cost_micros_usd),
      spend_micros: total(table.spend_micros),
      uncovered_micros: total(table.uncovered_micros),
    })
    .from(table)
    .where(
      and(
        eq(table.tenant_id, filter.tenant_id),
        filter.user_id && eq(table.user_id, filter.user_id),
        gte(table.hour, filter.from),
        lt(table.hour, filter.to),
      ),
    )
    .groupBy(...[group, hour, table.currency].filter((column): column is PgColumn => column !== null))
    .orderBy(...[hour, group].filter((column): column is PgColumn => column !== null), table.currency);
  return rows;
}

/** What the provider charged for everybody's usage over `[from, to)`, in micro-USD. */
export async function sumCost(read: Reader, { from, to }: { readonly from: number; readonly to: number }) {
  const [row] = await read
    .select({ cost_micros_usd: total<Micros>(usageHours.cost_micros_usd) })
    .from(usageHours)
    .where(and(gte(usageHours.hour, from), lt(usageHours.hour, to)));
  return row!.cost_micros_usd;
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
