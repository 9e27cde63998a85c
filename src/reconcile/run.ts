import { z } from "zod";
import { type Actor, recordAudit } from "../db/audit.ts";
import type { Side } from "../db/schema/reconcile.ts";
import { Time } from "../http/fields.ts";
import { DAY, iso, isoOrNull, MINUTE } from "../kernel/clock.ts";
import { newId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { conclude } from "./conclude.ts";
import type { FindingRow, NewFinding } from "./finding.ts";
import { KINDS } from "./kinds.ts";
import { beating, leasedUntil } from "./lease.ts";
import { planOf, stepOf } from "./plan.ts";
import type { ReconcileParts, RunRow, Save } from "./step.ts";
import { findUnfinished, insertFindings, insertRun, leaseRun, listWaiting, saveRun } from "./store.ts";

const RETRY_MS = MINUTE;
const ATTEMPTS_MAX = 5;
const DAYS_MAX = 366;
const ROWS_MAX = 10;
const ERROR_LETTERS_MAX = 1_000;

/** A day, or the instant at which one begins: the provider's reports go by days of UTC. */
const DayStart = z
  .union([z.iso.date().transform((date) => Date.parse(`${date}T00:00:00Z`)), Time], {
    error: "must be a date such as 2026-11-01, or an ISO 8601 time with a zone",
  })
  .refine((at) => at % DAY === 0, "must be the beginning of a day in UTC, such as 2026-11-01");

export const RunAsked = z
  .strictObject({ from: DayStart, to: DayStart, repair: z.boolean().default(false) })
  .refine(({ from, to }) => to > from, { path: ["to"], message: "must be later than from" })
  .refine(({ from, to }) => to - from <= DAYS_MAX * DAY, { path: ["to"], message: `at most ${DAYS_MAX} days` });
export type RunAsked = z.infer<typeof RunAsked>;

/** Begins a proof of `[from, to)`; where one of the same span is under way, that one is answered. */
export async function beginRun(
  parts: ReconcileParts,
  asked: RunAsked,
  { actor }: { readonly actor: Actor },
): Promise<RunRow> {
  const { db, clock } = parts;
  const [now, wall] = [clock.now(), clock.wall()];
  if (asked.to > now)
    throw new Problem("invalid_request", { message: `to: what is not over cannot be proved; at most ${iso(now)}` });
  const span = { from_at: asked.from, to_at: asked.to, repair: asked.repair };
  const { plan, sides, left_out } = await planOf(parts, span);
  const row: RunRow = {
    ...{ id: newId("reconciliation", wall), ...span, sides, left_out, state: "running", plan, step: 0, cursor: null },
    ...{ looked_at: {}, attempts: 0, error: null, actor: actor.name, leased_until: 0 },
    ...{ created_at: now, finished_at: null },
  };
  return db.transaction(async (tx) => {
    const underWay = await findUnfinished(tx, span);
    if (underWay) return underWay;
    await insertRun(tx, row);
    const { id, ...after } = presentRun(row);
    await recordAudit(tx, {
      ...{ actor, action: "reconciliation.begun", tenant_id: null, subject_id: id, at: wall },
      after: { from: after.from, to: after.to, repair: after.repair },
    });
    return row;
  });
}

/** Works on what was begun, for so long (real time): the timed work, which must not keep others waiting. */
export async function workOnRuns(parts: ReconcileParts, forMs: number): Promise<void> {
  const { db, clock } = parts;
  const stopAt = clock.wall() + forMs;
  for (const { id } of await listWaiting(db.read, clock.wall(), ROWS_MAX)) {
    const row = await taken(parts, id);
    if (row) await carryOn(parts, row, { stopAt });
    if (clock.wall() >= stopAt) return;
  }
}

export interface Carrying {
  /** Real time at which to leave the rest to a later turn. */
  readonly stopAt?: number;
  readonly onProgress?: (run: RunRow) => void;
}

/** Takes a run that nobody works on, and goes on until it is over. Null where somebody else has it, or it is over. */
export async function finishRun(
  parts: ReconcileParts,
  id: RunRow["id"],
  carrying: Carrying = {},
): Promise<RunRow | null> {
  const own = await taken(parts, id);
  return own && carryOn(parts, own, carrying);
}

const taken = (parts: ReconcileParts, id: RunRow["id"]): Promise<RunRow | null> =>
  parts.db.transaction((tx) => leaseRun(tx, id, { wall: parts.clock.wall(), until: leasedUntil(parts) }));

/** Step by step: what a part of one found is written with how far it has come. Null where the run was lost to another process. */
async function carryOn(
  parts: ReconcileParts,
  leased: RunRow,
  { stopAt, onProgress }: Carrying,
): Promise<RunRow | null> {
  const { clock, log } = parts;
  let run: RunRow | null = leased;
  while (run && run.state === "running") {
    const at: RunRow = run;
    onProgress?.(at);
    if (stopAt !== undefined && clock.wall() >= stopAt) return save(parts, at, { leased_until: 0 });
    const beats = beating(parts, at);
    try {
      const save = at.step < at.plan.length ? await advance(parts, at) : await conclude(parts, at, beats);
      run = await save(await beats.end());
    } catch (error) {
      log.warn({ err: error, run: at.id, step: at.plan[at.step] }, "a step of a reconciliation failed");
      run = await stumble(parts, await beats.end(), error as Error);
      if (run && run.attempts > 0 && stopAt !== undefined) return run;
    }
  }
  if (run) onProgress?.(run);
  return run;
}

/** Does the next part, and answers what writes it down. */
async function advance(parts: ReconcileParts, run: RunRow): Promise<Save> {
  const { db, clock } = parts;
  const name = run.plan[run.step]!;
  const { step, of } = stepOf(name);
  const { findings, next, looked_at = {} } = await step(parts, run, { of, cursor: run.cursor });
  const rows = findings.map((found) => rowOf(run, found, { wall: clock.wall(), now: clock.now() }));
  return (own) =>
    db.transaction(async (tx) => {
      const saved = await saveRun(tx, own, {
        ...(next === null ? { step: run.step + 1, cursor: null } : { cursor: next }),
        ...{ looked_at: added(run.looked_at, looked_at), attempts: 0, error: null, ...renewed(parts) },
      });
      if (saved) await insertFindings(tx, rows);
      return saved;
    });
}

const renewed = (parts: ReconcileParts) => ({ leased_until: leasedUntil(parts) });

const save = ({ db }: ReconcileParts, run: RunRow, change: Partial<RunRow>) =>
  db.transaction((tx) => saveRun(tx, run, change));

/** A step that fails is tried again a few times; then its side is left out, which the run says, and the others go on. */
async function stumble(parts: ReconcileParts, run: RunRow, error: Error): Promise<RunRow | null> {
  const attempts = run.attempts + 1;
  const said = error.message.slice(0, ERROR_LETTERS_MAX);
  const name = run.plan[run.step];
  if (attempts < ATTEMPTS_MAX) {
    const leased_until = parts.clock.wall() + RETRY_MS * attempts;
    return save(parts, run, { attempts, error: said, leased_until });
  }
  if (name === undefined) {
    return save(parts, run, {
      state: "failed",
      attempts,
      error: said,
      finished_at: parts.clock.now(),
      leased_until: 0,
    });
  }
  const side = sideOf(name);
  const step = run.plan.findIndex((one, index) => index > run.step && sideOf(one) !== side);
  return save(parts, run, {
    ...{ step: step < 0 ? run.plan.length : step, cursor: null, attempts: 0, error: said, ...renewed(parts) },
    left_out: { ...run.left_out, [side]: `${name}: ${said}` },
  });
}

const sideOf = (step: string): Side => step.split(".")[0] as Side;

const added = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> => {
  const sum = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
};

function rowOf(run: RunRow, found: NewFinding, { wall, now }: { wall: number; now: number }): FindingRow {
  const { side, severity, action } = KINDS[found.kind];
  return {
    ...{
      id: newId("finding", wall),
      reconciliation_id: run.id,
      side,
      severity,
      action,
      rows: [],
      touches: [],
      ...found,
    },
    ...{ repaired: false, repair_error: null, explained_by: null, created_at: now },
  };
}

export const presentRun = (run: RunRow) => ({
  ...{ id: run.id, from: iso(run.from_at), to: iso(run.to_at), repair: run.repair, status: run.state },
  ...{ sides: run.sides, left_out: run.left_out, looked_at: run.looked_at, error: run.error, actor: run.actor },
  progress: { done: run.step, of: run.plan.length, at: run.plan[run.step] ?? null },
  ...{ created_at: iso(run.created_at), finished_at: isoOrNull(run.finished_at) },
});
