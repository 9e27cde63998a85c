import type { Catalog } from "../../catalog/catalog.ts";
import { chargeOf } from "../../catalog/charge.ts";
import { METERS, NOTHING, type Sampling } from "../../catalog/meters.ts";
import { isOnCard } from "../../catalog/rate-card.ts";
import { tieredSpend } from "../../catalog/tiers.ts";
import type { PlanTerms } from "../../db/schema/catalog.ts";
import { instant } from "../../kernel/clock.ts";
import {
  divideHalfUp,
  exactSpend,
  type Micros,
  micros,
  ONE_PPM,
  type Ppm,
  picoUsd,
  type RateMicros,
  spendOf,
  USD_RATE,
} from "../../kernel/money.ts";
import { COLUMN, type ModelUse } from "./used.ts";

/** A cycle whose use is priced again. */
export interface PricedCycle {
  readonly tenant_id: string;
  readonly start_at: number;
  readonly end_at: number;
  readonly rate_micros: RateMicros | null;
}

export interface Repriced {
  readonly use_micros: Micros;
  /** What that use costs the operator. */
  readonly cost_micros: Micros;
  /** It was reckoned from sums of tokens; what is marked up on cost is exact but for the rounding of each call. */
  readonly estimated: boolean;
  /** Models that were used and would be refused: the card has no price for them. */
  readonly unpriced: readonly string[];
}

/** What the use of a cycle comes to by these terms, tiers and all. */
export function repriced(
  { book }: Pick<Catalog, "book">,
  terms: PlanTerms,
  cycle: PricedCycle,
  used: readonly ModelUse[],
): Repriced {
  const { pricing, tiers } = terms;
  const isPriced = ({ model }: ModelUse) => pricing.type === "markup" || isOnCard(pricing, model);
  const served = used.filter(isPriced);
  const exact = served.reduce(
    (sum, use) =>
      sum +
      (pricing.type === "markup"
        ? markedUp(use, pricing.multiplier_ppm)
        : byCard({ book, terms, cycle }, use, pricing.fallback_multiplier_ppm)),
    0n,
  );
  const list = spendOf(exact);
  return {
    use_micros: tiers ? tieredSpend(tiers, 0, list) : list,
    cost_micros: micros(served.reduce((sum, { figures }) => sum + figures.cost_micros, 0)),
    estimated: pricing.type === "rate_card",
    unpriced: used.filter((use) => !isPriced(use)).map(({ model }) => model),
  };
}

/** The cost is in the currency of the plan already, at the rate of its cycle. */
const markedUp = ({ figures }: ModelUse, multiplier_ppm: Ppm): bigint =>
  exactSpend(picoUsd(BigInt(figures.cost_micros) * 1_000_000n), { rate_micros: USD_RATE, multiplier_ppm });

const PREVIEWED = "previewed";

/**
 * By a card, at its prices for the sums of tokens. Prompt tiers go by the average prompt; what calls were multiplied by (batches, regions) is seen
 * from what they cost, unless the provider's prices changed in the cycle.
 */
function byCard(
  at: { readonly book: Catalog["book"]; readonly terms: PlanTerms; readonly cycle: PricedCycle },
  use: ModelUse,
  fallback_ppm: Ppm | null,
): bigint {
  const { book, terms, cycle } = at;
  const { model, figures } = use;
  const quantities = { ...NOTHING };
  for (const meter of METERS) quantities[meter] = Math.max(0, figures[COLUMN[meter]]);
  const sampling: Sampling = {
    ...{ model, quantities, list: "standard", geo: "", batch: false },
    calls: Math.max(1, figures.requests),
  };
  const version = { id: PREVIEWED, plan_id: "", version: 0, terms, valid_from: 0, withdrawn_at: null, created_at: 0 };
  const pricer = { book, planVersion: () => version };
  const [charge, before] = [cycle.end_at - 1, cycle.start_at].map((instantMs) =>
    chargeOf(pricer, [sampling], {
      ...{ tenant_id: cycle.tenant_id, at: instant(instantMs), fallback_model: model },
      terms: { rate_micros: cycle.rate_micros ?? USD_RATE, multiplier_ppm: ONE_PPM, plan_version_id: PREVIEWED },
    }),
  );
  if (!charge) return markedUp(use, fallback_ppm ?? ONE_PPM);
  const isSteady = before?.version === charge.version && charge.pico_usd > 0n;
  return isSteady
    ? divideHalfUp(charge.exact * BigInt(figures.cost_micros_usd) * 1_000_000n, charge.pico_usd)
    : charge.exact;
}
