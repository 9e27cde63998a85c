import type { Reader } from "../../../../db/database.ts";
import { GRAINS } from "../../../../db/schema.ts";
import { type Clock, DAY, HOUR } from "../../../../kernel/clock.ts";
import type { TenantId } from "../../../../kernel/id.ts";
import { dayAt } from "../../../days.ts";
import type { NewFinding } from "../../../finding.ts";
import type { Step } from "../../../step.ts";
import { eventsWholeFrom } from "../../store.ts";
import { type Made, OF_DAYS, OF_MONTHS } from "./made.ts";
import { findingsOf } from "./mend.ts";
import type { Row, Stretch } from "./row.ts";
import { areMany, differing, listSubjects, nextTenant, zonesOf } from "./store.ts";
import { cutInto, daysEnding, daysIn, monthsOf } from "./stretches.ts";

const TENANTS_MAX = 1_000;
/** Users or keys of one statement; a tenant with more is proved by the day, and by the hour where that can be. */
const SUBJECTS_MAX = 50;
/** Of one part of a step. */
const UNITS_MAX = 20;

/** How far it has come: by tenants, in each by users, by keys, and as a whole; then all tenants together. */
type At =
  | { readonly stage: "find"; readonly after: string }
  | {
      readonly stage: "user" | "key" | "tenant";
      readonly tenant_id: TenantId;
      readonly after: string | null;
      readonly isBig: boolean;
    }
  | { readonly stage: "all" };

interface Proof {
  readonly read: Reader;
  readonly clock: Clock;
  readonly made: readonly Made[];
  /** In which somebody is looked for who used anything. */
  readonly from: number;
  readonly to: number;
  readonly stretchesOf: (zones: readonly string[]) => readonly Stretch[];
}

/** So many days are proved together, where little is in them. */
export const SUMMED_DAYS = 31;

/** The rows of these days above the quarters of an hour are the sums that they are made of. */
export const proveDaySums: Step = async ({ db, clock }, run, { of, cursor }) => {
  const from = Math.max(run.from_at, await eventsWholeFrom(db.read));
  const days = { from: dayAt(of), to: dayAt(of) + SUMMED_DAYS * DAY };
  return prove(
    {
      ...{ read: db.read, clock, made: OF_DAYS, from: days.from - 2 * DAY, to: days.to },
      stretchesOf: (zones) => daysEnding(days, zones, { from, to: run.to_at }),
    },
    cursor,
  );
};

/** So are the rows of the months that a run touches, and of all time. */
export const proveMonthSums: Step = async ({ db, clock }, { from_at, to_at }, { cursor }) =>
  prove(
    {
      ...{ read: db.read, clock, made: OF_MONTHS, from: from_at - 32 * DAY, to: to_at },
      stretchesOf: (zones) => monthsOf({ from: from_at, to: to_at }, zones),
    },
    cursor,
  );

async function prove(proof: Proof, cursor: string | null) {
  const findings: NewFinding[] = [];
  let at: At | null = cursor === null ? { stage: "find", after: "" } : (JSON.parse(cursor) as At);
  let tenants = 0;
  for (let unit = 0; at && unit < UNITS_MAX; unit++) {
    if (at.stage === "tenant") tenants++;
    const done: { found: readonly NewFinding[]; next: At | null } = await unitOf(proof, at);
    findings.push(...done.found);
    at = done.next;
    await breath();
  }
  return { findings, next: at && JSON.stringify(at), looked_at: { summed_tenants: tenants } };
}

async function unitOf(proof: Proof, at: At): Promise<{ found: readonly NewFinding[]; next: At | null }> {
  const { read, from, to } = proof;
  if (at.stage === "all") return { found: await proveUnit(proof, at, []), next: null };
  if (at.stage === "find") {
    const { tenant_id, last } = await nextTenant(read, { after: at.after, from, to, max: TENANTS_MAX });
    if (tenant_id) return { found: [], next: { stage: "user", tenant_id, after: null, isBig: false } };
    return { found: [], next: last ? { stage: "find", after: last } : { stage: "all" } };
  }
  const { stage, tenant_id, after } = at;
  if (stage === "tenant") return { found: await proveUnit(proof, at, []), next: { stage: "find", after: tenant_id } };
  const ids = await listSubjects(read, { by: stage, tenant_id, after, max: SUBJECTS_MAX });
  const hasMore = ids.length === SUBJECTS_MAX;
  const isBig = at.isBig || hasMore;
  const next: At = hasMore
    ? { ...at, isBig, after: ids.at(-1)! }
    : { stage: stage === "user" ? "key" : "tenant", tenant_id, after: null, isBig };
  return { found: await proveUnit(proof, { ...at, isBig }, ids), next };
}

async function proveUnit(
  proof: Proof,
  at: Exclude<At, { stage: "find" }>,
  ids: readonly string[],
): Promise<readonly NewFinding[]> {
  const { read } = proof;
  const tenant_id = at.stage === "all" ? null : at.tenant_id;
  const stretches = proof.stretchesOf(await zonesOf(read, tenant_id));
  const isBig = at.stage === "all" ? await areMany(read, SUBJECTS_MAX) : at.isBig;
  const findings: NewFinding[] = [];
  const look = async (made: Made, stretches: readonly Stretch[]): Promise<readonly Row[]> => {
    const rows = await differing(read, made, { stretches, tenant_id, ids });
    for (const row of rows) findings.push(...(await findingsOf(proof, read, row)));
    return rows;
  };
  for (const made of proof.made.filter(({ by }) => by === at.stage)) {
    const canBeCut = made.is.table !== "usage_subjects" && (made.at === "same" || made.at === "hour");
    const pieces = stretches.flatMap((one) => (canBeCut ? cutInto(one, HOUR) : [one]));
    for (const some of isBig ? pieces.map((one) => [one]) : [stretches]) {
      const off = await look(made, some);
      if (isBig) await breath();
      // Where a month is not its days, it may be one of these that is not its quarters.
      if (made.is.grain !== GRAINS.month || !off.length) continue;
      for (const finer of OF_DAYS.filter((one) => one.at !== "same" && isFinerOf(one, made)))
        for (const month of stretches) await look(finer, daysIn(month));
    }
  }
  return findings;
}

/** Streams go on in between. */
const breath = () => new Promise((resolve) => setImmediate(resolve));

const isFinerOf = (one: Made, made: Made): boolean =>
  one.is.table === made.is.table && one.by === made.by && made.at === "span";
