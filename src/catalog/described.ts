import { z } from "zod";
import {
  At,
  AtOrNull,
  adminChapter,
  Decimal,
  Id,
  IdOrNull,
  MicrosTold,
  named,
  PaiseTold,
  pageTold,
  tenantChapter,
} from "../http/operation.ts";
import { PageQuery } from "../http/paging.ts";
import { METRICS } from "../kernel/metrics.ts";
import { WINDOWS } from "../kernel/windows.ts";
import { NewRate, PriceQuery } from "./admin-routes.ts";
import { METERS } from "./meters.ts";
import { PLAN_SCOPES } from "./new-limit.ts";
import { NewPrices } from "./new-prices.ts";
import { NewPlan, PlanPatch } from "./plan.ts";
import { PlanQuery } from "./plan-routes.ts";

/** What the routes of this room promise. */

const PriceList = z.enum(["standard", "fast"]);
const Price = named(
  "Price",
  z.object({
    ...{ id: Id, tenant_id: IdOrNull, model: z.string(), list: PriceList, above_prompt_tokens: z.int() },
    ...{ meter: z.enum(METERS), usd_per_million: Decimal, valid_from: At, correction: z.int() },
    ...{ source: z.string(), created_at: At },
  }),
  "What a meter of a model costs from an instant on. `tenant_id` null: for everybody.",
);
const FxRate = named(
  "FxRate",
  z.object({
    id: Id,
    currency: z.string(),
    rate_micros: MicrosTold,
    valid_from: At,
    source: z.string(),
    created_at: At,
  }),
  "One USD in micros of a currency, from an instant on.",
);

export const catalogAdminDescribed = adminChapter("Prices", {
  "GET /prices": { summary: "List prices", query: PriceQuery, answers: { 200: pageTold(Price) } },
  "POST /prices": {
    summary: "Add prices of a model",
    description:
      "From now on, or from a later instant. A price that was wrong is put right by `correction: true`; what was charged by it changes only by `POST /rerate`.",
    body: NewPrices,
    answers: { 201: z.object({ data: z.array(Price), missing_meters: z.array(z.enum(METERS)) }) },
    problems: ["conflict"],
  },
  "GET /fx_rates": { summary: "List exchange rates", query: PageQuery, answers: { 200: pageTold(FxRate) } },
  "POST /fx_rates": {
    summary: "Add an exchange rate",
    ...{ body: NewRate, answers: { 201: FxRate }, problems: ["conflict"] },
  },
});

const Ppm = z.int().describe("Millionths: 1000000 is once.");
const MarkUp = z.object({ type: z.literal("markup"), multiplier_ppm: Ppm });
const CardRate = named(
  "CardRate",
  z.object({
    ...{ model: z.string(), list: PriceList, above_prompt_tokens: z.int() },
    per_million: z.object({
      ...{ input: Decimal, cache_read: Decimal, cache_write_5m: Decimal, cache_write_1h: Decimal, output: Decimal },
    }),
    per_request: z.object({ web_search: Decimal.nullable() }),
  }),
  "What a plan charges for a model, or for those that a glob names, in its currency.",
);
const RateCard = z.object({
  ...{ type: z.literal("rate_card"), rates: z.array(CardRate), fallback_multiplier_ppm: Ppm.nullable() },
});
const Tiers = z.array(z.object({ up_to_micros: MicrosTold.nullable(), multiplier_ppm: Ppm }));
const Overage = z.object({ enabled: z.boolean(), cap_micros: MicrosTold });
const Unit = z.object({ name: z.string(), micros: MicrosTold });
export const CollectionTold = z.enum(["subscription", "mandate", "prepaid"]);

/** What a plan is sold for, as everybody may know it. */
export const publicTerms = {
  ...{ period: z.enum(["daily", "weekly", "monthly", "quarterly", "yearly"]), interval: z.int() },
  ...{ price_paise: PaiseTold, tax: z.enum(["inclusive", "exclusive"]), included_micros: MicrosTold },
  ...{ overage: Overage, unit: Unit.nullable(), collection: CollectionTold },
};
/** The pricing as buyers see it: a mark-up over cost is not theirs to know. */
export const offeredPricing = {
  pricing: RateCard.omit({ fallback_multiplier_ppm: true }).optional(),
  tiers: Tiers.nullable(),
};

const termsBeside = {
  trial: z.object({ days: z.int(), included_micros: MicrosTold }).nullable(),
  ...{ grace_days: z.int(), reminder_days: z.array(z.int()), final_notice_days: z.int().optional() },
};
const terms = {
  ...{ ...publicTerms, ...termsBeside, pricing: z.discriminatedUnion("type", [MarkUp, RateCard]) },
  ...{ tiers: Tiers.nullable().optional(), early_bill_micros: MicrosTold.nullable() },
  razorpay_plan_id: z.string().nullable(),
};

export const limitFields = {
  ...{ metric: z.enum(METRICS), window: z.enum(WINDOWS), amount: z.int(), models: z.array(z.string()) },
  ...{ enforcement: z.enum(["hard", "soft"]), alert_at: z.array(z.number()) },
  raise: z.object({ amount: z.int(), until: At }).nullable(),
};
const PlanLimit = named(
  "PlanLimit",
  z.object({ id: Id, tenant_id: Id, scope: z.enum(PLAN_SCOPES), subject_id: Id, ...limitFields, created_at: At }),
  "A bound on what the subscribers of a plan may use in a window.",
);

const about = {
  ...{ id: Id, name: z.string(), currency: z.string(), visibility: z.enum(["public", "hidden"]), version: z.int() },
  ...{ limits: z.array(PlanLimit), archived_at: AtOrNull, created_at: At, updated_at: At },
};
const PlanVersion = named(
  "PlanVersion",
  z.object({ version: z.int(), ...terms, valid_from: At, withdrawn_at: AtOrNull, created_at: At }),
  "Terms that a plan is sold on from `valid_from` on, until the next version is; never, where they were withdrawn before.",
);
const whole = { ...about, ...terms, next_version: PlanVersion.nullable() };
const Plan = named(
  "Plan",
  z.object(whole),
  "What is sold, by its present version, and the version that is to come next.",
);
const PlanWithVersions = named("PlanWithVersions", z.object({ ...whole, versions: z.array(PlanVersion) }));
const OfferedPlan = named(
  "OfferedPlan",
  z.object({ ...about, ...publicTerms, ...termsBeside, ...offeredPricing, current: z.boolean() }),
  "A plan as those who may buy it see it. `current`: the one they are on.",
);

export const planAdminDescribed = adminChapter("Plans", {
  "GET /plans": { summary: "List plans", query: PlanQuery, answers: { 200: pageTold(Plan) } },
  "GET /plans/:id": { summary: "Show a plan with all its versions", answers: { 200: PlanWithVersions } },
  "POST /plans": {
    summary: "Create a plan",
    ...{ body: NewPlan, answers: { 201: Plan }, problems: ["conflict"] },
  },
  "PATCH /plans/:id": {
    summary: "Change a plan",
    description:
      "A change of terms makes a new version, for those who subscribe from then on: at once, or from `valid_from` on. Until then the version before it is sold, and begins cycles; this one can be withdrawn. With `valid_from` and `archived: true` the plan is sold until then. Limits, name and visibility change at once, for every version.",
    ...{ body: PlanPatch, answers: { 200: Plan }, problems: ["conflict"] },
  },
  "DELETE /plans/:id/versions/:version": {
    summary: "Withdraw a version that has not begun",
    description: "The version before it goes on. Its number is not used again.",
    ...{ answers: { 204: null }, problems: ["conflict"] },
  },
});

export const ownPlansDescribed = tenantChapter("Plans on offer", {
  "GET /plans": {
    summary: "List the plans that one may choose from",
    ...{ query: PageQuery, answers: { 200: pageTold(OfferedPlan) } },
  },
});
