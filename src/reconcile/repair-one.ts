import type { FindingRow } from "./finding.ts";
import { REPAIRS } from "./repairs.ts";
import type { ReconcileParts } from "./step.ts";
import { saveFinding } from "./store.ts";

/** Whether it may be put right by itself: a consequence of another finding goes with that one. */
export const isRepairable = ({ kind, repaired, explained_by }: FindingRow): boolean =>
  Object.hasOwn(REPAIRS, kind) && !repaired && explained_by === null;

/** Puts a finding right, or writes down why not. Doing it again is harmless: each repair looks again before it changes anything. */
export async function repairOne(parts: ReconcileParts, finding: FindingRow): Promise<FindingRow> {
  const { db, log } = parts;
  const change = await outcomeOf(parts, finding).catch((error: Error) => {
    log.warn({ err: error, finding: finding.id }, "a finding could not be repaired");
    return { repair_error: error.message.slice(0, 1_000) };
  });
  await db.transaction((tx) => saveFinding(tx, finding.id, change));
  return { ...finding, ...change };
}

async function outcomeOf(parts: ReconcileParts, finding: FindingRow): Promise<Partial<FindingRow>> {
  const done = await REPAIRS[finding.kind]!(parts, finding);
  return done
    ? { repaired: true, repair_error: null }
    : { repair_error: "amount, currency and identity do not agree: left to you" };
}
