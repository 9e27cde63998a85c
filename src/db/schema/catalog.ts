import type { TenantId } from "../../kernel/id.ts";
import type { Micros, Paise, PicoUsd, Ppm, RateMicros } from "../../kernel/money.ts";
import { c } from "../columns.ts";
import type { Collection } from "./sellers.ts";

export const EVERYBODY = "*";

/**
 * One effective-dated price: what one unit (a token, a search) of one meter costs for a model, from an instant on.
 * A change of one class is one row; nothing is ever edited. `tenant_id` is `*` in the book for everybody.
 */
export const prices = c.table(
  "prices",
  {
    id: c.text().primaryKey(),
    tenant_id: c.text<TenantId | typeof EVERYBODY>().notNull(),
    /** An exact model id, or a glob. */
    model: c.text().notNull(),
    list: c.text<"standard" | "fast">().notNull(),
    /** The price holds for prompts of more than this many tokens (0: every prompt). */
    above_prompt_tokens: c.int().notNull(),
    meter: c.text().notNull(),
    pico_usd: c.big<PicoUsd>().notNull(),
    valid_from: c.int().notNull(),
    /** 0 as first given; of several prices from the same instant on, the one with the highest number holds. */
    correction: c.int().notNull(),
    source: c.text().notNull(),
    created_at: c.int().notNull(),
  },
  (t) => [
    c
      .uniqueIndex("prices_once")
      .on(t.tenant_id, t.model, t.list, t.above_prompt_tokens, t.meter, t.valid_from, t.correction),
  ],
);

/** One USD in micros of `currency`, from an instant on. */
export const fxRates = c.table(
  "fx_rates",
  {
    id: c.text().primaryKey(),
    currency: c.text().notNull(),
    rate_micros: c.int<RateMicros>().notNull(),
    valid_from: c.int().notNull(),
    source: c.text().notNull(),
    created_at: c.int().notNull(),
  },
  (t) => [c.uniqueIndex("fx_rates_once").on(t.currency, t.valid_from)],
);

/** How a plan turns usage into spend: a mark-up over cost at the cycle's frozen rate, or prices of its own. */
export type PlanPricing = MarkUp | RateCard;

export interface MarkUp {
  readonly type: "markup";
  readonly multiplier_ppm: Ppm;
}

/** Prices in the plan's currency, whatever the provider charges. */
export interface RateCard {
  readonly type: "rate_card";
  readonly rates: readonly CardRate[];
  /** The mark-up over cost for what no rate names; null where that is refused. */
  readonly fallback_multiplier_ppm: Ppm | null;
}

/** What a plan charges for a model, or for those that a glob names: decimal strings, of which every class of token has one. */
export interface CardRate {
  readonly model: string;
  readonly list: "standard" | "fast";
  /** The rate holds for prompts of more than this many tokens (0: every prompt). */
  readonly above_prompt_tokens: number;
  readonly per_million: Readonly<
    Record<"input" | "cache_read" | "cache_write_5m" | "cache_write_1h" | "output", string>
  >;
  readonly per_request: { readonly web_search: string | null };
}

/** A step of graduated prices: what of a cycle's spend at list lies below `up_to_micros` (null: all the rest) counts so many times. */
export interface Tier {
  readonly up_to_micros: Micros | null;
  readonly multiplier_ppm: Ppm;
}

/** What is sold, to whom it is sold from then on: a version of a plan is never changed. */
export interface PlanTerms {
  readonly period: "daily" | "weekly" | "monthly" | "quarterly" | "yearly";
  readonly interval: number;
  /** The base fee of a period, in the currency's smallest unit; `tax` says whether GST is in it. */
  readonly price_paise: Paise;
  readonly tax: "inclusive" | "exclusive";
  readonly included_micros: Micros;
  readonly pricing: PlanPricing;
  /** Absent from versions that were made before there were tiers. */
  readonly tiers?: readonly Tier[] | null;
  readonly overage: { readonly enabled: boolean; readonly cap_micros: Micros };
  readonly unit: { readonly name: string; readonly micros: Micros } | null;
  readonly trial: { readonly days: number; readonly included_micros: Micros } | null;
  readonly collection: Collection;
  readonly grace_days: number;
  /** Days after an invoice's issue on which its payer is reminded. */
  readonly reminder_days: readonly number[];
  /** Days before the end of grace on which its payer is warned that service stops; 0 for no warning. */
  readonly final_notice_days?: number;
  /** Overage not yet billed at which a bill is cut early; null for the default, 80 % of what one debit can carry. */
  readonly early_bill_micros: Micros | null;
  /** A plan that exists at Razorpay already. */
  readonly razorpay_plan_id: string | null;
}

export const plans = c.table("plans", {
  id: c.text().primaryKey(),
  name: c.text().notNull().unique(),
  currency: c.text().notNull(),
  visibility: c.text<"public" | "hidden">().notNull(),
  /** The version that was made last: it is sold now, or from its `valid_from` on. */
  version: c.int().notNull(),
  archived_at: c.int(),
  created_at: c.int().notNull(),
  updated_at: c.int().notNull(),
});

/** The id is the plan's with the version's number. */
export const planVersions = c.table(
  "plan_versions",
  {
    id: c.text().primaryKey(),
    plan_id: c.text().notNull(),
    version: c.int().notNull(),
    terms: c.json<PlanTerms>().notNull(),
    /** Sold from this instant on, until the version after it is; 0 for the first. A later version never holds from earlier on. */
    valid_from: c.int().notNull().default(0),
    /** Taken back before it held: it is never sold. */
    withdrawn_at: c.int(),
    created_at: c.int().notNull(),
  },
  (t) => [c.uniqueIndex("plan_versions_once").on(t.plan_id, t.version)],
);
