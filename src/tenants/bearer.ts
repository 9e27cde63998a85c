import type { Database } from "../db/database.ts";
import type { Principal } from "../http/principal.ts";
import type { TenantId } from "../kernel/id.ts";
import { Problem } from "../kernel/problems.ts";
import { hashSecret } from "./keys.ts";
import { findKeyByHash, type KeyRow } from "./store.ts";

/** What a verified credential says, whatever its kind. */
export interface Bearer {
  readonly tenant_id: TenantId;
  /** The API key, or the one that issued the token. */
  readonly key: KeyRow | null;
  /** The end user: by id (a key's own), or by the tenant's name for it. */
  readonly user: { readonly id: string } | { readonly external_id: string; readonly create: boolean } | null;
  readonly scopes: readonly string[];
  readonly models: readonly (readonly string[])[];
  readonly routes: readonly (readonly string[])[];
  readonly max_tokens: number | null;
  readonly preset: Principal["preset"];
  /** Epoch milliseconds of wall time. */
  readonly expires_at: number;
}

/** The bearer of an API key; a Problem of 401 where it is unknown, revoked, expired or rotated away. */
export async function resolveKey(db: Database, secret: string, at: number): Promise<Bearer> {
  const found = await findKeyByHash(db.read, hashSecret(secret));
  if (!found) throw new Problem("invalid_credentials", { message: "This API key is not known here." });
  const { key } = found;
  const expires_at = Math.min(key.expires_at ?? Infinity, found.secret.expires_at ?? Infinity);
  assertKeyAlive(key, at);
  if (at >= expires_at)
    throw new Problem("expired_credentials", { message: "This API key has expired or was rotated." });
  return {
    tenant_id: key.tenant_id,
    key,
    user: key.user_id && { id: key.user_id },
    scopes: key.scopes,
    models: [key.models ?? []],
    routes: [key.routes ?? []],
    max_tokens: null,
    preset: null,
    expires_at,
  };
}

/** A revoked or expired key is dead, and so are the tokens that it issued. */
export function assertKeyAlive(key: KeyRow, at: number): void {
  if (key.revoked_at !== null) throw new Problem("revoked_key");
  if (key.expires_at !== null && at >= key.expires_at)
    throw new Problem("expired_credentials", { message: "This API key has expired." });
}
