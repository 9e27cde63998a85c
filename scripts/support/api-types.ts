import type { JsonSchema } from "../../src/http/json-schema.ts";
import type { Content, OpenApi, OpenApiOperation, Parameter } from "../../src/http/openapi.ts";

/** The OpenAPI document as types of TypeScript, for the pages: its shapes by their names, and its routes by method and path. */
export function apiTypes({ paths, components }: OpenApi): string {
  const shapes = Object.entries(components.schemas).map(
    ([name, schema]) => `${comment(schema.description)}export type ${name} = ${typeOf(schema)};\n`,
  );
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => routeType(`${method.toUpperCase()} ${path}`, operation)),
  );
  return `// Written by \`npm run openapi\` from the OpenAPI document: not to be edited.

${shapes.join("\n")}
/** What each route is asked with, and what it answers. */
export interface Routes {
${routes.join("\n")}
}
`;
}

function routeType(route: string, { summary, parameters = [], requestBody, responses }: OpenApiOperation): string {
  const own = parameters.filter((parameter): parameter is Parameter => !("$ref" in parameter));
  const query = own.filter((parameter) => parameter.in === "query");
  const done = Object.entries(responses).flatMap(([status, answer]) =>
    Number(status) < 400 && !("$ref" in answer) ? [answerType(answer.content)] : [],
  );
  const body = requestBody && `${typeOf(requestBody.content["application/json"]?.schema ?? {})}`;
  return `${comment(summary, "  ")}  readonly ${JSON.stringify(route)}: {
    readonly query: ${query.length ? objectOf(query.map(({ name, required, schema }) => [name, required, schema])) : "never"};
    readonly body: ${body ?? "never"};
    readonly answer: ${[...new Set(done)].join(" | ") || "never"};
  };`;
}

/** The JSON that it answers; what is no JSON is read as a file, and has no type here. */
function answerType(content: Content | undefined): string {
  const json = content?.["application/json"];
  if (json) return typeOf(json.schema ?? {});
  return content ? "never" : "undefined";
}

const REF = "#/components/schemas/";

function typeOf(schema: JsonSchema): string {
  const { $ref, anyOf, oneOf, items, properties, required = [], additionalProperties } = schema;
  if (typeof $ref === "string") return $ref.slice(REF.length);
  const ways = (anyOf ?? oneOf) as readonly JsonSchema[] | undefined;
  if (ways) return [...new Set(ways.map(typeOf))].join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array" && items) return listOf(typeOf(items as JsonSchema));
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type })).join(" | ");
  if (properties && Object.keys(properties).length) {
    const fields = Object.entries(properties as Record<string, JsonSchema>).map(
      ([name, field]) => [name, (required as readonly string[]).includes(name), field] as const,
    );
    const closed = additionalProperties === false;
    return closed ? objectOf(fields) : `${objectOf(fields)} & Readonly<Record<string, unknown>>`;
  }
  if (schema.type === "object") return `Readonly<Record<string, ${entryTypeOf(additionalProperties)}>>`;
  return SIMPLE[String(schema.type)] ?? "unknown";
}

const SIMPLE: Readonly<Record<string, string>> = {
  ...{ string: "string", number: "number", integer: "number", boolean: "boolean", null: "null" },
};

const entryTypeOf = (schema: unknown): string =>
  typeof schema === "object" && schema !== null ? typeOf(schema as JsonSchema) : "unknown";

const listOf = (type: string): string => `readonly ${/^\w+$/.test(type) ? type : `(${type})`}[]`;

const objectOf = (fields: readonly (readonly [name: string, required: boolean, schema: JsonSchema])[]): string =>
  `{ ${fields
    .map(([name, required, schema]) => `readonly ${nameOf(name)}${required ? "" : "?"}: ${typeOf(schema)}`)
    .join("; ")} }`;

const nameOf = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));

const comment = (text: unknown, indent = ""): string =>
  typeof text === "string" ? `${indent}/** ${text.replaceAll("*/", "* /")} */\n` : "";
