import { createHash } from "node:crypto";
import { recordAlert } from "../db/alerts.ts";
import { explain } from "./explain.ts";
import type { FindingRow } from "./finding.ts";
import { KINDS } from "./kinds.ts";
import type { Beating } from "./lease.ts";
import { repairOne } from "./repair-one.ts";
import { REPAIRS } from "./repairs.ts";
import type { ReconcileParts, RunRow, Save } from "./step.ts";
import { allFindings, listUnrepaired, saveFinding, saveRun } from "./store.ts";

const ROWS_MAX = 100;

/**
 * What a finished proof comes to: findings that follow from others are put under them, what is safe is repaired, and the rest is told. Answers what writes
 * down that it is over.
 */
export async function conclude(parts: ReconcileParts, run: RunRow, beats: Pick<Beating, "held">): Promise<Save> {
  const { db, clock } = parts;
  await putUnderCauses(parts, run);
  if (run.repair) await repairAll(parts, run, beats);
  return (own) =>
    db.transaction(async (tx) => {
      const done = await saveRun(tx, own, {
        ...{ state: "done", finished_at: clock.now(), leased_until: 0, attempts: 0, error: null },
      });
      if (!done) return null;
      const at = { wall: clock.wall(), now: clock.now() };
      for (const finding of await allFindings(tx, run.id)) {
        if (finding.explained_by !== null) continue;
        await recordAlert(tx, { type: "reconciliation.finding", tenant_id: null, ...toldOf(finding), at });
      }
      return done;
    });
}

async function putUnderCauses({ db }: ReconcileParts, run: RunRow): Promise<void> {
  const { renamed, causes } = explain(await allFindings(db.read, run.id));
  await db.transaction(async (tx) => {
    for (const [id, kind] of renamed) {
      const { severity, action } = KINDS[kind];
      await saveFinding(tx, id, { kind, severity, action });
    }
    for (const [id, explained_by] of causes) await saveFinding(tx, id, { explained_by });
  });
}

async function repairAll(parts: ReconcileParts, run: RunRow, beats: Pick<Beating, "held">): Promise<void> {
  for (let after = ""; ; ) {
    const page = await listUnrepaired(parts.db.read, run.id, Object.keys(REPAIRS), after, ROWS_MAX);
    for (const finding of page) {
      // Whoever has the run now repairs the rest.
      if (!beats.held()) return;
      await repairOne(parts, finding);
    }
    const last = page.at(-1);
    if (!last || page.length < ROWS_MAX) return;
    after = last.id;
  }
}

/** The operator's to hear, once for each figure that it shows: what is still so in the next night is not told again. */
function toldOf({ kind, subject, severity, local, remote, action, repaired, rows, tenant_id, ...row }: FindingRow) {
  const figures = createHash("sha256")
    .update(JSON.stringify([local, remote, repaired]))
    .digest("hex")
    .slice(0, 16);
  return {
    dedupe: `reconciliation.finding ${kind} ${subject} ${figures}`,
    data: {
      ...{ finding_id: row.id, reconciliation_id: row.reconciliation_id, tenant_id, side: row.side, kind, severity },
      ...{ subject, local, remote, rows: rows.slice(0, 20), action, repaired },
    },
  };
}
