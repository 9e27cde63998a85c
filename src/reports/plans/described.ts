import { z } from "zod";
import { At, AtOrNull, adminChapter, Id, IdOrNull, MicrosTold, named } from "../../http/operation.ts";
import { METRICS } from "../../kernel/metrics.ts";
import { WINDOWS } from "../../kernel/windows.ts";
import { PlanPreview } from "./preview.ts";
import { BILLED } from "./used.ts";

/** What the route of this room promises. */

const Bill = named(
  "PreviewedBill",
  z.object(Object.fromEntries(BILLED.map((name) => [name, MicrosTold]))),
  "What a cycle comes to without tax. `pays_micros`: base, prepaid and overage. `beyond_micros`: what nothing covers, and is refused or needs more credit.",
);
const both = { before: Bill, after: Bill, difference_micros: MicrosTold };
const PassedLimit = z.object({
  ...{ metric: z.enum(METRICS), window: z.enum(WINDOWS), models: z.array(z.string()) },
  ...{ enforcement: z.enum(["hard", "soft"]), amount: z.int(), peak: z.int() },
});
const PreviewRow = z.object({
  ...{ customer_id: Id, tenant_id: Id, tenant_name: z.string(), user_id: IdOrNull },
  cycle: z.object({ id: Id, start: At, end: At, version: z.int() }),
  running: z.boolean().describe("It has no cycle that is over: this one is not."),
  ...both,
  estimated: z.boolean().describe("Prices of a card were applied to sums of tokens, by the average prompt."),
  unpriced_models: z.array(z.string()).describe("Were used, and would be refused: the card has no price for them."),
  limits_passed: z.array(PassedLimit),
});
const Preview = named(
  "PlanPreview",
  z.object({
    ...{ plan_id: Id, version: z.int(), currency: z.string(), valid_from: AtOrNull, changes: z.array(z.string()) },
    ...{ customers: z.int(), complete: z.boolean(), limits_left_out: z.int() },
    totals: z.object({
      ...{ customers: z.int(), pay_more: z.int(), pay_less: z.int(), pass_limits: z.int() },
      ...both,
    }),
    ...{ data: z.array(PreviewRow), has_more: z.boolean(), first_id: IdOrNull, last_id: IdOrNull },
  }),
  "The last cycle of each customer of a plan, as it was and as it would have been. `totals` are of this page.",
);

export const planPreviewDescribed = adminChapter("Plans", {
  "POST /plans/:id/preview": {
    summary: "Preview what a change of a plan would have come to",
    description:
      "For the same use of the last cycle of each customer that is over (or of the one that runs, where there is none), with the same gifts and prepaid credit, as if everybody on the plan were on these terms. Changes nothing. Limits are told where they are among the change: those of each subscriber, by windows of a day or longer.",
    ...{ body: PlanPreview, answers: { 200: Preview } },
  },
});
