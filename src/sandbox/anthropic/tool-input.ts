import { isJson, type Json } from "./json.ts";

const DEPTH_MAX = 8;

/** A plausible value for a JSON schema: what is required of an object, and a likely value of each type. */
export function valueFor(schema: unknown, name = "value", depth = 0): unknown {
  if (!isJson(schema) || depth > DEPTH_MAX) return null;
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if ("default" in schema) return schema.default;
  const variants = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (Array.isArray(variants)) return valueFor(variants[0], name, depth + 1);

  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "object":
      return objectFor(schema, depth);
    case "array":
      return [valueFor(schema.items, name, depth + 1)];
    case "string":
      return textFor(schema.format, name);
    case "integer":
    case "number":
      return typeof schema.minimum === "number" ? schema.minimum : 7;
    case "boolean":
      return true;
    default:
      return isJson(schema.properties) ? objectFor(schema, depth) : null;
  }
}

function objectFor(schema: Json, depth: number): Json {
  const properties = isJson(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  return Object.fromEntries(required.map((name) => [name, valueFor(properties[name], name, depth + 1)]));
}

function textFor(format: unknown, name: string): string {
  switch (format) {
    case "date":
      return "2026-11-20";
    case "date-time":
      return "2026-11-20T12:00:00Z";
    case "email":
      return "ada@example.com";
    case "uri":
      return "https://www.example.org/";
    default:
      return /city|location|place/i.test(name) ? "Lisbon" : `a likely ${name.replaceAll("_", " ")}`;
  }
}

/** The schema with its references to `$defs` written out, as deep as a value goes. */
export function withoutRefs(schema: unknown, root: unknown = schema, depth = 0): unknown {
  if (Array.isArray(schema)) return schema.map((item) => withoutRefs(item, root, depth));
  if (!isJson(schema)) return schema;
  const name = /^#\/\$defs\/(.+)$/.exec(String(schema.$ref))?.[1];
  if (name !== undefined) {
    const target = isJson(root) && isJson(root.$defs) ? root.$defs[name] : null;
    return depth > DEPTH_MAX ? null : withoutRefs(target, root, depth + 1);
  }
  const { $defs: _, ...rest } = schema;
  return Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, withoutRefs(item, root, depth)]));
}
