import { isDeepStrictEqual } from "node:util";
import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../db/audit.ts";
import type { Database, Reader, Tx } from "../db/database.ts";
import type { PlanTerms } from "../db/schema/catalog.ts";
import { actorOf } from "../http/actor.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import { principalOf } from "../http/principal.ts";
import { type Clock, iso } from "../kernel/clock.ts";
import { newId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import type { Catalogs } from "./catalog.ts";
import type { NewPlanLimit } from "./new-limit.ts";
import { NewPlan, offeredPricing, type Plan, PlanPatch, patchedTerms, planIdOf, presentPlan, termsOf } from "./plan.ts";
import { findPlan, insertPlan, listPlans, listVersions, updatePlan } from "./store.ts";

/** The limits of plans, which the ledger keeps. */
interface PlanLimits {
  of(read: Reader, plan_id: string): Promise<readonly unknown[]>;
  ofAll(read: Reader): Promise<ReadonlyMap<string, readonly unknown[]>>;
  replace(tx: Tx, plan_id: string, limits: readonly NewPlanLimit[], at: number): Promise<void>;
}

interface PlanParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly catalogs: Catalogs;
  readonly limits: PlanLimits;
}

export const PlanQuery = PageQuery.extend({ visibility: z.enum(["public", "hidden"]).optional() });

/**
 * `/api/admin/plans`: what is sold. A change of terms makes a new version, for those who subscribe from then on; limits hold for every version.
 */
export function planAdminRoutes({ db, clock, catalogs, limits: planLimits }: PlanParts): Router {
  const router = Router();

  router.get("/plans", async (req, res) => {
    const { visibility, ...query } = parse(PlanQuery, req.query);
    const rows = await listPlans(db.read, query, { visibility });
    const limits = await planLimits.ofAll(db.read);
    res.json(pageOf(rows, query, ({ plan, terms }) => presentPlan(plan, terms, limits.get(plan.id) ?? [])));
  });

  router.get("/plans/:id", async (req, res) => {
    const { plan, terms } = await planOf(db.read, req.params.id);
    const versions = (await listVersions(db.read, plan.id)).map(({ version, terms, created_at }) => ({
      ...{ version, ...terms, created_at: iso(created_at) },
    }));
    res.json({ ...presentPlan(plan, terms, await planLimits.of(db.read, plan.id)), versions });
  });

  router.post("/plans", async (req, res) => {
    const { name, visibility, limits, ...fields } = parse(NewPlan, req.body);
    const terms = termsOf(fields);
    const at = clock.wall();
    const plan: Plan = {
      ...{ id: newId("plan", at), name, visibility, currency: fields.currency, version: 1 },
      ...{ archived_at: null, created_at: at, updated_at: at },
    };
    const made = await db.transaction(async (tx) => {
      if (!(await insertPlan(tx, plan, terms))) throw nameTaken(name);
      await planLimits.replace(tx, plan.id, limits, at);
      const after = presentPlan(plan, terms, await planLimits.of(tx, plan.id));
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: "plan.created", tenant_id: null, subject_id: plan.id, after, at },
      });
      return after;
    });
    await catalogs.refresh();
    res.status(201).json(made);
  });

  router.patch("/plans/:id", async (req, res) => {
    const patch = parse(PlanPatch, req.body);
    const changed = await db.transaction(async (tx) => {
      const before = await planOf(tx, req.params.id);
      const next = patchedTerms(before.terms, before.plan.currency, patch);
      const terms = isSame(next, before.terms) ? null : next;
      const at = clock.wall();
      const plan: Plan = {
        ...before.plan,
        name: patch.name ?? before.plan.name,
        visibility: patch.visibility ?? before.plan.visibility,
        version: before.plan.version + (terms ? 1 : 0),
        archived_at: patch.archived === undefined ? before.plan.archived_at : patch.archived ? at : null,
        updated_at: at,
      };
      if (!(await updatePlan(tx, before.plan, plan, terms))) {
        throw new Problem("conflict", {
          message: "Somebody else changed this plan just now. Look at it and try again.",
        });
      }
      const limits = await planLimits.of(tx, plan.id);
      if (patch.limits) await planLimits.replace(tx, plan.id, patch.limits, at);
      const after = presentPlan(plan, terms ?? before.terms, await planLimits.of(tx, plan.id));
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: "plan.changed", tenant_id: null, subject_id: plan.id },
        ...{ before: presentPlan(before.plan, before.terms, limits), after, at },
      });
      return after;
    });
    await catalogs.refresh();
    res.json(changed);
  });

  return router;
}

/** `/api/plans`: what a tenant (or its user) may choose from: the public plans of its currency, and the one it is on. */
export function planRoutes({ db, limits: planLimits }: Pick<PlanParts, "db" | "limits">): Router {
  const router = Router();

  router.get("/plans", async (req, res) => {
    const query = parse(PageQuery, req.query);
    const { tenant, payer } = principalOf(res);
    const own = payer.plan_version_id === null ? tenant.default_plan_id : planIdOf(payer.plan_version_id);
    const rows = await listPlans(db.read, query, { visibility: "public", currency: tenant.currency, onSale: true });
    const limits = await planLimits.ofAll(db.read);
    res.json(
      pageOf(rows, query, ({ plan, terms }) => ({
        ...offered(plan, terms, limits.get(plan.id) ?? []),
        current: plan.id === own,
      })),
    );
  });

  return router;
}

/** A plan for those who may buy it: what it costs them, and not how it is made. */
function offered(plan: Plan, terms: PlanTerms, limits: readonly unknown[]) {
  const { pricing: _, early_bill_micros: __, razorpay_plan_id: ___, ...told } = presentPlan(plan, terms, limits);
  return { ...told, ...offeredPricing(terms) };
}

async function planOf(read: Reader, id: string) {
  const found = await findPlan(read, id);
  if (!found) throw new Problem("not_found", { message: "There is no such plan." });
  return found;
}

const nameTaken = (name: string) =>
  new Problem("conflict", {
    message: `name: there is a plan ${name} already; change that one, or choose another name`,
  });

/** Whatever order an engine gives the fields of what it stored. */
const isSame = (a: PlanTerms, b: PlanTerms): boolean => isDeepStrictEqual(plain(a), plain(b));
const plain = (terms: PlanTerms): unknown => JSON.parse(JSON.stringify(terms));
