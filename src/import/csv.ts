import { Problem } from "../kernel/problems.ts";

export interface CsvLine {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  /** By the names of the header; what is empty is left out. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Reads a CSV file with a header (RFC 4180: quotes around commas and line breaks, doubled quotes within; a byte order mark and either kind of line end
 * are let pass). Every column must be a known one: a name with a slip would silently lose what stands in it.
 */
export function readCsv(text: string, known: readonly string[]): readonly CsvLine[] {
  const [header, ...rows] = records(text.replace(/^\uFEFF/, ""));
  if (!header) throw wrong("The file is empty: its first line names the columns.");
  const names = header.cells.map((cell) => cell.trim().toLowerCase());
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length)
    throw wrong(
      `Unknown columns: ${strange.map((name) => name || "(empty)").join(", ")}. Known are: ${known.join(", ")}.`,
    );
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrong(`The column ${twice} is there twice.`);
  return rows
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ""))
    .map(({ line, cells }) => {
      if (cells.length > names.length)
        throw wrong(`Line ${line} has ${cells.length} fields, and the header names ${names.length} columns.`);
      const filled = cells.map((cell, index) => [names[index], cell.trim()] as const).filter(([, cell]) => cell !== "");
      return { line, fields: Object.fromEntries(filled) };
    });
}

interface Cells {
  readonly line: number;
  readonly cells: readonly string[];
}

function records(text: string): readonly Cells[] {
  const found: Cells[] = [];
  let [cells, cell, line, began, quoted, at]: [string[], string, number, number, boolean, number] = [
    [],
    "",
    1,
    1,
    false,
    0,
  ];
  const end = () => {
    cells.push(cell);
    found.push({ line: began, cells });
    [cells, cell, began] = [[], "", line];
  };
  for (; at < text.length; at++) {
    const letter = text[at];
    if (letter === "\n") line += 1;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (letter === '"') {
      if (cell.trim() !== "")
        throw wrong(`Line ${line}: a quote in the middle of a field: put the whole field in quotes.`);
      [quoted, cell] = [true, ""];
    } else if (letter === ",") {
      cells.push(cell);
      cell = "";
    } else if (letter === "\n") end();
    else if (letter !== "\r" || text[at + 1] !== "\n") cell += letter;
  }
  if (quoted) throw wrong(`Line ${began}: a quote is opened and never closed.`);
  if (cell !== "" || cells.length) end();
  return found;
}

const wrong = (message: string) => new Problem("invalid_request", { message });
