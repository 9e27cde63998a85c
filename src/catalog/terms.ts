import type { Instant } from "../kernel/clock.ts";
import { ONE_PPM, type RateMicros, type Terms, USD_RATE } from "../kernel/money.ts";
import { Problem } from "../kernel/problems.ts";
import { windowAt } from "../kernel/windows.ts";
import type { PlanVersion } from "./plan.ts";

export interface FxRate {
  readonly currency: string;
  readonly rate_micros: RateMicros;
  readonly valid_from: number;
  readonly source?: string;
}

/** What bears on how cost becomes spend: the version of a plan that is in force, and the cycle whose rate is frozen. */
export interface InForce {
  readonly currency: string;
  readonly timezone: string;
  /** Null: no plan, so spend is cost. */
  readonly plan_version_id: string | null;
  /** The customer's cycle; null where it has none: then it is the calendar month. */
  readonly cycle_start: number | null;
}

/** Terms, with the version of the plan that a rate card and tiers are found by. */
export interface TermsInForce extends Terms {
  /** Absent from calls that were held before there were rate cards. */
  readonly plan_version_id?: string | null;
}

/**
 * How cost becomes spend at an instant: the plan's mark-up (none without a plan; with a rate card, that of what
 * the card does not name), and the exchange rate that was in force when the cycle of
 * that instant began, so that what is held, shown and billed is one number. Where the first rate came after that, it is the first rate. Throws
 * `fx_rate_missing` where there is none at all.
 */
export function termsAt(
  at: Instant,
  { currency, timezone, plan_version_id, cycle_start }: InForce,
  rates: readonly FxRate[],
  versions: ReadonlyMap<string, Pick<PlanVersion, "terms">>,
): TermsInForce {
  const pricing = versions.get(plan_version_id ?? "")?.terms.pricing;
  const factor = pricing?.type === "rate_card" ? pricing.fallback_multiplier_ppm : pricing?.multiplier_ppm;
  const multiplier_ppm = factor ?? ONE_PPM;
  if (currency === "USD") return { currency, rate_micros: USD_RATE, multiplier_ppm, plan_version_id };
  const start = cycle_start !== null && cycle_start <= at ? cycle_start : windowAt("cycle", at, timezone).start;
  const frozen = frozenRate(currency, start, at, rates);
  if (!frozen) {
    throw new Problem("fx_rate_missing", {
      message: `There is no exchange rate from USD to ${currency}. The operator sets one with POST /api/admin/fx_rates.`,
    });
  }
  return { currency, rate_micros: frozen.rate_micros, multiplier_ppm, plan_version_id };
}

/** The rate that a cycle keeps: the one in force at its start, or the first there was; undefined where there is none at `at`. */
export function frozenRate(currency: string, start: number, at: number, rates: readonly FxRate[]): FxRate | undefined {
  const own = rates.filter((rate) => rate.currency === currency).sort((a, b) => a.valid_from - b.valid_from);
  const frozen = own.findLast((rate) => rate.valid_from <= start) ?? own[0];
  return frozen && frozen.valid_from <= at ? frozen : undefined;
}
