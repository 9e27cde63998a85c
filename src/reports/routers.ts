import type { Catalogs } from "../catalog/catalog.ts";
import type { Database } from "../db/database.ts";
import type { Clock } from "../kernel/clock.ts";
import { reportAdminRoutes } from "./admin-routes.ts";
import { planPreviewAdminRoutes } from "./plans/plan-preview-routes.ts";
import { pricePreviewAdminRoutes } from "./prices/price-preview-routes.ts";

/** The reports, and the previews of plans and prices. */
export const reportRouters = (parts: { db: Database; clock: Clock; catalogs: Catalogs }) => [
  reportAdminRoutes(parts),
  planPreviewAdminRoutes(parts),
  pricePreviewAdminRoutes(parts),
];
