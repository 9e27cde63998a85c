import type { ImportReport } from "./customers.ts";

/** What came of an import, for a person. */
export function tellImport({ applied, lines, changed, unchanged, customers, problems }: ImportReport): string {
  const done = customers
    .filter(({ does }) => does.length > 0)
    .map(({ line, external_id, user_external_id, does }) => {
      const who = user_external_id === null ? external_id : `${external_id} / ${user_external_id}`;
      return `line ${line}, ${who}: ${does.join("; ")}`;
    });
  const wrong = problems.map(
    ({ line, external_id, message }) =>
      `line ${line}${external_id === null ? "" : `, ${external_id}`}: WRONG: ${message}`,
  );
  const sum = `${lines} lines: ${changed} ${applied ? "done" : "to do"}, ${unchanged} so already, ${problems.length} wrong.`;
  const next = applied
    ? problems.length > 0
      ? "Mend the lines that are wrong and run it again: what is done stays as it is."
      : ""
    : changed > 0
      ? "Nothing was changed: run it again with --apply to do it."
      : "";
  return [...done, ...wrong, sum, next].filter(Boolean).join("\n");
}
