import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../db/audit.ts";
import type { Database, Reader } from "../db/database.ts";
import type { PlanTerms } from "../db/schema/catalog.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import { principalOf } from "../http/principal.ts";
import { type Clock, iso } from "../kernel/clock.ts";
import { newId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { BOOTSTRAP_ADMIN } from "../tenants/admin.ts";
import type { Catalogs } from "./catalog.ts";
import { NewPlan, type Plan, PlanPatch, patchedTerms, planIdOf, presentPlan, termsOf } from "./plan.ts";
import { findPlan, insertPlan, listPlans, listVersions, updatePlan } from "./store.ts";

interface PlanParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly catalogs: Catalogs;
}

const PlanQuery = PageQuery.extend({ visibility: z.enum(["public", "hidden"]).optional() });

/** `/api/admin/plans`: what is sold. A change of terms makes a new version, for those who subscribe from then on. */
export function planAdminRoutes({ db, clock, catalogs }: PlanParts): Router {
  const router = Router();

  router.get("/plans", async (req, res) => {
    const { visibility, ...query } = parse(PlanQuery, req.query);
    const rows = await listPlans(db.read, query, { visibility });
    res.json(pageOf(rows, query, ({ plan, terms }) => presentPlan(plan, terms)));
  });

  router.get("/plans/:id", async (req, res) => {
    const { plan, terms } = await planOf(db.read, req.params.id);
    const versions = (await listVersions(db.read, plan.id)).map(({ version, terms, created_at }) => ({
      ...{ version, ...terms, created_at: iso(created_at) },
    }));
    res.json({ ...presentPlan(plan, terms), versions });
  });

  router.post("/plans", async (req, res) => {
    const { name, visibility, ...fields } = parse(NewPlan, req.body);
    const terms = termsOf(fields);
    const at = clock.wall();
    const plan: Plan = {
      ...{ id: newId("plan", at), name, visibility, currency: fields.currency, version: 1 },
      ...{ archived_at: null, created_at: at, updated_at: at },
    };
    await db.transaction(async (tx) => {
      if (!(await insertPlan(tx, plan, terms))) throw nameTaken(name);
      await recordAudit(tx, {
        ...{ actor: BOOTSTRAP_ADMIN, action: "plan.created", tenant_id: null, subject_id: plan.id },
        ...{ after: presentPlan(plan, terms), at },
      });
    });
    await catalogs.refresh();
    res.status(201).json(presentPlan(plan, terms));
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
      const after = presentPlan(plan, terms ?? before.terms);
      await recordAudit(tx, {
        ...{ actor: BOOTSTRAP_ADMIN, action: "plan.changed", tenant_id: null, subject_id: plan.id },
        ...{ before: presentPlan(before.plan, before.terms), after, at },
      });
      return after;
    });
    await catalogs.refresh();
    res.json(changed);
  });

  return router;
}

/** `/api/plans`: what a tenant (or its user) may choose from: the public plans of its currency, and the one it is on. */
export function planRoutes({ db }: Pick<PlanParts, "db">): Router {
  const router = Router();

  router.get("/plans", async (req, res) => {
    const query = parse(PageQuery, req.query);
    const { tenant, payer } = principalOf(res);
    const own = payer.plan_version_id === null ? tenant.default_plan_id : planIdOf(payer.plan_version_id);
    const rows = await listPlans(db.read, query, { visibility: "public", currency: tenant.currency, onSale: true });
    res.json(pageOf(rows, query, ({ plan, terms }) => ({ ...offered(plan, terms), current: plan.id === own })));
  });

  return router;
}

/** A plan for those who may buy it: what it costs them, and not how it is made. */
function offered(plan: Plan, terms: PlanTerms) {
  const { pricing, early_bill_micros: _, razorpay_plan_id: __, ...told } = presentPlan(plan, terms);
  return pricing.type === "rate_card" ? { ...told, pricing: { type: pricing.type, rates: pricing.rates } } : told;
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

const isSame = (a: PlanTerms, b: PlanTerms): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

const sorted = (terms: PlanTerms) => Object.entries(terms).sort(([a], [b]) => (a < b ? -1 : 1));
