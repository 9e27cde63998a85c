import type { Catalog } from "../catalog/catalog.ts";
import { chargeOf } from "../catalog/charge.ts";
import { METERS, NOTHING, type Quantities } from "../catalog/meters.ts";
import { type Instant, instant } from "../kernel/clock.ts";
import type { TenantId } from "../kernel/id.ts";
import { exactSpend, ONE_PPM, type RateMicros, spendOf, USD_RATE } from "../kernel/money.ts";
import { windowAt } from "../kernel/windows.ts";

/** Those of a tenant's customers whose cycles began together, and the version of a plan that is in force for them. */
export interface Subscribers {
  readonly tenant_id: TenantId;
  readonly timezone: string;
  readonly currency: string;
  readonly plan_version_id: string | null;
  readonly default_plan_id: string | null;
  readonly cycle_start: number | null;
  readonly cycle_end: number | null;
  readonly customers: number;
}

/** What a tenant lately used of a model, in all and in how many calls. */
export interface Mix {
  readonly tenant_id: TenantId;
  readonly model: string;
  readonly requests: number;
  readonly quantities: Quantities;
}

/** What a plan earns on a model as it is used: for a thousand calls of average size. */
export interface Margin {
  readonly plan_id: string;
  readonly plan_version_id: string;
  readonly model: string;
  readonly currency: string;
  readonly customers: number;
  readonly charged_micros: number;
  readonly cost_micros: number;
  /** (charged − cost) ÷ charged. */
  readonly margin_ppm: number;
  /** The rate that is frozen in the cycle that is charged by the lowest, and the one in force now. */
  readonly rate_micros: RateMicros;
  readonly present_rate_micros: RateMicros;
  readonly price_version: string;
}

const CALLS = 1_000n;

/**
 * The margin of every plan that somebody is on, by each model that its customers lately used: at the provider's prices of now and the exchange
 * rate of now, against what the plan charges at the rate that is frozen in its cycles. Tiers and base fees are left out: it is what the next
 * call earns at list. Plans that charge nothing for use are no plans to earn by.
 */
export function marginsOf(
  catalog: Catalog,
  subscribers: readonly Subscribers[],
  mixes: readonly Mix[],
  now: Instant,
): readonly Margin[] {
  const byVersion = Map.groupBy(
    subscribers.flatMap((group) => {
      const version = catalog.versionFor({ payer: group, tenant: group }, now);
      const terms = version && frozenTerms(catalog, group, version.id, now);
      return terms ? [{ ...group, version, terms }] : [];
    }),
    ({ version, currency }) => `${version.id} ${currency}`,
  );
  return [...byVersion.values()].flatMap((groups) => {
    const lowest = groups.reduce((a, b) => (b.terms.rate_micros < a.terms.rate_micros ? b : a));
    const { version, currency, terms } = lowest;
    const present_rate_micros = currency === "USD" ? USD_RATE : catalog.rateAt(currency, now, now)?.rate_micros;
    if (present_rate_micros === undefined) return [];
    const tenants = new Set(groups.map(({ tenant_id }) => tenant_id));
    const customers = groups.reduce((sum, group) => sum + group.customers, 0);
    return averageCalls(mixes.filter(({ tenant_id }) => tenants.has(tenant_id))).flatMap(({ model, quantities }) => {
      const sampling = { model, quantities, list: "standard", geo: "", batch: false } as const;
      const context = { tenant_id: "", at: now, fallback_model: model, terms };
      const charge = chargeOf(catalog, [sampling], context);
      if (!charge || charge.exact === 0n) return [];
      const cost = exactSpend(charge.pico_usd, { rate_micros: present_rate_micros, multiplier_ppm: ONE_PPM });
      return {
        ...{ plan_id: version.plan_id, plan_version_id: version.id, model, currency, customers },
        charged_micros: spendOf(charge.exact * CALLS),
        cost_micros: spendOf(cost * CALLS),
        margin_ppm: Number(((charge.exact - cost) * BigInt(ONE_PPM)) / charge.exact),
        ...{ rate_micros: terms.rate_micros, present_rate_micros, price_version: charge.version },
      };
    });
  });
}

/** The terms of a group's present cycle; where that is over and the next has not begun, the month's. Null where there is no rate yet. */
function frozenTerms(catalog: Catalog, group: Subscribers, plan_version_id: string, now: Instant) {
  const { currency, timezone, cycle_start, cycle_end } = group;
  const over = cycle_end !== null && cycle_end <= now;
  const start = over || cycle_start === null ? windowAt("month", now, timezone).start : instant(cycle_start);
  if (currency !== "USD" && !catalog.rateAt(currency, start, now)) return null;
  return catalog.terms(now, { currency, timezone, plan_version_id, default_plan_id: null, cycle_start: start });
}

/** By model, one call of average size: what a price tier goes by is a call's prompt, and not a week's. */
function averageCalls(mixes: readonly Mix[]): { readonly model: string; readonly quantities: Quantities }[] {
  return [...Map.groupBy(mixes, ({ model }) => model)].flatMap(([model, used]) => {
    const requests = used.reduce((sum, mix) => sum + mix.requests, 0);
    if (!requests) return [];
    const quantities = { ...NOTHING };
    for (const meter of METERS)
      quantities[meter] = Math.round(used.reduce((sum, mix) => sum + mix.quantities[meter], 0) / requests);
    return [{ model, quantities }];
  });
}
