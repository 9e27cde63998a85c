import { Router } from "express";
import type { Catalogs } from "../catalog/catalog.ts";
import type { Database } from "../db/database.ts";
import { Ref } from "../http/fields.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import { type Principal, principalOf } from "../http/principal.ts";
import type { Clock } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import { findUser } from "../tenants/store.ts";
import { presentEvent, presentRequest, readableBy, visibilityOf } from "./event.ts";
import { ReceiptQuery, receiptOf } from "./receipt.ts";
import { receiptText } from "./receipt-text.ts";
import { UsageQuery, usageReport } from "./report.ts";
import { findEvents, listEvents } from "./store.ts";

/** Of one request: nothing until its usage is settled. */
export const EventQuery = PageQuery.extend({
  ...UsageQuery.pick({ from: true, to: true, user_id: true }).shape,
  request_id: Ref.optional(),
});

/** `/api/usage`: what whoever asks has used, down to the single request. Behind `authenticate`. */
export function usageRoutes({ db, clock, catalogs }: { db: Database; clock: Clock; catalogs: Catalogs }): Router {
  const router = Router();

  router.get("/usage", async (req, res) => {
    const principal = principalOf(res);
    const query = parse(UsageQuery, req.query);
    const { tenant } = principal;
    const who = {
      ...(await readable(db, principal, query.user_id)),
      timezone: tenant.timezone,
      visibility: visibilityOf(principal),
    };
    res.json(await usageReport(db.read, who, query, clock.now()));
  });

  router.get("/usage/events", async (req, res) => {
    const principal = principalOf(res);
    const { user_id, from, to, request_id, ...query } = parse(EventQuery, req.query);
    const events = await listEvents(
      db.read,
      { ...(await readable(db, principal, user_id)), from, to, request_id },
      query,
    );
    const visibility = visibilityOf(principal);
    res.json(pageOf(events, query, (event) => presentEvent(event, visibility)));
  });

  router.get("/usage/events/:request_id", async (req, res) => {
    const principal = principalOf(res);
    const events = await findEvents(db.read, req.params.request_id, readableBy(principal));
    if (!events.length) throw new Problem("not_found", { message: "There is no usage of such a request." });
    const { explain } = parse(ReceiptQuery, req.query);
    const visibility = visibilityOf(principal);
    const pricer = await catalogs.current();
    if (explain) {
      res.type("text/plain").send(receiptText(events, { pricer, visibility, timezone: principal.tenant.timezone }));
      return;
    }
    res.json(
      presentRequest(events, (event) => ({
        ...presentEvent(event, visibility),
        ...receiptOf(event, { pricer, visibility, events }),
      })),
    );
  });

  return router;
}

/** Narrows what a principal may read to the user it asks for. */
async function readable(db: Database, principal: Principal, user_ref: string | undefined) {
  const own = readableBy(principal);
  if (user_ref === undefined) return own;
  const user = await findUser(db.read, user_ref, own.tenant_id);
  if (own.user_id !== undefined && own.user_id !== user.id)
    throw new Problem("not_found", { message: "There is no such user." });
  return { ...own, user_id: user.id };
}
