import { asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { total } from "../../db/columns.ts";
import type { Reader, Tx } from "../../db/database.ts";
import {
  GRAINS,
  LATENCY_COLUMNS,
  LATENCY_ENDS_MS,
  type RollupPart,
  usageDetail,
  usageEvents,
  usageTail,
  usageWhole,
  usageZones,
} from "../../db/schema.ts";
import type { TenantId } from "../../kernel/id.ts";
import { ERRORS, FIGURES, type Figure, type Figures } from "./figures.ts";
import { type Bucket, type Piece, piecesOf } from "./spans.ts";

/* Folding */

const name = (column: string): SQL => sql`${sql.identifier(column)}`;
const list = (parts: readonly SQL[]) => sql.join([...parts], sql`, `);

/** The tail with what its events say, as rows of the finest grain. Of what a promotion paid for, only the spend is known. */
const TAIL = (
  figures: readonly string[],
): SQL => sql`(select u.tenant_id, u.part, u.slice, u.zone, u.slot, u.day, u.month, u.folding,
    e.model, coalesce(e.plan_version_id, '') as plan_version_id, e.currency,
    coalesce(e.user_id, '') as user_id, coalesce(e.key_id, '') as key_id,
    ${list(figures.map((figure) => sql`${tailFigure(figure)} as ${name(figure)}`))}
  from ${usageTail} u inner join ${usageEvents} e on e.id = u.event_id)`;

const WHOLE = sql.raw(`u.part <> 'promotion'`);
const when = (condition: SQL): SQL => sql`case when ${WHOLE} and e.kind = 'call' and ${condition} then 1 else 0 end`;
const TAIL_FIGURES: Readonly<Record<string, SQL>> = {
  requests: sql`case when e.kind = 'call' then 1 else 0 end`,
  spend_micros: sql`case when ${WHOLE} then e.spend_micros else u.promotional_micros end`,
  ...Object.fromEntries(
    ["cost_micros", "included_micros", "prepaid_micros", "promotional_micros", "overage_micros"].map((figure) => [
      ...([figure, sql`u.${name(figure)}`] as const),
    ]),
  ),
  disconnects: when(sql`e.ended = 'client_gone'`),
  errors: when(sql.raw(`e.ended in (${ERRORS.map((end) => `'${end}'`).join(", ")})`)),
  quota_ends: when(sql`e.ended = 'quota'`),
  unreconciled: when(sql`e.unreconciled`),
  first_bytes: when(sql`e.first_byte_ms is not null`),
  first_byte_ms: sql`case when ${WHOLE} and e.kind = 'call' then coalesce(e.first_byte_ms, 0) else 0 end`,
  total_ms: sql`case when ${WHOLE} and e.kind = 'call' then e.total_ms else 0 end`,
};

function tailFigure(figure: string): SQL {
  const [, kind, index] = /^(first|total)_(\d+)$/.exec(figure) ?? [];
  if (kind === undefined) return TAIL_FIGURES[figure] ?? sql`case when ${WHOLE} then e.${name(figure)} else 0 end`;
  const column = kind === "first" ? "e.first_byte_ms" : "e.total_ms";
  const [from, to] = [LATENCY_ENDS_MS[Number(index) - 1], LATENCY_ENDS_MS[Number(index)]];
  return when(sql.raw(`${column} >= ${from ?? 0}${to === undefined ? "" : ` and ${column} < ${to}`}`));
}

/** Marks at most so many rows of the tail for this transaction, oldest first. How many. Who folds at the same time waits here. */
export async function markTail(tx: Tx, rowsMax: number): Promise<number> {
  const oldest = tx.select({ id: usageTail.id }).from(usageTail).orderBy(asc(usageTail.id)).limit(rowsMax);
  const marked = await tx
    .update(usageTail)
    .set({ folding: 1 })
    .where(sql`${usageTail.id} in ${oldest}`)
    .returning({ id: usageTail.id });
  return marked.length;
}

export const hasTail = async (read: Reader): Promise<boolean> =>
  (await read.select({ id: usageTail.id }).from(usageTail).limit(1)).length > 0;

/** Adds the marked rows to every rollup, and takes them away. */
export async function foldMarked(tx: Tx): Promise<void> {
  const zones = sql`select distinct tenant_id, zone from ${usageTail} where folding = 1`;
  await tx.insert(usageZones).select(zones).onConflictDoNothing();
  for (const [table, keys] of ROLLUPS) await addMarked(tx, table, keys);
  await tx.delete(usageTail).where(sql`folding = 1`);
}

const WHOLE_KEYS = [
  "tenant_id",
  "part",
  "slice",
  "model",
  "plan_version_id",
  "currency",
  "zone",
  "grain",
  "at",
] as const;
const ROLLUPS: readonly [PgTable, readonly string[]][] = [
  [usageDetail, [...WHOLE_KEYS, "user_id", "key_id"]],
  [usageWhole, WHOLE_KEYS],
];

async function addMarked(tx: Tx, table: PgTable, keys: readonly string[]): Promise<void> {
  const columns = Object.keys(getTableColumns(table));
  const figures = columns.filter((column) => !keys.includes(column));
  const value = (column: string): SQL => (keys.includes(column) ? name(column) : sql`sum(${name(column)})`);
  const marked = sql`select t.*, g.grain, case g.grain when 0 then t.slot when 1 then t.day else t.month end as at
    from ${TAIL(figures)} t cross join (${GRAIN_ROWS}) g where t.folding = 1`;
  const grouped = sql`select ${list(columns.map(value))} from (${marked}) m where true group by ${list(keys.map(name))}`;
  await tx
    .insert(table)
    .select(grouped)
    .onConflictDoUpdate({
      target: keys.map((key) => getTableColumns(table)[key]!),
      set: Object.fromEntries(
        figures.map((column) => [column, sql`${table}.${name(column)} + excluded.${name(column)}`]),
      ),
    });
}

const GRAIN_ROWS = sql.join(
  Object.values(GRAINS).map((grain) => sql`select ${sql.raw(String(grain))} as grain`),
  sql` union all `,
);

/* Reading */

/** What usage can be told apart by, besides time. */
export const DIMENSIONS = ["tenant", "user", "key", "model", "plan_version", "tag", "promotion"] as const;
export type Dimension = (typeof DIMENSIONS)[number];
const COLUMN: Record<Dimension, string> = {
  ...{ tenant: "tenant_id", user: "user_id", key: "key_id", model: "model", plan_version: "plan_version_id" },
  ...{ tag: "slice", promotion: "slice" },
};

export type RollupFilter = { readonly [D in Dimension]?: string };

export interface RollupQuery {
  readonly filter: RollupFilter;
  readonly by: readonly Dimension[];
  /** Each is a group of its own. */
  readonly buckets: readonly Bucket[];
  /** Only these are summed, and stand in the rows: each costs time. Without it, all. */
  readonly figures?: readonly Figure[];
  /** With the counts of latencies: not for users and keys. */
  readonly latencies?: boolean;
  /** The last row of the page before. */
  readonly after?: RowKey;
  readonly limit?: number;
  /** The most of this figure first; else by time, then by dimensions, then by currency. */
  readonly most?: Figure;
}

export interface RowKey {
  /** The bucket's label. */
  readonly at: number;
  /** In the order of `by`. */
  readonly dimensions: readonly string[];
  readonly currency: string;
}

export interface RollupRow extends RowKey {
  readonly figures: Figures;
  /** Counts by class. */
  readonly first: readonly number[];
  readonly total: readonly number[];
}

/**
 * Sums of usage, from the fewest rows that have it: months and days where they are whole, and the tail that is not folded yet. All in
 * one statement, so that nothing is counted twice or missed while it is folded.
 */
export async function sumRollups(read: Reader, query: RollupQuery): Promise<RollupRow[]> {
  const { by, buckets, limit, after, most, latencies, figures = FIGURES } = query;
  if (!buckets.length) return [];
  const dimensions = by.map((dimension, index) => ({ column: COLUMN[dimension], as: `d${index}` }));
  const zones = await zonesOf(read, query.filter);
  const summed = [...figures, ...(latencies ? LATENCY_COLUMNS : [])];
  const keys = ["bucket", ...dimensions.map(({ as }) => as), "currency"];
  const x = (column: string) => sql.raw(`x.${column}`);
  const rows = await read
    .select({
      ...Object.fromEntries(keys.map((key) => [key, sql`${x(key)}`.mapWith(key === "bucket" ? Number : String)])),
      ...Object.fromEntries(summed.map((figure) => [figure, total(x(figure))])),
    })
    .from(sql`(${folded(query, zones, dimensions, summed)} union all ${unfolded(query, dimensions, summed)}) x`)
    .where(after && afterKey(keys.map(x), after))
    .groupBy(...keys.map(x))
    .orderBy(...(most ? [sql`sum(${x(most)}) desc`] : []), ...keys.map(x))
    .limit(limit ?? ROWS_MAX);
  return rows.map((row) => {
    const count = (kind: "first" | "total") =>
      LATENCY_COLUMNS.filter((column) => column.startsWith(kind)).map((column) => (row[column] as number) ?? 0);
    return {
      at: row.bucket as number,
      dimensions: dimensions.map(({ as }) => row[as] as string),
      currency: row.currency as string,
      figures: Object.fromEntries(figures.map((figure) => [figure, row[figure]])) as unknown as Figures,
      ...(latencies ? { first: count("first"), total: count("total") } : { first: [], total: [] }),
    };
  });
}

const ROWS_MAX = 1_000_000;

/** How many rows `sumRollups` has for these buckets. */
export async function countRollups(read: Reader, query: RollupQuery): Promise<number> {
  if (!query.buckets.length) return 0;
  const zones = await zonesOf(read, query.filter);
  const dimensions = query.by.map((dimension, index) => ({ column: COLUMN[dimension], as: `d${index}` }));
  const keys = list(["bucket", ...dimensions.map(({ as }) => as), "currency"].map((column) => sql.raw(`x.${column}`)));
  const grouped = sql`select 1 as one from (${folded(query, zones, dimensions, [])} union all ${unfolded(query, dimensions, [])}) x
    group by ${keys}`;
  const [row] = await read.select({ rows: sql`count(*)`.mapWith(Number) }).from(sql`(${grouped}) y`);
  return row!.rows;
}

type Dims = readonly { readonly column: string; readonly as: string }[];

/** The groups of one source, with their sums. */
function groups(dimensions: Dims, summed: readonly string[], { from, at }: { from: SQL; at: "at" | "slot" }): SQL {
  const bucket = sql.raw(`p.bucket + case when p.step > 0 then (t.${at} - p.bucket) / p.step * p.step else 0 end`);
  const selected = [
    sql`${bucket} as bucket`,
    ...dimensions.map(({ column, as }) => sql`t.${name(column)} as ${name(as)}`),
    sql`t.currency as currency`,
    ...summed.map((figure) => sql`sum(t.${name(figure)}) as ${name(figure)}`),
  ];
  const grouped = [bucket, ...dimensions.map(({ column }) => sql`t.${name(column)}`), sql`t.currency`];
  return sql`select ${list(selected)} from ${from} group by ${list(grouped)}`;
}

/** The zones whose days and months the rollups of a tenant, or of all, are of. */
async function zonesOf(read: Reader, { tenant }: RollupFilter): Promise<string[]> {
  const rows = await read
    .selectDistinct({ zone: usageZones.zone })
    .from(usageZones)
    .where(tenant === undefined ? undefined : eq(usageZones.tenant_id, tenant as TenantId));
  return rows.map(({ zone }) => zone);
}

/**
 * Tenants and their zones, then the pieces for each zone, then the rows of each: every step is by an index. A zone that is new since
 * `zonesOf` looked is read by slots.
 */
function folded(
  { filter, by, buckets }: RollupQuery,
  zones: readonly string[],
  dimensions: Dims,
  summed: readonly string[],
): SQL {
  const table = readsDetail(filter, by) ? usageDetail : usageWhole;
  const known = zones.flatMap((zone, index) =>
    buckets.flatMap((bucket) => piecesOf(bucket, zone).map((piece) => pieceRow(index + 1, bucket, piece))),
  );
  const other = buckets.map((bucket) => pieceRow(0, bucket, { ...bucket, grain: GRAINS.slot }));
  const number = zones.length
    ? sql`case zone ${sql.join(
        zones.map((zone, index) => sql`when ${zone} then ${sql.raw(String(index + 1))}`),
        sql` `,
      )} else 0 end`
    : sql`0`;
  const from = sql`(select tenant_id, zone, ${number} as own from ${usageZones} z
      where ${whereAll([filter.tenant === undefined ? null : sql`z.tenant_id = ${filter.tenant}`])}) z
    cross join ${valuesOf([...known, ...other])}
    cross join ${table} t
    where p.own = z.own and t.tenant_id = z.tenant_id and t.zone = z.zone and t.part = ${partOf(filter, by)}
      and t.grain = p.grain and t.at >= p.from_at and t.at < p.to_at and ${whereAll(matching(filter))}`;
  return groups(dimensions, summed, { from, at: "at" });
}

function unfolded({ filter, by, buckets }: RollupQuery, dimensions: Dims, summed: readonly string[]): SQL {
  const rows = buckets.map((bucket) => pieceRow(1, bucket, { ...bucket, grain: GRAINS.slot }));
  const tenant = filter.tenant === undefined ? null : sql`t.tenant_id = ${filter.tenant}`;
  const from = sql`${TAIL(summed.length ? summed : ["requests"])} t
    cross join ${valuesOf(rows)}
    where t.slot >= p.from_at and t.slot < p.to_at and t.part = ${partOf(filter, by)}
      and ${whereAll([tenant, ...matching(filter)])}`;
  return groups(dimensions, summed, { from, at: "slot" });
}

const pieceRow = (own: number, { label, step = 0 }: Bucket, { grain, from, to }: Piece): SQL =>
  sql.raw(`(${own}, ${label}, ${grain}, ${from}, ${to}, ${step})`);

/** As `p`. Both engines name the columns of rows so, and SQLite takes any number of them. */
const valuesOf = (rows: readonly SQL[]): SQL =>
  sql`(select column1 as own, column2 as bucket, column3 as grain, column4 as from_at, column5 as to_at, column6 as step
    from (values ${list(rows)}) v) p`;

const whereAll = (conditions: readonly (SQL | null)[]): SQL => {
  const real = conditions.filter((condition) => condition !== null);
  return real.length ? sql.join(real, sql` and `) : sql`1 = 1`;
};

const matching = ({ tenant: _, ...filter }: RollupFilter): SQL[] =>
  Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([dimension, value]) => sql`t.${name(COLUMN[dimension as Dimension])} = ${value}`);

/** What of the usage is asked for: all of it, or by tags, or by promotions. */
export function partOf(filter: RollupFilter, by: readonly Dimension[]): RollupPart {
  const asks = (dimension: Dimension) => filter[dimension] !== undefined || by.includes(dimension);
  return asks("tag") ? "tag" : asks("promotion") ? "promotion" : "";
}

/** Whether only the rollup by users and keys has it. */
export const readsDetail = (filter: RollupFilter, by: readonly Dimension[]): boolean =>
  (["user", "key"] as const).some((dimension) => filter[dimension] !== undefined || by.includes(dimension));

const afterKey = (keys: readonly SQL[], { at, dimensions, currency }: RowKey): SQL =>
  sql`(${list(keys)}) > (${list([sql.raw(String(at)), ...[...dimensions, currency].map((value) => sql`${value}`)])})`;
