import { Router } from "express";
import { z } from "zod";
import type { Database } from "../db/database.ts";
import { ExternalId, Globs } from "../http/fields.ts";
import { parse } from "../http/parse.ts";
import { principalOf, requireScope } from "../http/principal.ts";
import { type Clock, iso, SECOND } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import { PresetName } from "./preset.ts";
import type { Secrets } from "./seal.ts";
import { findPreset } from "./store.ts";
import { signOwnToken } from "./tokens.ts";

export const NewToken = z.strictObject({
  sub: ExternalId,
  ttl_seconds: z.int().min(1).max(3600).default(900),
  models: Globs.min(1).optional(),
  routes: Globs.min(1).optional(),
  max_tokens: z.int().min(1).optional(),
  preset: PresetName.optional(),
});

/** What a tenant's own programs ask of this room: who am I, and a short-lived token for one of my users. Behind `authenticate`. */
export function tenantRoutes({ db, clock, secrets }: { db: Database; clock: Clock; secrets: Secrets }): Router {
  const router = Router();

  router.get("/me", (_req, res) => {
    const { tenant, user, key_id, scopes, max_tokens, preset } = principalOf(res);
    const { id, external_id, name, currency, timezone, status } = tenant;
    res.json({
      tenant: { id, external_id, name, currency, timezone, status },
      user,
      key_id,
      scopes,
      max_tokens,
      preset: preset?.name ?? null,
    });
  });

  router.post("/auth/token", async (req, res) => {
    const principal = principalOf(res);
    requireScope(principal, "tokens:issue");
    const { ttl_seconds, sub, ...restrictions } = parse(NewToken, req.body);
    if (principal.tenant.status !== "active") throw new Problem("tenant_suspended");
    if (principal.user && principal.user.external_id !== sub) {
      throw new Problem("scope_missing", {
        message: "This key belongs to one user and cannot issue tokens for others.",
      });
    }
    if (restrictions.preset && !(await findPreset(db.read, principal.tenant.id, restrictions.preset))) {
      throw new Problem("invalid_request", { message: `preset: there is no preset ${restrictions.preset}` });
    }
    const claims = { ...restrictions, sub, ten: principal.tenant.id, key: principal.key_id! };
    const token = signOwnToken(secrets.tokenKey, claims, ttl_seconds);
    res.status(201).json({ token, token_type: "Bearer", expires_at: iso(clock.wall() + ttl_seconds * SECOND) });
  });

  return router;
}
