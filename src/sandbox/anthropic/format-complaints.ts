import { isJson } from "./json.ts";

const PATH = "output_config.format";
/** What structured output does not know; it says so instead of ignoring it. */
const UNKNOWN = [
  "minimum",
  "maximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "pattern",
  "maxItems",
  "patternProperties",
];

/** What is wrong with `output_config.format`. */
export function* formatComplaints(config: unknown): Generator<string> {
  if (!isJson(config) || config.format == null) return;
  const { format } = config;
  if (!isJson(format) || format.type !== "json_schema") return yield `${PATH}: Input tag should be 'json_schema'`;
  if (!isJson(format.schema)) return yield `${PATH}.schema: Field required`;
  yield* schemaComplaints(format.schema);
}

function* schemaComplaints(schema: unknown): Generator<string> {
  if (Array.isArray(schema)) for (const item of schema) yield* schemaComplaints(item);
  if (!isJson(schema)) return;
  const unknown = UNKNOWN.find((name) => name in schema && typeof schema.type === "string");
  if (unknown) yield `${PATH}.schema: For '${schema.type}' type, property '${unknown}' is not supported`;
  if ([schema.type].flat().includes("object") && schema.additionalProperties !== false)
    yield `${PATH}.schema: For 'object' type, 'additionalProperties' must be explicitly set to false`;
  for (const item of Object.values(schema)) yield* schemaComplaints(item);
}
