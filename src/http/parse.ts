import type { z } from "zod";
import { Problem } from "../kernel/problems.ts";

/** The value as the schema has it, or an `invalid_request` Problem that names every field that is wrong and what it should be. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  assertKeepable(value, []);
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => ({ path: pathOf(issue.path), message: inWords(issue) }));
  throw new Problem("invalid_request", {
    message: issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; "),
    details: { issues },
  });
}

/** As a person says it who fills in a form. */
const inWords = (issue: z.core.$ZodIssue): string =>
  issue.code === "too_small" && issue.origin === "string" && issue.minimum === 1 && /^Too small/.test(issue.message)
    ? "must not be empty"
    : issue.message;

/** `messages.0.content`, as Anthropic writes it. */
const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join(".");

/** A NUL, or half of a surrogate pair, is text that Postgres cannot keep. */
export const isKeepable = (text: string): boolean => !text.includes("\0") && text.isWellFormed();

const DEPTH_MAX = 50;

function assertKeepable(value: unknown, path: readonly PropertyKey[]): void {
  if (path.length > DEPTH_MAX) throw new Problem("invalid_request", { message: "The body is nested too deeply." });
  if (typeof value === "string" && !isKeepable(value))
    throw new Problem("invalid_request", { message: `${pathOf(path)}: contains a character that cannot be stored` });
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    assertKeepable(name, [name]);
    assertKeepable(inner, [...path, name]);
  }
}
