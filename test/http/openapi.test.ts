import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { templateOf } from "../../src/http/openapi.ts";
import { openApiDocument } from "../../src/openapi.ts";
import { WALK } from "./walk-table.ts";

const document = openApiDocument();
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, operation })),
);

describe("the OpenAPI document", () => {
  test("has every route that there is, and no other", () => {
    const routes = WALK.map(({ method, path }) => `${method} ${templateOf(path)}`);
    expect(described.map(({ route }) => route).sort()).toEqual(routes.sort());
  });

  test("asks for the credential that the route asks for", () => {
    const schemes = { anybody: [], tenant: ["key", "bearer"], admin: ["admin", "session"] };
    const asked = new Map(described.map(({ route, operation }) => [route, operation.security.flatMap(Object.keys)]));
    for (const { method, path, for: who } of WALK)
      expect([path, asked.get(`${method} ${templateOf(path)}`)]).toEqual([path, schemes[who]]);
  });

  test("is valid OpenAPI 3.1, and every reference in it leads somewhere", async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(JSON.stringify(document)))).toMatchObject({ valid: true });
    expect(validator.version).toBe("3.1");
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)];
    const missing = names.filter(
      ([, kind, name]) => !(name! in document.components[kind as keyof typeof document.components]),
    );
    expect(missing.map(([ref]) => ref)).toEqual([]);
  });

  test("names each operation once, and says in a line what it does", () => {
    const ids = described.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { route, operation } of described) expect(operation.summary, route).toMatch(/^[A-Z].{5,100}[^.]$/);
  });
});
