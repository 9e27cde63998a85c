import { z } from "zod";

const enabled = z.boolean().default(true);
const count = (fallback: number, max: number) => z.int().min(1).max(max).default(fallback);
/** A group of settings, of which each may be left out: it has its default then. */
const group = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape).prefault({} as never);

/** When alerts are raised. What is left out has its default; `enabled: false` raises none of a kind. */
export const AlertSettings = z.strictObject({
  /** Shares of what a plan includes in a cycle, at each of which an alert is due; those of limits are their own `alert_at`. */
  included: group({
    enabled,
    alert_at: z.array(z.number().gt(0).max(1)).min(1).max(10).default([0.8, 1]),
  }),
  /** A day's spend against the same weekday of the weeks before: see `anomaly.ts`. */
  spend_anomaly: group({
    enabled,
    /** How many weeks are looked back at, and how many of these a tenant must have been there for. */
    weeks: count(8, 26),
    weeks_min: count(4, 26),
    /** How far from the median, in robust standard deviations, and how many times the median a day must be. */
    score_min: z.number().min(1).max(100).default(6),
    ratio_min: z.number().min(1).max(1_000).default(2),
    /** A day below this is never told of. */
    amount_min_micros_usd: z.int().min(0).max(1_000_000_000_000).default(1_000_000),
  }).refine(({ weeks, weeks_min }) => weeks_min <= weeks, {
    path: ["weeks_min"],
    error: "must not be more than weeks",
  }),
  /** The share of failed calls among those sent to the provider. */
  upstream_errors: group({
    enabled,
    window_minutes: count(5, 60),
    calls_min: count(20, 1_000_000),
    share_min: z.number().gt(0).max(1).default(0.2),
  }),
  /** No webhook of Razorpay's for so long, while this many payments came of which one was due. */
  webhooks_silent: group({ enabled, hours: count(6, 168), due_min: count(1, 1_000) }),
  /** New users of a tenant within an hour, on a plan that is free: at least so many, and so many times what is usual. */
  signups: group({ enabled, hour_min: count(100, 1_000_000), ratio_min: z.number().min(1).max(1_000).default(5) }),
  /** Refusals on free plans of a tenant within an hour. */
  free_refusals: group({ enabled, hour_min: count(100, 1_000_000) }),
  /** Days before the last charge of a subscription, or the end of a mandate. */
  renewals: group({ enabled, days: count(60, 365) }),
  /** Margin of a plan on a model, in ppm of what is charged, below which it is told of. */
  margin: group({ enabled, least_ppm: z.int().min(-1_000_000).max(1_000_000).default(0) }),
});
export type AlertSettings = z.infer<typeof AlertSettings>;

/** As they are stored: a setting that an older build did not know has its default. */
export const storedSettings = (text: string | undefined): AlertSettings =>
  AlertSettings.parse(text === undefined ? {} : JSON.parse(text));
