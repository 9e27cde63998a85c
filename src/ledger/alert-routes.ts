import { Router } from "express";
import { z } from "zod";
import { type Alert, listAlerts } from "../db/alerts.ts";
import type { Database } from "../db/database.ts";
import { alerts } from "../db/schema.ts";
import { Ref } from "../http/fields.ts";
import { PageQuery, pageClause, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import { iso } from "../kernel/clock.ts";
import { findTenant } from "../tenants/store.ts";

const AlertQuery = PageQuery.extend({ type: z.string().max(64).optional(), tenant_id: Ref.optional() });

/** `/api/admin/alerts`: what the operator must hear of. */
export function alertAdminRoutes({ db }: { db: Database }): Router {
  const router = Router();

  router.get("/alerts", async (req, res) => {
    const { type, tenant_id, ...query } = parse(AlertQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    const found = await listAlerts(db.read, { type, tenant_id: tenant?.id }, pageClause(alerts.id, query));
    res.json(pageOf(found, query, presentAlert));
  });

  return router;
}

const presentAlert = ({ id, type, tenant_id, data, created_at }: Alert) => ({
  id,
  type,
  tenant_id,
  data,
  created_at: iso(created_at),
});
