import { shortDay } from "../kit/days.ts";
import type { Series } from "../kit/TimeChart.tsx";
import type { Row } from "./Explorer.tsx";
import { type Report, tokensOf } from "./reports.ts";

export const MEASURES = {
  spend: { label: "Spend", report: "margin", money: true, of: ({ spend_micros }: Row) => spend_micros },
  cost: {
    label: "Cost",
    report: "margin",
    money: true,
    of: (row: Row) => ("cost_micros" in row ? row.cost_micros : 0),
  },
  requests: { label: "Requests", report: "usage", money: false, of: ({ requests }: Row) => requests },
  tokens: {
    label: "Tokens",
    report: "usage",
    money: false,
    of: (row: Row) => ("input_tokens" in row ? tokensOf(row) : 0),
  },
} as const;
export type Measure = keyof typeof MEASURES;

/** More could not be told apart; the rest is one. */
const SERIES_MAX = 7;

/** What a row is of: a name that people know, where there is one. */
export function nameOf(row: Row, dimension: string): string {
  const names: Readonly<Record<string, string | null | undefined>> = {
    tenant: row.tenant_name ?? row.tenant_id,
    user: row.user_external_id ?? row.user_id,
    key: row.key_name ?? row.key_id,
    model: row.model,
    tag: row.tag,
    plan_version: row.plan_version_id,
  };
  return names[dimension] ?? `no ${dimension.replace("_", " ")}`;
}

/** A report as a chart: a series for each of the largest, one for all others. */
export function chartOf(
  report: Report<Row>,
  {
    measure,
    unit,
    by,
    currency,
    days,
  }: {
    readonly measure: Measure;
    readonly unit: string;
    readonly by: string | null;
    readonly currency: string | null;
    /** Every day that is shown, where it is by day: reports leave out those without use. */
    readonly days: readonly string[];
  },
): { readonly labels: readonly string[]; readonly series: readonly Series[] } {
  const { of, label } = MEASURES[measure];
  const rows = report.data.filter((row) => currency === null || row.currency === currency);
  const used = rows.map((row) => row[unit as "day"] ?? "");
  const times = [...new Set(unit === "day" ? [...days, ...used] : used)].sort();
  const sums = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const name = by === null ? label : nameOf(row, by);
    const values = sums.get(name) ?? new Map<string, number>();
    const time = row[unit as "day"] ?? "";
    values.set(time, (values.get(time) ?? 0) + of(row));
    sums.set(name, values);
  }
  const whole = (values: ReadonlyMap<string, number>) => [...values.values()].reduce((sum, value) => sum + value, 0);
  const largest = [...sums].sort(([, a], [, b]) => whole(b) - whole(a));
  const valuesOf = (values: ReadonlyMap<string, number>) => times.map((time) => values.get(time) ?? 0);
  const shown = largest.slice(0, SERIES_MAX).map(([name, values]) => ({ name, values: valuesOf(values) }));
  const others = largest.slice(SERIES_MAX).map(([, values]) => valuesOf(values));
  if (others.length) {
    const values = times.map((_, index) => others.reduce((sum, other) => sum + (other[index] ?? 0), 0));
    shown.push({ name: `${others.length} others`, values });
  }
  return { labels: times.map(shortDay), series: shown };
}
