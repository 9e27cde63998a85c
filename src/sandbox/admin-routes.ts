import { Router } from "express";
import { z } from "zod";
import { parse } from "../http/parse.ts";
import { iso, type MovableClock, SECOND } from "../kernel/clock.ts";
import type { SandboxAnthropic } from "./anthropic/server.ts";

const YEAR_SECONDS = 366 * 24 * 3600;
const Advance = z.strictObject({
  advance_seconds: z
    .int()
    .min(0)
    .max(10 * YEAR_SECONDS),
});

/** `/api/admin/sandbox`: the movable clock, and what the simulated provider has served. Only in sandbox mode. */
export function sandboxAdminRoutes({ clock, anthropic }: { clock: MovableClock; anthropic: SandboxAnthropic }): Router {
  const router = Router();
  router.get("/sandbox/clock", (_req, res) => {
    res.json({ now: iso(clock.now()) });
  });
  router.post("/sandbox/clock", (req, res) => {
    const { advance_seconds } = parse(Advance, req.body);
    res.json({ now: iso(clock.advance(advance_seconds * SECOND)) });
  });
  router.get("/sandbox/tally", (_req, res) => {
    res.json({ totals: anthropic.tally.totals, in_flight: anthropic.tally.inFlight });
  });
  return router;
}
