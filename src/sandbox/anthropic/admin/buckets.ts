import type { ReportRow } from "./report-book.ts";

/** How a report is asked for, and answered: in buckets of time, a page at a time. */
export interface ReportQuery {
  readonly from: number;
  readonly to: number;
  readonly widthMs: number;
  readonly limit: number;
  readonly groupBy: readonly string[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WIDTHS: Readonly<Record<string, { readonly ms: number; readonly limit: number; readonly limitMax: number }>> = {
  "1m": { ms: MINUTE_MS, limit: 60, limitMax: 1_440 },
  "1h": { ms: 60 * MINUTE_MS, limit: 24, limitMax: 168 },
  "1d": { ms: DAY_MS, limit: 7, limitMax: 31 },
};

/** The query, or what is wrong with it in the API's words. */
export function reportQuery(
  query: URLSearchParams,
  { now, dimensions, daily }: { readonly now: number; readonly dimensions: readonly string[]; readonly daily: boolean },
): ReportQuery | string {
  const width = WIDTHS[query.get("bucket_width") ?? "1d"];
  if (!width || (daily && width.ms !== DAY_MS))
    return `bucket_width: Input should be ${daily ? "'1d'" : "'1m', '1h' or '1d'"}`;
  const asked = query.get("page") === null ? query.get("starting_at") : pageStart(query.get("page")!);
  const start = Date.parse(asked ?? "");
  if (Number.isNaN(start)) return "starting_at: Field required, an RFC 3339 timestamp";
  const end = query.get("ending_at") === null ? now : Date.parse(query.get("ending_at")!);
  if (Number.isNaN(end)) return "ending_at: Input should be an RFC 3339 timestamp";
  const limit = Number(query.get("limit") ?? width.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > width.limitMax)
    return `limit: Input should be from 1 to ${width.limitMax}`;
  const groupBy = query.getAll("group_by[]");
  const unknown = groupBy.find((name) => !dimensions.includes(name));
  if (unknown !== undefined) return `group_by: ${unknown} is not one of ${dimensions.join(", ")}`;
  return { from: start - (start % width.ms), to: end, widthMs: width.ms, limit, groupBy };
}

const pageStart = (page: string): string | null => {
  const text = Buffer.from(page.replace(/^page_/, ""), "base64url").toString();
  return Number.isNaN(Date.parse(text)) ? null : text;
};

const iso = (at: number): string => new Date(at).toISOString().replace(".000Z", "Z");

/** One page of buckets, each with the rows of its time as `present` groups and words them. An empty one is there, too. */
export function bucketsOf(
  { from, to, widthMs, limit }: ReportQuery,
  rows: readonly ReportRow[],
  present: (rows: readonly ReportRow[]) => readonly object[],
) {
  const data: object[] = [];
  let at = from;
  for (; at < to && data.length < limit; at += widthMs) {
    const within = rows.filter(({ minute }) => minute >= at && minute < at + widthMs);
    data.push({ starting_at: iso(at), ending_at: iso(at + widthMs), results: present(within) });
  }
  const has_more = at < to;
  return { data, has_more, next_page: has_more ? `page_${Buffer.from(iso(at)).toString("base64url")}` : null };
}

/** The rows that say the same in these dimensions, together. */
export function grouped<D extends Record<string, string | null>>(
  rows: readonly ReportRow[],
  dimensionsOf: (row: ReportRow) => D,
  groupBy: readonly string[],
): { readonly dimensions: D; readonly rows: readonly ReportRow[] }[] {
  const groups = new Map<string, { dimensions: D; rows: ReportRow[] }>();
  for (const row of rows) {
    const all = Object.entries(dimensionsOf(row)).map(([name, value]) => [name, groupBy.includes(name) ? value : null]);
    const dimensions = Object.fromEntries(all) as D;
    const name = JSON.stringify(all);
    const group = groups.get(name) ?? { dimensions, rows: [] };
    groups.set(name, group);
    group.rows.push(row);
  }
  return [...groups.values()];
}
