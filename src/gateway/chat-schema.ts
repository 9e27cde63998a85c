import { transformJSONSchema } from "@anthropic-ai/sdk/lib/transform-json-schema";
import { z } from "zod";

/** An answer that must fit a JSON Schema: what may be asked for, and how upstream is asked. */

export type JsonSchema = Readonly<Record<string, unknown>>;

const SCHEMA_BYTES_MAX = 64 * 1024;
const SCHEMA_DEPTH_MAX = 30;

/** A JSON Schema in a request body. Whether it can be compiled is for the checker to say. */
export const Schema = z
  .record(z.string(), z.unknown(), "must be a JSON Schema object")
  .refine((schema) => isShallow(schema, SCHEMA_DEPTH_MAX), {
    error: `is nested deeper than ${SCHEMA_DEPTH_MAX} levels`,
    abort: true,
  })
  .refine((schema) => Buffer.byteLength(JSON.stringify(schema)) <= SCHEMA_BYTES_MAX, {
    error: `is larger than ${SCHEMA_BYTES_MAX / 1024} KiB`,
  });

function isShallow(value: unknown, depthMax: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depthMax > 0 && Object.values(value).every((item) => isShallow(item, depthMax - 1));
}

/** What does not fit, and where: a JSON pointer into the answer. */
export interface Misfit {
  readonly path: string;
  readonly message: string;
}

/**
 * The schema in the part of JSON Schema that upstream's structured output knows; what it cannot express of the rules becomes
 * description, and our check sees to it. Null where that would change what is asked for: then the prompt must ask instead.
 */
export function outputFormat(schema: JsonSchema): { type: "json_schema"; schema: Record<string, unknown> } | null {
  if (!isExpressible(schema)) return null;
  try {
    return { type: "json_schema", schema: transformJSONSchema(schema as never) as Record<string, unknown> };
  } catch {
    return null;
  }
}

const INEXPRESSIBLE = [
  "definitions",
  "patternProperties",
  "$dynamicRef",
  "$recursiveRef",
  "$id",
  "$anchor",
  "not",
  "if",
];

/** Upstream's objects are closed, and its references go to `$defs` and never round. Each definition is looked at once. */
function isExpressible(root: JsonSchema): boolean {
  const known = new Map<string, "open" | "fine">();
  const fine = (value: unknown): boolean => {
    if (typeof value !== "object" || value === null) return true;
    if (Array.isArray(value)) return value.every(fine);
    const node = value as Record<string, unknown>;
    if (INEXPRESSIBLE.some((name) => name in node)) return false;
    if (node.type === "object" && !isFilled(node.properties)) return false;
    if (typeof node.additionalProperties === "object") return false;
    return (node.$ref === undefined || refers(node.$ref)) && Object.values(node).every(fine);
  };
  const refers = (ref: unknown): boolean => {
    const name = /^#\/\$defs\/([^/~%]+)$/.exec(String(ref))?.[1] ?? "";
    const target = (root.$defs as Record<string, unknown> | undefined)?.[name];
    if (known.has(name)) return known.get(name) === "fine";
    known.set(name, "open");
    if (target === undefined || !fine(target)) return false;
    known.set(name, "fine");
    return true;
  };
  return fine(root);
}

const isFilled = (properties: unknown): boolean =>
  typeof properties === "object" && properties !== null && Object.keys(properties).length > 0;

/** For the system prompt, where upstream cannot be asked by its own means. */
export const askingForJson = (schema: JsonSchema): string =>
  `Answer with one JSON value that is valid against this JSON Schema, and with nothing else:\n${JSON.stringify(schema)}`;

/** The next user turn, after an answer that did not fit. */
export const askingAgain = (misfits: readonly Misfit[]): string =>
  [
    "That answer is not valid against the JSON Schema:",
    ...misfits.map(({ path, message }) => `- ${path || "the answer"} ${message}`),
    "Answer again with the whole corrected JSON value, and with nothing else.",
  ].join("\n");

const FENCE = "```";

/** The JSON of an answer, also where it came in a Markdown fence. */
export function jsonTextOf(text: string): string {
  const trimmed = text.trim();
  const lineEnd = trimmed.indexOf("\n");
  const fenced = trimmed.startsWith(FENCE) && trimmed.endsWith(FENCE) && lineEnd > 0;
  return fenced ? trimmed.slice(lineEnd, -FENCE.length) : trimmed;
}
