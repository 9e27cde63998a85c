import { asc, getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Reader, Tx } from "../../../db/database.ts";
import {
  GRAINS,
  SUBJECT_GRAINS,
  usageAll,
  usageDetail,
  usageSubjects,
  usageTail,
  usageWhole,
  usageZones,
} from "../../../db/schema.ts";
import { HOUR } from "../../../kernel/clock.ts";
import { list, name, TAIL } from "../tail/store.ts";

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
  for (const rollup of ROLLUPS) await addMarked(tx, rollup);
  await tx.delete(usageTail).where(sql`folding = 1`);
}

/** A rollup: what its rows are told apart by, and how a row of the tail becomes some of it. */
interface Rollup {
  readonly table: PgTable;
  readonly keys: readonly string[];
  /** Names that stand for others than the tail's own. */
  readonly own: Readonly<Record<string, SQL>>;
  /** The tail is added up by these first, where that leaves few rows. */
  readonly first?: readonly string[];
  /** Each row of the tail comes once for each of these. */
  readonly each: SQL;
  readonly where: SQL;
}

const oneOf = (column: string, values: readonly (string | number)[]): SQL =>
  sql.raw(
    values
      .map((value) => `select ${typeof value === "number" ? value : `'${value}'`} as ${column}`)
      .join(" union all "),
  );

const HOURS = sql`(${oneOf("grain", Object.values(GRAINS))}) g`;
/** Of users and keys there are nearly as many rows by hours as by quarters. */
const NO_HOURS = sql`(${oneOf("grain", [GRAINS.slot, GRAINS.day, GRAINS.month])}) g`;
const AT =
  sql.raw(`case g.grain when ${GRAINS.slot} then t.slot when ${GRAINS.day} then t.day when ${GRAINS.month} then t.month
  else t.slot - (t.slot - t.day) % ${HOUR} end`);
const KEYS = ["tenant_id", "part", "slice", "model", "plan_version_id", "currency", "zone", "grain", "at"] as const;
const TIMES = ["slot", "day", "month"] as const;
const IN_TIME = { grain: sql.raw("g.grain"), at: AT };

const ROLLUPS: readonly Rollup[] = [
  {
    table: usageDetail,
    keys: [...KEYS, "user_id", "key_id"],
    own: {
      ...IN_TIME,
      part: sql.raw("case when k.kind = 'key' then 'key' else t.part end"),
      user_id: sql.raw("case when k.kind = 'key' then '' else t.user_id end"),
    },
    each: sql`${NO_HOURS} cross join (${oneOf("kind", ["own", "key"])}) k`,
    where: sql.raw("(k.kind = 'own' or t.part = '')"),
  },
  {
    ...{ table: usageWhole, keys: KEYS, own: IN_TIME, each: HOURS, where: sql.raw("true") },
    first: ["tenant_id", "part", "slice", "model", "plan_version_id", "currency", "zone", ...TIMES],
  },
  {
    table: usageAll,
    keys: ["part", "slice", "model", "currency", "zone", "grain", "at"],
    first: ["part", "slice", "model", "plan_version_id", "currency", "zone", ...TIMES],
    own: {
      ...IN_TIME,
      part: sql.raw("case when k.kind = 'own' then t.part else k.kind end"),
      slice: sql.raw("case when k.kind = 'plan' then t.plan_version_id else t.slice end"),
      model: sql.raw("case when k.kind = 'tags' then '' else t.model end"),
    },
    each: sql`${HOURS} cross join (${oneOf("kind", ["own", "plan", "tags"])}) k`,
    where: sql.raw("case k.kind when 'plan' then t.part = '' when 'tags' then t.part = 'tag' else true end"),
  },
  {
    table: usageSubjects,
    keys: ["kind", "tenant_id", "subject_id", "currency", "grain", "at"],
    first: ["part", "tenant_id", "user_id", "key_id", "currency", "day", "month"],
    own: {
      kind: sql.raw("k.kind"),
      subject_id: sql.raw("case k.kind when 'user' then t.user_id when 'key' then t.key_id else t.tenant_id end"),
      grain: sql.raw("g.grain"),
      at: sql.raw("case g.grain when 1 then t.day when 2 then t.month else 0 end"),
    },
    each: sql`(${oneOf("grain", Object.values(SUBJECT_GRAINS))}) g cross join (${oneOf("kind", ["tenant", "user", "key"])}) k`,
    where: sql.raw("t.part = ''"),
  },
];

async function addMarked(tx: Tx, { table, keys, own, first, each, where }: Rollup): Promise<void> {
  const columns = Object.keys(getTableColumns(table));
  const figures = columns.filter((column) => !keys.includes(column));
  const marked = list([
    ...keys.map((key) => sql`${own[key] ?? sql`t.${name(key)}`} as ${name(key)}`),
    ...figures.map((figure) => sql`t.${name(figure)}`),
  ]);
  const sums = (keys: readonly string[]) => (column: string) =>
    keys.includes(column) ? name(column) : sql`sum(${name(column)}) as ${name(column)}`;
  const folding = first
    ? sql`(select ${list([...first, ...figures].map(sums(first)))} from ${TAIL(figures)} u where folding = 1
        group by ${list(first.map(name))})`
    : sql`(select * from ${TAIL(figures)} u where folding = 1)`;
  const grouped = sql`select ${list(columns.map(sums(keys)))}
    from (select ${marked} from ${folding} t cross join ${each} where ${where}) m
    where true group by ${list(keys.map(name))}`;
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
