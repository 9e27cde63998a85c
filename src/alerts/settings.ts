import { z } from "zod";
import type { TenantId } from "../kernel/id.ts";

const enabled = z.boolean().default(true);
const count = (fallback: number, max: number) => z.int().min(1).max(max).default(fallback);
/** A group of settings, of which each may be left out: it has its default then. */
const group = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape).prefault({} as never);

const Included = {
  enabled,
  alert_at: z.array(z.number().gt(0).max(1)).min(1).max(10).default([0.8, 1]),
};
const SpendAnomaly = {
  enabled,
  /** How many weeks are looked back at, and how many of these a tenant must have been there for. */
  weeks: count(8, 26),
  weeks_min: count(4, 26),
  /** How far from the median, in robust standard deviations, and how many times the median a day must be. */
  score_min: z.number().min(1).max(100).default(6),
  ratio_min: z.number().min(1).max(1_000).default(2),
  /** A day below this is never told of. */
  amount_min_micros_usd: z.int().min(0).max(1_000_000_000_000).default(1_000_000),
};
const Signups = { enabled, hour_min: count(100, 1_000_000), ratio_min: z.number().min(1).max(1_000).default(5) };
const FreeRefusals = { enabled, hour_min: count(100, 1_000_000) };

/** When alerts are raised. What is left out has its default; `enabled: false` raises none of a kind. */
export const AlertSettings = z.strictObject({
  /** Shares of what a plan includes in a cycle, at each of which an alert is due; those of limits are their own `alert_at`. */
  included: group(Included),
  /** A day's spend against the same weekday of the weeks before: see `anomaly.ts`. */
  spend_anomaly: group(SpendAnomaly).refine(({ weeks, weeks_min }) => weeks_min <= weeks, {
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
  signups: group(Signups),
  /** Refusals on free plans of a tenant within an hour. */
  free_refusals: group(FreeRefusals),
  /** Days before the last charge of a subscription, or the end of a mandate. */
  renewals: group({ enabled, days: count(60, 365) }),
  /** Margin of a plan on a model, in ppm of what is charged, below which it is told of. */
  margin: group({ enabled, least_ppm: z.int().min(-1_000_000).max(1_000_000).default(0) }),
});
export type AlertSettings = z.infer<typeof AlertSettings>;

/** As they are stored: a setting that an older build did not know has its default. */
export const storedSettings = (text: string | undefined): AlertSettings =>
  AlertSettings.parse(text === undefined ? {} : JSON.parse(text));

type WithoutDefaults<S> = {
  [Name in keyof S]: S[Name] extends z.ZodDefault<infer Inner> ? z.ZodOptional<Inner> : never;
};

/** The same settings, of which each may be left out and then has no default. */
function some<S extends Readonly<Record<string, z.ZodDefault>>>(shape: S) {
  const fields = Object.entries(shape).map(([name, field]) => [name, z.optional(field.unwrap())] as const);
  // What TypeScript does not see: the names are kept.
  return z.strictObject(Object.fromEntries(fields) as unknown as WithoutDefaults<S>).optional();
}

/** Where a tenant's own bounds differ from the installation's: of what looks at one tenant. What is left out is as it is for everybody. */
export const TenantAlertSettings = z.strictObject({
  included: some(Included),
  spend_anomaly: some(SpendAnomaly),
  signups: some(Signups),
  free_refusals: some(FreeRefusals),
});
export type TenantAlertSettings = z.infer<typeof TenantAlertSettings>;
export type TenantKind = keyof TenantAlertSettings;

/** What holds for a tenant. */
export function inForce<Kind extends TenantKind>(
  kind: Kind,
  all: AlertSettings[Kind],
  own: TenantAlertSettings | undefined,
): AlertSettings[Kind] {
  const differs = Object.entries(own?.[kind] ?? {}).filter(([, value]) => value !== undefined);
  return { ...all, ...Object.fromEntries(differs) };
}

/** The bounds of one kind, which are not the same for every tenant. */
export interface Bounds<Kind extends TenantKind> {
  readonly of: (tenant_id: TenantId) => AlertSettings[Kind];
  /** All that are in force for somebody and not switched off. */
  readonly enabled: readonly AlertSettings[Kind][];
}

export function boundsOf<Kind extends TenantKind>(
  kind: Kind,
  settings: AlertSettings,
  own: ReadonlyMap<TenantId, TenantAlertSettings>,
): Bounds<Kind> {
  const all = settings[kind];
  const differing = new Map([...own].map(([id, differs]) => [id, inForce(kind, all, differs)]));
  return {
    of: (tenant_id) => differing.get(tenant_id) ?? all,
    enabled: [all, ...differing.values()].filter(({ enabled }) => enabled),
  };
}
