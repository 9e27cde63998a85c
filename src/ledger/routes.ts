import { Router } from "express";
import type { Catalogs } from "../catalog/catalog.ts";
import type { Database } from "../db/database.ts";
import { addressOf } from "../http/answers.ts";
import { principalOf } from "../http/principal.ts";
import type { Clock } from "../kernel/clock.ts";
import { quotaOf } from "./quota.ts";

interface QuotaParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly catalogs: Catalogs;
}

/** `GET /api/quota`: what is left for whoever asks. Behind `authenticate`. */
export function quotaRoutes({ db, clock, catalogs }: QuotaParts): Router {
  const router = Router();
  router.get("/quota", async (_req, res) => {
    const principal = principalOf(res);
    const at = clock.now();
    const unit = (await catalogs.current()).versionFor(principal, at)?.terms.unit;
    const quota = await quotaOf(db.read, principal, { at, unit });
    res.json({ ...quota, topup_url: quota.topup_url && addressOf(res, quota.topup_url) });
  });
  return router;
}
