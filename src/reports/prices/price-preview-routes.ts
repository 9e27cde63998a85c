import { Router } from "express";
import type { Catalogs } from "../../catalog/catalog.ts";
import { NewPrices } from "../../catalog/new-prices.ts";
import type { Database } from "../../db/database.ts";
import { parse } from "../../http/parse.ts";
import type { Clock } from "../../kernel/clock.ts";
import { previewPrices } from "./preview.ts";

/** `/api/admin/prices/preview`: what the last thirty days would have come to at other prices of the provider. It changes nothing. */
export function pricePreviewAdminRoutes(parts: {
  readonly db: Database;
  readonly clock: Clock;
  readonly catalogs: Catalogs;
}): Router {
  const router = Router();
  router.post("/prices/preview", async (req, res) => {
    const asked = parse(NewPrices, req.body);
    const { db, clock, catalogs } = parts;
    const catalog = await catalogs.current();
    res.json(await previewPrices({ read: db.read, catalog, now: clock.now() }, asked));
  });
  return router;
}
