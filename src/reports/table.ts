import type { Row } from "./csv.ts";

/** Rows for people: columns side by side, numbers to the right. */
export function tableOf(rows: readonly Row[]): string {
  const [first] = rows;
  if (!first) return "There is nothing in this range.";
  const columns = Object.keys(first);
  const lines = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? "")))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  const isNumber = columns.map((column) => typeof first[column] === "number");
  return lines
    .map((line) =>
      line
        .map((cell, index) => (isNumber[index] ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
