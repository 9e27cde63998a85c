import { dayStart } from "../kit/days.ts";

/** Spans of time that are asked for often, and one's own. */
export const SPANS = [
  { value: "1d", label: "Today" },
  { value: "7d", label: "7 days" },
  { value: "30d", label: "30 days" },
  { value: "90d", label: "90 days" },
  { value: "365d", label: "A year" },
  { value: "custom", label: "From … to …" },
];

/** Where a span begins, and ends where that is not now. The last day of one's own span belongs to it. */
export function rangeOf(
  span: string,
  now: number,
  own: { readonly from?: string; readonly until?: string },
): { readonly from?: string; readonly to?: string } {
  if (span !== "custom") return { from: dayStart(now, Number.parseInt(span, 10) - 1).toISOString() };
  const begin = own.from ? new Date(`${own.from}T00:00:00`) : null;
  const last = own.until ? new Date(`${own.until}T00:00:00`) : null;
  last?.setDate(last.getDate() + 1);
  return { from: begin?.toISOString(), to: last?.toISOString() };
}
