import { Router } from "express";
import { z } from "zod";
import type { Database } from "../db/database.ts";
import { Ref, Time } from "../http/fields.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import type { Clock } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import { findKey, findTenant, findUser } from "../tenants/store.ts";
import { presentEventInFull, presentRequest } from "./event.ts";
import { UsageQuery, usageReport } from "./report.ts";
import { findEvents, listEvents } from "./store.ts";

const EventQuery = PageQuery.extend({
  tenant_id: Ref.optional(),
  user_id: Ref.optional(),
  key_id: Ref.optional(),
  model: z.string().max(100).optional(),
  from: Time.optional(),
  to: Time.optional(),
});

/** `/api/admin`: usage events of every tenant, and a tenant's usage. */
export function usageAdminRoutes({ db, clock }: { db: Database; clock: Clock }): Router {
  const router = Router();

  router.get("/events", async (req, res) => {
    const { tenant_id, user_id, key_id, model, from, to, ...query } = parse(EventQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    const user = user_id === undefined ? undefined : await findUser(db.read, user_id, tenant?.id);
    const key = key_id === undefined ? undefined : await findKey(db.read, key_id, tenant?.id);
    const filter = { tenant_id: tenant?.id, user_id: user?.id, key_id: key?.id, model, from, to };
    res.json(pageOf(await listEvents(db.read, filter, query), query, presentEventInFull));
  });

  router.get("/events/:request_id", async (req, res) => {
    const events = await findEvents(db.read, req.params.request_id, {});
    if (!events.length) throw new Problem("not_found", { message: "There is no usage of such a request." });
    res.json(presentRequest(events, presentEventInFull));
  });

  router.get("/tenants/:id/usage", async (req, res) => {
    const query = parse(UsageQuery, req.query);
    const tenant = await findTenant(db.read, req.params.id);
    const user_id = query.user_id === undefined ? undefined : (await findUser(db.read, query.user_id, tenant.id)).id;
    const who = { tenant_id: tenant.id, user_id, timezone: tenant.timezone, visibility: "full" as const };
    res.json(await usageReport(db.read, who, query, clock.now()));
  });

  return router;
}
