import { type SQL, sql } from "drizzle-orm";
import { total } from "../../../db/columns.ts";
import type { Reader } from "../../../db/database.ts";
import { lookedUp } from "../../../db/lookup.ts";
import { SUBJECT_GRAINS, usageSubjects, usageZones } from "../../../db/schema.ts";
import { DAY, HOUR } from "../../../kernel/clock.ts";
import { columnOf, type RollupFilter } from "../dimensions.ts";
import { type Lead, type Leading, type LeadRange, subjectOf } from "../leads.ts";
import { daysOf, type Range } from "../spans.ts";
import { list, name, TAIL } from "../tail/store.ts";
import { numberOf } from "../zones/store.ts";

const EVER = sql.raw(`grain = ${SUBJECT_GRAINS.ever} and at = 0`);
const texts = (values: readonly string[]): SQL => list(values.map((value) => sql`${value}`));

/** Where the name of one who leads stands among the subjects. */
const among = (leads: readonly Leading[]): SQL[] =>
  leads.map((lead) => (lead === "tenant" ? sql`tenant_id` : sql`subject_id`));

/** The subjects that lead, as `s`: so many that each is looked up. */
export function whoLeads(leads: readonly Leading[], lead: Lead, filter: RollupFilter, range: Range): SQL {
  // Where there is no last one they may be very many: then only who was there at the time.
  const when = "ids" in lead || lead.upto ? EVER : around(range);
  const some = "ids" in lead ? sql`subject_id in (${texts(lead.ids)})` : within(among(leads), lead);
  return sql`(select distinct tenant_id, subject_id from ${usageSubjects} where kind = ${subjectOf(leads)} and ${when}
    and ${ofTenant(filter)} and ${some}) s`;
}

/** The same of rows: of those that are not folded too, so that who is new is among them. */
export function whereLed(leads: readonly Leading[], lead: Lead, table: "t" | "z" = "t"): SQL {
  const column = (dimension: Leading) => sql`${sql.raw(table)}.${name(columnOf(dimension))}`;
  if ("ids" in lead) return sql`${column(subjectOf(leads))} in (${texts(lead.ids)})`;
  return within(leads.map(column), lead);
}

function within(columns: readonly SQL[], { after, isAgain, upto }: LeadRange): SQL {
  const to = (values: readonly string[]) => sql`(${texts(values)})`;
  const low = after && sql`(${list(columns)}) ${sql.raw(isAgain ? ">=" : ">")} ${to(after)}`;
  const high = upto && sql`(${list(columns)}) <= ${to(upto)}`;
  return sql.join([low, high].filter((condition) => condition !== undefined).concat(sql`1 = 1`), sql` and `);
}

/** The last of so many that lead, from there on: null where that is all of them. */
export async function leadAfter(
  read: Reader,
  { leads, filter, from, count, range }: LeadSearch,
): Promise<readonly string[] | null> {
  const names = among(leads).map((column, index) => sql`${column} as ${sql.raw(`lead${index}`)}`);
  const found = sql`select distinct ${list(names)} from ${usageSubjects} where kind = ${subjectOf(leads)} and ${range ? around(range) : EVER}
    and ${ofTenant(filter)} and ${within(among(leads), from)}
    order by ${list(among(leads))} limit 1 offset ${sql.raw(String(count - 1))}`;
  const columns = Object.fromEntries(leads.map((lead, index) => [lead, sql<string>`${sql.raw(`lead${index}`)}`]));
  const [row] = await read.select(columns).from(sql`(${found}) y`);
  return row ? leads.map((lead) => row[lead]!) : null;
}

interface LeadSearch {
  readonly leads: readonly Leading[];
  readonly filter: RollupFilter;
  readonly from: LeadRange;
  readonly count: number;
  /** Only of those who were there around this time. */
  readonly range?: Range;
}

export type BoundFigure =
  | "requests"
  | "input_tokens"
  | "output_tokens"
  | "cost_micros_usd"
  | "spend_micros"
  | "uncovered_micros"
  | "errors";

/** At the most so much of a figure is of one subject in one currency. */
export interface Bound {
  readonly id: string;
  readonly most: number;
}

export interface BoundSearch {
  readonly of: Leading;
  readonly most: BoundFigure;
  readonly filter: RollupFilter;
  readonly range: Range;
}

/** Who may have used most in a range, the most first: by the whole days or months around it, of any model, and by what is not folded. */
export async function boundsOf(
  read: Reader,
  { from, count, ...search }: BoundSearch & { readonly from: number; readonly count: number },
): Promise<readonly Bound[]> {
  const { of, most, filter, range } = search;
  const folded = sql`select subject_id, currency, ${name(most)} as most from ${usageSubjects}
    where kind = ${of} and ${around(range)} and ${ofTenant(filter)}`;
  return summed(read, search, folded).limit(count).offset(from);
}

/**
 * The same of these alone, and closer to what it is: by the days of the range, each looked up. Who was in a time zone that
 * is new since `zones` were looked for is bounded by all that it ever used.
 */
export async function closerBounds(
  read: Reader,
  { ids, zones, ...search }: BoundSearch & { readonly ids: readonly string[]; readonly zones: readonly string[] },
): Promise<readonly Bound[]> {
  const { of, most, filter, range } = search;
  const days = zones.flatMap((zone, index) =>
    [...daysOf(range, zone)].map((at) => sql.raw(`(${index + 1}, ${SUBJECT_GRAINS.day}, ${at})`)),
  );
  const pieces = list([...days, sql.raw(`(0, ${SUBJECT_GRAINS.ever}, 0)`)]);
  const some = {
    from: sql`${whoLeads([of], { ids }, filter, range)} cross join ${usageZones} z
      cross join (select column1 as own, column2 as grain, column3 as at from (values ${pieces}) v) p`,
    where: sql`z.tenant_id = s.tenant_id and p.own = ${numberOf(zones)}`,
  };
  const belongs = sql`t.kind = ${of} and t.grain = p.grain and t.at = p.at
    and t.subject_id = s.subject_id and t.tenant_id = s.tenant_id`;
  const folded = sql`select t.subject_id, t.currency, t.${name(most)} as most from ${lookedUp(some, usageSubjects, belongs)}`;
  return summed(read, search, folded, sql`t.${name(columnOf(of))} in (${texts(ids)})`);
}

/** Of each subject what is folded and what is not, the most first. */
function summed(read: Reader, { of, most, filter, range }: BoundSearch, folded: SQL, who = sql`1 = 1`) {
  const unfolded = sql`select t.${name(columnOf(of))} as subject_id, t.currency, t.${name(most)} as most from ${TAIL([most])} t
    where t.part = '' and ${ofTenant(filter)} and t.slot >= ${sql.raw(String(range.from))} and t.slot < ${sql.raw(String(range.to))} and ${who}`;
  return read
    .select({ id: sql<string>`x.subject_id`, most: total(sql`x.most`) })
    .from(sql`(${folded} union all ${unfolded}) x`)
    .groupBy(sql`x.subject_id`, sql`x.currency`)
    .orderBy(sql`sum(x.most) desc`, sql`x.subject_id`, sql`x.currency`)
    .$dynamic();
}

const ofTenant = ({ tenant }: RollupFilter): SQL => (tenant === undefined ? sql`1 = 1` : sql`tenant_id = ${tenant}`);

const DAYS_MAX = 4;
const MONTHS_MAX = 4;

/** A day has at most an hour more, where clocks are put back; a month then too. */
const DAY_LONGEST = DAY + HOUR;
const MONTH_LONGEST = 31 * DAY + HOUR;

/** Whole days for a few of them, whole months for a few of those, or all time: of whatever zone, for it need not be exact. */
function around({ from, to }: Range): SQL {
  const at = (grain: number, length: number) => sql.raw(`grain = ${grain} and at > ${from - length} and at < ${to}`);
  if (to - from <= DAYS_MAX * DAY) return at(SUBJECT_GRAINS.day, DAY_LONGEST);
  if (to - from <= MONTHS_MAX * 31 * DAY) return at(SUBJECT_GRAINS.month, MONTH_LONGEST);
  return EVER;
}
