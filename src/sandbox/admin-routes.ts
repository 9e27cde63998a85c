import { Router } from "express";
import { z } from "zod";
import type { Database } from "../db/database.ts";
import { actorOf } from "../http/actor.ts";
import { parse } from "../http/parse.ts";
import { DAY, type Instant, iso, SECOND } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import { type Advancing, advance } from "./advance.ts";
import type { SandboxAnthropic } from "./anthropic/server.ts";
import { noteAct } from "./note.ts";
import type { SandboxAccount } from "./razorpay/server.ts";
import { watched } from "./watched.ts";

/** More than a billing year in one call would keep its caller waiting for minutes. */
const ADVANCE_MAX_SECONDS = (400 * DAY) / SECOND;
export const Advance = z.strictObject({ advance_seconds: z.int().min(0).max(ADVANCE_MAX_SECONDS) });

/** `/api/admin/sandbox`: the movable clock, and what the simulated provider has served. Only in sandbox mode. */
export function sandboxAdminRoutes({
  db,
  anthropic,
  account = null,
  onAdvanced = async () => {},
  ...advancing
}: Advancing & {
  readonly db: Database;
  readonly anthropic: SandboxAnthropic;
  /** The operator's, at the simulated Razorpay. */
  readonly account?: SandboxAccount | null;
  /** Hears the new time before it is answered: to keep it over a restart. */
  readonly onAdvanced?: (now: Instant) => Promise<void>;
}): Router {
  const { clock } = advancing;
  let turn: Promise<unknown> = Promise.resolve();
  const router = Router();
  router.get("/sandbox/clock", (_req, res) => {
    res.json({ now: iso(clock.now()) });
  });
  router.post("/sandbox/clock", async (req, res) => {
    const { advance_seconds } = parse(Advance, req.body);
    await noteAct(
      { db, clock },
      { actor: actorOf(res), action: "sandbox.clock_moved", subject_id: "clock", after: { advance_seconds } },
    );
    // One after the other: two that ask for a day at once get two days.
    const advanced = turn.then(() => advance(advancing, advance_seconds * SECOND));
    turn = advanced.catch(() => {});
    const now = await advanced;
    await onAdvanced(now);
    res.json({ now: iso(now) });
  });
  router.get("/sandbox/tally", (_req, res) => {
    res.json({ totals: anthropic.tally.totals, in_flight: anthropic.tally.inFlight });
  });
  router.get("/sandbox/razorpay", (_req, res) => {
    if (!account) throw new Problem("not_found", { message: "There is no simulated Razorpay here." });
    res.json(watched(account));
  });
  return router;
}
