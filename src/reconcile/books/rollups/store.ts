import { and, asc, eq, gt, gte, lt, type SQL } from "drizzle-orm";
import type { Reader, Tx } from "../../../db/database.ts";
import { audit, tenants, usageEvents, usageHours, usageTagHours } from "../../../db/schema.ts";
import type { Clock } from "../../../kernel/clock.ts";
import { type EventId, firstIdAt, type TenantId } from "../../../kernel/id.ts";
import { idBounds, type Span } from "../store.ts";

/** Rows of one statement: what a process does between two breaths. */
const PAGE = 2_000;

/** What of an event bears on the rollups. */
const OF_ROLLUPS = {
  id: usageEvents.id,
  tenant_id: usageEvents.tenant_id,
  user_id: usageEvents.user_id,
  key_id: usageEvents.key_id,
  kind: usageEvents.kind,
  model: usageEvents.model,
  currency: usageEvents.currency,
  tags: usageEvents.tags,
  admitted_at: usageEvents.admitted_at,
  input_tokens: usageEvents.input_tokens,
  cache_read_tokens: usageEvents.cache_read_tokens,
  cache_write_5m_tokens: usageEvents.cache_write_5m_tokens,
  cache_write_1h_tokens: usageEvents.cache_write_1h_tokens,
  output_tokens: usageEvents.output_tokens,
  web_searches: usageEvents.web_searches,
  cost_micros_usd: usageEvents.cost_micros_usd,
  spend_micros: usageEvents.spend_micros,
  uncovered_micros: usageEvents.uncovered_micros,
};
export type RolledEvent = Pick<typeof usageEvents.$inferSelect, keyof typeof OF_ROLLUPS>;

/** The events that were admitted in a span, page by page; of one tenant where it is given. */
export async function* eventsOfSpan(
  read: Reader,
  clock: Clock,
  span: Span,
  tenant_id?: TenantId,
): AsyncGenerator<readonly RolledEvent[]> {
  const { low, high } = idBounds(clock, span);
  const t = usageEvents;
  for (let after = firstIdAt("event", Math.max(0, low)) as EventId; ; ) {
    const rows = await read
      .select(OF_ROLLUPS)
      .from(t)
      .where(
        and(
          ...[gt(t.id, after), lt(t.id, firstIdAt("event", high) as EventId)],
          ...[gte(t.admitted_at, span.from), lt(t.admitted_at, span.to)],
          tenant_id && eq(t.tenant_id, tenant_id),
        ),
      )
      .orderBy(asc(t.id))
      .limit(PAGE);
    if (rows.length) yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.id;
  }
}

export type HourRow = typeof usageHours.$inferSelect;
export type TagRow = typeof usageTagHours.$inferSelect;

export const hoursOfSpan = (read: Reader, { from, to }: Span): Promise<HourRow[]> =>
  read
    .select()
    .from(usageHours)
    .where(and(gte(usageHours.hour, from), lt(usageHours.hour, to)));

/** The tags' rollup has no index by the hour alone: it is read tenant by tenant. */
export const tagHoursOfSpan = (read: Reader, tenant_id: TenantId, { from, to }: Span): Promise<TagRow[]> =>
  read
    .select()
    .from(usageTagHours)
    .where(and(eq(usageTagHours.tenant_id, tenant_id), gte(usageTagHours.hour, from), lt(usageTagHours.hour, to)));

const hourIs = ({ tenant_id, hour, user_id, key_id, model, currency }: HourRow): SQL | undefined =>
  and(
    ...[eq(usageHours.tenant_id, tenant_id), eq(usageHours.hour, hour), eq(usageHours.user_id, user_id)],
    ...[eq(usageHours.key_id, key_id), eq(usageHours.model, model), eq(usageHours.currency, currency)],
  );

export async function replaceHour(tx: Tx, row: HourRow, exists: boolean): Promise<void> {
  await tx.delete(usageHours).where(hourIs(row));
  if (exists) await tx.insert(usageHours).values(row);
}

const tagIs = ({ tenant_id, hour, user_id, tag, currency }: TagRow): SQL | undefined =>
  and(
    ...[eq(usageTagHours.tenant_id, tenant_id), eq(usageTagHours.hour, hour), eq(usageTagHours.user_id, user_id)],
    ...[eq(usageTagHours.tag, tag), eq(usageTagHours.currency, currency)],
  );

export async function replaceTagHour(tx: Tx, row: TagRow, exists: boolean): Promise<void> {
  await tx.delete(usageTagHours).where(tagIs(row));
  if (exists) await tx.insert(usageTagHours).values(row);
}

/** Where the hours and days of each tenant began at an instant: an event stays in the hour of its time when its tenant moves to another zone. */
export interface Zones {
  of(tenant_id: TenantId, at: number): string;
}

export async function timezones(read: Reader): Promise<Zones> {
  const rows = await read.select({ id: tenants.id, timezone: tenants.timezone }).from(tenants);
  const present = new Map(rows.map(({ id, timezone }) => [id, timezone]));
  const changes = await read
    .select({ tenant_id: audit.tenant_id, before: audit.before, after: audit.after, at: audit.at })
    .from(audit)
    .where(eq(audit.action, "tenant.changed"))
    .orderBy(asc(audit.id));
  const moves = Map.groupBy(
    changes.flatMap(({ tenant_id, before, after, at }) => {
      const [from, to] = [zoneIn(before), zoneIn(after)];
      return from === null || from === to ? [] : [{ tenant_id: tenant_id as TenantId | null, from, at }];
    }),
    ({ tenant_id }) => tenant_id,
  );
  return {
    of: (tenant_id, at) => moves.get(tenant_id)?.find((move) => at < move.at)?.from ?? present.get(tenant_id) ?? "UTC",
  };
}

const zoneIn = (presented: unknown): string | null =>
  typeof presented === "object" && presented !== null && "timezone" in presented ? String(presented.timezone) : null;
