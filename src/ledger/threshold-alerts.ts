import { recordAlert } from "../db/alerts.ts";
import type { Tx } from "../db/database.ts";
import { type Clock, isoOrNull } from "../kernel/clock.ts";
import type { ThresholdPassed } from "./books.ts";

/** Writes down that limits have reached a share at which an alert is due, in the transaction that took them there. */
export const recordThresholds =
  ({ clock }: { readonly clock: Clock }) =>
  async (tx: Tx, passed: readonly ThresholdPassed[]): Promise<void> => {
    for (const { limit_id, counter, threshold, amount, used } of passed) {
      const { tenant_id, subject_id, metric, window, window_end, models } = counter;
      await recordAlert(tx, {
        // A raised or lowered limit has marks of its own; the same mark of the same window is told once.
        dedupe: `threshold ${counter.id} ${amount} ${threshold}`,
        tenant_id,
        type: threshold >= 1 ? "quota.exhausted" : "quota.threshold",
        data: {
          ...{ limit_id, subject_id, metric, window, amount, used, threshold },
          models: models ? models.split(",") : [],
          resets_at: isoOrNull(window_end),
        },
        at: { wall: clock.wall(), now: clock.now() },
      });
    }
  };
