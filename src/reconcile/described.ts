import { z } from "zod";
import { Anything, At, AtOrNull, adminChapter, Id, IdOrNull, named, pageTold } from "../http/operation.ts";
import { PageQuery } from "../http/paging.ts";
import { FindingQuery, FindingsQuery } from "./admin-routes.ts";
import { RunAsked } from "./run.ts";

/** What the routes of this room promise. */

const Side = z.enum(["books", "provider", "collector"]);
const run = {
  ...{ id: Id, from: At, to: At, repair: z.boolean(), status: z.enum(["running", "done", "failed"]) },
  sides: z.array(Side),
  left_out: z.partialRecord(Side, z.string()).describe("Why a side could not be compared."),
  looked_at: z.record(z.string(), z.int()),
  ...{ error: z.string().nullable(), actor: z.string() },
  progress: z.object({ done: z.int(), of: z.int(), at: z.string().nullable() }),
  ...{ created_at: At, finished_at: AtOrNull },
};
const counts = { findings_count: z.int(), repaired_count: z.int() };
const Reconciliation = named("Reconciliation", z.object(run), "A proof of a span of days, step by step.");
const ReconciliationCounted = named("ReconciliationCounted", z.object({ ...run, ...counts }));

const Finding = named(
  "Finding",
  z.object({
    ...{ id: Id, reconciliation_id: Id, tenant_id: IdOrNull, side: Side, kind: z.string() },
    ...{ severity: z.enum(["info", "warning", "critical"]), subject: z.string() },
    ...{ local: Anything.nullable(), remote: Anything.nullable(), rows: z.array(z.string()), action: z.string() },
    ...{ repaired: z.boolean(), repair_error: z.string().nullable(), explained_by: IdOrNull },
    ...{ created_at: At, meaning: z.string().nullable(), repairable: z.boolean() },
  }),
  "Where two sides do not say the same: both figures, the rows behind them, and what to do.",
);
const Named = z.array(z.object({ kind: z.string(), subject: z.string() }));
const Compared = z.object({ against: Id, appeared: Named, gone: Named, still: Named });

export const reconcileAdminDescribed = adminChapter("Reconciliation", {
  "POST /reconciliations": {
    summary: "Begin a proof of a span of days",
    description: "Of whole days in UTC. Where one of the same span is under way, that one is answered.",
    ...{ body: RunAsked, answers: { 202: Reconciliation } },
  },
  "GET /reconciliations": {
    summary: "List proofs",
    query: PageQuery,
    answers: { 200: pageTold(ReconciliationCounted) },
  },
  "GET /reconciliations/:id": {
    summary: "Show a proof and what it found",
    query: FindingQuery,
    answers: { 200: z.object({ ...run, ...counts, compared: Compared.optional(), findings: pageTold(Finding) }) },
  },
  "GET /reconciliations/:id/findings": {
    summary: "List what a proof found",
    ...{ query: FindingsQuery, answers: { 200: pageTold(Finding) } },
  },
  "POST /reconciliations/:id/findings/:finding_id/repair": {
    summary: "Put one finding right, where it is repairable",
    description:
      "It is looked at again first. Where the sides do not agree on who and how much, it stays, and says why.",
    answers: { 200: Finding },
  },
});
