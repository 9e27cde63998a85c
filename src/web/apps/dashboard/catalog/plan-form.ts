import type { CardRate, Plan, PlanWithVersions, Routes } from "../../shared/openapi.ts";
import { microsOrText, paiseOrText, unitsOfMicros, unitsOfPaise, wholeOrText } from "../kit/amount.ts";

/** A plan as it stands in the form: amounts as people write them. */
export interface PlanForm {
  readonly name: string;
  readonly currency: string;
  readonly visibility: Plan["visibility"];
  readonly price: string;
  readonly tax: Plan["tax"];
  readonly period: Plan["period"];
  readonly interval: string;
  readonly included: string;
  readonly pricing: Plan["pricing"]["type"];
  /** Per cent above cost. */
  readonly above: string;
  readonly rates: string;
  /** Per cent above cost for what no rate names; empty where that is refused. */
  readonly fallback: string;
  readonly tiers: string;
  readonly limits: string;
  readonly overage: boolean;
  readonly cap: string;
  readonly trial_days: string;
  readonly trial_included: string;
  readonly collection: Plan["collection"];
  readonly grace_days: string;
  /** From when on a change holds; empty for now. */
  readonly valid_from: string;
}

export const BLANK: PlanForm = {
  ...{ name: "", currency: "INR", visibility: "public", price: "", tax: "exclusive", period: "monthly" },
  ...{
    interval: "1",
    included: "",
    pricing: "markup",
    above: "20",
    rates: "[]",
    fallback: "",
    tiers: "",
    limits: "[]",
  },
  ...{ overage: false, cap: "", trial_days: "", trial_included: "", collection: "subscription", grace_days: "7" },
  valid_from: "",
};

const json = (value: unknown): string => JSON.stringify(value, null, 2);

export const formOf = (plan: Plan): PlanForm => ({
  ...{ name: plan.name, currency: plan.currency, visibility: plan.visibility, tax: plan.tax, period: plan.period },
  ...{ price: unitsOfPaise(plan.price_paise), interval: String(plan.interval), collection: plan.collection },
  included: unitsOfMicros(plan.included_micros),
  pricing: plan.pricing.type,
  above: plan.pricing.type === "markup" ? aboveOf(plan.pricing.multiplier_ppm) : "20",
  rates: plan.pricing.type === "rate_card" ? json(plan.pricing.rates) : "[]",
  fallback:
    plan.pricing.type === "rate_card" && plan.pricing.fallback_multiplier_ppm !== null
      ? aboveOf(plan.pricing.fallback_multiplier_ppm)
      : "",
  ...{ tiers: plan.tiers ? json(plan.tiers) : "", limits: json(plan.limits.map(asAsked)) },
  ...{ overage: plan.overage.enabled, cap: unitsOfMicros(plan.overage.cap_micros) },
  trial_days: plan.trial ? String(plan.trial.days) : "",
  trial_included: plan.trial ? unitsOfMicros(plan.trial.included_micros) : "",
  grace_days: String(plan.grace_days),
  valid_from: "",
});

/** What a change begins with: the terms that are sold now, or the last of those that are to come, which it follows. */
export function beginningOf(plan: PlanWithVersions): PlanForm {
  const last = plan.versions.findLast(({ withdrawn_at }) => withdrawn_at === null);
  return formOf({ ...plan, ...last });
}

/** A limit as it is asked for: without what the server adds. */
const ASKED = ["metric", "window", "amount", "models", "enforcement", "alert_at", "raise", "scope"];
const asAsked = (limit: unknown) =>
  Object.fromEntries(Object.entries(limit as object).filter(([name]) => ASKED.includes(name)));

/** What is no JSON is sent as text: the API says what it should be, beside its field. */
function parsed<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return text as T;
  }
}
const aboveOf = (multiplier_ppm: number): string => String((multiplier_ppm - 1_000_000) / 10_000);
const multiplierOf = (above: string): number => Math.round((100 + Number(above || Number.NaN)) * 10_000);

type Terms = Routes["PATCH /api/admin/plans/{id}"]["body"];

/** What is sent. */
export const fieldsOf = (form: PlanForm) => ({
  ...{ name: form.name, visibility: form.visibility, tax: form.tax, period: form.period, collection: form.collection },
  ...{ price_paise: paiseOrText(form.price || "0"), included_micros: microsOrText(form.included || "0") },
  ...{ interval: wholeOrText(form.interval), grace_days: wholeOrText(form.grace_days) },
  pricing:
    form.pricing === "markup"
      ? { type: "markup" as const, multiplier_ppm: multiplierOf(form.above) }
      : {
          type: "rate_card" as const,
          rates: parsed<readonly CardRate[]>(form.rates),
          fallback_multiplier_ppm: form.fallback.trim() ? multiplierOf(form.fallback) : null,
        },
  tiers: form.tiers.trim() ? parsed<Terms["tiers"]>(form.tiers) : null,
  limits: parsed<Terms["limits"]>(form.limits || "[]"),
  overage: { enabled: form.overage, cap_micros: form.overage ? microsOrText(form.cap) : 0 },
  trial: form.trial_days.trim()
    ? { days: wholeOrText(form.trial_days), included_micros: microsOrText(form.trial_included || "0") }
    : null,
});

/** What is sent of a change. Only terms can wait for a date: all else of a plan changes at once. */
export function changeOf(form: PlanForm) {
  const { name, visibility, limits, ...terms } = fieldsOf(form);
  return form.valid_from
    ? { ...terms, valid_from: new Date(form.valid_from).toISOString() }
    : { ...terms, name, visibility, limits };
}
