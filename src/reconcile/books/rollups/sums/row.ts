import { GRAINS } from "../../../../db/schema.ts";
import { HOUR, instant } from "../../../../kernel/clock.ts";
import type { TenantId } from "../../../../kernel/id.ts";
import { windowAt } from "../../../../kernel/windows.ts";
import { SLOT } from "../../../../usage/rollups/spans.ts";
import { MADE, type Made, type Rows, type Table } from "./made.ts";

const DIMENSIONS = ["tenant_id", "part", "grain", "at", "slice", "model", "plan_version_id", "currency", "zone"];
/** What tells the rows of a table apart. */
export const KEYS: Readonly<Record<Table, readonly string[]>> = {
  usage_detail: [...DIMENSIONS, "user_id", "key_id"],
  usage_whole: DIMENSIONS,
  usage_all: DIMENSIONS.filter((name) => name !== "tenant_id" && name !== "plan_version_id"),
  usage_subjects: ["tenant_id", "kind", "grain", "at", "subject_id", "currency"],
  usage_zones: ["tenant_id", "zone"],
};

/** A row of a rollup, by all that it is of. */
export interface Row {
  readonly table: Table;
  readonly key: Readonly<Record<string, string | number>>;
}

/** The name of a row, which says all that it is of. */
export const nameOfRow = ({ table, key }: Row): string =>
  `${table} ${JSON.stringify(Object.fromEntries(KEYS[table].map((column) => [column, key[column]])))}`;

export function rowNamed(name: string): Row | null {
  const [table = ""] = name.split(" ", 1);
  return Object.hasOwn(KEYS, table) ? { table: table as Table, key: JSON.parse(name.slice(table.length + 1)) } : null;
}

/** Which column says of what part of the usage a row is. */
export const partOf = (table: Table): string => (table === "usage_subjects" ? "kind" : "part");

const isAmong = ({ table, key }: Row, rows: Rows): boolean =>
  table === rows.table && key.grain === rows.grain && (rows.parts as readonly unknown[]).includes(key[partOf(table)]);

/** What a row is the sum of; undefined for what events are the sum of. */
export const madeOf = (row: Row): Made | undefined => MADE.find(({ is }) => isAmong(row, is));

/** The rows that a row is part of: what is wrong in it is wrong in these, or they are not its sum any more. */
export const above = (row: Row): readonly Row[] =>
  MADE.filter(({ of }) => isAmong(row, of)).map((made) => {
    const own: Row["key"] = { ...row.key, grain: made.is.grain, at: atOf(made, row.key) };
    const key = KEYS[made.is.table].map((column) => {
      const from = made.from[column];
      return [column, from === undefined ? own[column]! : "is" in from ? from.is : own[from.column]!] as const;
    });
    return { table: made.is.table, key: Object.fromEntries(key) };
  });

const numberOf = (value: string | number | undefined) => instant(Number(value));

function atOf({ at, is }: Made, { at: own, zone }: Row["key"]): number {
  if (at === "same") return numberOf(own);
  if (at === "ever") return 0;
  const { start } = windowAt(is.grain === GRAINS.month ? "month" : "day", numberOf(own), String(zone));
  return at === "span" ? start : numberOf(own) - ((numberOf(own) - start) % HOUR);
}

/** A stretch of a time zone. */
export interface Stretch {
  readonly zone: string;
  readonly from: number;
  readonly to: number;
}

/** When that is which a row is made of. */
export function stretchOf({ key }: Row): Stretch {
  const [at, zone] = [numberOf(key.at), String(key.zone ?? "")];
  if (zone === "") return { zone, from: at, to: at + 1 };
  if (key.grain === GRAINS.slot) return { zone, from: at, to: at + SLOT };
  const { start, end } = windowAt(key.grain === GRAINS.month ? "month" : "day", at, zone);
  if (key.grain !== GRAINS.hour) return { zone, from: start, to: end! };
  const from = at - ((at - start) % HOUR);
  return { zone, from, to: Math.min(from + HOUR, end!) };
}

export const tenantOf = ({ key }: Row): TenantId | null => (key.tenant_id as TenantId | undefined) ?? null;
