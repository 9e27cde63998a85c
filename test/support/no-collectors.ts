import type { Collectors } from "../../src/billing/razorpay/collectors.ts";
import { Problem } from "../../src/kernel/problems.ts";

/** An installation where billing is off. */
export const noCollectors: Collectors = {
  of: () => Promise.reject(new Problem("billing_not_configured")),
  known: async () => null,
  by: () => {
    throw new Problem("billing_not_configured");
  },
  webhookSecrets: async () => [],
};
