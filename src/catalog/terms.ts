import type { Instant } from "../kernel/clock.ts";
import { ONE_PPM, type Ppm, type RateMicros, type Terms, USD_RATE } from "../kernel/money.ts";
import { Problem } from "../kernel/problems.ts";
import { windowAt } from "../kernel/windows.ts";

export interface FxRate {
  readonly currency: string;
  readonly rate_micros: RateMicros;
  readonly valid_from: number;
}

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly multiplier_ppm: Ppm;
}

/**
 * How cost becomes spend for a tenant at an instant: the plan's mark-up (none without a plan), and the exchange rate that
 * was in force when the cycle of that instant began, so that what is held, shown and billed is one number. Where the first
 * rate came after that, it is the first rate. Throws `fx_rate_missing` where there is none at all.
 */
export function termsAt(
  at: Instant,
  tenant: { readonly currency: string; readonly timezone: string; readonly default_plan_id: string | null },
  rates: readonly FxRate[],
  plans: ReadonlyMap<string, Plan>,
): Terms {
  const { currency, timezone, default_plan_id } = tenant;
  const multiplier_ppm = plans.get(default_plan_id ?? "")?.multiplier_ppm ?? ONE_PPM;
  if (currency === "USD") return { currency, rate_micros: USD_RATE, multiplier_ppm };

  const own = rates.filter((rate) => rate.currency === currency).sort((a, b) => a.valid_from - b.valid_from);
  const frozen = own.findLast((rate) => rate.valid_from <= windowAt("cycle", at, timezone).start) ?? own[0];
  if (!frozen || frozen.valid_from > at) {
    throw new Problem("fx_rate_missing", {
      message: `There is no exchange rate from USD to ${currency}. The operator sets one with POST /api/admin/fx_rates.`,
    });
  }
  return { currency, rate_micros: frozen.rate_micros, multiplier_ppm };
}
