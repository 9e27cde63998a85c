import type { z } from "zod";
import { Problem } from "../kernel/problems.ts";

/** The value as the schema has it, or an `invalid_request` Problem that names every field that is wrong and what it should be. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => ({ path: pathOf(issue.path), message: issue.message }));
  throw new Problem("invalid_request", {
    message: issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; "),
    details: { issues },
  });
}

/** `messages.0.content`, as Anthropic writes it. */
const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join(".");
