import type { Router } from "express";
import type { TimedStep } from "../billing/billing.ts";
import { DAY, HOUR, SECOND } from "../kernel/clock.ts";
import { reconcileAdminRoutes } from "./admin-routes.ts";
import { beginRun, workOnRuns } from "./run.ts";
import type { ReconcileParts } from "./step.ts";
import { hasRun } from "./store.ts";

/** Every night what can still have moved is proved again: banks take up to three days to say yes after all, refunds up to seven. */
const LOOK_BACK_DAYS = 8;
/** How long a turn may keep other timed work waiting (real time). */
const TURN_MS = SECOND;
const NIGHTLY = "nightly";
/** By then the provider's reports of the day before are there. */
const BEGIN_MS = 3 * HOUR;

/** Reconciliation as a whole: its routes, and its timed work. */
export interface Reconcile {
  readonly adminRoutes: Router;
  readonly timed: readonly TimedStep[];
}

/** Without `nightly` only what an administrator asks for is proved. */
export const openReconcile = (parts: ReconcileParts, { nightly }: { readonly nightly: boolean }): Reconcile => ({
  adminRoutes: reconcileAdminRoutes(parts),
  timed: [
    ...(nightly ? [{ name: "reconcile.nightly", everyMs: HOUR, run: () => beginNightly(parts) }] : []),
    { name: "reconcile.work", everyMs: SECOND, waitMaxMs: 2 * TURN_MS, run: () => workOnRuns(parts, TURN_MS) },
  ],
});

/** Proves the last days up to the last midnight (UTC), once, and looks only: what is to be repaired is an administrator's to say. */
async function beginNightly(parts: ReconcileParts): Promise<void> {
  const now = parts.clock.now();
  const to = now - (now % DAY);
  if (now - to < BEGIN_MS || (await hasRun(parts.db.read, { actor: NIGHTLY, to_at: to }))) return;
  await beginRun(
    parts,
    { from: to - LOOK_BACK_DAYS * DAY, to, repair: false },
    { actor: { name: NIGHTLY, address: null, agent: null } },
  );
}
