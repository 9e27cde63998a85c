import type { Plan } from "../../shared/openapi.ts";
import { microsOf, paiseOf } from "../kit/amount.ts";
import type { MarginRow } from "../usage/reports.ts";
import { multiplierOf, type PlanForm } from "./plan-form.ts";

/** What somebody pays for a month's use: the base price, and what goes beyond what is included. In micros, without tax. */
export interface Paid {
  readonly base: number;
  readonly use: number;
  readonly beyond: number;
  readonly sum: number;
}

export interface Effect {
  readonly tenant_id: string;
  readonly tenant_name: string;
  readonly before: Paid;
  readonly after: Paid;
}

interface Charging {
  readonly base: number;
  readonly included: number;
  readonly goesOn: boolean;
  readonly cap: number;
}

/** Days of a period, so that a price of a year is compared with a month's use. */
const DAYS: Readonly<Record<string, number>> = { daily: 1, weekly: 7, monthly: 30, quarterly: 91, yearly: 365 };
export const MONTH_DAYS = 30;
const share = (period: string, interval: number): number =>
  MONTH_DAYS / ((DAYS[period] ?? MONTH_DAYS) * Math.max(interval, 1));

const paidOf = ({ base, included, goesOn, cap }: Charging, use: number): Paid => {
  const beyond = goesOn ? Math.min(cap, Math.max(0, use - included)) : 0;
  return { base, use: goesOn ? use : Math.min(use, Math.max(included, 0)), beyond, sum: base + beyond };
};

/**
 * What the tenants on a plan would have paid for the use of the last month by the new terms, beside what they paid by the old: at the cost of
 * then, since a mark-up is on cost. Null where use is charged by prices of its own, which only the gateway can apply.
 */
export function effectOf(plan: Plan, form: PlanForm, rows: readonly MarginRow[]): readonly Effect[] | null {
  const [price, included, cap] = [
    paiseOf(form.price || "0"),
    microsOf(form.included || "0"),
    microsOf(form.cap || "0"),
  ];
  const multiplier = form.pricing === "markup" ? multiplierOf(form.above) : null;
  if (multiplier === null || Number.isNaN(multiplier) || price === null || included === null || cap === null)
    return null;
  const [shareBefore, shareAfter] = [share(plan.period, plan.interval), share(form.period, Number(form.interval) || 1)];
  const old: Charging = {
    ...{ base: plan.price_paise * 10_000 * shareBefore, included: plan.included_micros * shareBefore },
    ...{ goesOn: plan.overage.enabled, cap: plan.overage.cap_micros * shareBefore },
  };
  const next: Charging = {
    ...{ base: price * 10_000 * shareAfter, included: included * shareAfter },
    ...{ goesOn: form.overage, cap: cap * shareAfter },
  };
  return rows
    .filter(({ currency, plan_version_id }) => currency === plan.currency && plan_version_id?.startsWith(`${plan.id}.`))
    .map((row) => ({
      tenant_id: row.tenant_id ?? "",
      tenant_name: row.tenant_name ?? row.tenant_id ?? "",
      before: paidOf(old, row.spend_micros),
      after: paidOf(next, Math.round((row.cost_micros * multiplier) / 1_000_000)),
    }))
    .sort((a, b) => Math.abs(b.after.sum - b.before.sum) - Math.abs(a.after.sum - a.before.sum));
}
