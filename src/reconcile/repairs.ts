import { repairCounterHeld } from "./books/counters.ts";
import { repairGrantHeld } from "./books/grants.ts";
import { repairRollup } from "./books/rollups/rollups.ts";
import { repairSum } from "./books/rollups/sums/mend.ts";
import { repairMandate } from "./collector/mandates.ts";
import { repairDispute, repairRefund } from "./collector/money-back.ts";
import { repairOrder } from "./collector/orders.ts";
import { repairMissingPayment, repairPayment } from "./collector/payments.ts";
import { repairSubscription } from "./collector/subscriptions.ts";
import type { FindingRow } from "./finding.ts";
import type { ReconcileParts } from "./step.ts";

/** True where it was put right; false where the two sides do not agree on amount, currency and identity. Each looks again before it changes anything. */
type Repair = (parts: ReconcileParts, finding: FindingRow) => Promise<boolean>;

/** What is safe to put right, by kind of finding. */
export const REPAIRS: Readonly<Record<string, Repair>> = {
  rollup_differs: repairRollup,
  tag_rollup_differs: repairRollup,
  rollup_sum_differs: repairSum,
  grant_held_differs: repairGrantHeld,
  counter_held_differs: repairCounterHeld,
  subscription_differs: repairSubscription,
  charge_missing: repairMissingPayment,
  payment_missing: repairMissingPayment,
  payment_differs: repairPayment,
  refund_missing: repairRefund,
  refund_differs: repairRefund,
  dispute_missing: repairDispute,
  dispute_differs: repairDispute,
  mandate_differs: repairMandate,
  order_not_credited: repairOrder,
};
