import type { Row } from "./csv.ts";

/** A page of a report for people: its rows, the sums of all of it, and how to see what follows. */
export function tellReport({
  data,
  totals = [],
  has_more,
  last_id,
}: {
  readonly data: readonly Row[];
  readonly totals?: readonly Row[];
  readonly has_more: boolean;
  readonly last_id: string | null;
}): string {
  const parts = [tableOf(data)];
  if (data.length > totals.length) parts.push(`In all:\n${tableOf(totals)}`);
  if (has_more) parts.push(`There are more rows: --after ${last_id} shows those that follow, --csv all of them.`);
  return parts.join("\n\n");
}

/** Rows for people: columns side by side, numbers to the right. */
export function tableOf(rows: readonly Row[]): string {
  const [first] = rows;
  if (!first) return "There is nothing in this range.";
  const columns = Object.keys(first);
  const lines = [columns, ...rows.map((row) => columns.map((column) => cellOf(row[column] ?? "")))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  const isNumber = columns.map((column) => rows.some((row) => typeof row[column] === "number"));
  return lines
    .map((line) =>
      line
        .map((cell, index) => (isNumber[index] ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** What somebody called something is never a command to a terminal. */
const cellOf = (value: string | number): string => String(value).replace(/\p{Cc}/gu, " ");
