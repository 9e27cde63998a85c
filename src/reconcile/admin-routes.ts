import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../db/audit.ts";
import { actorOf } from "../http/actor.ts";
import { Ref } from "../http/fields.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import { Problem } from "../kernel/problems.ts";
import { compareRuns } from "./compare.ts";
import { type FindingRow, presentFinding } from "./finding.ts";
import { isRepairable, repairOne } from "./repair-one.ts";
import { beginRun, presentRun, RunAsked } from "./run.ts";
import type { ReconcileParts, RunRow } from "./step.ts";
import { allFindings, countFindings, findFinding, findRun, pageOfFindings, pageOfRuns } from "./store.ts";

export const FindingsQuery = PageQuery.extend({
  /** Those that follow from another finding, too. */
  all: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true"),
  kind: z.string().max(100).optional(),
});
/** `against` is an earlier run, to be compared with. */
export const FindingQuery = FindingsQuery.extend({ against: Ref.optional() });

const Nothing = z.strictObject({});

/** `/api/admin/reconciliations`: proofs of a span of days, and what they found. */
export function reconcileAdminRoutes(parts: ReconcileParts): Router {
  const { db, clock } = parts;
  const router = Router();

  router.post("/reconciliations", async (req, res) => {
    const run = await beginRun(parts, parse(RunAsked, req.body), { actor: actorOf(res) });
    res.status(202).json(presentRun(run));
  });

  router.get("/reconciliations", async (req, res) => {
    const query = parse(PageQuery, req.query);
    const rows = await pageOfRuns(db.read, query);
    const counts = await countFindings(
      db.read,
      rows.map(({ id }) => id),
    );
    res.json(pageOf(rows, query, (run) => ({ ...presentRun(run), ...(counts.get(run.id) ?? NO_FINDINGS) })));
  });

  router.get("/reconciliations/:id", async (req, res) => {
    const run = await known(req.params.id);
    const { all, kind, against, ...query } = parse(FindingQuery, req.query);
    const counts = (await countFindings(db.read, [run.id])).get(run.id) ?? NO_FINDINGS;
    const rows = await pageOfFindings(db.read, run.id, { all, kind, query });
    const compared = against === undefined ? {} : { compared: await comparedWith(await known(against), run) };
    res.json({ ...presentRun(run), ...counts, ...compared, findings: pageOf(rows, query, shown) });
  });

  router.get("/reconciliations/:id/findings", async (req, res) => {
    const run = await known(req.params.id);
    const { all, kind, ...query } = parse(FindingsQuery, req.query);
    res.json(pageOf(await pageOfFindings(db.read, run.id, { all, kind, query }), query, shown));
  });

  /** Puts one finding right. It is written down before anything is asked for at Razorpay. */
  router.post("/reconciliations/:id/findings/:finding_id/repair", async (req, res) => {
    parse(Nothing, req.body ?? {});
    const run = await known(req.params.id);
    const finding = await findFinding(db.read, run.id, req.params.finding_id);
    if (!finding) throw new Problem("not_found", { message: "There is no such finding in this reconciliation." });
    if (run.state === "running")
      throw new Problem("conflict", { message: "This reconciliation is still running: wait until it is done." });
    if (!isRepairable(finding)) {
      throw new Problem("conflict", {
        message: finding.repaired ? "It is repaired already." : `It cannot be put right by itself. ${finding.action}`,
      });
    }
    await db.transaction((tx) =>
      recordAudit(tx, {
        ...{ actor: actorOf(res), action: "finding.repaired", tenant_id: finding.tenant_id, subject_id: finding.id },
        ...{ before: presentFinding(finding), after: { asked: "repair" }, at: clock.wall() },
      }),
    );
    res.json(shown(await repairOne(parts, finding)));
  });

  async function known(id: string): Promise<RunRow> {
    const run = await findRun(db.read, id);
    if (!run) throw new Problem("not_found", { message: "There is no such reconciliation." });
    return run;
  }

  async function comparedWith(earlier: RunRow, later: RunRow) {
    const { appeared, gone, still } = compareRuns(
      await allFindings(db.read, earlier.id),
      await allFindings(db.read, later.id),
    );
    const named = (rows: typeof appeared) => rows.map(({ kind, subject }) => ({ kind, subject }));
    return { against: earlier.id, appeared: named(appeared), gone: named(gone), still: named(still) };
  }

  return router;
}

const shown = (row: FindingRow) => ({ ...presentFinding(row), repairable: isRepairable(row) });

const NO_FINDINGS = { findings_count: 0, repaired_count: 0 };
