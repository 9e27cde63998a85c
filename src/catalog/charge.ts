import type { RateCard } from "../db/schema/catalog.ts";
import { exactSpend, type Micros, ONE_PPM, type PicoUsd, type Ppm, spendUp } from "../kernel/money.ts";
import { Problem } from "../kernel/problems.ts";
import type { Catalog } from "./catalog.ts";
import { type Meter, promptOf, type Sampling } from "./meters.ts";
import { type PricedSampling, type PricingContext, priceSamplings, sumOf } from "./price-book.ts";
import { type CardQuery, cardPrice, ratesFor } from "./rate-card.ts";
import type { TermsInForce } from "./terms.ts";

/** One line of a charge by a rate card; `price` is 10⁻¹² of the currency for one unit, `exact` 10⁻²⁴ of it in all. */
export interface ChargeLine {
  readonly meter: Meter;
  readonly quantity: number;
  readonly price: bigint;
  readonly exact: bigint;
}

/** A sampling as it is charged, in 10⁻²⁴ of the currency: by the lines of a card, or by a mark-up over its cost. */
export interface ChargedSampling {
  readonly priced: PricedSampling;
  readonly exact: bigint;
  readonly lines: readonly ChargeLine[] | null;
  readonly multiplier_ppm: Ppm | null;
}

/** What samplings cost the operator, and what they come to for the customer at list, before tiers; neither is rounded. */
export interface Charge {
  readonly pico_usd: PicoUsd;
  readonly version: string;
  readonly exact: bigint;
  readonly samplings: readonly ChargedSampling[];
}

export type Pricer = Pick<Catalog, "book" | "planVersion">;

export interface ChargeContext extends PricingContext {
  readonly terms: Omit<TermsInForce, "currency">;
}

/**
 * Prices samplings at the instant of their admission, on both sides. Null where the book has no price: it is refused then, never free.
 * What a card does not name was refused at admission, or has a mark-up; where an answer turns out to be of another kind than what was
 * asked for, it is charged like what was asked for, and at last at cost.
 */
export function chargeOf(pricer: Pricer, samplings: readonly Sampling[], context: ChargeContext): Charge | null {
  const priced = priceSamplings(pricer.book, samplings, context);
  if (!priced) return null;
  const card = cardOf(pricer, context.terms);
  const charged = priced.map((sampling) =>
    card
      ? chargedByCard(card, sampling, context)
      : chargedByCost(sampling, context.terms, context.terms.multiplier_ppm),
  );
  return {
    pico_usd: sumOf(priced),
    version: priced.at(-1)?.version ?? "",
    exact: charged.reduce((sum, { exact }) => sum + exact, 0n),
    samplings: charged,
  };
}

function cardOf({ planVersion }: Pricer, { plan_version_id }: ChargeContext["terms"]): RateCard | null {
  const pricing = planVersion(plan_version_id ?? "")?.terms.pricing;
  return pricing?.type === "rate_card" ? pricing : null;
}

/** What must be held for a charge: see `spendUp`. Throws `model_not_priced` where the price book, or the plan's card, knows no price. */
export function holdFor(pricer: Pricer, samplings: readonly Sampling[], context: ChargeContext): Micros {
  const model = context.fallback_model;
  const charge = chargeOf(pricer, samplings, context);
  if (!charge) throw notPriced(model, `model: ${model} has no price, so it cannot be used here`);
  const card = cardOf(pricer, context.terms);
  if (card && card.fallback_multiplier_ppm === null) {
    for (const { priced } of charge.samplings) {
      const missing = missingOn(card, priced);
      if (missing) throw notPriced(model, `model: ${missing} has no price on the plan, so it cannot be used here`);
    }
  }
  return spendUp(charge.exact);
}

const notPriced = (model: string, message: string) => new Problem("model_not_priced", { message, details: { model } });

/** What of a sampling the card does not name, in words. */
function missingOn(card: RateCard, priced: PricedSampling): string | null {
  const found = ratesFor(card, queryOf(priced));
  if (!found.length) return listOf(priced) === "fast" ? `the fast list of ${priced.model}` : priced.model;
  const line = priced.lines.find(({ meter }) => cardPrice(found, meter) === null);
  return line ? `a web search by ${priced.model}` : null;
}

/** The provider's list: a model without a fast one runs at standard speed, whatever was asked for. */
const listOf = ({ lines }: PricedSampling): CardQuery["list"] =>
  lines.some(({ price }) => price.list === "fast") ? "fast" : "standard";

const queryOf = (priced: PricedSampling): CardQuery => ({
  ...{ model: priced.model, list: listOf(priced), prompt_tokens: promptOf(priced.sampling) },
});

function chargedByCard(card: RateCard, priced: PricedSampling, context: ChargeContext): ChargedSampling {
  const query = queryOf(priced);
  const asked = { ...query, model: context.fallback_model };
  const own = cardLines(card, query, priced);
  if (own) return own;
  if (card.fallback_multiplier_ppm !== null) return chargedByCost(priced, context.terms, card.fallback_multiplier_ppm);
  return (
    cardLines(card, { ...query, list: "standard" }, priced) ??
    cardLines(card, asked, priced) ??
    cardLines(card, { ...asked, list: "standard" }, priced) ??
    chargedByCost(priced, context.terms, ONE_PPM)
  );
}

/** Tokens × the card's price × (geography) × (batch), as the provider multiplies; searches at their price alone. Null where one has none. */
function cardLines(card: RateCard, query: CardQuery, priced: PricedSampling): ChargedSampling | null {
  const found = ratesFor(card, query);
  if (!found.length) return null;
  const multiplier = BigInt(priced.geography_ppm) * BigInt(priced.batch_ppm);
  const lines: ChargeLine[] = [];
  for (const { meter, quantity } of priced.lines) {
    const price = cardPrice(found, meter);
    if (price === null) return null;
    lines.push({
      ...{ meter, quantity, price },
      exact: BigInt(quantity) * price * (meter === "web_search" ? ONE_SQUARED : multiplier),
    });
  }
  return { priced, lines, multiplier_ppm: null, exact: lines.reduce((sum, { exact }) => sum + exact, 0n) };
}

const ONE_SQUARED = BigInt(ONE_PPM) ** 2n;

const chargedByCost = (
  priced: PricedSampling,
  { rate_micros }: ChargeContext["terms"],
  multiplier_ppm: Ppm,
): ChargedSampling => ({
  ...{ priced, multiplier_ppm, lines: null },
  exact: exactSpend(priced.pico_usd, { rate_micros, multiplier_ppm }),
});
