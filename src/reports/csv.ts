import { chosen, lineOf } from "../http/csv.ts";

export type Row = Readonly<Record<string, string | number | null>>;

/** A cell: numbers as they are; no text that somebody chose becomes a formula of whoever opens the file. */
const cellOf = (value: string | number | null): string =>
  value === null ? "" : typeof value === "number" ? String(value) : chosen(value);

/** Pages of rows as CSV, with a line of names first: those of the first row, or `columns` where there is none. */
export async function* csvOf(pages: AsyncIterable<readonly Row[]>, columns: readonly string[]): AsyncGenerator<string> {
  yield lineOf(columns);
  for await (const rows of pages) {
    yield rows.map((row) => lineOf(columns.map((column) => cellOf(row[column] ?? null)))).join("");
  }
}
