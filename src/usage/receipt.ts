import { z } from "zod";
import { type Charge, chargeOf, type Pricer } from "../catalog/charge.ts";
import { METERS, type Meter, type Quantities } from "../catalog/meters.ts";
import type { PricedSampling } from "../catalog/price-book.ts";
import { tieredSpend } from "../catalog/tiers.ts";
import type { Tier } from "../db/schema.ts";
import { costMicros, type PicoUsd, spendOf, toDecimal, usdPerMillion } from "../kernel/money.ts";
import { type CostVisibility, factor, type UsageEvent, usd } from "./event.ts";
import { exactAmount, presentCharges, presentTiers } from "./receipt-charges.ts";

/** What a call used and, for whoever may see it, what it was priced at: found again in the catalog, so that a person can check it. */
export interface Priced {
  readonly samplings: readonly PricedSampling[];
  readonly charge: Charge;
  readonly exact: PicoUsd;
  readonly cost_micros_usd: number;
  /** What it comes to for its tenant before tiers: nothing for what nobody reported. */
  readonly list_micros: number;
  /** What its tenant owes for it, where it lay in its cycle. */
  readonly owed_micros: number;
  readonly version: string;
}

/**
 * Prices a stored call again: by the book at the instant of its admission, at the terms that it was admitted under. Null where the book
 * has no price for it.
 */
export function priceAgain(event: UsageEvent, pricer: Pricer): Priced | null {
  const charge = chargeOf(pricer, event.samplings, {
    ...{ tenant_id: event.tenant_id, at: event.admitted_at, fallback_model: event.asked_model, terms: event },
  });
  if (!charge) return null;
  const list_micros = isEstimated(event) ? 0 : spendOf(charge.exact);
  const tiers = tiersOf(event, pricer);
  return {
    ...{ charge, list_micros, version: charge.version, exact: charge.pico_usd },
    samplings: charge.samplings.map(({ priced }) => priced),
    cost_micros_usd: costMicros(charge.pico_usd),
    owed_micros: tiers && event.tiered ? tieredSpend(tiers, event.tiered.from_micros, list_micros) : list_micros,
  };
}

/** The tiers that an event was priced by; null where it has none. */
export const tiersOf = ({ tiered, plan_version_id }: UsageEvent, { planVersion }: Pricer): readonly Tier[] | null =>
  tiered ? (planVersion(plan_version_id ?? "")?.terms.tiers ?? null) : null;

/**
 * A call as it is to be priced: by the samplings of its last adjustment, where it has one. Usage that was reported late is an
 * adjustment with samplings of its own; a corrected price leaves them as they were.
 */
export const standing = (event: UsageEvent, adjustments: readonly UsageEvent[]): UsageEvent => ({
  ...event,
  samplings: (adjustments.at(-1) ?? event).samplings,
});

export const isEstimated = (event: UsageEvent): boolean => event.samplings.some(({ estimated }) => estimated);

/** `?explain=text`: the receipt in words. */
export const ReceiptQuery = z.object({ explain: z.enum(["text"]).optional() });

export interface Reader {
  readonly pricer: Pricer;
  readonly visibility: CostVisibility;
  /** All events of the request: adjustments stand among them. */
  readonly events: readonly UsageEvent[];
}

/** The receipt of one event, to stand beside its figures: as much of it as this reader may see. */
export function receiptOf(event: UsageEvent, { pricer, visibility, events }: Reader) {
  const quantities = event.samplings.map(({ model, quantities }) => ({
    model,
    lines: usedMeters(quantities).map((meter) => ({ meter, quantity: quantities[meter] })),
  }));
  if (visibility === "none") return { samplings: quantities };
  const grants_drawn = event.draws.map(({ grant_id, amount }) => ({ grant_id, amount_micros: amount }));
  const priced = priceAgain(event, pricer);
  const charges = presentCharges(priced?.charge ?? null);
  const tiers = presentTiers(event, tiersOf(event, pricer));
  const owed = { ...(charges && { charges }), ...(tiers && { tiers }) };
  if (visibility === "spend") return { samplings: quantities, ...owed, grants_drawn };

  const rate_note = event.kind === "call" ? rateNoteOf(event, priced, { pricer, events }) : null;
  return {
    samplings: priced?.samplings.map(presentSampling) ?? quantities,
    ...owed,
    /** Of an adjustment: what its call comes to from then on. */
    ...(priced && { sum: presentSum(event, priced) }),
    terms: {
      currency: event.currency,
      fx_rate: toDecimal(BigInt(event.rate_micros), 6),
      mark_up: factor(event.multiplier_ppm),
      plan_version_id: event.plan_version_id,
    },
    price_version: event.price_version,
    uncovered_micros: event.uncovered_micros,
    grants_drawn,
    ...(rate_note && { rate_note }),
  };
}

export const usedMeters = (quantities: Quantities): Meter[] => METERS.filter((meter) => quantities[meter] > 0);

/** pico-USD as exact decimal USD. */
export const exactUsd = (picos: bigint): string => toDecimal(picos, 12);

function presentSampling({ sampling, model, geography_ppm, batch_ppm, lines, pico_usd, version }: PricedSampling) {
  return {
    model: sampling.model,
    /** Another one's prices, where the model that answered has none of its own. */
    priced_as: model,
    list: sampling.list,
    geography: { name: sampling.geo, multiplier: factor(geography_ppm) },
    batch: { applies: sampling.batch, multiplier: factor(batch_ppm) },
    price_version: version,
    lines: lines.map(({ meter, quantity, price, pico_usd }) => ({
      meter,
      quantity,
      ...(meter === "web_search"
        ? { usd_each: exactUsd(price.pico_usd) }
        : { usd_per_million: usdPerMillion(price.pico_usd) }),
      list: price.list,
      above_prompt_tokens: price.above_prompt_tokens,
      price_id: price.id,
      cost_usd: exactUsd(pico_usd),
    })),
    cost_usd: exactUsd(pico_usd),
  };
}

/** The one rounding of the cost and the one of the spend, which is computed from the exact prices; then tiers, where there are any. */
function presentSum(event: UsageEvent, { exact, charge, cost_micros_usd, list_micros, owed_micros }: Priced) {
  const spend = isEstimated(event) ? 0n : charge.exact;
  return {
    exact_cost_usd: exactUsd(exact),
    rounding_usd: exactUsd(BigInt(cost_micros_usd) * 1_000_000n - exact),
    cost_usd: usd(cost_micros_usd),
    exact_spend: exactAmount(spend),
    spend_rounding: exactAmount(BigInt(list_micros) * 10n ** 18n - spend),
    ...(event.tiered && { list_spend: usd(list_micros) }),
    // Of an adjustment the parts of its change stand by themselves: the call's own sum is at list.
    spend: usd(event.kind === "call" ? owed_micros : list_micros),
  };
}

/** Prices are never edited, so this is rare: a correction was given for the time of the call after it was charged. */
export function rateNoteOf(
  event: UsageEvent,
  priced: Priced | null,
  { pricer, events }: Pick<Reader, "pricer" | "events">,
): string | null {
  const charged = usd(event.cost_micros_usd);
  if (!priced) return `The price book has no price for this call, which was charged at USD ${charged}.`;
  if (priced.cost_micros_usd !== event.cost_micros_usd) {
    const adjustments = events.filter(({ adjusts }) => adjusts === event.id);
    const settled = adjustments.reduce(
      (sum, { cost_micros_usd }) => sum + cost_micros_usd,
      event.cost_micros_usd as number,
    );
    const owing = priceAgain(standing(event, adjustments), pricer)?.cost_micros_usd !== settled;
    const put = owing ? "Re-rating posts the difference" : "The difference was posted";
    return `The price book was corrected after this call was charged: by its prices now the cost is USD ${usd(priced.cost_micros_usd)}, and USD ${charged} was charged. ${put} as an adjustment.`;
  }
  const owed = event.spend_micros + event.uncovered_micros;
  if (priced.owed_micros === owed) return null;
  return `By the terms shown here the spend is ${usd(priced.owed_micros)} ${event.currency}, and ${usd(owed)} was charged.`;
}
