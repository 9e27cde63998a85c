import { DAY, HOUR, MINUTE } from "../../kernel/clock.ts";
import { type Paise, paise } from "../../kernel/money.ts";

export type MandateMethod = "upi" | "card" | "emandate";

/** What Razorpay and the Reserve Bank allow for a mandate of each method: shown to the operator, and held against the simulator in tests. */
export const METHODS: Readonly<
  Record<
    MandateMethod,
    {
      /** The bounds of a mandate's own limit. */
      readonly mandate_max_paise: Paise;
      /** What is debited without its owner at most; above it each debit needs an approval, so it is asked for by link. */
      readonly unattended_max_paise: Paise;
      /** From the asking to the answer, at least; and when the last word must have come. */
      readonly debit_takes_ms: number;
      readonly final_after_ms: number;
      /** Between a debit that failed and the next try of it. */
      readonly retry_after_ms: number;
    }
  >
> = {
  upi: {
    mandate_max_paise: paise(9_999_900),
    unattended_max_paise: paise(1_500_000),
    debit_takes_ms: 25 * HOUR,
    final_after_ms: 2 * DAY,
    retry_after_ms: 36 * HOUR,
  },
  card: {
    mandate_max_paise: paise(1_500_000),
    unattended_max_paise: paise(1_500_000),
    debit_takes_ms: 36 * HOUR + 5 * MINUTE,
    final_after_ms: 3 * DAY,
    retry_after_ms: 36 * HOUR,
  },
  emandate: {
    mandate_max_paise: paise(1_000_000_000),
    unattended_max_paise: paise(1_000_000_000),
    debit_takes_ms: 24 * HOUR,
    final_after_ms: 5 * DAY,
    retry_after_ms: 3 * DAY,
  },
};

/** What one debit of a mandate may take. */
export const debitMax = ({ method, max_amount_paise }: { method: MandateMethod; max_amount_paise: Paise }): Paise =>
  paise(Math.min(max_amount_paise, METHODS[method].unattended_max_paise));
