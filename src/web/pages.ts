import { readFileSync } from "node:fs";
import express, { Router } from "express";

const FOLDER = import.meta.dirname;
const STATIC_SECONDS = 300;

/** The page at `/`, with the sandbox's key filled in, and the files it is made of. */
export function pages({ sandboxKey }: { readonly sandboxKey: string }): Router {
  const html = readFileSync(`${FOLDER}/playground.html`, "utf8").replace("{{sandbox_key}}", sandboxKey);
  const router = Router();
  router.get("/", (_req, res) => {
    res.set("cache-control", "no-store").type("html").send(html);
  });
  for (const file of ["playground.js", "playground.css"]) {
    router.get(`/${file}`, (_req, res) => res.sendFile(`${FOLDER}/${file}`, { maxAge: STATIC_SECONDS * 1000 }));
  }
  router.use("/playground", express.static(`${FOLDER}/playground`, { maxAge: STATIC_SECONDS * 1000, index: false }));
  return router;
}
