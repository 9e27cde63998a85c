import { Router } from "express";
import type { OpenApi } from "../http/openapi.ts";
import { docsPage } from "./docs/page.ts";

const FOLDER = `${import.meta.dirname}/docs`;
const STATIC_SECONDS = 300;

/** What the API is: for programs at `/openapi.json`, for people at `/docs`. Made when it is first asked for: most processes never are. */
export function reference({ document }: { readonly document: () => OpenApi }): Router {
  const json = once(() => JSON.stringify(document()));
  const html = once(() => docsPage(document()));
  const router = Router();
  router.get("/openapi.json", (_req, res) => {
    res.type("json").send(json());
  });
  router.get("/docs", (_req, res) => {
    res.type("html").send(html());
  });
  for (const file of ["docs.js", "docs.css"]) {
    router.get(`/docs/${file}`, (_req, res) => res.sendFile(`${FOLDER}/${file}`, { maxAge: STATIC_SECONDS * 1000 }));
  }
  return router;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
