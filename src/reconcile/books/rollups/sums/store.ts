import { and, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { total } from "../../../../db/columns.ts";
import type { Reader, Tx } from "../../../../db/database.ts";
import { rowWriter } from "../../../../db/rows.ts";
import {
  GRAINS,
  SUBJECT_GRAINS,
  tenants,
  usageAll,
  usageDetail,
  usageSubjects,
  usageWhole,
  usageZones,
} from "../../../../db/schema.ts";
import { DAY, HOUR } from "../../../../kernel/clock.ts";
import type { TenantId } from "../../../../kernel/id.ts";
import { list, name } from "../../../../usage/rollups/tail/store.ts";
import type { Made, Table } from "./made.ts";
import { KEYS, partOf, type Row, type Stretch } from "./row.ts";

const TABLES: Readonly<Record<Table, PgTable>> = {
  ...{ usage_detail: usageDetail, usage_whole: usageWhole, usage_all: usageAll, usage_subjects: usageSubjects },
  usage_zones: usageZones,
};
const columnOf = (table: Table, column: string): PgColumn => getTableColumns(TABLES[table])[column]!;
const figuresOf = (table: Table): readonly string[] =>
  Object.keys(getTableColumns(TABLES[table])).filter((column) => !KEYS[table].includes(column));

/** Which rows are looked at, on both sides. */
export interface Scope {
  readonly stretches: readonly Stretch[];
  readonly tenant_id: TenantId | null;
  /** The users or keys, where they are proved some at a time. */
  readonly ids: readonly string[];
  /** Whether tenants that no list of subjects has are looked at too, where it is about all of them. */
  readonly everyTenant?: boolean;
}

/** Rows that one statement names at the most: where there are more, the next run finds them. */
const DIFFERENCES_MAX = 100;

/**
 * The rows that are not the sum of what they are made of: both sides in one statement, so that what is folded meanwhile is in both or in
 * neither.
 */
export async function differing(read: Reader, made: Made, scope: Scope): Promise<readonly Row[]> {
  if (!scope.stretches.length || (isPaged(made) && !scope.ids.length)) return [];
  const { table } = made.is;
  const keys = KEYS[table];
  const x = (column: string) => sql`x.${name(column)}`;
  const off = made.figures.map((figure) => sql`sum(${x(figure)}) <> 0`);
  // Whoever used anything is to be in the lists of subjects, though it was nothing in sum.
  const gone = table === "usage_subjects" ? [sql`(sum(x.made_of) > 0 and sum(x.made) = 0)`] : [];
  const found = await read
    .select(
      Object.fromEntries(keys.map((key) => [key, sql`${x(key)}`.mapWith(isNumber(key) ? Number : String)])) as Record<
        string,
        SQL<string | number>
      >,
    )
    .from(sql`(${bothOf(made, scope)}) x`)
    .groupBy(...keys.map(x))
    .having(sql.join([...off, ...gone], sql` or `))
    .orderBy(...keys.map(x))
    .limit(DIFFERENCES_MAX);
  return found.map((key) => ({ table, key }));
}

export interface Sides {
  /** How many rows it is made of, and whether it is there. */
  readonly rows: number;
  readonly isThere: boolean;
  readonly made_of: Readonly<Record<string, number>>;
  readonly is: Readonly<Record<string, number>>;
}

/** A row, and what it is to be: in one statement too. */
export async function sidesOf(read: Reader, made: Made, row: Row, scope: Scope): Promise<Sides> {
  const x = (column: string) => sql`x.${name(column)}`;
  const own = KEYS[row.table].map((column) => sql`${x(column)} = ${row.key[column]}`);
  const sums = made.figures.flatMap((figure) => [
    [`of_${figure}`, total(sql`${x(figure)} * x.made_of`)],
    [`is_${figure}`, total(sql`-${x(figure)} * x.made`)],
  ]);
  const [found] = await read
    .select({
      ...{ made_of: total(sql`x.made_of`), made: total(sql`x.made`) },
      ...(Object.fromEntries(sums) as Record<string, SQL<number>>),
    })
    .from(sql`(${bothOf(made, scope)}) x`)
    .where(sql.join(own, sql` and `));
  const side = (prefix: string) =>
    Object.fromEntries(made.figures.map((figure) => [figure, found?.[`${prefix}_${figure}` as "made"] ?? 0]));
  return { rows: found?.made_of ?? 0, isThere: (found?.made ?? 0) > 0, made_of: side("of"), is: side("is") };
}

const isNumber = (column: string): boolean => column === "grain" || column === "at";
const isPaged = ({ by }: Made): boolean => by === "user" || by === "key";

/** What rows are made of, and the rows themselves with their figures less than nothing: where all is right, each sum is 0. */
const bothOf = (made: Made, scope: Scope): SQL =>
  sql`${sideOf(made, "of", scope)} union all ${sideOf(made, "is", scope)}`;

function sideOf(made: Made, side: "of" | "is", scope: Scope): SQL {
  const { table, grain, parts } = made[side];
  const isSource = side === "of";
  const keys = KEYS[made.is.table].map(
    (column) => sql`${isSource ? sourceOf(made, column) : t(column)} as ${name(column)}`,
  );
  const figures = made.figures.map((figure) => sql`${isSource ? sql`` : sql`-`}${t(figure)} as ${name(figure)}`);
  const { from, where } = placesOf(made, side, scope);
  return sql`select ${list([...keys, ...figures])}, ${sql.raw(isSource ? "1 as made_of, 0 as made" : "0 as made_of, 1 as made")}
    from ${sql.join([...from, sql`${TABLES[table]} t`], sql` cross join `)}
    where ${sql.join(
      [sql`t.${name(partOf(table))} in (${list(parts.map(text))})`, sql`t.grain = ${sql.raw(String(grain))}`, ...where],
      sql` and `,
    )}`;
}

const t = (column: string): SQL => sql`t.${name(column)}`;
/** Of our own words only. */
const text = (value: string): SQL => sql.raw(`'${value}'`);

function sourceOf({ from, at, is }: Made, column: string): SQL {
  if (column === "grain") return sql.raw(String(is.grain));
  if (column === "at") {
    if (at === "span") return sql.raw("w.from_at");
    if (at === "hour") return sql.raw(`t.at - (t.at - w.from_at) % ${HOUR}`);
    return at === "ever" ? sql.raw("0") : t("at");
  }
  const own = from[column];
  return own === undefined ? t(column) : "is" in own ? text(own.is) : t(own.column);
}

/** From where a side is read, in the order in which its rows are found by an index, and which of them. */
function placesOf(made: Made, side: "of" | "is", { stretches, tenant_id, ids, everyTenant }: Scope) {
  const from: SQL[] = [];
  const where: SQL[] = [];
  const { table, parts } = made[side];
  if (made.is.table !== "usage_subjects") {
    from.push(
      valuesOf(
        stretches.map(({ zone, from, to }) => sql`(${zone}, ${whole(from)}, ${whole(to)})`),
        STRETCH,
      ),
    );
    where.push(sql`t.zone = w.zone and t.at >= w.from_at and t.at < w.to_at`);
  } else if (made.at === "same") {
    // Rows of whatever zone, whose day or month begins at the same time.
    const starts = [...new Set(stretches.map((stretch) => stretch.from))];
    from.push(
      valuesOf(
        starts.map((at) => sql`(${whole(at)})`),
        sql.raw("column1 as from_at"),
      ),
    );
    where.push(sql`t.at = w.from_at`);
  } else if (side === "is") where.push(sql`t.at = 0`);
  if (tenant_id !== null) where.push(sql`t.tenant_id = ${tenant_id}`);
  if (isPaged(made)) {
    from.push(sql`(select column1 as id from (values ${list(ids.map((id) => sql`(${id})`))}) v) s`);
    where.push(sql`t.${name(table === "usage_subjects" ? "subject_id" : `${made.by}_id`)} = s.id`);
  } else if (table === "usage_detail") {
    // All keys together have no users; what is of users is found by its key.
    if (parts.includes("key")) where.push(sql`t.user_id = ''`);
    else {
      from.push(sql`(${everyKey(tenant_id!)}) s`);
      where.push(sql`t.key_id = s.id`);
    }
  } else if (made.by === "all" && table === "usage_whole") {
    from.push(sql`(${everyTenant ? sql`select id from ${tenants}` : tenantsIn(stretches)}) s`);
    where.push(sql`t.tenant_id = s.id`);
  } else if (table === "usage_subjects" && made.by === "tenant") where.push(sql`t.subject_id = ${tenant_id}`);
  return { from, where };
}

const STRETCH = sql.raw("column1 as zone, column2 as from_at, column3 as to_at");
const whole = (at: number): SQL => sql.raw(String(at));
const valuesOf = (rows: readonly SQL[], columns: SQL): SQL => sql`(select ${columns} from (values ${list(rows)}) v) w`;

/** Who used anything on one of these days. */
function tenantsIn(stretches: readonly Stretch[]): SQL {
  const [from, to] = [Math.min(...stretches.map(({ from }) => from)), Math.max(...stretches.map(({ to }) => to))];
  return sql`select distinct tenant_id as id from ${usageSubjects} where kind = 'tenant' and grain = ${whole(SUBJECT_GRAINS.day)}
    and at > ${whole(from - 2 * DAY)} and at < ${whole(to)}`;
}

/** Each user or key that a tenant has rows of, found by stepping over the index from one to the next. */
const stepping = (column: "user_id" | "key_id", tenant_id: TenantId, first: SQL): SQL => {
  const least = (where: SQL) =>
    sql`select min(d.${name(column)}) from ${usageDetail} d where d.tenant_id = ${tenant_id} and ${where}`;
  return sql`with recursive u(id) as (${least(first)} union all
    select (${least(sql`d.${name(column)} > u.id`)}) from u where u.id is not null)
    select id from u where id is not null`;
};
const everyKey = (tenant_id: TenantId): SQL => stepping("key_id", tenant_id, sql`1 = 1`);

/** The users or keys of a tenant, some at a time: of whom there are rows, and who is in the list of subjects. */
export async function listSubjects(
  read: Reader,
  { by, tenant_id, after, max }: { by: "user" | "key"; tenant_id: TenantId; after: string | null; max: number },
): Promise<readonly string[]> {
  const later = (column: SQL) => (after === null ? sql`1 = 1` : sql`${column} > ${after}`);
  const limit = whole(max);
  const rows = await read
    .select({ id: sql<string>`x.id` })
    .from(
      sql`(select id from (${stepping(`${by}_id`, tenant_id, later(sql`d.${name(`${by}_id`)}`))} limit ${limit}) a
        union select id from (select distinct subject_id as id from ${usageSubjects}
          where kind = ${by} and grain = ${whole(SUBJECT_GRAINS.ever)} and at = 0 and tenant_id = ${tenant_id}
            and ${later(sql`subject_id`)} order by subject_id limit ${limit}) b) x`,
    )
    .orderBy(sql`x.id`)
    .limit(max);
  return rows.map(({ id }) => id);
}

/** The next tenant after one that has rollups in a span; else the last of those that were looked at, or null where that was all. */
export async function nextTenant(
  read: Reader,
  { after, from, to, max }: { after: string; from: number; to: number; max: number },
): Promise<{ readonly tenant_id: TenantId | null; readonly last: TenantId | null }> {
  const page = sql`select id from ${tenants} where id > ${after} order by id limit ${whole(max)}`;
  const during = sql`t.tenant_id = p.id and t.at >= ${whole(from)} and t.at < ${whole(to)}
    and t.grain in (${list(Object.values(GRAINS).map(whole))})`;
  const [found] = await read
    .select({ tenant_id: sql<TenantId>`p.id` })
    .from(sql`(${page}) p`)
    .where(sql`exists (select 1 from ${usageWhole} t where ${during} and t.part = '')
      or exists (select 1 from ${usageDetail} t where ${during} and t.part = 'key' and t.user_id = '')`)
    .orderBy(sql`p.id`)
    .limit(1);
  if (found) return { ...found, last: found.tenant_id };
  const [all] = await read
    .select({ last: sql<TenantId | null>`max(p.id)`, rows: sql`count(*)`.mapWith(Number) })
    .from(sql`(${page}) p`);
  return { tenant_id: null, last: all?.rows === max ? all.last : null };
}

/** The zones whose days and months the rollups are of: a tenant's, or all. */
export async function zonesOf(read: Reader, tenant_id: TenantId | null): Promise<readonly string[]> {
  const known = await read
    .selectDistinct({ zone: usageZones.zone })
    .from(usageZones)
    .where(tenant_id === null ? undefined : eq(usageZones.tenant_id, tenant_id));
  return known.map(({ zone }) => zone);
}

/** The time zone of a row of a whole tenant; of one that is not there, its tenant's. */
export async function wholeZoneOf(read: Reader, key: Row["key"]): Promise<string> {
  const is = Object.entries(key).map(([column, value]) => eq(columnOf("usage_whole", column), value as never));
  const [there] = await read
    .select({ zone: usageWhole.zone })
    .from(usageWhole)
    .where(and(...is))
    .limit(1);
  return there?.zone ?? (await timezoneOf(read, key.tenant_id as TenantId));
}

export async function timezoneOf(read: Reader, tenant_id: TenantId): Promise<string> {
  const [tenant] = await read.select({ timezone: tenants.timezone }).from(tenants).where(eq(tenants.id, tenant_id));
  return tenant?.timezone ?? "UTC";
}

/** Whether reports know that a tenant has days of this zone. */
export async function isListed(read: Reader, tenant_id: TenantId, zone: string): Promise<boolean> {
  const is = and(eq(usageZones.tenant_id, tenant_id), eq(usageZones.zone, zone));
  return (await read.select({ zone: usageZones.zone }).from(usageZones).where(is).limit(1)).length > 0;
}

/** Whether there are so many tenants that what they used together is proved by the hour. */
export async function areMany(read: Reader, tenantsMax: number): Promise<boolean> {
  const one = await read.select({ tenant_id: usageZones.tenant_id }).from(usageZones).limit(1).offset(tenantsMax);
  return one.length > 0;
}

const WRITERS = Object.fromEntries(
  Object.entries(TABLES).map(([table, columns]) => [
    table,
    rowWriter(columns, {
      key: KEYS[table as Table].map((column) => columnOf(table as Table, column)),
      add: figuresOf(table as Table),
    }),
  ]),
) as Record<Table, ReturnType<typeof rowWriter>>;

/** Adds to a row, so that what others add meanwhile stays; with nothing to add it is there and locked. */
export async function addToRow(tx: Tx, { table, key }: Row, figures: Readonly<Record<string, number>>): Promise<void> {
  const added = Object.fromEntries(figuresOf(table).map((figure) => [figure, figures[figure] ?? 0]));
  await WRITERS[table](tx, [{ ...key, ...added } as never]);
}

/** A row of nothing is none. */
export async function dropIfNothing(tx: Tx, { table, key }: Row): Promise<void> {
  const is = KEYS[table].map((column) => eq(columnOf(table, column), key[column] as never));
  const isNothing = figuresOf(table).map((figure) => eq(columnOf(table, figure), 0 as never));
  await tx.delete(TABLES[table]).where(and(...is, ...isNothing));
}
