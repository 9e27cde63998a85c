import { Router } from "express";
import { z } from "zod";
import { recordAudit } from "../db/audit.ts";
import type { Database, Reader, Tx } from "../db/database.ts";
import { actorOf } from "../http/actor.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import { principalOf } from "../http/principal.ts";
import type { Clock } from "../kernel/clock.ts";
import { newId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import type { Catalogs } from "./catalog.ts";
import type { NewPlanLimit } from "./new-limit.ts";
import {
  NewPlan,
  offeredPricing,
  type Plan,
  PlanPatch,
  type PlanVersion,
  planIdOf,
  presentPlan,
  presentVersion,
  type SoldPlan,
  termsOf,
  versionIdOf,
} from "./plan.ts";
import { changeOf, withdrawnOf } from "./plan-change.ts";
import {
  findPlan,
  findPlanVersion,
  findSoldPlan,
  insertPlan,
  listComingVersions,
  listPlans,
  listVersions,
  updatePlan,
  withdrawVersion,
} from "./store.ts";

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
 * `/api/admin/plans`: what is sold. A change of terms makes a new version, for those who subscribe from then on, at once or from `valid_from` on; limits
 * hold for every version.
 */
export function planAdminRoutes({ db, clock, catalogs, limits: planLimits }: PlanParts): Router {
  const router = Router();

  const shown = async (read: Reader, sold: SoldPlan) => {
    const coming = await listComingVersions(read, [sold.plan.id], clock.now());
    return withNext(presentPlan(sold, await planLimits.of(read, sold.plan.id)), coming);
  };

  router.get("/plans", async (req, res) => {
    const { visibility, ...query } = parse(PlanQuery, req.query);
    const now = clock.now();
    const rows = await listPlans(db.read, query, { at: now, visibility });
    const ids = rows.map(({ id }) => id);
    const [limits, coming] = [await planLimits.ofAll(db.read), await listComingVersions(db.read, ids, now)];
    res.json(pageOf(rows, query, (sold) => withNext(presentPlan(sold, limits.get(sold.id) ?? []), coming)));
  });

  router.get("/plans/:id", async (req, res) => {
    const sold = await soldPlanOf(db.read, req.params.id, clock);
    const versions = await listVersions(db.read, sold.plan.id);
    res.json({ ...(await shown(db.read, sold)), versions: versions.map(presentVersion) });
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
      const after = await shown(tx, await soldPlanOf(tx, plan.id, clock));
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
      const sold = await soldPlanOf(tx, req.params.id, clock);
      const { plan, version } = changeOf(sold, await listVersions(tx, sold.plan.id), patch, clock);
      const before = await shown(tx, sold);
      if (!(await updatePlan(tx, sold.plan, plan, version))) throw changedMeanwhile();
      if (patch.limits) await planLimits.replace(tx, plan.id, patch.limits, clock.wall());
      const after = await shown(tx, await soldPlanOf(tx, plan.id, clock));
      const isLater = version !== null && version.valid_from > clock.now();
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: isLater ? "plan.scheduled" : "plan.changed" },
        ...{ tenant_id: null, subject_id: plan.id, before, at: clock.wall() },
        after: isLater ? { ...after, coming: presentVersion(version) } : after,
      });
      return after;
    });
    await catalogs.refresh();
    res.json(changed);
  });

  router.delete("/plans/:id/versions/:version", async (req, res) => {
    const { id, version: number } = req.params;
    await db.transaction(async (tx) => {
      const plan = await findPlan(tx, id);
      const version = plan && (await findPlanVersion(tx, versionIdOf(id, Number(number))))?.version;
      if (!plan || !version) throw new Problem("not_found", { message: "There is no such version of a plan." });
      if (version.withdrawn_at !== null) return;
      const changed = withdrawnOf(plan, version, clock);
      if (!(await updatePlan(tx, plan, changed, null))) throw changedMeanwhile();
      const after = await withdrawVersion(tx, version.id, clock.wall());
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: "plan.version_withdrawn", tenant_id: null, subject_id: id },
        ...{ before: presentVersion(version), after: presentVersion(after), at: clock.wall() },
      });
    });
    await catalogs.refresh();
    res.status(204).end();
  });

  return router;
}

/** `/api/plans`: what a tenant (or its user) may choose from: the public plans of its currency, and the one it is on. */
export function planRoutes({ db, clock, limits: planLimits }: Pick<PlanParts, "db" | "clock" | "limits">): Router {
  const router = Router();

  router.get("/plans", async (req, res) => {
    const query = parse(PageQuery, req.query);
    const { tenant, payer } = principalOf(res);
    const own = payer.plan_version_id === null ? tenant.default_plan_id : planIdOf(payer.plan_version_id);
    const filter = { at: clock.now(), visibility: "public", currency: tenant.currency, onSale: true } as const;
    const rows = await listPlans(db.read, query, filter);
    const limits = await planLimits.ofAll(db.read);
    res.json(
      pageOf(rows, query, (sold) => ({ ...offered(sold, limits.get(sold.id) ?? []), current: sold.id === own })),
    );
  });

  return router;
}

/** A plan for those who may buy it: what it costs them, and not how it is made. */
function offered(sold: SoldPlan, limits: readonly unknown[]) {
  const { pricing: _, early_bill_micros: __, razorpay_plan_id: ___, ...told } = presentPlan(sold, limits);
  return { ...told, ...offeredPricing(sold.version.terms) };
}

/** With the version that is sold next, if one is to come. */
const withNext = <T extends { readonly id: string }>(plan: T, coming: ReadonlyMap<string, readonly PlanVersion[]>) => {
  const [next] = coming.get(plan.id) ?? [];
  return { ...plan, next_version: next ? presentVersion(next) : null };
};

async function soldPlanOf(read: Reader, id: string, clock: Clock): Promise<SoldPlan> {
  const found = await findSoldPlan(read, id, clock.now());
  if (!found) throw new Problem("not_found", { message: "There is no such plan." });
  return found;
}

const changedMeanwhile = () =>
  new Problem("conflict", { message: "Somebody else changed this plan just now. Look at it and try again." });

const nameTaken = (name: string) =>
  new Problem("conflict", {
    message: `name: there is a plan ${name} already; change that one, or choose another name`,
  });
