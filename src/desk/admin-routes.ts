import { Router } from "express";
import { z } from "zod";
import type { BillingParts } from "../billing/parts.ts";
import { parse } from "../http/parse.ts";
import { search } from "./search.ts";
import { story } from "./story.ts";

/** Fewer letters name nothing; no id, number or address has more. */
export const Search = z.strictObject({ q: z.string().trim().min(3).max(320) });
const Nothing = z.strictObject({});

/** `/api/admin`: who is that, and what has become of it? */
export function deskAdminRoutes(parts: BillingParts): Router {
  const router = Router();

  router.get("/search", async (req, res) => {
    const { q } = parse(Search, req.query);
    res.json(await search(parts.db.read, q));
  });

  router.get("/customers/:id/story", async (req, res) => {
    parse(Nothing, req.query);
    res.json(await story(parts, req.params.id));
  });

  return router;
}
