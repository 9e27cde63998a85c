import { type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { total } from "../../db/columns.ts";
import type { Reader } from "../../db/database.ts";
import { lookedUp } from "../../db/lookup.ts";
import { GRAINS, LATENCY_COLUMNS, usageAll, usageDetail, usageWhole, usageZones } from "../../db/schema.ts";
import { instant } from "../../kernel/clock.ts";
import { asksFor, columnOf, type Dimension, type RollupFilter, type Source, sourceOf } from "./dimensions.ts";
import { FIGURES, type Figure, type Figures } from "./figures.ts";
import { inOrder, type Lead, leadsOf } from "./leads.ts";
import { type Bucket, type Piece, piecesOf, type Range } from "./spans.ts";
import { whereLed, whoLeads } from "./subjects/store.ts";
import { list, name, TAIL } from "./tail/store.ts";
import { numberOf, zonesOf } from "./zones/store.ts";

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
  /** Only these of those that lead. */
  readonly lead?: Lead;
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
  const order = inOrder(query);
  const summed = [...withRequests(figures), ...(latencies ? LATENCY_COLUMNS : [])];
  const keys = ["bucket", ...order.map(as), "currency"];
  const x = (column: string) => sql.raw(`x.${column}`);
  const rows = await read
    .select({
      ...Object.fromEntries(keys.map((key) => [key, sql`${x(key)}`.mapWith(key === "bucket" ? Number : String)])),
      ...Object.fromEntries(summed.map((figure) => [figure, total(x(figure))])),
    })
    .from(sql`(${await groupsOf(read, query, summed)}) x`)
    .where(after && afterKey(keys.map(x), order, by, after))
    .groupBy(...keys.map(x))
    .having(hasAny(figures))
    .orderBy(...(most ? [sql`sum(${x(most)}) desc`] : []), ...keys.map(x))
    .limit(limit ?? ROWS_MAX + 1);
  // Whoever wants all must not get some of it and not know.
  if (limit === undefined && rows.length > ROWS_MAX)
    throw new RangeError(`more than ${ROWS_MAX} rows: ask for them in pages`);
  return rows.map((row) => {
    const count = (kind: "first" | "total") =>
      LATENCY_COLUMNS.filter((column) => column.startsWith(kind)).map((column) => (row[column] as number) ?? 0);
    return {
      at: row.bucket as number,
      dimensions: by.map((dimension) => row[as(dimension)] as string),
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
  const { by, figures = FIGURES } = query;
  const keys = list(["bucket", ...by.map(as), "currency"].map((column) => sql.raw(`x.${column}`)));
  const grouped = sql`select 1 as one from (${await groupsOf(read, query, withRequests(figures))}) x
    group by ${keys} having ${hasAny(figures)}`;
  const [row] = await read.select({ rows: sql`count(*)`.mapWith(Number) }).from(sql`(${grouped}) y`);
  return row!.rows;
}

const withRequests = (figures: readonly Figure[]): readonly Figure[] => [...new Set<Figure>(["requests", ...figures])];

/** What is only in the whole of a month, and is taken away again, is no group. */
const hasAny = (figures: readonly Figure[]): SQL =>
  sql.join(
    withRequests(figures).map((figure) => sql`sum(x.${name(figure)}) <> 0`),
    sql` or `,
  );

const as = (dimension: Dimension): string => `by_${dimension}`;

/** The groups of what is folded, and of what is not: a group may come from both. */
async function groupsOf(read: Reader, query: RollupQuery, summed: readonly string[]): Promise<SQL> {
  const zones = await zonesOf(read, query.filter);
  return sql`${folded(query, zones, summed)} union all ${unfolded(query, summed)}`;
}

/** The groups of one source, with their sums. */
function groups(
  by: readonly Dimension[],
  summed: readonly string[],
  { from, at, source, isSigned }: { from: SQL; at: "at" | "slot"; source?: Source; isSigned?: boolean },
): SQL {
  const sign = sql.raw(isSigned ? " * p.sign" : "");
  const bucket = sql.raw(`p.bucket + case when p.step > 0 then (t.${at} - p.bucket) / p.step * p.step else 0 end`);
  const columns = by.map((dimension) => sql`t.${name(columnOf(dimension, source))}`);
  const selected = [
    sql`${bucket} as bucket`,
    ...by.map((dimension, index) => sql`${columns[index]!} as ${name(as(dimension))}`),
    sql`t.currency as currency`,
    ...summed.map((figure) => sql`sum(t.${name(figure)}${sign}) as ${name(figure)}`),
  ];
  return sql`select ${list(selected)} from ${from} group by ${list([bucket, ...columns, sql`t.currency`])}`;
}

const TABLES: Record<Source["rollup"], PgTable> = { detail: usageDetail, whole: usageWhole, all: usageAll };

/**
 * Who leads, their tenants' zones (or all zones), then the pieces for each zone, then the rows of each: every step is by an index. A zone
 * that is new since `zonesOf` looked is read by slots.
 */
function folded(query: RollupQuery, zones: readonly string[], summed: readonly string[]): SQL {
  const { filter, by, buckets, lead } = query;
  const source = sourceOf(filter, by);
  const hours = source.rollup !== "detail";
  const cut = zones.flatMap((zone, index) =>
    buckets.flatMap((bucket) => piecesOf(bucket, zone, { hours }).map((piece) => ({ own: index + 1, bucket, piece }))),
  );
  const known = cut.map(({ own, bucket, piece }) => pieceRow(own, bucket, piece));
  const other = buckets.map((bucket) => pieceRow(0, bucket, slotsOf(bucket)));
  const leads = leadsOf(query);
  const subject = hours ? null : leads.at(-1);
  const ofTenants = source.rollup !== "all";
  const owners = ofTenants
    ? sql`${subject ? sql`${whoLeads(leads, lead ?? {}, filter, spanOf(buckets))} cross join` : sql``} ${usageZones} z`
    : sql`(select distinct zone from ${usageZones}) z`;
  const spans = {
    from: sql`${owners} cross join ${valuesOf([...known, ...other])}`,
    where: whereAll([
      sql`p.own = ${numberOf(zones)}`,
      filter.tenant === undefined ? null : sql`z.tenant_id = ${filter.tenant}`,
      subject ? sql`z.tenant_id = s.tenant_id` : null,
      lead && hours ? whereLed(leads, lead, "z") : null,
    ]),
  };
  const belongs = whereAll([
    sql`t.zone = z.zone and t.part = ${source.part} and t.grain = p.grain and t.at >= p.from_at and t.at < p.to_at`,
    ofTenants ? sql`t.tenant_id = z.tenant_id` : null,
    subject ? sql`t.${name(columnOf(subject))} = s.subject_id` : null,
    ...matching(filter, source),
  ]);
  const from = lookedUp(spans, TABLES[source.rollup], belongs);
  return groups(by, summed, { from, at: "at", source, isSigned: cut.some(({ piece }) => piece.sign < 0) });
}

const spanOf = (buckets: readonly Bucket[]): Range => ({
  from: instant(Math.min(...buckets.map(({ from }) => from))),
  to: instant(Math.max(...buckets.map(({ to }) => to))),
});

function unfolded({ filter, by, buckets, lead }: RollupQuery, summed: readonly string[]): SQL {
  const rows = buckets.map((bucket) => pieceRow(1, bucket, slotsOf(bucket)));
  const tenant = filter.tenant === undefined ? null : sql`t.tenant_id = ${filter.tenant}`;
  const part = asksFor(filter, by, "tag") ? "tag" : asksFor(filter, by, "promotion") ? "promotion" : "";
  const from = sql`${TAIL(summed.length ? summed : ["requests"])} t
    cross join ${valuesOf(rows)}
    where t.slot >= p.from_at and t.slot < p.to_at and t.part = ${part}
      and ${whereAll([tenant, lead ? whereLed(leadsOf({ filter, by }), lead) : null, ...matching(filter)])}`;
  return groups(by, summed, { from, at: "slot" });
}

const slotsOf = ({ from, to }: Range): Piece => ({ grain: GRAINS.slot, from, to, sign: 1 });

const pieceRow = (own: number, { label, step = 0 }: Bucket, { grain, from, to, sign }: Piece): SQL =>
  sql.raw(`(${own}, ${label}, ${grain}, ${from}, ${to}, ${step}, ${sign})`);

/** As `p`. Both engines name the columns of rows so, and SQLite takes any number of them. */
const valuesOf = (rows: readonly SQL[]): SQL =>
  sql`(select column1 as own, column2 as bucket, column3 as grain, column4 as from_at, column5 as to_at, column6 as step, column7 as sign
    from (values ${list(rows)}) v) p`;

const whereAll = (conditions: readonly (SQL | null)[]): SQL => {
  const real = conditions.filter((condition) => condition !== null);
  return real.length ? sql.join(real, sql` and `) : sql`1 = 1`;
};

const matching = ({ tenant: _, ...filter }: RollupFilter, source?: Source): SQL[] =>
  Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([dimension, value]) => sql`t.${name(columnOf(dimension as Dimension, source))} = ${value}`);

function afterKey(
  keys: readonly SQL[],
  order: readonly Dimension[],
  by: readonly Dimension[],
  { at, dimensions, currency }: RowKey,
): SQL {
  const texts = [...order.map((dimension) => dimensions[by.indexOf(dimension)]!), currency];
  return sql`(${list(keys)}) > (${list([sql.raw(String(at)), ...texts.map((value) => sql`${value}`)])})`;
}
