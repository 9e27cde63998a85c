import { z } from "zod";
import { NewPrices } from "../../catalog/new-prices.ts";
import { At, adminChapter, MicrosTold, named } from "../../http/operation.ts";

/** What the route of this room promises. */

const Effect = z.object({
  ...{ model: z.string(), currency: z.string(), requests: z.int() },
  ...{
    cost_micros: MicrosTold,
    cost_after_micros: MicrosTold,
    spend_micros: MicrosTold,
    spend_after_micros: MicrosTold,
  },
  ...{ margin_micros: MicrosTold, margin_after_micros: MicrosTold },
});
const PricePreview = named(
  "PricePreview",
  z.object({ from: At, to: At, complete: z.boolean(), data: z.array(Effect) }),
  "By model and currency, what the use of thirty days cost and brought, and what it would have at other prices.",
);

export const pricePreviewDescribed = adminChapter("Prices", {
  "POST /prices/preview": {
    summary: "Preview what prices would have come to",
    description:
      "For the use of the last thirty days, as if the prices had been in force. Spend that is marked up on cost follows it; what a rate card names stays as it was. Changes nothing. What was used of the fast list is not kept apart: its prices cannot be previewed.",
    ...{ body: NewPrices, answers: { 200: PricePreview } },
  },
});
