import type { RequestListener, ServerResponse } from "node:http";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { openApiDocument } from "../../src/openapi.ts";

/**
 * Holds every JSON answer of the control plane against the OpenAPI document, wherever a test asks. One that is not as the document says becomes a
 * 500 that tells what is wrong, so that the test which asked fails.
 */
export const conforming =
  (handler: RequestListener): RequestListener =>
  (req, res) => {
    const { method = "GET", url = "/" } = req;
    if (method !== "OPTIONS" && /^\/api\/(?!chat|hello)/.test(url)) watch(res, `${method} ${url.split("?", 1)[0]}`);
    handler(req, res);
  };

function watch(res: ServerResponse, asked: string): void {
  const end = res.end.bind(res);
  res.end = ((chunk?: unknown, ...rest: never[]) => {
    const wrong = nonconformity(res, asked, chunk);
    if (wrong === null || res.headersSent) return end(chunk, ...rest);
    res.statusCode = 500;
    res.removeHeader("content-length");
    return end(JSON.stringify({ type: "error", error: { type: "api_error", code: "nonconforming", message: wrong } }));
  }) as typeof res.end;
}

/** What of an answer is not as the document says; null where it is, or where there is nothing to compare. */
function nonconformity(res: ServerResponse, asked: string, chunk: unknown): string | null {
  const { statusCode: status } = res;
  const type = String(res.getHeader("content-type") ?? "").split(";")[0]!;
  if (status >= 400 || (typeof chunk !== "string" && !Buffer.isBuffer(chunk) && chunk !== undefined)) return null;
  const route = matching(asked);
  if (!route) return `${asked} is not in the OpenAPI document`;
  const validate = validatorOf(route, status, type);
  if (typeof validate === "string") return `${asked}: ${validate}`;
  if (validate === null || validate(JSON.parse(String(chunk)))) return null;
  const errors = (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(" "),
  );
  return `${asked} answers ${status} otherwise than the OpenAPI document says: ${errors.slice(0, 5).join("; ")}`;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly pattern: RegExp;
}

interface Known {
  readonly ajv: Ajv2020;
  readonly document: ReturnType<typeof openApiDocument>;
  readonly routes: readonly Route[];
  readonly validators: Map<string, ValidateFunction>;
}

let known: Known | null = null;

/** Read once for all tests of a process; each shape is compiled when it is first met. */
function knownDocument(): Known {
  if (known) return known;
  const document = openApiDocument();
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false, allErrors: true });
  ajv.addSchema(document, "document");
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      ...{ method: method.toUpperCase(), path },
      pattern: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
    })),
  );
  // `/invoices/{id}.pdf` before `/invoices/{id}`, and what is written out before what has a parameter there.
  const rank = ({ path }: Route) => path.replaceAll(/\{\w+\}/g, "").length + (path.includes("{") ? 0 : 1_000);
  routes.sort((a, b) => rank(b) - rank(a));
  known = { ajv, document, routes, validators: new Map() };
  return known;
}

function matching(asked: string): Route | undefined {
  const [method, path = ""] = asked.split(" ");
  return knownDocument().routes.find((route) => route.method === method && route.pattern.test(path));
}

/** The check of this answer's JSON; null where it has none to check; words where such an answer is unknown. */
function validatorOf({ method, path }: Route, status: number, type: string): ValidateFunction | string | null {
  const { ajv, document, validators } = knownDocument();
  const answer = document.paths[path]![method.toLowerCase()]!.responses[status];
  if (!answer || "$ref" in answer) return `there is no answer ${status} in the OpenAPI document`;
  const told = answer.content ?? {};
  if (type === "") return Object.keys(told).length ? "nothing is answered, and the document says otherwise" : null;
  if (!(type in told)) return `there is no answer of ${type} in the OpenAPI document`;
  if (!told[type]!.schema) return null;
  const name = `${method} ${path} ${status}`;
  const pointer = ["paths", path, method.toLowerCase(), "responses", status, "content", type, "schema"]
    .map((part) => encodeURIComponent(String(part).replaceAll("~", "~0").replaceAll("/", "~1")))
    .join("/");
  const validate = validators.get(name) ?? ajv.compile({ $ref: `document#/${pointer}` });
  validators.set(name, validate);
  return validate;
}
