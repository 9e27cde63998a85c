import { Router } from "express";
import type { Database } from "../db/database.ts";
import { principalOf } from "../http/principal.ts";
import type { Clock } from "../kernel/clock.ts";
import { quotaOf } from "./quota.ts";

/** `GET /api/quota`: what is left for whoever asks. Behind `authenticate`. */
export function quotaRoutes({ db, clock }: { db: Database; clock: Clock }): Router {
  const router = Router();
  router.get("/quota", async (_req, res) => {
    res.json(await quotaOf(db.read, principalOf(res), clock.now()));
  });
  return router;
}
