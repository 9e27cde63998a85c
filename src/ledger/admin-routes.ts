import { Router } from "express";
import { z } from "zod";
import { NewLimits } from "../catalog/new-limit.ts";
import { findPlan } from "../catalog/store.ts";
import { recordAudit } from "../db/audit.ts";
import type { Database, Reader } from "../db/database.ts";
import { EVERYBODY } from "../db/schema.ts";
import { actorOf } from "../http/actor.ts";
import { Ref } from "../http/fields.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import { type Clock, iso } from "../kernel/clock.ts";
import { type CustomerId, newId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { findKey, findTenant, findUser } from "../tenants/store.ts";
import type { HoldRow } from "./books.ts";
import { LIMIT_SCOPES, type LimitScope, presentLimit } from "./limits.ts";
import { type LimitRow, listLimits, listOpenHolds, replaceLimits } from "./store.ts";

export const LimitSubject = z.strictObject({ scope: z.enum(LIMIT_SCOPES), subject_id: Ref });
export const LimitsBody = z.strictObject({ limits: NewLimits });
export const HoldQuery = PageQuery.extend({
  tenant_id: Ref.optional(),
  customer_id: Ref.optional(),
  user_id: Ref.optional(),
  key_id: Ref.optional(),
});

/** `/api/admin`: limits, open holds. */
export function ledgerAdminRoutes({ db, clock }: { db: Database; clock: Clock }): Router {
  const router = Router();

  router.get("/limits", async (req, res) => {
    const { scope, subject_id } = parse(LimitSubject, req.query);
    const subject = await limitSubject(db.read, scope, subject_id);
    const limits = (await listLimits(db.read, subject.tenant_id)).filter(
      (limit) => limit.scope === scope && limit.subject_id === subject.subject_id,
    );
    res.json({ ...subject, limits: limits.map(presentLimit) });
  });

  router.put("/limits", async (req, res) => {
    const { limits, ...asked } = parse(LimitSubject.extend(LimitsBody.shape).strict(), { ...req.query, ...req.body });
    const at = clock.wall();
    const saved = await db.transaction(async (tx) => {
      const subject = await limitSubject(tx, asked.scope, asked.subject_id);
      const rows: LimitRow[] = limits.map((limit) => ({
        ...limit,
        ...subject,
        id: newId("limit", at),
        created_at: at,
      }));
      const before = await replaceLimits(tx, subject, rows);
      await recordAudit(tx, {
        actor: actorOf(res),
        action: "limits.replaced",
        tenant_id: subject.tenant_id === EVERYBODY ? null : subject.tenant_id,
        subject_id: subject.subject_id,
        before: before.map(presentLimit),
        after: rows.map(presentLimit),
        at,
      });
      return { ...subject, limits: rows.map(presentLimit) };
    });
    res.json(saved);
  });

  router.get("/holds", async (req, res) => {
    const { tenant_id, customer_id, user_id, key_id, ...query } = parse(HoldQuery, req.query);
    const tenant = tenant_id === undefined ? undefined : await findTenant(db.read, tenant_id);
    const user = user_id === undefined ? undefined : await findUser(db.read, user_id, tenant?.id);
    const key = key_id === undefined ? undefined : await findKey(db.read, key_id, tenant?.id);
    const whose = { tenant_id: tenant?.id, customer_id: customer_id as CustomerId | undefined };
    const rows = await listOpenHolds(db.read, query, { ...whose, user_id: user?.id, key_id: key?.id });
    res.json(pageOf(rows, query, presentHold));
  });

  return router;
}

/** The subject that limits are set for, with its tenant; a Problem where there is none. */
async function limitSubject(
  read: Reader,
  scope: LimitScope,
  ref: string,
): Promise<{ tenant_id: LimitRow["tenant_id"]; scope: LimitScope; subject_id: string }> {
  if (scope.startsWith("plan")) {
    if (!(await findPlan(read, ref))) throw new Problem("not_found", { message: "There is no such plan." });
    return { tenant_id: EVERYBODY, scope, subject_id: ref };
  }
  if (scope === "tenant" || scope === "each_user") {
    const { id } = await findTenant(read, ref);
    return { tenant_id: id, scope, subject_id: id };
  }
  const subject = scope === "user" ? await findUser(read, ref) : await findKey(read, ref);
  return { tenant_id: subject.tenant_id, scope, subject_id: subject.id };
}

export const presentHold = ({
  id,
  tenant_id,
  customer_id,
  user_id,
  key_id,
  node_id,
  held,
  checkpoint,
  ...hold
}: HoldRow) => ({
  id,
  tenant_id,
  customer_id,
  user_id,
  key_id,
  node_id,
  held_micros: held.draws.reduce((sum, { amount }) => sum + amount, 0),
  draws: held.draws,
  limits: held.counters.map(({ counter, amount }) => ({ metric: counter.metric, window: counter.window, amount })),
  checkpoint,
  admitted_at: iso(hold.admitted_at),
  expires_at: iso(hold.expires_at),
});
