import { Router } from "express";
import { recordAudit } from "../../db/audit.ts";
import type { Database } from "../../db/database.ts";
import { actorOf } from "../../http/actor.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import type { Clock } from "../../kernel/clock.ts";
import { isId } from "../../kernel/id.ts";
import { Problem } from "../../kernel/problems.ts";
import { adminOf } from "../require-admin.ts";
import { deleteSessionsOf } from "../sessions/store.ts";
import { AdminKeyChange, isAnother, mintAdminKey, NewAdminKey, presentAdminKey } from "./key.ts";
import {
  type AdminKeyRow,
  findAdminKey,
  insertAdminKey,
  lockOwnersKeys,
  pageOfAdminKeys,
  revokeAdminKey,
  updateAdminKey,
} from "./store.ts";

/** `/api/admin/keys`: the keys of administrators, each with a role. Those of tenants have the same path to be revoked by, and other ids. */
export function adminKeyRoutes({ db, clock }: { readonly db: Database; readonly clock: Clock }): Router {
  const router = Router();

  router.get("/keys", async (req, res) => {
    const query = parse(PageQuery, req.query);
    res.json(pageOf(await pageOfAdminKeys(db.read, query), query, presentAdminKey));
  });

  router.post("/keys", async (req, res) => {
    const fields = parse(NewAdminKey, req.body);
    const at = clock.wall();
    if (fields.expires_at !== null && fields.expires_at <= at)
      throw new Problem("invalid_request", { message: "expires_at: lies in the past" });
    const { key, secret } = mintAdminKey(fields, at);
    const shown = presentAdminKey(key);
    await db.transaction(async (tx) => {
      await insertAdminKey(tx, key);
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: "admin_key.created", tenant_id: null, subject_id: key.id },
        ...{ after: shown, at },
      });
    });
    res.status(201).json({ ...shown, secret });
  });

  router.patch("/keys/:id", async (req, res) => {
    const { id } = req.params;
    const change = parse(AdminKeyChange, req.body);
    const at = clock.wall();
    const changed = await db.transaction(async (tx) => {
      const owners = await lockOwnersKeys(tx);
      const before = await findAdminKey(tx, id);
      if (!before) throw new Problem("not_found", { message: "There is no such admin key." });
      if (before.revoked_at !== null)
        throw new Problem("conflict", { message: "This admin key has been revoked: make a new one." });
      const isGivenUp = change.role !== undefined && change.role !== "owner";
      if (isGivenUp && adminOf(res).id === id) assertAnother(owners, { than: id, at });
      if (Object.entries(change).every(([name, value]) => before[name as "name"] === value)) return before;
      const after = await updateAdminKey(tx, id, change);
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: "admin_key.changed", tenant_id: null, subject_id: id },
        ...{ before: presentAdminKey(before), after: presentAdminKey(after), at },
      });
      return after;
    });
    res.json(presentAdminKey(changed));
  });

  router.delete("/keys/:id", async (req, res, next) => {
    const { id } = req.params;
    if (!isId("admin_key", id)) return next();
    const at = clock.wall();
    await db.transaction(async (tx) => {
      const owners = await lockOwnersKeys(tx);
      const before = await findAdminKey(tx, id);
      if (!before) throw new Problem("not_found", { message: "There is no such admin key." });
      if (before.role === "owner" && adminOf(res).id === id) assertAnother(owners, { than: id, at });
      const after = await revokeAdminKey(tx, id, at);
      if (!after) return;
      await deleteSessionsOf(tx, before.hash);
      await recordAudit(tx, {
        ...{ actor: actorOf(res), action: "admin_key.revoked", tenant_id: null, subject_id: id },
        ...{ before: presentAdminKey(before), after: presentAdminKey(after), at },
      });
    });
    res.status(204).end();
  });

  return router;
}

/** Nobody shuts themselves out: of the keys of owners one has to be left, but to whoever asks with the admin token. */
function assertAnother(owners: readonly AdminKeyRow[], of: { readonly than: string; readonly at: number }): void {
  if (isAnother(owners, of)) return;
  throw new Problem("conflict", {
    message: "Yours is the last key of an owner: give somebody else that role first, or ask with the admin token.",
  });
}
