import type { JsonSchema } from "../../http/json-schema.ts";
import { code, escaped, inline } from "./words.ts";

const REF = "#/components/schemas/";
export const anchorOf = (name: string): string => `shape-${name}`;

/** A shape in words: its type, what bounds it, and the fields of an object as a list. */
export function shapeHtml(schema: JsonSchema): string {
  const { $ref, anyOf, oneOf, items, properties, additionalProperties } = schema;
  if (typeof $ref === "string") {
    const name = $ref.slice(REF.length);
    return `<a href="#${escaped(anchorOf(name))}">${escaped(name)}</a>`;
  }
  const ways = (anyOf ?? oneOf) as readonly JsonSchema[] | undefined;
  if (ways) return ways.map(shapeHtml).join(" <i>or</i> ");
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => code(String(value))).join(" | ");
  if (items) return `list of ${shapeHtml(items as JsonSchema)}`;
  if (properties) return fieldsHtml(schema);
  if (typeof additionalProperties === "object" && additionalProperties && "type" in additionalProperties)
    return `map of ${shapeHtml(additionalProperties as JsonSchema)}`;
  const types = [schema.type ?? "anything"].flat().map(String);
  return `${types.map(escaped).join(" <i>or</i> ")}${boundsHtml(schema)}`;
}

function fieldsHtml({ properties, required = [], additionalProperties }: JsonSchema): string {
  const fields = Object.entries(properties as Record<string, JsonSchema>).map(([name, schema]) =>
    fieldHtml(name, schema, (required as readonly string[]).includes(name)),
  );
  const more = additionalProperties === false ? "" : "<li><i>and whatever else</i></li>";
  return `<ul class="fields">${fields.join("")}${more}</ul>`;
}

/** A field or a parameter: its name, whether it must be there, what it is. */
export function fieldHtml(name: string, schema: JsonSchema, required: boolean, description?: string): string {
  const said = description ?? schema.description;
  const fallback =
    schema.default === undefined ? "" : ` <small>default ${code(JSON.stringify(schema.default))}</small>`;
  const optional = required || schema.default !== undefined ? "" : " <small>optional</small>";
  const words = typeof said === "string" ? ` <span>${inline(said)}</span>` : "";
  return `<li><b>${escaped(name)}</b>${optional} ${shapeHtml(schema)}${fallback}${words}</li>`;
}

const BOUNDS: Readonly<Record<string, string>> = {
  ...{ minimum: "at least", exclusiveMinimum: "more than", maximum: "at most", multipleOf: "a multiple of" },
  ...{ minLength: "letters, at least", maxLength: "letters, at most", pattern: "fits" },
};

function boundsHtml(schema: JsonSchema): string {
  const format = schema.format === undefined ? "" : ` (${escaped(String(schema.format))})`;
  const bounds = Object.entries(BOUNDS).flatMap(([keyword, words]) =>
    schema[keyword] === undefined ? [] : [`${words} ${code(String(schema[keyword]))}`],
  );
  return format + (bounds.length ? ` <small>${bounds.join(", ")}</small>` : "");
}
