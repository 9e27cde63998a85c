import type { Reader, Tx } from "../../../../db/database.ts";
import type { TenantId } from "../../../../kernel/id.ts";
import type { FindingRow, NewFinding } from "../../../finding.ts";
import type { ReconcileParts } from "../../../step.ts";
import { latenciesOf } from "./latencies.ts";
import type { Made } from "./made.ts";
import { above, madeOf, nameOfRow, type Row, rowNamed, stretchOf, tenantOf } from "./row.ts";
import { addToRow, dropIfNothing, type Scope, type Sides, sidesOf } from "./store.ts";

type Numbers = Readonly<Record<string, number>>;
/** Looking at what rows are made of takes the clock, by which events are found. */
type Looking = Pick<ReconcileParts, "clock">;

interface Lacking {
  readonly sides: Sides;
  /** What a row lacks of what it is made of: only what differs. */
  readonly missing: Numbers;
}

async function lackingIn(parts: Looking, read: Reader, row: Row): Promise<Lacking | null> {
  const made = madeOf(row);
  if (!made) return null;
  const summed = await sidesOf(read, made, row, scopeOf(made, row));
  const timed = await latenciesOf(parts, read, row);
  const sides = {
    ...summed,
    made_of: { ...summed.made_of, ...timed?.made_of },
    is: { ...summed.is, ...timed?.is },
  };
  const off = Object.keys(sides.made_of).map(
    (figure) => [figure, (sides.made_of[figure] ?? 0) - (sides.is[figure] ?? 0)] as const,
  );
  const missing = Object.fromEntries(off.filter(([, number]) => number !== 0));
  const isUnlisted = row.table === "usage_subjects" && !sides.isThere && sides.rows > 0;
  return Object.keys(missing).length || isUnlisted ? { sides, missing } : null;
}

const scopeOf = ({ by }: Made, row: Row): Scope => ({
  ...{ stretches: [stretchOf(row)], tenant_id: by === "all" ? null : tenantOf(row), everyTenant: true },
  ids: by === "user" || by === "key" ? [String(row.key.subject_id ?? row.key[`${by}_id`])] : [],
});

/** What is wrong with a row that does not look like the sum of what it is made of: nothing where it was folded meanwhile. */
export async function findingsOf(parts: Looking, read: Reader, row: Row): Promise<readonly NewFinding[]> {
  const lacking = await lackingIn(parts, read, row);
  if (!lacking) return [];
  const { sides, missing } = lacking;
  const told = (of: Numbers): Numbers =>
    Object.fromEntries(Object.keys(missing).map((figure) => [figure, of[figure] ?? 0]));
  const subject = nameOfRow(row);
  return [
    {
      ...{ kind: "rollup_sum_differs", subject, tenant_id: tenantOf(row), rows: [subject], touches: touchedBy(row) },
      ...{ local: sides.rows ? told(sides.made_of) : null, remote: sides.isThere ? told(sides.is) : null },
    },
  ];
}

/** Reports find no row of a zone that is not in the list of its tenant's zones. */
export function unlistedZone(tenant_id: TenantId, zone: string): NewFinding {
  const subject = nameOfRow({ table: "usage_zones", key: { tenant_id, zone } });
  return { kind: "rollup_sum_differs", subject, tenant_id, rows: [subject], local: { zone }, remote: null };
}

/** The rows that are not the sum of their own any more because this one is wrong. */
export const touchedBy = (row: Row): string[] => above(row).map(nameOfRow);

/** What a row is made of is what is right: what it lacks of that is added, and so it is for the rows that it is part of. */
export async function repairSum(parts: ReconcileParts, { subject }: FindingRow): Promise<boolean> {
  const row = rowNamed(subject);
  if (!row) return false;
  await parts.db.transaction(async (tx) => {
    if (row.table === "usage_zones") await addToRow(tx, row, {});
    else await mendAbove(parts, tx, { row, moved: await mend(parts, tx, row) });
  });
  return true;
}

async function mend(parts: Looking, tx: Tx, row: Row): Promise<boolean> {
  if (!(await lackingIn(parts, tx, row))) return false;
  // Locked before it is looked at again: whoever mends the same row waits here, and then finds nothing to add.
  await addToRow(tx, row, {});
  const lacking = await lackingIn(parts, tx, row);
  if (lacking) await addToRow(tx, row, lacking.missing);
  // Who is in the list of subjects stays there, though all that they used came to nothing.
  if (row.table !== "usage_subjects" || lacking?.sides.rows === 0) await dropIfNothing(tx, row);
  return true;
}

interface Mended {
  readonly row: Row;
  readonly moved: boolean;
}

/** Puts right what is made of a row that was put right. What all tenants used is looked at only where something moved: it is made of many rows. */
export async function mendAbove(parts: Looking, tx: Tx, { row, moved }: Mended): Promise<void> {
  for (const next of above(row)) {
    if (next.table === "usage_all" && !moved) continue;
    await mendAbove(parts, tx, { row: next, moved: await mend(parts, tx, next) });
  }
}
