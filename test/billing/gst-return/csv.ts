/** The rows of a CSV, each as an object by the names of its columns. */
export function parsed(text: string): Record<string, string>[] {
  const [head, ...rows] = text.split("\r\n").filter(Boolean).map(cellsOf);
  return rows.map((cells) => Object.fromEntries(head!.map((name, index) => [name, cells[index] ?? ""])));
}

const cellsOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? "",
  );

/** A column of rupees, in paise. */
export const sumOf = (rows: readonly Record<string, string>[], column: string): number =>
  rows.reduce((sum, row) => sum + Math.round(Number(row[column]) * 100), 0);
