import { Problem, type ProblemCode } from "../kernel/problems.ts";
import { type Components, type JsonSchema, jsonSchemaOf } from "./json-schema.ts";
import { DOCUMENT_WORDS, HEADERS, PROBLEM_SCHEMA, parameterWords, SECURITY_SCHEMES } from "./openapi-words.ts";
import { type Caller, type Chapter, Media, type Operation, type Told } from "./operation.ts";

/** A document of OpenAPI 3.1, as much of it as we use. */
export interface OpenApi {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly parameters: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, ResponseTold>>;
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>;
  };
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, ResponseTold | { readonly $ref: string }>>;
}

export interface ResponseTold {
  readonly description: string;
  readonly content?: Content;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

export type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;

export interface DocumentFacts {
  readonly version: string;
  /** The role that an administrator needs for a route, as it stands in its chapter; null where any does. */
  readonly roleFor: (route: string) => string | null;
}

/** The document of these chapters. A route that stands in two of them is a mistake. */
export function openApiOf(chapters: readonly Chapter[], { version, roleFor }: DocumentFacts): OpenApi {
  const components: Components = new Map([["Problem", PROBLEM_SCHEMA]]);
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const chapter of chapters) {
    for (const [route, operation] of Object.entries(chapter.operations)) {
      const [method = "", path = ""] = route.split(" ");
      const at = templateOf(chapter.under + path);
      const methods = paths[at] ?? {};
      paths[at] = methods;
      if (methods[method.toLowerCase()]) throw new Error(`${method} ${at} is described twice`);
      const role = chapter.for === "admin" ? roleFor(route) : null;
      methods[method.toLowerCase()] = described(chapter, { method, path: at, role, operation }, components);
    }
  }
  const schemas = Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    openapi: "3.1.0",
    info: { ...DOCUMENT_WORDS, version },
    tags: [...new Set(chapters.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { schemas, parameters: HEADERS, responses: { Problem: REFUSED }, securitySchemes: SECURITY_SCHEMES },
  };
}

/** `/tenants/:id` as OpenAPI writes it: `/tenants/{id}`. */
export const templateOf = (path: string): string => path.replaceAll(/:(\w+)/g, "{$1}");

interface Described {
  readonly method: string;
  readonly path: string;
  readonly role: string | null;
  readonly operation: Operation;
}

function described(
  { tag, for: caller }: Chapter,
  { method, path, role, operation }: Described,
  components: Components,
): OpenApiOperation {
  const { summary, scope, query, body } = operation;
  const description = [
    operation.description,
    scope && `Needs the scope \`${scope}\`.`,
    role && `Needs the role \`${role}\`.`,
  ]
    .filter(Boolean)
    .join("\n\n");
  const parameters = [
    ...pathParameters(path),
    ...(query ? queryParameters(jsonSchemaOf(query, "input", components)) : []),
    ...headersOf(caller, method),
  ];
  const content = body && { "application/json": { schema: jsonSchemaOf(body, "input", components) } };
  return {
    operationId: operationIdOf(method, path),
    tags: [tag],
    summary,
    ...(description && { description }),
    security: SECURITY[caller],
    ...(parameters.length && { parameters }),
    ...(content && { requestBody: { required: body.safeParse({}).success === false, content } }),
    responses: {
      ...answersOf(operation.answers, components),
      ...refusalsOf(problemsOf({ caller, path, role, operation })),
    },
  };
}

const SECURITY: Record<Caller, OpenApiOperation["security"]> = {
  anybody: [],
  tenant: [{ key: [] }, { bearer: [] }],
  admin: [{ admin: [] }, { session: [] }],
};

/** `getApiAdminTenantsById`: unique because method and path are. */
const operationIdOf = (method: string, path: string): string =>
  method.toLowerCase() +
  path
    .replaceAll(/\{(\w+)\}/g, "/by_$1")
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

const pathParameters = (path: string): Parameter[] =>
  [...path.matchAll(/([^/{}]+)\/\{(\w+)\}/g)].map(([, before = "", name = ""]) => ({
    ...{ name, in: "path", required: true, schema: { type: "string" } },
    ...parameterWords(before, name),
  }));

function queryParameters({ properties = {}, required = [] }: JsonSchema): Parameter[] {
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, { description, ...schema }]) => ({
    ...{ name, in: "query", required: (required as readonly string[]).includes(name) },
    ...(typeof description === "string" && { description }),
    schema,
  }));
}

const headersOf = (caller: Caller, method: string): { readonly $ref: string }[] =>
  [caller === "tenant" && "User", caller !== "anybody" && method === "POST" && "IdempotencyKey"]
    .filter((name) => name !== false)
    .map((name) => ({ $ref: `#/components/parameters/${name}` }));

const DONE: Readonly<Record<string, string>> = {
  200: "Done.",
  201: "Created.",
  202: "Accepted.",
  204: "Done; there is nothing to say.",
};

const answersOf = (answers: Readonly<Record<string, Told>>, components: Components): OpenApiOperation["responses"] =>
  Object.fromEntries(
    Object.entries(answers).map(([status, told]) => {
      const content = told && contentOf(told, components);
      return [status, { description: DONE[status] ?? "Done.", ...(content && { content }) }];
    }),
  );

function contentOf(told: NonNullable<Told>, components: Components): Content {
  const types = told instanceof Media ? told.types : { "application/json": told };
  return Object.fromEntries(
    Object.entries(types).map(([type, schema]) => [
      type,
      schema ? { schema: jsonSchemaOf(schema, "output", components) } : {},
    ]),
  );
}

/** What a route may refuse with: what it says itself, and what follows from who may come and from what it reads. */
function problemsOf({ caller, path, role, operation }: Omit<Described, "method"> & { readonly caller: Caller }) {
  const { scope, query, body, problems = [] } = operation;
  const codes: ProblemCode[] = [...problems];
  if (query || body) codes.push("invalid_request");
  if (path.includes("{")) codes.push("not_found");
  if (caller !== "anybody") codes.push("missing_credentials", "invalid_credentials");
  if (caller === "tenant") codes.push("expired_credentials", "revoked_key", "user_blocked");
  if (scope) codes.push("scope_missing");
  if (role) codes.push("role_missing");
  if (body) codes.push("request_too_large", "idempotency_key_reused", "idempotency_in_progress");
  return [...new Set(codes)];
}

const REFUSED: ResponseTold = {
  description: "A refusal, or a failure on our side.",
  content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

/** By status, the codes that a refusal may have; anything else is `default`. */
function refusalsOf(codes: readonly ProblemCode[]): OpenApiOperation["responses"] {
  const { content } = REFUSED;
  const byStatus = Map.groupBy(codes, (code) => new Problem(code).status);
  const told = [...byStatus].map(([status, codes]) => [
    String(status),
    { description: codes.map((code) => `\`${code}\`: ${new Problem(code).message}`).join("\n\n"), content },
  ]);
  return { ...Object.fromEntries(told), default: { $ref: "#/components/responses/Problem" } };
}
