import type { Reader } from "../../../db/database.ts";
import { DAY, iso } from "../../../kernel/clock.ts";
import type { TenantId } from "../../../kernel/id.ts";
import type { Figures } from "../../../usage/rollups/figures.ts";
import { SLOT, slotOf } from "../../../usage/rollups/spans.ts";
import { dayAt } from "../../days.ts";
import type { FindingRow, NewFinding } from "../../finding.ts";
import type { ReconcileParts, Step } from "../../step.ts";
import { eventsWholeFrom } from "../store.ts";
import { figuresOf, isSame, less, NO_FIGURES, sum } from "./figures.ts";
import { addToSlot, eventsOfSpan, grantKinds, type RolledEvent, type SlotKey, slotsOfSpan } from "./store.ts";

/** A row is named by these; the rest of it are figures. The tag comes last, null for all of the usage. */
const nameOf = ({ tenant_id, slot, user_id, key_id, model, plan_version_id, currency, tag }: SlotKey): string =>
  JSON.stringify([tenant_id, slot, user_id, key_id, model, plan_version_id, currency, tag]);

function keyOf(name: string): SlotKey {
  const [tenant_id, slot, user_id, key_id, model, plan_version_id, currency, tag] = JSON.parse(name) as [
    ...[TenantId, number, string, string, string, string, string, string | null],
  ];
  return { tenant_id, slot, user_id, key_id, model, plan_version_id, currency, tag };
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
  const { sums, events } = await eventsIn(db.read, eventsOfSpan(db.read, clock, span));
  const rolled = await rolledUp(db.read, span);
  const findings: NewFinding[] = [];
  // Somebody may have settled between the two reads: what looks wrong is looked at again.
  for (const name of new Set([...sums.keys(), ...rolled.keys()])) {
    if (isSame(sums.get(name) ?? NO_FIGURES, rolled.get(name) ?? NO_FIGURES)) continue;
    const again = await lookAgain(parts, db.read, name);
    if (!again) continue;
    const { tenant_id, tag } = keyOf(name);
    findings.push({
      ...{ kind: tag === null ? "rollup_differs" : "tag_rollup_differs", subject: name, tenant_id },
      ...{ local: again.events && { ...again.events }, remote: again.rollup && { ...again.rollup } },
      ...{ rows: [name], touches: touchedBy(keyOf(name)) },
    });
  }
  return { findings, next: null, looked_at: { events, rollups: rolled.size } };
};

/** Its tenant, and the day of the provider's reports that it lies in. */
const touchedBy = ({ tenant_id, slot, model, tag }: SlotKey): string[] =>
  tag === null ? [tenant_id, `usage ${iso(slot).slice(0, 10)} ${model}`] : [tenant_id];

async function rolledUp(read: Reader, span: Range, tenant_id?: TenantId): Promise<Sums> {
  const whole = await slotsOfSpan(read, span, { tagged: false, tenant_id });
  const tagged = await slotsOfSpan(read, span, { tagged: true, tenant_id });
  return new Map([...whole, ...tagged].map(([key, figures]) => [nameOf(key), figures]));
}

async function eventsIn(
  read: Reader,
  pages: AsyncIterable<readonly RolledEvent[]>,
): Promise<{ readonly sums: Sums; readonly events: number }> {
  const sums = new Map<string, Figures>();
  let events = 0;
  for await (const page of pages) {
    events += page.length;
    const drawn = new Set(page.flatMap(({ draws }) => draws.map(({ grant_id }) => grant_id as string)));
    const kinds = await grantKinds(read, [...drawn]);
    for (const event of page) {
      const figures = figuresOf(event, kinds);
      const tags = Object.entries(event.tags).map(([name, value]) => `${name}=${value}`);
      for (const tag of [null, ...tags]) {
        const name = nameOf({ ...slotKeyOf(event), tag });
        sums.set(name, sum(sums.get(name) ?? NO_FIGURES, figures));
      }
    }
  }
  return { sums, events };
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

/** The rollup before and after its events: where it did not move meanwhile, nobody settled. Null where there is no difference, or it moves. */
async function lookAgain({ clock }: ReconcileParts, read: Reader, name: string): Promise<Differing | null> {
  const { tenant_id, slot } = keyOf(name);
  const span = { from: slot, to: slot + SLOT };
  const before = (await rolledUp(read, span, tenant_id)).get(name) ?? null;
  const events = (await eventsIn(read, eventsOfSpan(read, clock, span, tenant_id))).sums.get(name) ?? null;
  const rollup = (await rolledUp(read, span, tenant_id)).get(name) ?? null;
  // Some may have been deleted since the run was planned: the rollup is all that is left of them.
  if (slot < (await eventsWholeFrom(read))) return null;
  const [a, b] = [events ?? NO_FIGURES, rollup ?? NO_FIGURES];
  if (!isSame(before ?? NO_FIGURES, b) || isSame(a, b)) return null;
  return { events, rollup, missing: less(a, b) };
}

/** The events are what a rollup is made of: what it lacks of them is added to it. */
export async function repairRollup(parts: ReconcileParts, { subject }: FindingRow): Promise<boolean> {
  return parts.db.transaction(async (tx) => {
    const again = await lookAgain(parts, tx, subject);
    if (again) await addToSlot(tx, keyOf(subject), again.missing);
    return true;
  });
}
