import { Router } from "express";
import { actorOf } from "../../http/actor.ts";
import { parse } from "../../http/parse.ts";
import type { BillingParts } from "../parts.ts";
import { Migration, migratePlan } from "./migrate.ts";

/** `/api/admin/plans/{id}/migrate`: from older versions of a plan to the present one. */
export function planMigrationAdminRoutes(parts: BillingParts): Router {
  const router = Router();
  router.post("/plans/:id/migrate", async (req, res) => {
    const asked = parse(Migration, req.body);
    res.json(await migratePlan(parts, req.params.id, asked, actorOf(res)));
  });
  return router;
}
