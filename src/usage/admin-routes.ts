import { Router } from "express";
import { z } from "zod";
import type { Catalogs } from "../catalog/catalog.ts";
import { recordAudit } from "../db/audit.ts";
import type { Database } from "../db/database.ts";
import { actorOf } from "../http/actor.ts";
import { Ref, Time } from "../http/fields.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import type { Clock } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import { findKey, findTenant, findUser, namesOf } from "../tenants/store.ts";
import { makeCostLine, monthOf, NewCostLine, presentCostLine, saysTheSame } from "./cost-line.ts";
import { presentEventInFull, presentRequest } from "./event.ts";
import { ReceiptQuery, receiptOf } from "./receipt.ts";
import { receiptText } from "./receipt-text.ts";
import { UsageQuery, usageReport } from "./report.ts";
import { RerateQuery, rerate } from "./rerate.ts";
import { findCostLine, findEvents, insertCostLine, listCostLines, listEvents, sumCostLines } from "./store.ts";

export const EventQuery = PageQuery.extend({
  tenant_id: Ref.optional(),
  user_id: Ref.optional(),
  key_id: Ref.optional(),
  model: z.string().max(100).optional(),
  unreconciled: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional(),
  from: Time.optional(),
  to: Time.optional(),
});

/** `/api/admin`: usage events of every tenant, and a tenant's usage; pricing it again; costs that no request explains. */
export function usageAdminRoutes({ db, clock, catalogs }: { db: Database; clock: Clock; catalogs: Catalogs }): Router {
  const router = Router();

  router.get("/events", async (req, res) => {
    const { tenant_id, user_id, key_id, model, from, to, unreconciled, ...query } = parse(EventQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    const user = user_id === undefined ? undefined : await findUser(db.read, user_id, tenant?.id);
    const key = key_id === undefined ? undefined : await findKey(db.read, key_id, tenant?.id);
    const filter = { tenant_id: tenant?.id, user_id: user?.id, key_id: key?.id, model, from, to, unreconciled };
    res.json(pageOf(await listEvents(db.read, filter, query), query, presentEventInFull));
  });

  router.get("/events/:request_id", async (req, res) => {
    const events = await findEvents(db.read, req.params.request_id, {});
    if (!events.length) throw new Problem("not_found", { message: "There is no usage of such a request." });
    const { explain } = parse(ReceiptQuery, req.query);
    const visibility = "full" as const;
    const pricer = await catalogs.current();
    if (explain) {
      const { timezone } = await findTenant(db.read, events[0]!.tenant_id);
      res.type("text/plain").send(receiptText(events, { pricer, visibility, timezone }));
      return;
    }
    const names = await namesOf(db.read, events[0]!);
    res.json(
      presentRequest(events, (event) => ({
        ...{ ...presentEventInFull(event), ...names },
        ...receiptOf(event, { pricer, visibility, events }),
      })),
    );
  });

  router.post("/rerate", async (req, res) => {
    const { tenant_id, ...query } = parse(RerateQuery, req.body);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    res.json(await rerate({ db, clock, catalogs, actor: actorOf(res) }, { ...query, tenant_id: tenant?.id }));
  });

  router.get("/cost_lines", async (req, res) => {
    const query = parse(PageQuery, req.query);
    res.json(pageOf(await listCostLines(db.read, query), query, presentCostLine));
  });

  router.post("/cost_lines", async (req, res) => {
    const fields = parse(NewCostLine, req.body);
    const at = clock.wall();
    const { line, again } = await db.transaction(async (tx) => {
      const known = await findCostLine(tx, fields.reference);
      if (known) return { line: known, again: true };
      const before = await sumCostLines(tx, fields.kind, monthOf(fields.from));
      const line = makeCostLine(fields, { before, at });
      await insertCostLine(tx, line);
      await recordAudit(tx, {
        actor: actorOf(res),
        action: "cost_line.added",
        tenant_id: null,
        subject_id: line.id,
        after: presentCostLine(line),
        at,
      });
      return { line, again: false };
    });
    if (again && !saysTheSame(line, fields)) {
      throw new Problem("conflict", { message: `reference: ${fields.reference} names another line already` });
    }
    res.status(again ? 200 : 201).json(presentCostLine(line));
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
