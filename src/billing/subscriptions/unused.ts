import { DAY } from "../../kernel/clock.ts";
import { type Micros, micros } from "../../kernel/money.ts";

export interface Unused {
  readonly days_left: number;
  readonly days: number;
  readonly credit_micros: Micros;
}

/**
 * What a customer who leaves a cycle early has paid and not had, net: the share of whole days that are left, and no more than the share of what the
 * plan includes that is left. Who has used it all in a day has had what was paid for.
 */
export function unusedOf(cycle: {
  readonly paid_micros: Micros;
  readonly start: number;
  readonly end: number;
  readonly at: number;
  readonly included: { readonly amount: Micros; readonly free: Micros } | null;
}): Unused {
  const { paid_micros, start, end, at, included } = cycle;
  const days = Math.max(1, Math.round((end - start) / DAY));
  const days_left = Math.min(days, Math.max(0, Math.floor((end - at) / DAY)));
  const byDays = (BigInt(paid_micros) * BigInt(days_left)) / BigInt(days);
  const bySpend =
    included === null || included.amount === 0
      ? BigInt(paid_micros)
      : (BigInt(paid_micros) * BigInt(included.free)) / BigInt(included.amount);
  return { days_left, days, credit_micros: micros(byDays < bySpend ? byDays : bySpend) };
}
