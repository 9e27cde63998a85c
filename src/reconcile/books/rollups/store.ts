import { and, asc, eq, gt, gte, inArray, lt, sql } from "drizzle-orm";
import type { Reader, Tx } from "../../../db/database.ts";
import { GRAINS, grants, type RollupPart, usageDetail, usageEvents, usageZones } from "../../../db/schema.ts";
import type { Clock } from "../../../kernel/clock.ts";
import { type EventId, firstIdAt, type GrantId, type TenantId } from "../../../kernel/id.ts";
import type { RollupFilter } from "../../../usage/rollups/dimensions.ts";
import type { Figures, GrantKind } from "../../../usage/rollups/figures.ts";
import { SLOT, slotOf } from "../../../usage/rollups/spans.ts";
import { sumRollups } from "../../../usage/rollups/store.ts";
import { idBounds, type Span } from "../store.ts";
import type { Row } from "./sums/row.ts";
import { addToRow, dropIfNothing, timezoneOf } from "./sums/store.ts";

/** Rows of one statement: what a process does between two breaths. */
const PAGE = 2_000;
const GRANTS_AT_ONCE = 500;

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
  cache_saved_micros_usd: usageEvents.cache_saved_micros_usd,
  plan_version_id: usageEvents.plan_version_id,
  rate_micros: usageEvents.rate_micros,
  draws: usageEvents.draws,
  ended: usageEvents.ended,
  unreconciled: usageEvents.unreconciled,
  first_byte_ms: usageEvents.first_byte_ms,
  total_ms: usageEvents.total_ms,
};
export type RolledEvent = Pick<typeof usageEvents.$inferSelect, keyof typeof OF_ROLLUPS>;

/** The events that were admitted in a span and that the rollups have, page by page; of one tenant where it is given. */
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
          ...[sql`${t.rolled_up}`, tenant_id && eq(t.tenant_id, tenant_id)],
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

/* What the rollups say */

/** Of what a row of the rollup by users is: of a quarter of an hour, and of all of the usage, of a tag or of a promotion. */
export interface SlotKey {
  readonly tenant_id: TenantId;
  readonly slot: number;
  readonly user_id: string;
  readonly key_id: string;
  readonly model: string;
  readonly plan_version_id: string;
  readonly currency: string;
  readonly part: RollupPart;
  /** The tag, or the promotion. */
  readonly slice: string;
}

/** What was used in a span by the rollup of quarters, with what is not folded yet: one statement, so that what is folded meanwhile is seen once. */
export async function slotsOfSpan(
  read: Reader,
  { from, to }: Span,
  { part, filter = {} }: { readonly part: RollupPart; readonly filter?: RollupFilter },
): Promise<readonly (readonly [SlotKey, Figures])[]> {
  const rows = await sumRollups(read, {
    filter,
    by: ["tenant", "user", "key", "model", "plan_version", ...(part === "" ? [] : [part])],
    buckets: [{ label: slotOf(from), from: slotOf(from), to: slotOf(to), step: SLOT }],
  });
  return rows.map(({ at, dimensions, currency, figures }) => {
    const [tenant = "", user_id = "", key_id = "", model = "", plan_version_id = "", slice = ""] = dimensions;
    const key = { tenant_id: tenant as TenantId, slot: at, user_id, key_id, model, plan_version_id, currency };
    return [{ ...key, part, slice }, figures] as const;
  });
}

/** The same of one row, by itself: it is there though the list of subjects, by which reports find users, lacks its user. */
export async function rolledUpIn(read: Reader, { slot, part, slice, ...key }: SlotKey): Promise<Figures | null> {
  const rows = await slotsOfSpan(
    read,
    { from: slot, to: slot + SLOT },
    {
      part,
      filter: {
        ...{ tenant: key.tenant_id, user: key.user_id, key: key.key_id, model: key.model },
        ...{ plan_version: key.plan_version_id, ...(part === "" ? {} : { [part]: slice }) },
      },
    },
  );
  return rows.find(([{ currency }]) => currency === key.currency)?.[1] ?? null;
}

/** Adds to a row of the rollup of quarters, so that what others add meanwhile stays. A row of nothing is none. */
export async function addToSlot(tx: Tx, key: SlotKey, figures: Figures): Promise<void> {
  const zone = await zoneOf(tx, key);
  await tx.insert(usageZones).values({ tenant_id: key.tenant_id, zone }).onConflictDoNothing();
  const row = detailRow(key, zone);
  await addToRow(tx, row, figures);
  await dropIfNothing(tx, row);
}

/** The row of a quarter of an hour. */
export const detailRow = ({ slot, ...key }: SlotKey, zone: string): Row => ({
  table: "usage_detail",
  key: { ...key, zone, grain: GRAINS.slot, at: slot },
});

const isSlot = ({ tenant_id, slot, ...own }: SlotKey) => {
  const t = usageDetail;
  return and(
    ...[eq(t.tenant_id, tenant_id), eq(t.part, own.part), eq(t.grain, GRAINS.slot), eq(t.at, slot)],
    ...[eq(t.slice, own.slice), eq(t.user_id, own.user_id), eq(t.key_id, own.key_id), eq(t.model, own.model)],
    ...[eq(t.plan_version_id, own.plan_version_id), eq(t.currency, own.currency)],
  );
};

/** The time zone that a row was folded in; of one that is not there, its tenant's. */
export async function zoneOf(read: Reader, key: SlotKey): Promise<string> {
  const [there] = await read.select({ zone: usageDetail.zone }).from(usageDetail).where(isSlot(key)).limit(1);
  return there?.zone ?? timezoneOf(read, key.tenant_id);
}

/** Whether the row is there, and reports do not see it: its zone is not in the list of its tenant's. */
export async function isHidden(read: Reader, key: SlotKey): Promise<boolean> {
  const listed = sql`select 1 from ${usageZones} z where z.tenant_id = ${key.tenant_id} and z.zone = ${usageDetail.zone}`;
  const rows = await read
    .select({ zone: usageDetail.zone })
    .from(usageDetail)
    .where(and(isSlot(key), sql`not exists (${listed})`))
    .limit(1);
  return rows.length > 0;
}

export interface Drawn {
  readonly kind: GrantKind;
  /** Whose credit it is: the promotion's id stands in the grant's source. */
  readonly promotion: string | null;
}

/** Of what kind the grants are that events drew from. */
export async function grantKinds(read: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, Drawn>> {
  const kinds = new Map<string, Drawn>();
  for (let i = 0; i < ids.length; i += GRANTS_AT_ONCE) {
    const some = ids.slice(i, i + GRANTS_AT_ONCE) as GrantId[];
    const rows = await read
      .select({ id: grants.id, kind: grants.kind, source: grants.source })
      .from(grants)
      .where(inArray(grants.id, some));
    for (const { id, kind, source } of rows) {
      const [of, promotion = null] = source?.split(":") ?? [];
      kinds.set(id, { kind, promotion: of === "promotion" ? promotion : null });
    }
  }
  return kinds;
}
