import { randomBytes, timingSafeEqual } from "node:crypto";
import { eq } from "drizzle-orm";
import type { RequestHandler } from "express";
import type { Database, Reader, Tx } from "../db/database.ts";
import { installation } from "../db/schema.ts";
import { setActor } from "../http/actor.ts";
import { Problem } from "../kernel/problems.ts";
import { bearerOf } from "./authenticate.ts";
import { hashSecret } from "./keys.ts";

/** The bootstrap administrator, as the audit log names it. */
export const BOOTSTRAP_ADMIN = "admin";

const AGENT_LENGTH_MAX = 300;

/** Lets only `Authorization: Bearer <admin token>` pass. */
export function requireAdmin({ db }: { db: Database }): RequestHandler {
  return async (req, res, next) => {
    const token = bearerOf(req);
    if (!token) throw new Problem("missing_credentials", { message: "Send the admin token in Authorization: Bearer." });
    const stored = await adminTokenHash(db.read);
    if (!stored || !timingSafeEqual(Buffer.from(hashSecret(token)), Buffer.from(stored))) {
      throw new Problem("invalid_credentials", { message: "This is not the admin token." });
    }
    const agent = req.get("user-agent")?.slice(0, AGENT_LENGTH_MAX) ?? null;
    setActor(res, { name: BOOTSTRAP_ADMIN, address: req.ip ?? null, agent });
    next();
  };
}

/**
 * Sets the admin token: the configured one, or at the very first start a new one. Returns it only when it was made now, so
 * that it can be printed, once.
 */
export async function ensureAdminToken(tx: Tx, configured: string | undefined): Promise<string | null> {
  const stored = await adminTokenHash(tx);
  if (configured === undefined && stored) return null;
  const token = configured ?? `tg_admin_${randomBytes(24).toString("base64url")}`;
  const value = hashSecret(token);
  await tx
    .insert(installation)
    .values({ name: "admin_token_hash", value })
    .onConflictDoUpdate({ target: installation.name, set: { value } });
  return configured === undefined ? token : null;
}

async function adminTokenHash(read: Reader): Promise<string | undefined> {
  const [row] = await read.select().from(installation).where(eq(installation.name, "admin_token_hash"));
  return row?.value;
}
