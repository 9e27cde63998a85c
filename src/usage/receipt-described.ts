import { z } from "zod";
import { METERS } from "../catalog/meters.ts";
import { Decimal, Id, IdOrNull, MicrosTold, named } from "../http/operation.ts";

/** What a receipt adds to the figures of its event, as much as its reader may see. */

const Meter = z.enum(METERS);
const list = z.enum(["standard", "fast"]);
const quantity = { meter: Meter, quantity: z.int() };

const Used = z.object({ model: z.string(), lines: z.array(z.object(quantity)) });
const PricedSampling = z.object({
  ...{ model: z.string(), priced_as: z.string(), list },
  geography: z.object({ name: z.string(), multiplier: Decimal }),
  batch: z.object({ applies: z.boolean(), multiplier: Decimal }),
  price_version: z.string(),
  lines: z.array(
    z.object({
      ...{ ...quantity, usd_each: Decimal.optional(), usd_per_million: Decimal.optional(), list },
      ...{ above_prompt_tokens: z.int(), price_id: Id, cost_usd: Decimal },
    }),
  ),
  cost_usd: Decimal,
});
const Charges = z.array(
  z.object({
    ...{ model: z.string(), geography_multiplier: Decimal, batch_multiplier: Decimal },
    lines: z
      .array(
        z.object({
          ...{ ...quantity, price_each: Decimal.optional(), price_per_million: Decimal.optional(), amount: Decimal },
        }),
      )
      .optional(),
    ...{ mark_up: Decimal.optional(), amount: Decimal },
  }),
);
const Tiers = z.object({
  ...{ list_spend: Decimal, cycle_list_spend_before: Decimal },
  parts: z.array(z.object({ list_spend: Decimal, multiplier: Decimal })),
});
const Sum = z.object({
  ...{ exact_cost_usd: Decimal, rounding_usd: Decimal, cost_usd: Decimal, exact_spend: Decimal },
  ...{ spend_rounding: Decimal, list_spend: Decimal.optional(), spend: Decimal },
});
const Terms = z.object({
  ...{ currency: z.string(), fx_rate: Decimal, mark_up: Decimal, plan_version_id: IdOrNull },
});

export const receiptParts = {
  samplings: z.array(
    named("Sampling", z.union([PricedSampling, Used]), "What was used at one model, and what it was priced at."),
  ),
  charges: Charges.optional().describe("By the plan's rate card, line by line."),
  tiers: Tiers.optional().describe("Where the spend lay in its cycle, and what each tier made of its part."),
  sum: Sum.optional().describe("The one rounding of the cost, and the one of the spend."),
  terms: Terms.optional(),
  price_version: z.string().optional(),
  uncovered_micros: MicrosTold.optional(),
  grants_drawn: z.array(z.object({ grant_id: Id, amount_micros: MicrosTold })).optional(),
  rate_note: z.string().optional(),
};
