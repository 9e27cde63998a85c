import { z } from "zod";
import { Glob, Time } from "../http/fields.ts";
import { METRICS } from "../kernel/metrics.ts";
import { WINDOWS } from "../kernel/windows.ts";

/** A bound on what a subject may use in a window, as it is asked for: by itself, or as part of a plan. */
export const NewLimit = z.strictObject({
  metric: z.enum(METRICS),
  window: z.enum(WINDOWS),
  amount: z.int().min(0),
  models: z
    .array(Glob)
    .max(20)
    .default([])
    // Every model is one set of models, however it is written: its counter must be one, too.
    .transform((globs) => (globs.includes("*") ? [] : [...new Set(globs)].sort())),
  enforcement: z.enum(["hard", "soft"]).default("hard"),
  alert_at: z.array(z.number().gt(0).max(10)).max(10).default([]),
  raise: z
    .strictObject({ amount: z.int().min(0), until: Time })
    .nullable()
    .default(null),
});
export type NewLimit = z.infer<typeof NewLimit>;

/** Whom a plan's limits count: each of its subscribers, each user of each of them, or all of them together. */
export const PLAN_SCOPES = ["plan", "plan_each_user", "plan_pool"] as const;
export type PlanScope = (typeof PLAN_SCOPES)[number];

const NewPlanLimit = NewLimit.extend({ scope: z.enum(PLAN_SCOPES).default("plan") });
export type NewPlanLimit = z.infer<typeof NewPlanLimit>;

const LIMITS_MAX = 50;

/** One limit for each metric, window and set of models: two would be one counter with two bounds. */
const isOncePerCounter = (limits: readonly (NewLimit & { readonly scope?: string })[]): boolean =>
  new Set(limits.map(({ scope, metric, window, models }) => `${scope} ${metric} ${window} ${models}`)).size ===
  limits.length;
const TWICE = "has two limits of the same metric, window and models";

export const NewLimits = z.array(NewLimit).max(LIMITS_MAX).refine(isOncePerCounter, { error: TWICE });
/** The limits in the body of a plan. */
export const NewPlanLimits = z.array(NewPlanLimit).max(LIMITS_MAX).refine(isOncePerCounter, { error: TWICE });
