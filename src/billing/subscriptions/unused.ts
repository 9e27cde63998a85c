import { DAY } from "../../kernel/clock.ts";
import { type Micros, type Paise, paise } from "../../kernel/money.ts";

export interface Unused {
  readonly days_left: number;
  readonly days: number;
  /** Of what was paid, the tax in it. */
  readonly gross_paise: Paise;
}

/**
 * What a customer who leaves a cycle early has paid and not had: the share of whole days that are left, and no more than the share of what the plan
 * includes that is left. Who has used it all in a day has had what was paid for. Rounded down.
 */
export function unusedOf(cycle: {
  readonly paid_paise: Paise;
  readonly start: number;
  readonly end: number;
  readonly at: number;
  readonly included: { readonly amount: Micros; readonly free: Micros } | null;
}): Unused {
  const { paid_paise, start, end, at, included } = cycle;
  const days = Math.max(1, Math.round((end - start) / DAY));
  const days_left = Math.min(days, Math.max(0, Math.floor((end - at) / DAY)));
  const paid = BigInt(Math.max(0, paid_paise));
  const byDays = (paid * BigInt(days_left)) / BigInt(days);
  const bySpend =
    included === null || included.amount === 0
      ? paid
      : (paid * BigInt(Math.max(0, included.free))) / BigInt(included.amount);
  return { days_left, days, gross_paise: paise(byDays < bySpend ? byDays : bySpend) };
}

/**
 * No more than is open of an invoice or was paid with money: what was written off was never paid, and what the payer kept back as income tax has gone to
 * the state in their name.
 */
export function withinMoney(
  unused: Unused,
  { total_paise, credited_paise, tds_paise, written_off_paise }: Sums,
): Unused {
  const most = Math.max(0, total_paise - credited_paise - tds_paise - written_off_paise);
  return { ...unused, gross_paise: paise(Math.min(unused.gross_paise, most)) };
}

type Sums = Readonly<Record<"total_paise" | "credited_paise" | "tds_paise" | "written_off_paise", Paise>>;
