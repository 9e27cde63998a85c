import type { Held } from "../../ledger/books.ts";
import type { FindingRow, NewFinding } from "../finding.ts";
import type { ReconcileParts, Step } from "../step.ts";
import {
  type CounterRow,
  eventsWholeFrom,
  hasAdjustments,
  listCounters,
  lockedCounter,
  openHolds,
  saveCounterHeld,
  usedAtMost,
} from "./store.ts";

const ROWS_MAX = 500;
const COUNTED = ["requests", "input_tokens", "output_tokens", "total_tokens"] as const;

/**
 * What is held of a counter is what open requests hold; and it never says that more was used than the reports know of. (It may say less: it counts
 * from when its limit was set.)
 */
export const proveCounters: Step = async (parts, { from_at, to_at }, { cursor }) => {
  const { db } = parts;
  const page = await listCounters(db.read, cursor ?? "", ROWS_MAX);
  const held = heldOf(await openHolds(db.read));
  const wholeFrom = await eventsWholeFrom(db.read);
  const adjusted = new Map<string, boolean>();
  const findings: NewFinding[] = [];
  for (const counter of page) {
    if (counter.held !== (held.get(counter.id) ?? 0)) findings.push(...(await heldAgain(parts, counter)));
    if (counter.window_start < wholeFrom || counter.window_start >= to_at || (counter.window_end ?? to_at) <= from_at)
      continue;
    const { tenant_id } = counter;
    if (!adjusted.has(tenant_id)) adjusted.set(tenant_id, await hasAdjustments(db.read, tenant_id));
    if (!adjusted.get(tenant_id)) findings.push(...(await tooHigh(parts, counter)));
  }
  const next = page.length < ROWS_MAX ? null : (page.at(-1)?.id ?? null);
  return { findings, next, looked_at: { counters: page.length } };
};

const isPool = ({ subject_id }: CounterRow) => subject_id.startsWith("pln_");

async function tooHigh({ db, clock }: ReconcileParts, counter: CounterRow): Promise<NewFinding[]> {
  const metric = COUNTED.find((name) => name === counter.metric);
  // A pool counts the subscribers of a plan together, of whichever tenant.
  if (!metric || isPool(counter)) return [];
  const atMost = (await usedAtMost(db.read, counter, clock.now()))[metric];
  if (counter.used <= atMost) return [];
  const { id, tenant_id, subject_id, used } = counter;
  return [
    {
      ...{ kind: "counter_too_high", subject: id, tenant_id, rows: [id], touches: [tenant_id, subject_id] },
      ...{ local: { [metric]: atMost }, remote: { [metric]: used } },
    },
  ];
}

function heldAgain({ db }: ReconcileParts, { id, tenant_id }: CounterRow): Promise<NewFinding[]> {
  return db.transaction(async (tx) => {
    const counter = await lockedCounter(tx, id);
    const holding = heldOf(await openHolds(tx)).get(id) ?? 0;
    if (!counter || counter.held === holding) return [];
    return [
      {
        ...{ kind: "counter_held_differs", subject: id, tenant_id, rows: [id], touches: [tenant_id] },
        ...{ local: { held: holding }, remote: { held: counter.held } },
      },
    ];
  });
}

/** What open holds hold of each counter, that of the tiers among them. */
function heldOf(open: readonly { readonly held: unknown }[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  const add = (id: string, amount: number) => sums.set(id, (sums.get(id) ?? 0) + amount);
  for (const row of open) {
    const { counters, tiered } = row.held as Held;
    for (const { counter, amount } of counters) add(counter.id, amount);
    if (tiered) add(tiered.counter.id, tiered.amount);
  }
  return sums;
}

/** What nobody holds is free again. */
export function repairCounterHeld({ db }: ReconcileParts, { subject }: FindingRow): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await lockedCounter(tx, subject))) return true;
    await saveCounterHeld(tx, subject, heldOf(await openHolds(tx)).get(subject) ?? 0);
    return true;
  });
}
