import { timingSafeEqual } from "node:crypto";
import type { Reader } from "../db/database.ts";
import { Problem } from "../kernel/problems.ts";
import { findAdminKeyByHash } from "./keys/store.ts";
import type { Role } from "./role.ts";
import { bootstrapHash } from "./store.ts";

/** An administrator, by what credential ever. */
export interface Admin {
  /** As the audit log names it: `admin` for the bootstrap token, else the id of its key. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** What it signed in with, or sends with each request. */
  readonly credential_hash: string;
  /** Until when that is good; null for ever. */
  readonly credential_expires_at: number | null;
  readonly session_id: string | null;
}

export const BOOTSTRAP_ADMIN = "admin";

const BOOTSTRAP: Omit<Admin, "credential_hash"> = {
  ...{ id: BOOTSTRAP_ADMIN, name: BOOTSTRAP_ADMIN, role: "owner" as const },
  ...{ credential_expires_at: null, session_id: null },
};

/**
 * Who holds the credential with this hash. Read for each request, so that a key which is revoked is dead at once on every node; a Problem of 401 where
 * nobody holds it, or nobody does any more.
 */
export async function adminBehind(read: Reader, credential_hash: string, at: number): Promise<Admin> {
  const key = await findAdminKeyByHash(read, credential_hash);
  if (!key) {
    const stored = await bootstrapHash(read);
    if (!stored || !timingSafeEqual(Buffer.from(credential_hash), Buffer.from(stored)))
      throw new Problem("invalid_credentials", { message: "This is not the admin token, nor an admin key." });
    return { ...BOOTSTRAP, credential_hash };
  }
  if (key.revoked_at !== null) throw new Problem("revoked_key", { message: "This admin key has been revoked." });
  if (key.expires_at !== null && key.expires_at <= at)
    throw new Problem("expired_credentials", { message: "This admin key has expired." });
  const { id, name, role, expires_at: credential_expires_at } = key;
  return { id, name, role, credential_hash, credential_expires_at, session_id: null };
}
