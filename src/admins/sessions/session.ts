import { randomBytes } from "node:crypto";
import { z } from "zod";
import { HOUR, type Instant, iso } from "../../kernel/clock.ts";
import { newId } from "../../kernel/id.ts";
import { hashSecret } from "../../tenants/keys.ts";
import { type Admin, BOOTSTRAP_ADMIN } from "../admin.ts";
import type { SessionOfKey, SessionRow } from "./store.ts";

export const SignIn = z.strictObject({ token: z.string().min(1).max(500) });

/** A working day, or what is left of the key. It is not prolonged by use. */
export const SESSION_MS = 12 * HOUR;
/** Of one credential; the oldest gives way. */
export const SESSIONS_MAX = 100;

/** A new session and its secret, which only the browser's cookie has. */
export function makeSession(
  admin: Admin,
  where: Pick<SessionRow, "address" | "agent">,
  at: Instant,
): { session: SessionRow; secret: string } {
  const secret = randomBytes(32).toString("base64url");
  const { credential_hash, credential_expires_at } = admin;
  const until = { expires_at: Math.min(at + SESSION_MS, credential_expires_at ?? Infinity), created_at: at };
  return {
    secret,
    session: { id: newId("admin_session", at), hash: hashSecret(secret), credential_hash, ...where, ...until },
  };
}

export const presentSession = ({ session, key }: SessionOfKey) => ({
  ...{ id: session.id, key_id: key?.id ?? null, name: key?.name ?? BOOTSTRAP_ADMIN, role: key?.role ?? "owner" },
  ...{ address: session.address, agent: session.agent },
  ...{ created_at: iso(session.created_at), expires_at: iso(session.expires_at) },
});
