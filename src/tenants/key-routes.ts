import { type Request, Router } from "express";
import { type Actor, recordAudit } from "../db/audit.ts";
import type { Database } from "../db/database.ts";
import { whereFrom } from "../http/actor.ts";
import { PageQuery, pageOf } from "../http/paging.ts";
import { parse } from "../http/parse.ts";
import { type Principal, principalOf, requireRoute, requireScope } from "../http/principal.ts";
import type { Clock } from "../kernel/clock.ts";
import type { KeyId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { NewKey, presentKey } from "./key.ts";
import { withinRights } from "./key-rights.ts";
import { createKey } from "./provision.ts";
import { countLiveKeys, findKey, findUser, listKeys, listPrefixes, revokeKey } from "./store.ts";

/** Keys are for programs and people, not for each end user: those come with tokens. */
const LIVE_KEYS_MAX = 1_000;

/**
 * `/api/keys`: a tenant sees to its own keys, with one that has the scope `keys:write`. None can be made that may do more than the one it
 * is made with, and a key that belongs to a user reaches that user's alone. Behind `authenticate`.
 */
export function keyRoutes({ db, clock, sandbox }: { db: Database; clock: Clock; sandbox: boolean }): Router {
  const router = Router();

  router.get("/keys", async (req, res) => {
    const { tenant, user } = keeper(principalOf(res), "/api/keys");
    const query = parse(PageQuery, req.query);
    const keys = await listKeys(db.read, tenant.id, query, user?.id);
    const prefixes = await listPrefixes(
      db.read,
      keys.map((key) => key.id),
    );
    res.json(pageOf(keys, query, (key) => presentKey(key, prefixes.get(key.id) ?? "")));
  });

  router.post("/keys", async (req, res) => {
    const { tenant, user, key_id } = keeper(principalOf(res), "/api/keys");
    const asked = parse(NewKey, req.body);
    if (tenant.status !== "active") throw new Problem("tenant_suspended");
    const at = clock.wall();
    const answer = await db.transaction(async (tx) => {
      const own = await findKey(tx, key_id, tenant.id);
      const named = asked.user_id === null ? user?.id : (await findUser(tx, asked.user_id, tenant.id)).id;
      if (user && named !== user.id) throw new Problem("not_found", { message: "There is no such user." });
      if ((await countLiveKeys(tx, tenant.id, at)) >= LIVE_KEYS_MAX) {
        throw new Problem("conflict", { message: `There are ${LIVE_KEYS_MAX} keys in use: revoke one first.` });
      }
      const fields = { ...withinRights(asked, own), user_id: named ?? null };
      return createKey(tx, tenant.id, fields, { actor: keeperAs(req, key_id, user), at, sandbox });
    });
    res.status(201).json(answer);
  });

  router.delete("/keys/:id", async (req, res) => {
    const { tenant, user, key_id } = keeper(principalOf(res), "/api/keys");
    const at = clock.wall();
    const actor = keeperAs(req, key_id, user);
    await db.transaction(async (tx) => {
      const key = await findKey(tx, req.params.id, tenant.id);
      if (user && key.user_id !== user.id) throw new Problem("not_found", { message: "There is no such key." });
      await revokeKey(tx, key.id, at);
      const prefix = (await listPrefixes(tx, [key.id])).get(key.id) ?? "";
      await recordAudit(tx, {
        ...{ actor, action: "key.revoked", tenant_id: tenant.id, subject_id: key.id, at },
        before: presentKey(key, prefix),
        after: presentKey({ ...key, revoked_at: key.revoked_at ?? at }, prefix),
      });
    });
    res.status(204).end();
  });

  return router;
}

/** Whoever may see to keys. Only a key has the scope for it: a token, and a backend that acts for a user, have not. */
function keeper(principal: Principal, route: string): Principal & { readonly key_id: KeyId } {
  requireScope(principal, "keys:write");
  requireRoute(principal, route);
  const { key_id } = principal;
  if (key_id === null) throw new Problem("scope_missing", { message: "Only an API key can see to keys." });
  return { ...principal, key_id };
}

/** The key is who did it. Where that of a user was, its address would be personal data in a log that is kept: it is left out. */
const keeperAs = (req: Request, name: KeyId, user: Principal["user"]): Actor =>
  user ? { name, address: null, agent: null } : { name, ...whereFrom(req) };
