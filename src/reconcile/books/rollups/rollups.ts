import type { Tx } from "../../../db/database.ts";
import { DAY, HOUR, type Instant, instant, iso } from "../../../kernel/clock.ts";
import type { TenantId } from "../../../kernel/id.ts";
import { micros } from "../../../kernel/money.ts";
import { windowAt } from "../../../kernel/windows.ts";
import { dayAt } from "../../days.ts";
import type { FindingRow, NewFinding } from "../../finding.ts";
import type { ReconcileParts, Step } from "../../step.ts";
import {
  eventsOfSpan,
  type HourRow,
  hoursOfSpan,
  type RolledEvent,
  replaceHour,
  replaceTagHour,
  type TagRow,
  tagHoursOfSpan,
  timezones,
  type Zones,
} from "./store.ts";

const FIGURES = [
  ...(["requests", "input_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"] as const),
  ...(["output_tokens", "web_searches", "cost_micros_usd", "spend_micros", "uncovered_micros"] as const),
] as const;
type Sums = Record<(typeof FIGURES)[number], number>;

/** A rollup's row is named by these; the rest of it are figures. */
const keyOfHour = ({ tenant_id, hour, user_id, key_id, model, currency }: Omit<HourRow, keyof Sums>) =>
  JSON.stringify([tenant_id, hour, user_id, key_id, model, currency]);
const keyOfTag = ({ tenant_id, hour, user_id, tag, currency }: Omit<TagRow, keyof Sums>) =>
  JSON.stringify([tenant_id, hour, user_id, tag, currency]);

interface RolledUp {
  readonly hours: Map<string, Sums>;
  readonly tags: Map<string, Sums>;
  readonly events: number;
}

/** The rollups of a day are what its events come to, figure by figure. Hours are the tenants' own: India's begin at half past. */
export const proveUsage: Step = async (parts, _run, { of }) => {
  const { db, clock } = parts;
  const day = dayAt(of);
  const zones = await timezones(db.read);
  const span = { from: day, to: day + DAY };
  const rolled = await rolledUp(eventsOfSpan(db.read, clock, { from: day, to: day + DAY + HOUR }), zones, span);
  const hours = await hoursOfSpan(db.read, span);
  const tenants = new Set([...hours.map(({ tenant_id }) => tenant_id), ...tenantsOf(rolled)]);
  const tags: TagRow[] = [];
  for (const tenant of tenants) tags.push(...(await tagHoursOfSpan(db.read, tenant, span)));

  const suspects = [
    ...differences(rolled.hours, new Map(hours.map((row) => [keyOfHour(row), row]))).map((row) => ({
      ...row,
      tag: false,
    })),
    ...differences(rolled.tags, new Map(tags.map((row) => [keyOfTag(row), row]))).map((row) => ({ ...row, tag: true })),
  ];
  const findings: NewFinding[] = [];
  // Somebody may have settled between the two reads: what looks wrong is looked at again, in one transaction.
  for (const { key, tag } of suspects) {
    const look = tag ? tagAgain : hourAgain;
    const found = await db.transaction((tx): Promise<Again<Sums>> => look(tx, parts, key, zones));
    if (!found.differs) continue;
    const [tenant_id] = JSON.parse(key) as [TenantId];
    findings.push({
      ...{ kind: tag ? "tag_rollup_differs" : "rollup_differs", subject: key, tenant_id },
      ...{ local: found.events && { ...found.events }, remote: found.rollup && figuresOf(found.rollup) },
      ...{ rows: [key], touches: touchedBy(key, tag) },
    });
  }
  return { findings, next: null, looked_at: { events: rolled.events, rollups: hours.length + tags.length } };
};

/** Its tenant, and the days of the provider's reports that its hour may lie in. */
function touchedBy(key: string, tag: boolean): string[] {
  const [tenant_id, hour, , , model] = JSON.parse(key) as [TenantId, number, string, string, string];
  if (tag) return [tenant_id];
  const days = new Set([hour, hour + HOUR].map((at) => iso(at).slice(0, 10)));
  return [tenant_id, ...[...days].map((day) => `usage ${day} ${model}`)];
}

async function rolledUp(
  pages: AsyncIterable<readonly RolledEvent[]>,
  zones: Zones,
  span: { readonly from: number; readonly to: number },
): Promise<RolledUp> {
  const [hours, tags] = [new Map<string, Sums>(), new Map<string, Sums>()];
  let events = 0;
  for await (const page of pages) {
    for (const event of page) {
      const hour = hourOf(event, zones);
      if (hour < span.from || hour >= span.to) continue;
      events += 1;
      const { tenant_id, model, currency } = event;
      const user_id = event.user_id ?? "";
      add(hours, keyOfHour({ tenant_id, hour, user_id, key_id: event.key_id ?? "", model, currency }), event);
      for (const [name, value] of Object.entries(event.tags))
        add(tags, keyOfTag({ tenant_id, hour, user_id, tag: `${name}=${value}`, currency }), event);
    }
  }
  return { hours, tags, events };
}

const hourOf = ({ tenant_id, admitted_at }: RolledEvent, zones: Zones): Instant =>
  windowAt("hour", instant(admitted_at), zones.of(tenant_id, admitted_at)).start;

function add(sums: Map<string, Sums>, key: string, event: RolledEvent): void {
  const sum = sums.get(key) ?? (Object.fromEntries(FIGURES.map((name) => [name, 0])) as Sums);
  for (const name of FIGURES) sum[name] += name === "requests" ? (event.kind === "call" ? 1 : 0) : event[name];
  sums.set(key, sum);
}

function differences<R extends Sums>(
  events: ReadonlyMap<string, Sums>,
  rows: ReadonlyMap<string, R>,
): { key: string }[] {
  const keys = new Set([...events.keys(), ...rows.keys()]);
  return [...keys].filter((key) => !isSame(events.get(key), rows.get(key))).map((key) => ({ key }));
}

/** A row of nothing but zeros is as good as none. */
const isSame = (a: Sums | undefined, b: Sums | undefined): boolean =>
  FIGURES.every((name) => (a?.[name] ?? 0) === (b?.[name] ?? 0));

const figuresOf = (row: Sums): Sums => Object.fromEntries(FIGURES.map((name) => [name, row[name]])) as Sums;

const tenantsOf = ({ hours }: RolledUp): TenantId[] =>
  [...hours.keys()].map((key) => (JSON.parse(key) as [TenantId])[0]);

interface Again<R> {
  readonly events: Sums | null;
  readonly rollup: R | null;
  readonly differs: boolean;
}

async function again(tx: Tx, { clock }: ReconcileParts, key: string, zones: Zones): Promise<RolledUp> {
  const [tenant_id, hour] = JSON.parse(key) as [TenantId, number];
  const span = { from: hour, to: hour + HOUR };
  return rolledUp(eventsOfSpan(tx, clock, span, tenant_id), zones, { from: hour, to: hour + 1 });
}

async function hourAgain(tx: Tx, parts: ReconcileParts, key: string, zones: Zones): Promise<Again<HourRow>> {
  const [, hour] = JSON.parse(key) as [TenantId, number];
  const rollup = (await hoursOfSpan(tx, { from: hour, to: hour + 1 })).find((row) => keyOfHour(row) === key) ?? null;
  const events = (await again(tx, parts, key, zones)).hours.get(key) ?? null;
  return { events, rollup, differs: !isSame(events ?? undefined, rollup ?? undefined) };
}

async function tagAgain(tx: Tx, parts: ReconcileParts, key: string, zones: Zones): Promise<Again<TagRow>> {
  const [tenant_id, hour] = JSON.parse(key) as [TenantId, number];
  const rows = await tagHoursOfSpan(tx, tenant_id, { from: hour, to: hour + 1 });
  const rollup = rows.find((row) => keyOfTag(row) === key) ?? null;
  const events = (await again(tx, parts, key, zones)).tags.get(key) ?? null;
  return { events, rollup, differs: !isSame(events ?? undefined, rollup ?? undefined) };
}

const branded = (sums: Sums) => ({
  ...sums,
  cost_micros_usd: micros(sums.cost_micros_usd),
  spend_micros: micros(sums.spend_micros),
  uncovered_micros: micros(sums.uncovered_micros),
});
const NO_SUMS = Object.fromEntries(FIGURES.map((name) => [name, 0])) as Sums;

/** The events are what a rollup is made of: it is made again. */
export async function repairRollup(parts: ReconcileParts, { subject }: FindingRow): Promise<boolean> {
  const { db } = parts;
  const zones = await timezones(db.read);
  return db.transaction(async (tx) => {
    const { events, differs } = await hourAgain(tx, parts, subject, zones);
    if (!differs) return true;
    const [tenant_id, hour, user_id, key_id, model, currency] = JSON.parse(subject) as [
      ...[TenantId, number, string, string, string, string],
    ];
    const row = { tenant_id, hour, user_id, key_id, model, currency, ...branded(events ?? NO_SUMS) };
    await replaceHour(tx, row, events !== null);
    return true;
  });
}

export async function repairTagRollup(parts: ReconcileParts, { subject }: FindingRow): Promise<boolean> {
  const { db } = parts;
  const zones = await timezones(db.read);
  return db.transaction(async (tx) => {
    const { events, differs } = await tagAgain(tx, parts, subject, zones);
    if (!differs) return true;
    const [tenant_id, hour, user_id, tag, currency] = JSON.parse(subject) as [TenantId, number, string, string, string];
    await replaceTagHour(
      tx,
      { tenant_id, hour, user_id, tag, currency, ...branded(events ?? NO_SUMS) },
      events !== null,
    );
    return true;
  });
}
