import { getTableColumns, max, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Database } from "../../src/db/database.ts";
import { dialect } from "../../src/db/dialect.ts";
import { usageEvents, usageTail } from "../../src/db/schema.ts";
import { DAY, instant } from "../../src/kernel/clock.ts";
import { windowAt } from "../../src/kernel/windows.ts";
import { foldUsage } from "../../src/usage/rollups/fold.ts";
import { SLOT, slotOf } from "../../src/usage/rollups/spans.ts";

/*
 * 90 days of 20,000 users of 200 tenants, a few of whom do most of it: the busiest user has one call in 140, the largest tenant one in 14.
 * Four models, five plans whose version changes half way, eight keys a tenant, two tags, two currencies, four time zones.
 */

/** Usage ends here. */
export const END = Date.UTC(2026, 10, 1);
export const START = END - 90 * DAY;
export const TENANTS = 200;
export const USERS = 20_000;
export const MODELS = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-haiku-4-5"] as const;
const ZONES = ["Asia/Kolkata", "America/New_York", "Europe/London", "Asia/Singapore"] as const;
const EVENTS_AT_ONCE = 100_000;
const EVENTS_MAX = 100_000_000;

/** Numbers that look random and are the same each time. */
export function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const MILLION = 1_000_000;
export const tenantName = (index: number): string => `ten_${1_000 + index}`;
export const userName = (index: number): string => `usr_${100_000 + index}`;
/** Which tenant a user is of: some have many. */
export const tenantOf = (user: number): number => Math.floor((TENANTS * scattered(user) ** 2) / MILLION ** 2);
const scattered = (user: number): number => (user * 337_897 + 11) % MILLION;

/** Writes events and their tail in the order of time, and folds them as the product does. What was broken off goes on where it was. */
export async function seedUsage(db: Database, events: number): Promise<void> {
  if (events > EVENTS_MAX) throw new Error(`at most ${EVENTS_MAX} events`);
  const [newest] = await db.read.select({ id: max(usageEvents.id) }).from(usageEvents);
  const last = newest?.id ?? null;
  await foldUsage(db, { rowsMax: EVENTS_AT_ONCE * PARTS.length });
  let [wrote, folded] = [0, 0];
  for (
    let first = last === null ? 0 : Number(last.slice(4)) - EVENTS_MAX + 1;
    first < events;
    first += EVENTS_AT_ONCE
  ) {
    const count = Math.min(EVENTS_AT_ONCE, events - first);
    let started = performance.now();
    await db.transaction(async (tx) => {
      await tx.insert(usageEvents).select(rowsOf(usageEvents, EVENT, drawn(first, count, events)));
      const written = sql`(select * from ${usageEvents} where id >= ${idOf(first)} and id < ${idOf(first + count)}) e
        inner join ${days(first, count, events)} on d.zone_no = ${ZONE} and d.slot = e.admitted_at - e.admitted_at % ${sql.raw(String(SLOT))}`;
      for (const part of PARTS)
        await tx.insert(usageTail).select(rowsOf(usageTail, { ...TAIL, ...part }, written, part.where));
    });
    wrote += performance.now() - started;
    started = performance.now();
    await foldUsage(db, { rowsMax: EVENTS_AT_ONCE * PARTS.length });
    folded += performance.now() - started;
    if (first % MILLION === 0)
      console.error(`${first + count} of ${events} events: ${seconds(wrote)} written, ${seconds(folded)} folded`);
  }
  if (wrote > 0) console.log(`${events} events written in ${seconds(wrote)}, folded in ${seconds(folded)}`);
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(0)} s`;
const idOf = (index: number): string => `evt_${EVENTS_MAX + index}`;

type Values = Readonly<Record<string, string>>;
const rowsOf = (table: PgTable, values: Values, from: SQL, where = "1 = 1"): SQL => {
  const selected = Object.keys(getTableColumns(table)).map((column) => `${values[column] ?? "0"} as ${column}`);
  return sql`select ${sql.raw(selected.join(", "))} from ${from} where ${sql.raw(where)}`;
};

/** Numbers below a million, each its own for every event. */
const random = (k: number): string =>
  `(((x.i + ${k * 7_919}) * ${1_103_515_245 + k * 104_729} % 2147483647) * ((x.i + ${k * 6_101}) * ${214_013 + k * 1_299_709} % 2147483629) % ${MILLION})`;
const skewed = (count: number, of: string): string => `(${count} * ${of} * ${of} / ${MILLION ** 2})`;
const picked = (names: readonly string[], index: string): string =>
  `case ${index} ${names.map((name, at) => `when ${at} then '${name}'`).join(" ")} end`;

/** So many events from this number on, with what they are drawn by, as `e`. */
function drawn(first: number, count: number, events: number): SQL {
  const digit = `select 0 as n union all ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `select ${n}`).join(" union all ")}`;
  const digits = [0, 1, 2, 3, 4].map((at) => `(${digit}) d${at}`).join(" cross join ");
  const numbers = `select cast(${first} + d0.n + 10 * d1.n + 100 * d2.n + 1000 * d3.n + 10000 * d4.n as bigint) as i from ${digits}`;
  const users = `select x.i, ${skewed(USERS, "r1")} as user_no, r2, r3, r4, r5, r6, r7 from (select x.i, ${[
    1, 2, 3, 4, 5, 6, 7,
  ]
    .map((k) => `${random(k)} as r${k}`)
    .join(", ")} from (${numbers}) x where x.i < ${first + count}) x`;
  const tenants = `select y.*, ${skewed(TENANTS, `((y.user_no * 337897 + 11) % ${MILLION})`)} as tenant_no,
    ${START} + y.i * ${(END - START) / 1_000} / ${events} * 1000 + y.i % 1000 as at from (${users}) y`;
  return sql.raw(`(${tenants}) e`);
}

const json = (text: string): string => (dialect === "postgres" ? `(${text})::jsonb` : text);
const TENANT = `'ten_' || (1000 + e.tenant_no)`;
const EVENT: Values = {
  id: `'evt_' || (${EVENTS_MAX} + e.i)`,
  tenant_id: TENANT,
  customer_id: `'cus_' || e.tenant_no`,
  // Some tenants do not say for whom they call.
  user_id: `case when e.tenant_no % 10 = 3 then null else 'usr_' || (100000 + e.user_no) end`,
  key_id: `'key_' || e.tenant_no || '_' || (e.user_no % 8)`,
  request_id: `'tgr_' || e.i`,
  ...{ kind: `'call'`, adjusts: "null", reason: "null", route: `'/v1/messages'`, upstream_request_id: "null" },
  asked_model: picked(MODELS, "(case when e.r2 < 250000 then e.r3 else e.user_no end % 4)"),
  model: picked(MODELS, "(case when e.r2 < 250000 then e.r3 else e.user_no end % 4)"),
  input_tokens: skewed(8_000, "e.r4"),
  cache_read_tokens: skewed(20_000, "e.r5"),
  cache_write_5m_tokens: skewed(2_000, "e.r6"),
  output_tokens: skewed(1_000, "e.r7"),
  ...{ list: `'standard'`, geo: `'global'`, source: `'reported'`, stop_reason: `'end_turn'` },
  ended: `case when e.r3 % 50 = 0 then 'client_gone' when e.r3 % 70 = 1 then 'upstream_error' else 'complete' end`,
  ...{ unreconciled: "false", rolled_up: "true" },
  cost_micros_usd: skewed(60_000, "e.r4"),
  spend_micros: skewed(5_000_000, "e.r4"),
  cache_saved_micros_usd: skewed(9_000, "e.r5"),
  currency: `case when e.tenant_no % 20 < 14 then 'INR' else 'USD' end`,
  ...{
    rate_micros: "84500000",
    multiplier_ppm: "1000000",
    tiered: "null",
    price_version: `'prc_1'`,
    raw_usage: "null",
  },
  plan_version_id: `'pln_' || (e.tenant_no % 5) || case when e.at < ${(START + END) / 2} then '.1' else '.2' end`,
  draws: json(`'[]'`),
  samplings: json(`'[]'`),
  tags: json(
    `'{' || case when e.r5 % 3 = 0 then '"feature":"f' || ${skewed(8, "e.r6")} || '"' else '' end
      || case when e.r5 % 6 = 0 then ',"team":"t' || ${skewed(20, "e.r7")} || '"' else '' end || '}'`,
  ),
  admitted_at: "e.at",
  first_byte_ms: `200 + ${skewed(3_000, "e.r2")}`,
  total_ms: `200 + ${skewed(3_000, "e.r2")} + ${skewed(30_000, "e.r7")}`,
  settled_at: "e.at + 60000",
};

/** Fourteen of twenty tenants are in India. */
const TENANT_NO = "(cast(substr(e.tenant_id, 5) as bigint) - 1000)";
const ZONE = sql.raw(
  `case when ${TENANT_NO} % 20 < 14 then 0 when ${TENANT_NO} % 20 < 17 then 1 when ${TENANT_NO} % 20 < 19 then 2 else 3 end`,
);

const TAIL: Values = {
  ...{ tenant_id: "e.tenant_id", event_id: "e.id", zone: "d.zone", slot: "d.slot", day: "d.day", month: "d.month" },
  cost_micros: "(e.cost_micros_usd * 845 + 5) / 10",
};
const tag = (name: string): string =>
  dialect === "postgres" ? `(e.tags ->> '${name}')` : `json_extract(e.tags, '$.${name}')`;
const PARTS = [
  { id: `e.id || '/'`, part: `''`, slice: `''`, where: "1 = 1" },
  ...["feature", "team"].map((name) => ({
    ...{ id: `e.id || '/tag${name}=' || ${tag(name)}`, part: `'tag'`, slice: `'${name}=' || ${tag(name)}` },
    where: `${tag(name)} is not null`,
  })),
];

/** The quarters of an hour of some events, and the day and month of each in every zone, as `d`. */
function days(first: number, count: number, events: number): SQL {
  const at = (index: number) => START + ((END - START) * index) / events;
  const rows: string[] = [];
  for (let slot: number = slotOf(at(first)); slot <= at(first + count) + SLOT; slot += SLOT) {
    for (const [index, zone] of ZONES.entries()) {
      const [day, month] = (["day", "month"] as const).map((unit) => windowAt(unit, instant(slot), zone).start);
      rows.push(`(${index}, '${zone}', ${slot}, ${day}, ${month})`);
    }
  }
  return sql.raw(`(select column1 as zone_no, column2 as zone, column3 as slot, column4 as day, column5 as month
    from (values ${rows.join(", ")}) v) d`);
}
