import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Router } from "express";
import { describe, expect, test } from "vitest";
import { DATA_ROUTES } from "../../src/gateway/data-plane.ts";
import { WALK } from "./walk-table.ts";

const SRC = join(import.meta.dirname, "../../src");
const named = WALK.map(({ method, path }) => `${method} ${path}`);

describe("every route of the app is in the walk:", () => {
  test.each(globSync("**/*routes.ts", { cwd: SRC }).filter((file) => file !== "gateway/free-routes.ts"))(
    "those of %s",
    async (file) => {
      const routers = Object.entries((await import(join(SRC, file))) as Record<string, unknown>).filter(([name]) =>
        name.endsWith("Routes"),
      );
      expect(routers.length).toBeGreaterThan(0);
      for (const [name, make] of routers) {
        // Its parts are only used by requests, and there are none here.
        const { stack } = (make as (parts: object) => Router)({});
        const mount = /admin/i.test(name) ? "/api/admin" : /webhook/i.test(name) ? "" : "/api";
        const routes = stack.flatMap(({ route }) =>
          route ? [route as unknown as { path: string; methods: Record<string, boolean> }] : [],
        );
        expect(routes).toHaveLength(stack.length);
        const found = routes.flatMap(({ path, methods }) =>
          Object.keys(methods).map((method) => `${method.toUpperCase()} ${mount}${path}`),
        );
        expect(found.length).toBeGreaterThan(0);
        expect(found.filter((route) => !named.includes(route))).toEqual([]);
      }
    },
  );

  test("those of the data plane", () => {
    expect(Object.keys(DATA_ROUTES).filter((route) => !named.includes(route))).toEqual([]);
  });

  test("those that any file of src writes down, wherever it is", () => {
    const paths = new Set(WALK.map(({ path }) => path));
    const written = globSync("**/*.ts", { cwd: SRC }).flatMap((file) =>
      [
        ...readFileSync(join(SRC, file), "utf8").matchAll(
          /\b(?:router|app)\.(get|post|put|patch|delete|head|all)\(\s*["'`](\/[^"'`$]*)["'`]/g,
        ),
      ].map(([, method, path]) => ({ file, method: method!.toUpperCase(), path: path! })),
    );
    expect(written.length).toBeGreaterThan(20);
    const pages = /^web\//;
    const unknown = written.filter(
      ({ file, path }) => !pages.test(file) && !["", "/api", "/api/admin"].some((mount) => paths.has(mount + path)),
    );
    expect(unknown).toEqual([]);
  });

  test("and the walk knows no route twice", () => {
    expect(new Set(named).size).toBe(named.length);
  });
});
