import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestHandler } from "express";
import type { Database } from "../db/database.ts";
import { setActor, whereFrom } from "../http/actor.ts";
import { noteFacts } from "../http/request-log.ts";
import type { Clock } from "../kernel/clock.ts";
import { Problem } from "../kernel/problems.ts";
import { bearerOf } from "../tenants/authenticate.ts";
import { hashSecret } from "../tenants/keys.ts";
import { type Admin, adminBehind } from "./admin.ts";
import { mayAsk } from "./role.ts";
import { isSecure, noCookie, sessionSecretOf } from "./sessions/cookie.ts";
import { assertSameOrigin } from "./sessions/same-origin.ts";
import { findSessionByHash } from "./sessions/store.ts";

const admins = new WeakMap<ServerResponse, Admin>();

/** The administrator that `requireAdmin` let in. */
export function adminOf(res: ServerResponse): Admin {
  const admin = admins.get(res);
  if (!admin) throw new Error("this route is not behind requireAdmin");
  return admin;
}

/** Lets administrators pass where their role may go, and remembers who they are and where they came from (`actorOf`). */
export function requireAdmin(parts: { readonly db: Database; readonly clock: Clock }): RequestHandler {
  return async (req, res, next) => {
    const admin = await adminAsking(parts, req, res);
    admins.set(res, admin);
    setActor(res, { name: admin.id, ...whereFrom(req) });
    noteFacts(res, { admin: admin.id });
    if (!mayAsk(admin.role, req.method, req.path)) {
      throw new Problem("role_missing", {
        message: `The role ${admin.role} may not ask for ${req.method} ${req.baseUrl}${req.path}.`,
        details: { role: admin.role },
      });
    }
    next();
  };
}

/** By the bearer; without one by the cookie, which is worth what it was opened with. */
async function adminAsking(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  req: IncomingMessage,
  res: ServerResponse,
): Promise<Admin> {
  const [at, token] = [clock.wall(), bearerOf(req)];
  if (token) return adminBehind(db.read, hashSecret(token), at);

  const secret = sessionSecretOf(req);
  if (!secret)
    throw new Problem("missing_credentials", {
      message: "Send the admin token or an admin key in Authorization: Bearer, or sign in.",
    });
  if (req.method !== "GET" && req.method !== "HEAD") assertSameOrigin(req, res);
  const session = await findSessionByHash(db.read, hashSecret(secret));
  if (!session || session.expires_at <= at) {
    throw new Problem("expired_credentials", {
      message: "This session has ended: sign in again.",
      headers: { "set-cookie": noCookie({ secure: isSecure(res) }) },
    });
  }
  return { ...(await adminBehind(db.read, session.credential_hash, at)), session_id: session.id };
}
