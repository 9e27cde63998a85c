import type { Reader } from "../../db/database.ts";
import { lineOf } from "../../http/csv.ts";
import { SECTIONS } from "./sections.ts";
import type { Period } from "./store.ts";

export type SectionName = keyof typeof SECTIONS;
export const SECTION_NAMES = Object.keys(SECTIONS) as SectionName[];

/**
 * GSTR-1 of a period as CSV, line by line. One section is a file that the offline tool imports as it is; all of them are one after the other, each
 * under a line with its name.
 */
export async function* gstr1(
  read: Reader,
  { section, ...period }: Period & { readonly section?: SectionName },
): AsyncGenerator<string> {
  if (section !== undefined) {
    yield* linesOf(read, period, section);
    return;
  }
  for (const name of SECTION_NAMES) {
    yield lineOf([name]);
    yield* linesOf(read, period, name);
    yield lineOf([]);
  }
}

async function* linesOf(read: Reader, period: Period, name: SectionName): AsyncGenerator<string> {
  const { columns, rows } = SECTIONS[name];
  yield lineOf(columns);
  for await (const cells of rows(read, period)) yield lineOf(cells);
}
