import type { TenantId } from "../../kernel/id.ts";
import type { PicoUsd, Ppm, RateMicros } from "../../kernel/money.ts";
import { c } from "../columns.ts";

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

/** What is sold: so far the mark-up over cost. Subscriptions, tiers and collection come with billing. */
export const plans = c.table("plans", {
  id: c.text().primaryKey(),
  name: c.text().notNull().unique(),
  currency: c.text().notNull(),
  multiplier_ppm: c.int<Ppm>().notNull(),
  created_at: c.int().notNull(),
});
