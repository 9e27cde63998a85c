import { Router } from "express";
import type { Catalogs } from "../../catalog/catalog.ts";
import type { Database } from "../../db/database.ts";
import { parse } from "../../http/parse.ts";
import type { Clock } from "../../kernel/clock.ts";
import { PlanPreview, previewPlan } from "./preview.ts";

/** `/api/admin/plans/{id}/preview`: what a change of a plan would have come to for those who are on it. It changes nothing. */
export function planPreviewAdminRoutes(parts: {
  readonly db: Database;
  readonly clock: Clock;
  readonly catalogs: Catalogs;
}): Router {
  const router = Router();
  router.post("/plans/:id/preview", async (req, res) => {
    const asked = parse(PlanPreview, req.body);
    const { db, clock, catalogs } = parts;
    const catalog = await catalogs.current();
    res.json(await previewPlan({ read: db.read, catalog, now: clock.now() }, req.params.id, asked));
  });
  return router;
}
