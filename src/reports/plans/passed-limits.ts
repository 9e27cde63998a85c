import type { NewPlanLimit } from "../../catalog/new-limit.ts";
import { instant } from "../../kernel/clock.ts";
import { matcher } from "../../kernel/glob.ts";
import type { Metric } from "../../kernel/metrics.ts";
import { windowAt } from "../../kernel/windows.ts";
import type { CycleUse } from "./use.ts";
import type { Bill } from "./used.ts";

/** A limit that the use of the cycle went beyond in its fullest window. */
export interface PassedLimit {
  readonly metric: Metric;
  readonly window: NewPlanLimit["window"];
  readonly models: readonly string[];
  readonly enforcement: "hard" | "soft";
  readonly amount: number;
  readonly peak: number;
}

const TOLD: readonly string[] = ["day", "week", "month", "cycle"];

/** Those that sums by day can tell of: of each subscriber alone, by windows of whole days. */
export const toldLimits = (limits: readonly NewPlanLimit[]): NewPlanLimit[] =>
  limits.filter(({ scope, window }) => scope === "plan" && TOLD.includes(window));

/** The limits that a cycle's use would have passed. Spend is what it would have been by the terms after. */
export function passedLimits(
  limits: readonly NewPlanLimit[],
  byDay: CycleUse["byDay"],
  { before, after }: { readonly before: Bill; readonly after: Bill },
  timezone: string,
): PassedLimit[] {
  const spent = before.use_micros === 0 ? 1 : after.use_micros / before.use_micros;
  return toldLimits(limits).flatMap(({ metric, window, models, enforcement, amount }) => {
    const isCounted = (model: string) => models.length === 0 || models.some((glob) => matcher(glob)(model));
    const windowOf = (at: number) => (window === "cycle" ? 0 : windowAt(window, instant(at), timezone).start);
    const sums = new Map<number, number>();
    for (const { at, model, figures } of byDay) {
      if (!isCounted(model)) continue;
      const key = windowOf(at);
      const used = amountOf(metric, figures) * (metric === "spend_micros" ? spent : 1);
      sums.set(key, (sums.get(key) ?? 0) + used);
    }
    const peak = Math.round(Math.max(0, ...sums.values()));
    return peak > amount ? [{ metric, window, models, enforcement, amount, peak }] : [];
  });
}

function amountOf(metric: Metric, figures: CycleUse["byDay"][number]["figures"]): number {
  const { input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens } = figures;
  const prompt = input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens;
  if (metric === "requests") return figures.requests;
  if (metric === "input_tokens") return prompt;
  if (metric === "output_tokens") return output_tokens;
  if (metric === "total_tokens") return prompt + output_tokens;
  return figures.spend_micros + figures.uncovered_micros;
}
