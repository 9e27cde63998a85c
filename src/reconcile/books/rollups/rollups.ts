import type { Reader } from "../../../db/database.ts";
import type { RollupPart } from "../../../db/schema.ts";
import { DAY, iso } from "../../../kernel/clock.ts";
import type { TenantId } from "../../../kernel/id.ts";
import type { Figures } from "../../../usage/rollups/figures.ts";
import { SLOT, slotOf } from "../../../usage/rollups/spans.ts";
import { dayAt } from "../../days.ts";
import type { FindingRow, NewFinding } from "../../finding.ts";
import type { ReconcileParts, Step } from "../../step.ts";
import { eventsWholeFrom } from "../store.ts";
import { figuresOf, isSame, less, NO_FIGURES, promotionsOf, sum } from "./figures.ts";
import {
  addToSlot,
  detailRow,
  eventsOfSpan,
  grantKinds,
  isHidden,
  type RolledEvent,
  rolledUpIn,
  type SlotKey,
  slotsOfSpan,
  zoneOf,
} from "./store.ts";
import { findingsOf, mendAbove, touchedBy, unlistedZone } from "./sums/mend.ts";
import { above } from "./sums/row.ts";
import { addTimed, rowsOff, type Timed } from "./sums/timed.ts";

/** A row is named by these; the rest of it are figures. */
const nameOf = ({ tenant_id, slot, user_id, key_id, model, plan_version_id, currency, part, slice }: SlotKey): string =>
  JSON.stringify([tenant_id, slot, user_id, key_id, model, plan_version_id, currency, part, slice]);

function keyOf(name: string): SlotKey {
  const [tenant_id, slot, user_id, key_id, model, plan_version_id, currency, part, slice] = JSON.parse(name) as [
    ...[TenantId, number, string, string, string, string, string, RollupPart, string],
  ];
  return { tenant_id, slot, user_id, key_id, model, plan_version_id, currency, part, slice };
}

type Sums = ReadonlyMap<string, Figures>;
interface Range {
  readonly from: number;
  readonly to: number;
}

/** The rollups of a day are what its events come to, figure by figure, by quarters of an hour. */
export const proveUsage: Step = async (parts, _run, { of }) => {
  const { db, clock } = parts;
  const span = { from: dayAt(of), to: dayAt(of) + DAY };
  const { sums, events, timed } = await eventsIn(db.read, eventsOfSpan(db.read, clock, span));
  const rolled = await rolledUp(db.read, span);
  const findings: NewFinding[] = [];
  // Somebody may have settled between the two reads: what looks wrong is looked at again.
  for (const name of new Set([...sums.keys(), ...rolled.keys()])) {
    if (isSame(sums.get(name) ?? NO_FIGURES, rolled.get(name) ?? NO_FIGURES)) continue;
    const key = keyOf(name);
    const { tenant_id, part } = key;
    const zone = await zoneOf(db.read, key);
    if (await isHidden(db.read, key)) findings.push(unlistedZone(tenant_id, zone));
    const again = await lookAgain(parts, db.read, key);
    if (!again) continue;
    findings.push({
      ...{ kind: part === "" ? "rollup_differs" : "tag_rollup_differs", subject: name, tenant_id },
      ...{ local: again.events && { ...again.events }, remote: again.rollup && { ...again.rollup } },
      ...{ rows: [name], touches: touched(key, zone) },
    });
  }
  for (const row of await rowsOff(db.read, span, timed)) findings.push(...(await findingsOf(parts, db.read, row)));
  return { findings, next: null, looked_at: { events, rollups: rolled.size } };
};

/** Its tenant, the day of the provider's reports that it lies in, the rows that it is part of, and its tenant's, which counts the same events' latencies. */
const touched = (key: SlotKey, zone: string): string[] => {
  const row = detailRow(key, zone);
  const ofKeys = above(row).filter((one) => one.table === row.table && one.key.grain === row.key.grain);
  return [
    ...(key.part === "" ? [key.tenant_id, `usage ${iso(key.slot).slice(0, 10)} ${key.model}`] : [key.tenant_id]),
    ...[row, ...ofKeys].flatMap(touchedBy),
  ];
};

async function rolledUp(read: Reader, span: Range): Promise<Sums> {
  const sums = new Map<string, Figures>();
  for (const part of ["", "tag", "promotion"] as const)
    for (const [key, figures] of await slotsOfSpan(read, span, { part })) sums.set(nameOf(key), figures);
  return sums;
}

async function eventsIn(
  read: Reader,
  pages: AsyncIterable<readonly RolledEvent[]>,
): Promise<{ readonly sums: Sums; readonly events: number; readonly timed: Timed }> {
  const timed: Timed = new Map();
  const sums = new Map<string, Figures>();
  let events = 0;
  const add = (key: SlotKey, figures: Figures) =>
    sums.set(nameOf(key), sum(sums.get(nameOf(key)) ?? NO_FIGURES, figures));
  for await (const page of pages) {
    events += page.length;
    const drawn = new Set(page.flatMap(({ draws }) => draws.map(({ grant_id }) => grant_id as string)));
    const kinds = await grantKinds(read, [...drawn]);
    for (const event of page) {
      const figures = figuresOf(event, kinds);
      addTimed(timed, event);
      add({ ...slotKeyOf(event), part: "", slice: "" }, figures);
      for (const [tag, value] of Object.entries(event.tags))
        add({ ...slotKeyOf(event), part: "tag", slice: `${tag}=${value}` }, figures);
      for (const [slice, drawn] of promotionsOf(event, kinds))
        add({ ...slotKeyOf(event), part: "promotion", slice }, drawn);
    }
  }
  return { sums, events, timed };
}

const slotKeyOf = ({ tenant_id, admitted_at, user_id, key_id, model, plan_version_id, currency }: RolledEvent) => ({
  ...{ tenant_id, slot: slotOf(admitted_at), user_id: user_id ?? "", key_id: key_id ?? "", model, currency },
  plan_version_id: plan_version_id ?? "",
});

interface Differing {
  readonly events: Figures | null;
  readonly rollup: Figures | null;
  readonly missing: Figures;
}

/**
 * The rollup before and after its events: where it did not move meanwhile, nobody settled. Null where there is no difference, where it moves,
 * and where it is only not found, because the list of its tenant's zones lacks its own.
 */
async function lookAgain({ clock }: ReconcileParts, read: Reader, key: SlotKey): Promise<Differing | null> {
  const { tenant_id, slot } = key;
  const span = { from: slot, to: slot + SLOT };
  const before = await rolledUpIn(read, key);
  const events = (await eventsIn(read, eventsOfSpan(read, clock, span, tenant_id))).sums.get(nameOf(key)) ?? null;
  const rollup = await rolledUpIn(read, key);
  // Some may have been deleted since the run was planned: the rollup is all that is left of them.
  if (slot < (await eventsWholeFrom(read))) return null;
  const [a, b] = [events ?? NO_FIGURES, rollup ?? NO_FIGURES];
  if (!isSame(before ?? NO_FIGURES, b) || isSame(a, b)) return null;
  if (await isHidden(read, key)) return null;
  return { events, rollup, missing: less(a, b) };
}

/** The events are what a rollup is made of: what it lacks of them is added to it, and to what is made of it. */
export async function repairRollup(parts: ReconcileParts, { subject }: FindingRow): Promise<boolean> {
  return parts.db.transaction(async (tx) => {
    const key = keyOf(subject);
    const again = await lookAgain(parts, tx, key);
    const row = detailRow(key, await zoneOf(tx, key));
    if (again) await addToSlot(tx, key, again.missing);
    await mendAbove(parts, tx, { row, moved: again !== null });
    return true;
  });
}
