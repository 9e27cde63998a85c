import { z } from "zod";
import type { PlanTerms } from "../db/schema/catalog.ts";
import { Currency, Name, Time } from "../http/fields.ts";
import { iso, isoOrNull } from "../kernel/clock.ts";
import { type Micros, micros, ONE_PPM, type Paise, type Ppm, paise } from "../kernel/money.ts";
import { Problem } from "../kernel/problems.ts";
import { NewPlanLimits } from "./new-limit.ts";
import { NewRateCard } from "./rate-card.ts";
import { Tiers } from "./tiers.ts";

/** A plan, whatever its terms are; see `PlanVersion`. */
export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly visibility: "public" | "hidden";
  /** The version that was made last, which may hold only later. */
  readonly version: number;
  /** From then on it is sold to nobody new. */
  readonly archived_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

export interface PlanVersion {
  readonly id: string;
  readonly plan_id: string;
  readonly version: number;
  readonly terms: PlanTerms;
  readonly valid_from: number;
  readonly withdrawn_at: number | null;
  readonly created_at: number;
}

/** A plan with the version of it that is sold at some instant. */
export interface SoldPlan {
  readonly plan: Plan;
  readonly version: PlanVersion;
}

export const isOnSale = ({ archived_at }: Plan, at: number): boolean => archived_at === null || archived_at > at;

export const versionIdOf = (plan_id: string, version: number): string => `${plan_id}.${version}`;
export const planIdOf = (version_id: string): string => version_id.slice(0, version_id.lastIndexOf("."));

/** ₹1 crore: no automatic debit of any method goes beyond it. */
const PRICE_MAX_PAISE = 1_000_000_000;
const AMOUNT_MAX_MICROS = 1_000_000_000_000_000;
const AMOUNT = z.int().min(0).max(AMOUNT_MAX_MICROS).transform(micros);
const DAYS_MAX = 365;

const MarkUp = z.strictObject({
  type: z.literal("markup"),
  multiplier_ppm: z
    .int()
    .min(0)
    .max(1000 * ONE_PPM)
    .transform((value) => value as Ppm),
});

const Fields = {
  name: Name,
  currency: Currency,
  visibility: z.enum(["public", "hidden"]),
  period: z.enum(["daily", "weekly", "monthly", "quarterly", "yearly"]),
  interval: z.int().min(1).max(365),
  price_paise: z.int().min(0).max(PRICE_MAX_PAISE).transform(paise),
  tax: z.enum(["inclusive", "exclusive"]),
  included_micros: AMOUNT,
  pricing: z.discriminatedUnion("type", [MarkUp, NewRateCard]),
  tiers: Tiers.nullable(),
  overage: z.strictObject({ enabled: z.boolean().default(false), cap_micros: AMOUNT.default(micros(0)) }),
  limits: NewPlanLimits,
  unit: z.strictObject({ name: Name, micros: z.int().min(1).max(AMOUNT_MAX_MICROS).transform(micros) }).nullable(),
  trial: z.strictObject({ days: z.int().min(1).max(DAYS_MAX), included_micros: AMOUNT }).nullable(),
  collection: z.enum(["subscription", "mandate", "prepaid"]),
  grace_days: z.int().min(0).max(90),
  reminder_days: z.array(z.int().min(0).max(90)).max(10),
  final_notice_days: z.int().min(0).max(30),
  early_bill_micros: z.int().min(1).max(AMOUNT_MAX_MICROS).transform(micros).nullable(),
  razorpay_plan_id: z
    .string()
    .regex(/^plan_[A-Za-z0-9]{14}$/, "must be the id of a plan at Razorpay: plan_ and fourteen letters or digits")
    .nullable(),
};

export const NewPlan = z.strictObject({
  ...Fields,
  currency: Fields.currency.default("INR"),
  visibility: Fields.visibility.default("public"),
  period: Fields.period.default("monthly"),
  interval: Fields.interval.default(1),
  price_paise: Fields.price_paise.default(paise(0)),
  tax: Fields.tax.default("exclusive"),
  included_micros: Fields.included_micros.default(micros(0)),
  tiers: Fields.tiers.default(null),
  overage: Fields.overage.default({ enabled: false, cap_micros: micros(0) }),
  limits: Fields.limits.default([]),
  unit: Fields.unit.default(null),
  trial: Fields.trial.default(null),
  collection: Fields.collection.optional(),
  grace_days: Fields.grace_days.default(7),
  reminder_days: Fields.reminder_days.default([0, 3, 6]),
  final_notice_days: Fields.final_notice_days.default(1),
  early_bill_micros: Fields.early_bill_micros.default(null),
  razorpay_plan_id: Fields.razorpay_plan_id.default(null),
});
export type NewPlan = z.infer<typeof NewPlan>;

const { currency: _, ...changeable } = Fields;
const AT_ONCE = "changes at once, for every version: send it by itself, or leave valid_from out";
export const PlanChanges = z.strictObject({ ...changeable, archived: z.boolean(), valid_from: Time }).partial();
/** With `valid_from`, the terms change (or the plan is archived) from then on, and not before. */
export const PlanPatch = PlanChanges.superRefine((patch, context) => {
  if (patch.valid_from === undefined) return;
  for (const name of ["name", "visibility", "limits"] as const)
    if (patch[name] !== undefined) context.addIssue({ code: "custom", path: [name], message: AT_ONCE });
  if (patch.archived === false)
    context.addIssue({
      code: "custom",
      path: ["archived"],
      message: "a plan is sold again at once: leave valid_from out",
    });
});
export type PlanPatch = z.infer<typeof PlanPatch>;

/** What of a plan is not in its terms: it does not make a version, and holds for all of them. */
type Beside = "name" | "visibility" | "limits";

/** The terms that a plan's fields come to. A plan with a price is collected by a subscription unless it says otherwise; one without is prepaid. */
export function termsOf(fields: Omit<NewPlan, Beside>): PlanTerms {
  const { currency, ...rest } = fields;
  const terms: PlanTerms = {
    ...rest,
    collection: rest.collection ?? (rest.price_paise > 0 ? "subscription" : "prepaid"),
    reminder_days: [...new Set(rest.reminder_days)].sort((a, b) => a - b),
  };
  assertSellable(terms, currency);
  return terms;
}

/** What is wrong with terms as a whole, each with what to do about it. */
function assertSellable(terms: PlanTerms, currency: string): void {
  const wrong: string[] = [];
  const { collection, price_paise, period, interval, overage, trial } = terms;
  if (collection === "prepaid" && price_paise > 0)
    wrong.push("price_paise: a prepaid plan has no base price; choose the collection subscription or mandate");
  if (collection === "prepaid" && overage.enabled)
    wrong.push("overage: a prepaid plan is paid in advance and has no overage");
  if (collection === "subscription" && price_paise < 100)
    wrong.push("price_paise: what a subscription charges is at least 100 (Razorpay takes no less)");
  if (collection === "mandate" && currency !== "INR") wrong.push("currency: mandates exist in INR only");
  if (period === "daily" && interval < 7) wrong.push("interval: Razorpay bills daily plans every 7 days or more");
  if (overage.enabled && overage.cap_micros === 0)
    wrong.push("overage.cap_micros: overage needs a cap: how much may a customer owe in a cycle?");
  if (trial && collection === "prepaid")
    wrong.push("trial: is for plans with a base price, of the collection subscription or mandate");
  if (wrong.length) throw new Problem("invalid_request", { message: wrong.join("; ") });
}

/** The terms with some fields changed: of a new version. */
export const patchedTerms = (terms: PlanTerms, currency: string, patch: PlanPatch): PlanTerms => {
  const { name: _name, visibility: _visibility, limits: _limits, ...terms_patch } = patch;
  const { archived: _archived, valid_from: _valid_from, ...changes } = terms_patch;
  return termsOf({ ...(terms as Omit<NewPlan, Beside>), currency, ...changes });
};

export const isFree = ({ price_paise }: Pick<PlanTerms, "price_paise">): boolean => price_paise === 0;

/** Net of GST at 18 %, in micros: what of a gross amount is ours. Rounded down, so that no debit is asked to carry more than it can. */
export const netOfGst = (gross: Paise): Micros => micros((BigInt(gross) * 10_000n * 100n) / 118n);

export const presentVersion = ({ version, terms, valid_from, withdrawn_at, created_at }: PlanVersion) => ({
  ...{ version, ...terms },
  /** The first version has been sold since the plan was made. */
  ...{ valid_from: iso(valid_from || created_at), withdrawn_at: isoOrNull(withdrawn_at), created_at: iso(created_at) },
});

/** What a plan's pricing says to those who buy it: the prices of a card, and nothing of what is added to cost. */
export const offeredPricing = ({ pricing, tiers }: PlanTerms) => ({
  ...(pricing.type === "rate_card" && { pricing: { type: pricing.type, rates: pricing.rates } }),
  tiers: tiers ?? null,
});

export const presentPlan = ({ plan, version }: SoldPlan, limits: readonly unknown[]) => ({
  id: plan.id,
  name: plan.name,
  currency: plan.currency,
  visibility: plan.visibility,
  version: version.version,
  ...version.terms,
  limits,
  archived_at: isoOrNull(plan.archived_at),
  created_at: iso(plan.created_at),
  updated_at: iso(plan.updated_at),
});
