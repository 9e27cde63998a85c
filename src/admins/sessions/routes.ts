import express, { type Response, Router } from "express";
import type { Logger } from "pino";
import { type Actor, recordAudit } from "../../db/audit.ts";
import type { Database } from "../../db/database.ts";
import { actorOf, whereFrom } from "../../http/actor.ts";
import { PageQuery, pageOf } from "../../http/paging.ts";
import { parse } from "../../http/parse.ts";
import { noteFacts } from "../../http/request-log.ts";
import { type Clock, iso } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { hashSecret } from "../../tenants/keys.ts";
import { adminBehind } from "../admin.ts";
import { adminOf } from "../require-admin.ts";
import { openAttempts } from "./attempts.ts";
import { isSecure, noCookie, sessionCookie } from "./cookie.ts";
import { assertNotForeign } from "./same-origin.ts";
import { makeSession, presentSession, SESSIONS_MAX, SignIn } from "./session.ts";
import * as store from "./store.ts";

export interface SessionParts {
  readonly db: Database;
  readonly clock: Clock;
}

const BODY_MAX = "4kb";

/** `POST /api/admin/sessions`: exchanges an admin token or key for a session that a browser keeps in a cookie. Whoever asks has none yet. */
export function adminSignInRoutes({ db, clock, log }: SessionParts & { readonly log: Logger }): Router {
  const router = Router();
  const attempts = openAttempts({ clock });

  router.post("/sessions", express.json({ limit: BODY_MAX, type: () => true }), async (req, res) => {
    assertNotForeign(req, res);
    const { token } = parse(SignIn, req.body);
    const where = whereFrom(req);
    const attempt = attempts.begin(where.address);
    const at = clock.wall();
    const admin = await adminBehind(db.read, hashSecret(token), at).catch((error: unknown) => {
      if (error instanceof Problem) log.warn({ ...where, code: error.code }, "a sign-in of an administrator failed");
      throw error;
    });
    attempt.succeeded();
    noteFacts(res, { admin: admin.id });

    const { session, secret } = makeSession(admin, where, at);
    const { id, name, role } = admin;
    const expires_at = iso(session.expires_at);
    await db.transaction(async (tx) => {
      await store.makeRoom(tx, { credential_hash: session.credential_hash, at, most: SESSIONS_MAX });
      await store.insertSession(tx, session);
      await recordAudit(tx, {
        ...{ actor: { name: id, ...where }, action: "session.opened", tenant_id: null, subject_id: session.id },
        ...{ after: { name, role, expires_at }, at },
      });
    });
    const seconds = Math.floor((session.expires_at - at) / 1_000);
    res.set({ "set-cookie": sessionCookie(secret, { seconds, secure: isSecure(res) }), "cache-control": "no-store" });
    res.status(201).json({ id: session.id, role, name, expires_at });
  });

  return router;
}

/** `/api/admin/sessions`: who is signed in, and signing out. Owners see everybody's, others their own. */
export function adminSessionRoutes({ db, clock }: SessionParts): Router {
  const router = Router();

  const visible = (res: Response) => {
    const { role, credential_hash } = adminOf(res);
    return role === "owner" ? null : credential_hash;
  };

  const ended = (id: string, of: { readonly actor: Actor; readonly whose: string | null }): Promise<void> =>
    db.transaction(async (tx) => {
      const found = await store.findSession(tx, id, of.whose);
      if (!found || !(await store.deleteSession(tx, id)))
        throw new Problem("not_found", { message: "There is no such session." });
      await recordAudit(tx, {
        ...{ actor: of.actor, action: "session.ended", tenant_id: null, subject_id: id },
        ...{ before: presentSession(found), at: clock.wall() },
      });
    });

  router.get("/sessions", async (req, res) => {
    const query = parse(PageQuery, req.query);
    const { session_id } = adminOf(res);
    const rows = await store.pageOfSessions(db.read, query, { at: clock.wall(), credential_hash: visible(res) });
    const shown = rows.map((row) => ({ ...presentSession(row), current: row.session.id === session_id }));
    res.json(pageOf(shown, query, (row) => row));
  });

  router.delete("/sessions/current", async (_req, res) => {
    const { session_id } = adminOf(res);
    if (session_id === null)
      throw new Problem("not_found", { message: "There is no session: this request came with a token." });
    await ended(session_id, { actor: actorOf(res), whose: null });
    res.set("set-cookie", noCookie({ secure: isSecure(res) }));
    res.status(204).end();
  });

  router.delete("/sessions/:id", async (req, res) => {
    const { id } = req.params;
    await ended(id, { actor: actorOf(res), whose: visible(res) });
    if (id === adminOf(res).session_id) res.set("set-cookie", noCookie({ secure: isSecure(res) }));
    res.status(204).end();
  });

  return router;
}

/** `GET /api/admin/me`: who is asking, and of what kind of Tollgate. */
export function adminMeRoutes({ sandbox }: { readonly sandbox: boolean }): Router {
  const router = Router();
  router.get("/me", (_req, res) => {
    const { name, role, session_id } = adminOf(res);
    res.set("cache-control", "no-store").json({ name, role, session_id, sandbox });
  });
  return router;
}
